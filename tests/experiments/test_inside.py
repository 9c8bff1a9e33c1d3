"""`limen explain`: from a finished run to a page, for nets with planes and without."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tests.conftest import finish, small

from limen.cli.main import main
from limen.errors import LimenError
from limen.experiments import inside
from limen.experiments.inside import look_inside
from limen.views.inside_page import write_inside
from limen.views.inside_terminal import as_plain, inside_text
from limen.views.terminal import console


@pytest.fixture(scope="module")
def cnn(tmp_path_factory):
    return finish(small("digits-cnn"), tmp_path_factory.mktemp("runs"))[0]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(inside, "POINTS", 60)
    monkeypatch.setattr(inside, "KNOWN", 200)
    monkeypatch.setattr("limen.explain.excite.excite.__defaults__", (None, 0.0, 1.0, 5, 0))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_convolutional_net_is_looked_into_on_one_page(cnn, language, tmp_path):
    look = look_inside(cnn, language, example=7)
    write_inside(look, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert page.count("<svg") == 8 and page.count("<figcaption>") == 8
    assert all(x not in page for x in ("<script", 'src="http', ">None<", "{n"))
    assert look.truth == int(look.finding.data.test.y[6]) and look.places.here == 6
    assert ("测试样本" in page) == (language == "zh")


def test_the_same_seed_gives_the_same_look(cnn):
    a, b = look_inside(cnn), look_inside(cnn)
    for one in ("heat.integrated", "excited.classes", "excited.planes", "places.neighbours", "near.pictures"):
        first, second = one.split(".")
        assert torch.equal(getattr(getattr(a, first), second), getattr(getattr(b, first), second)), one


def test_a_file_is_read_as_for_predictions(cnn, tmp_path):
    path = tmp_path / "two.png"
    Image.fromarray(np.full((20, 30, 3), 40, np.uint8)).save(path)
    look = look_inside(cnn, "en", path, about="3")
    assert look.truth is None and look.target == 3 and look.origin == "two.png" and look.notes
    assert look.places.here == len(look.places.labels) - 1 and look.places.labels[-1] == -1
    assert look.picture.shape == (1, 8, 8) and look.probabilities.sum().item() == pytest.approx(1, abs=1e-5)


def test_the_nearest_of_a_training_example_is_itself(cnn, tmp_path):
    data = look_inside(cnn).finding.data
    path = tmp_path / "known.png"
    Image.fromarray((data.train.x[5, :, :, 0].float() / 16 * 255).round().to(torch.uint8).numpy()).save(path)
    look = look_inside(cnn, "en", path)
    assert look.near.similar[0] == pytest.approx(1, abs=1e-3)
    assert look.near.classes[0] == int(data.train.y[5])


def test_what_is_said_in_the_terminal_and_as_json(cnn):
    look = look_inside(cnn, "en")
    out = console()
    with out.capture() as said:
        out.print(inside_text(look))
    assert "What the net of digits-cnn-1 sees in test example 1" in said.get() and "Most confused" in said.get()
    plain = json.loads(json.dumps(as_plain(look)))
    assert sum(plain["probabilities"].values()) == pytest.approx(1, abs=1e-5) and len(plain["nearest"]) == 8


def test_a_dense_net_on_pictures_has_no_planes_and_says_so(tmp_path):
    run, _ = finish(small("digits-mlp"), tmp_path)
    look = look_inside(run)
    write_inside(look, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert look.heat.grad_cam is None and not look.maps and not look.excited.units
    assert "one long row of numbers" in page and page.count("<svg") == 7


def test_what_cannot_be_looked_into_is_refused_with_the_reason(cnn, tmp_path):
    table, _ = finish(small("iris"), tmp_path)
    for run, how, words in (
        (table, {}, "holds no pictures"),
        (cnn, {"example": 9_999}, "There is no test example 9999. Allowed: 1 to"),
        (cnn, {"example": 0}, "There is no test example 0"),
        (cnn, {"about": "cat"}, "Unknown class 'cat'."),
    ):
        with pytest.raises(LimenError, match=words.replace(".", r"\.")):
            look_inside(run, **how)


def test_the_command_writes_the_page_beside_the_run(cnn, capsys):
    assert main(["explain", str(cnn.path), "--example", "2"]) == 0
    said = capsys.readouterr().out
    assert (cnn.path / "explain.html").is_file() and "explain.html" in said and "test example 2" in said
    assert main(["explain", str(cnn.path), "--class", "cat"]) == 2
    assert "Unknown class 'cat'" in capsys.readouterr().err
    assert main(["explain", str(cnn.path), "--html", "page.txt"]) == 2
