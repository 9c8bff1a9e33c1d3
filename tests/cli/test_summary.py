"""`limen summary`: sizes and receptive fields, drawn on wish; and where a shape does not fit."""

import json

import pytest

from limen.cli.main import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = main(["summary", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_every_layer_has_its_sizes(run):
    status, out, err = run("mnist-cnn")
    lines = [line.split() for line in out.splitlines()]
    assert status == 0 and err == ""
    assert lines[0] == ["layer", "kind", "output", "parameters", "multiply-adds", "memory", "receptive", "field", "stride", "centre"]  # fmt: skip
    assert lines[6] == ["pool2", "MaxPool2d", "32×7×7", "0", "0", "6.27", "kB", "10", "4", "1.5"]
    assert "whole input" in out and "整个输入" in run("mnist-cnn", "--lang", "zh")[1]
    assert "receptive" not in run("mlp", "--input", "4")[1]


def test_json_holds_all(run):
    rows = json.loads(run("lenet5", "--json")[1])
    assert rows[3] == {
        "layer": "conv2", "kind": "Conv2d", "output": [16, 10, 10], "parameters": 2416, "multiply_adds": 240000,
        "memory": 6400, "receptive_field": [14, 14], "looks_at_all": False, "stride": [2.0, 2.0], "centre": [4.5, 4.5],
    }  # fmt: skip
    assert rows[-1]["looks_at_all"] and rows[-1]["stride"] == [None, None]


def test_the_largest_net_is_told_without_its_weights(run):
    status, out, _ = run("mlp", "--input", "3x1000x1000", "--set", "net.hidden=300")
    assert status == 0 and "900,000,300" in out


def test_a_shape_that_does_not_fit_shows_the_way_until_there(run):
    status, out, err = run("mnist-cnn", "--built-for", "1x28x28", "--input", "1x40x40")
    assert status == 2 and out == "" and "32×10×10" in err and "given 3200" in err
    assert err.splitlines()[-1] == (
        "limen: The net does not take inputs of shape 1×40×40: 'dense1' (Linear) expects 1568 numbers in a row and is "
        "given 3200. What fits: in_features=3200, or --input 1x28x28."
    )
    status, out, err = run("mnist-cnn", "--built-for", "1x28x28", "--input", "1x40x40", "--json", "--lang", "zh")
    assert status == 2 and out == "" and err.count("\n") == 1
    assert "此前经过的各层" in run("mnist-cnn", "--built-for", "1x28x28", "--input", "1x40x40", "--lang", "zh")[2]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_fields_are_drawn(run, tmp_path, language):
    status, out, _ = run("mnist-cnn", "--draw", "field.png", "--lang", language)
    assert status == 0 and "field.png" in out and (tmp_path / "field.png").stat().st_size > 20_000
    assert run("mnist-conv3", "--draw", "page.html", "--lang", language)[0] == 0
    page = (tmp_path / "page.html").read_text()
    assert page.count("<svg") == 1 and "<script" not in page and "conv3" in page
    assert {"en": "receptive field", "zh": "感受野"}[language] in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mnist-cnn", "--draw", "x.jpg"], "--draw 'x.jpg' is no picture. Name a file that ends in .png or .html"),
        (["mnist-cnn", "--draw", "."], "--draw '.' is no picture"),
        (["mlp", "--input", "4", "--draw", "x.png"], "The input 4 of mlp is no picture: nothing to draw"),
        (["mlp", "--built-for", "axb"], "--built-for 'axb' is no shape"),
    ],
)
def test_a_mistake_is_one_line(run, tmp_path, arguments, words):
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and err.count("\n") == 1 and words in err
    assert list(tmp_path.iterdir()) == []
