"""A comparison in the terminal and on its page: what a person reads, in both languages, and nothing that runs."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file, save_file
from tests.conftest import finish, small
from tests.records import made, record
from tests.views.test_report import Page

from limen.data.dataset import Dataset
from limen.errors import LimenError
from limen.experiments.compare import data_of, present_comparison
from limen.experiments.config import with_options
from limen.runs.compare import compare
from limen.runs.folder import Run
from limen.runs.seal import SEAL, sealed
from limen.views.comparison import shown, values_of
from limen.views.comparison_examples import MOST, chosen, disagreements
from limen.views.comparison_figures import curves, intervals, label, look
from limen.views.comparison_page import write_comparison
from limen.views.comparison_terminal import comparison_text
from limen.views.style import styled, to_svg
from limen.views.words import word


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Two settings on digits, two seeds each."""
    root = tmp_path_factory.mktemp("pictures")
    settings = [[], ["plan.optimizer.lr=0.0003"]]
    return [
        finish(with_options(small("digits-mlp"), [*options, f"plan.seed={seed}"]), root)[0]
        for options in settings
        for seed in (0, 1)
    ]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    root = tmp_path_factory.mktemp("tables")
    return [finish(with_options(small("iris"), options), root)[0] for options in ([], ["net=softmax"])]


def text(comparison, language="en", width=100):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(comparison_text(comparison, width, language))
    return out.getvalue()


def page(comparison, path, language="en", folder=None):
    present_comparison(comparison, path, language, folder)
    content = path.read_text()
    read = Page(content)
    assert read.open == [] and "script" not in read.tags
    return content, read


def test_the_terminal_shows_what_differs_and_marks_the_better_value(pictures):
    found = compare(pictures)
    lines = text(found).splitlines()
    assert "digits-mlp-1, digits-mlp-2" in lines[1] and lines[1].startswith("A") and lines[2].startswith("B")
    row = next(line for line in lines if line.startswith("plan.optimizer.lr"))
    assert row.split() == ["plan.optimizer.lr", "0.003", "0.0003"]
    means = [sum(values) / 2 for values in found.final["test_accuracy"]]
    row = next(line for line in lines if line.startswith("test accuracy"))
    assert row.split()[2:] == ["*", f"{means[0]:.4f}", f"{means[1]:.4f}"]
    assert any("0 lies" in line for line in lines) and any("McNemar" in line for line in lines)
    assert not any(line.startswith(("plan.epochs", "machine", "data")) for line in lines)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_keeps_its_width(tmp_path, width, language):
    from rich.cells import cell_len

    runs = [
        made(tmp_path, f"a-rather-long-name-{i}", record(seed=0, options=[f"plan.l2=0.{i}"]), {"test_loss": 1.0 / i})
        for i in range(1, 13)
    ]
    shown = text(compare(runs), language, width)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert word("differences", language) in shown and all(f"0.{i}" in shown for i in range(1, 13))


def test_when_nothing_differs_it_says_so(tmp_path):
    same = [made(tmp_path, f"a-{i}", record(), {"test_loss": 0.5}) for i in range(2)]
    assert "Nothing differs: settings" in text(compare(same)) and "没有不同" in text(compare(same), "zh")
    seeds = [made(tmp_path, f"b-{i}", record(seed=i), {"test_loss": 0.5 + i}) for i in range(2)]
    assert "Nothing differs but the seed" in text(compare(seeds))


def test_an_unfinished_run_is_named_and_its_curves_are_drawn(tmp_path):
    runs = [
        made(tmp_path, "done", record(), {"test_loss": 0.5}),
        made(tmp_path, "stopped", record(options=["plan.l2=1"]), epochs=2),
    ]
    found = compare(runs)
    assert "stopped is not finished (2 epochs so far)" in text(found) and "After epoch 2" in text(found)
    content, _ = page(found, tmp_path / "c.html", "zh")
    assert "stopped 尚未完成（目前 2 轮）" in content and "第 2 轮之后" in content
    with styled():
        axes = curves(found, "en").axes[0]
    assert [len(line.get_xdata()) for line in axes.lines] == [3, 2]
    nothing = compare([made(tmp_path, f"new-{i}", record(seed=i), epochs=0) for i in range(2)])
    assert curves(nothing, "en") is None and "None of these" in page(nothing, tmp_path / "n.html")[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_one_sound_file(pictures, tmp_path, language):
    content, read = page(compare(pictures), tmp_path / "c.html", language)
    loads = [
        a for a in read.attributes if a[1] in ("src", "href", "xlink:href") and not a[2].startswith(("data:", "#"))
    ]
    assert loads == [] and not [a for a in read.attributes if a[1].startswith("on")]
    assert "@import" not in content and "url(http" not in content and len(content) < 1_000_000
    words = " ".join(read.words)
    names = (
        "differences",
        "comparison_curves",
        "final",
        "comparison_intervals",
        "contrasts",
        "answers",
        "split_answers",
    )
    assert all(word(name, language) in words for name in names)
    assert "plan.optimizer.lr" in words and "0.0003" in words and "* 0." in words
    assert f'lang="{ {"en": "en", "zh": "zh-Hans"}[language] }"' in content


def test_the_examples_are_those_that_one_gets_right_and_the_other_wrong(pictures, digits):
    found = compare(pictures)
    (two,) = chosen(found)
    assert two.runs == (pictures[0], pictures[2]) and two.heading == "A digits-mlp-1 · B digits-mlp-3"
    kinds = disagreements(digits, two, "en")
    for kind, right in zip(kinds, (True, False), strict=True):
        assert 0 < len(kind.examples) <= MOST
        for example in kind.examples:
            targets, outputs = digits.test.y, [run.predictions()["outputs"][example.number] for run in two.runs]
            assert example.true == str(int(targets[example.number])) and example.picture.startswith("data:image/png")
            assert [a.name for a in example.answers] == [str(int(o.argmax())) for o in outputs]
            assert [a.right for a in example.answers] == [right, not right]
            assert [a.probability for a in example.answers] == [f"{float(o.softmax(0).max()):.0%}" for o in outputs]


def test_the_picture_is_the_examples(pictures, digits):
    import base64

    from PIL import Image

    first = disagreements(digits, chosen(compare(pictures))[0], "en")[0].examples[0]
    image = Image.open(io.BytesIO(base64.b64decode(first.picture.partition(",")[2])))
    stored = digits.test.x[first.number, ..., 0].float() / 16 * 255
    assert np.array_equal(np.asarray(image), stored.round().numpy())


def test_of_a_table_the_rows_values_are_shown(tables, tmp_path):
    found = compare(tables)
    content, read = page(found, tmp_path / "c.html")
    data = data_of(tables[0])
    number = disagreements(data, chosen(found)[0], "en")[0].examples[0].number
    words = " ".join(read.words)
    assert "petal width" in words and all(f"{v:g}" in words for v in data.test.x[number].tolist())
    assert "<img" not in content


def test_of_texts_the_message_is_shown_and_nothing_in_it_runs(tmp_path, small_data):
    options = ["data=sms", "data.verify=false", "data.seed=0", "plan.batch_size=16"]
    runs = [
        finish(with_options(small("iris"), [*options, *more]), tmp_path, folder=small_data)[0]
        for more in (["net=softmax", "plan.optimizer.lr=1e-9"], ["net=softmax", "plan.optimizer.lr=0.1"])
    ]
    found = compare(runs)
    data = data_of(runs[0], small_data)
    example = disagreements(data, chosen(found)[0], "en")[0].examples[0]
    message = data.texts["test"][example.number]
    assert example.values == [message] and not example.picture
    replaced = {**data.texts, "test": tuple(f"<script>{text}" for text in data.texts["test"])}
    write_comparison(found, tmp_path / "c.html", "zh", replace(data, texts=replaced), "")
    content = (tmp_path / "c.html").read_text()
    assert f"&lt;script&gt;{message}" in content and "<script" not in content and word("message", "zh") in content


def test_names_from_files_are_shown_as_text(pictures, tmp_path):
    attack = '<script>alert("1")</script>'
    found = compare(pictures)
    data = data_of(pictures[0])
    whole = Dataset("x", data.train, data.validation, data.test, (attack,) * 10, data.scale)
    for group in found.groups:
        for run in group.runs:
            run.record["experiment"]["title"] = {"en": attack, "zh": attack}
    hostile = replace(found, differences={attack: [[attack], [{attack: attack}]]})
    names = [replace(g, names=tuple(attack + n for n in g.names)) for g in found.groups]
    write_comparison(replace(hostile, groups=names), tmp_path / "c.html", "en", whole, attack)
    content = (tmp_path / "c.html").read_text()
    for run in pictures:
        run.record.update(Run(run.path).record)
    assert "<script" not in content and content.count("&lt;script&gt;") > 10


def test_without_the_data_the_page_says_why(pictures, tmp_path, monkeypatch):
    def lost(*_, **__):
        raise LimenError("No files of 'digits' <b>here</b>.")

    monkeypatch.setattr("limen.experiments.compare.load", lost)
    content, _ = page(compare(pictures), tmp_path / "c.html")
    assert "The examples cannot be shown: No files of &#39;digits&#39; &lt;b&gt;here&lt;/b&gt;." in content
    assert "<img" not in content and "McNemar" in content


def test_other_data_than_the_runs_are_not_shown(pictures, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for run in pictures[::2]:
        told = json.loads((run.path / "run.json").read_text())
        told["data"]["digest"] = "0" * 64
        target = copy / run.path.name
        target.mkdir()
        (target / "run.json").write_bytes(sealed({name: part for name, part in told.items() if name != SEAL}))
        for name in ("result.json", "metrics.jsonl", "predictions.safetensors"):
            (target / name).write_bytes((run.path / name).read_bytes())
    found = compare([Run(path) for path in sorted(copy.iterdir())])
    content, _ = page(found, tmp_path / "c.html")
    assert "The data here are not those of digits-mlp-1" in content and "<img" not in content


def test_of_one_group_the_first_two_runs_are_shown_by_name(pictures, tmp_path):
    content, _ = page(compare(pictures[:2]), tmp_path / "c.html")
    assert "Only digits-mlp-1 is right" in content and "differs but the seed" in content


def test_runs_that_agree_everywhere_have_no_examples(pictures, tmp_path):
    twin = tmp_path / "twin"
    twin.mkdir()
    for name in ("run.json", "result.json", "metrics.jsonl", "predictions.safetensors"):
        (twin / name).write_bytes((pictures[0].path / name).read_bytes())
    found = compare([pictures[0], Run(twin)])
    assert chosen(found) == [] and word("split_answers", "en") not in page(found, tmp_path / "c.html")[0]
    stored = load_file(twin / "predictions.safetensors")
    save_file({**stored, "outputs": stored["outputs"].flip(1)}, twin / "predictions.safetensors")
    ending = json.loads((twin / "result.json").read_text())
    del ending["files"], ending[SEAL]
    (twin / "result.json").write_bytes(sealed(ending))
    assert len(chosen(compare([pictures[0], Run(twin)]))) == 1


def test_groups_are_told_apart_by_dash_as_well_as_colour(pictures):
    assert len({str(look(i)) for i in range(35)}) == 35
    assert len({str(look(i)["linestyle"]) for i in range(5)}) == 5
    with styled():
        figure = curves(compare(pictures), "en")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["train loss", "validation loss", "validation accuracy"]
    for axes in figure.axes:
        styles = [(line.get_color(), line.get_linestyle()) for line in axes.lines]
        assert len(styles) == 4 and styles[0] == styles[1] != styles[2] == styles[3]
        assert styles[0][1] != styles[2][1]


def test_the_interval_drawn_is_the_interval_told(pictures):
    found = compare(pictures)
    with styled():
        figure = intervals(found, "en")
    from limen.runs.repeats import repeats

    told = repeats(found.final["test_accuracy"][0])
    (segment,) = figure.axes[0].containers[0].lines[2][0].get_segments()
    assert segment[:, 0].tolist() == pytest.approx([told.low, told.high])
    assert intervals(compare([pictures[0], pictures[2]]), "en") is None


def test_a_label_with_a_dollar_is_no_formula(pictures):
    group = replace(compare(pictures).groups[0], names=("a$\\frac$", "b"))
    with styled():
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().plot([1], [1], label=label(group))
        figure.axes[0].legend()
        assert "a$" in to_svg(figure, "en")


def test_values_as_they_are_read():
    assert shown(0.0001, "en") == "0.0001" and shown(None, "zh") == "无" and shown([32, 64], "en") == "32, 64"
    assert shown("a1" * 32, "en") == "a1a1a1a1a1a1" and shown([], "en") == "–" and shown(True, "en") == "True"
    assert shown([{"epoch": 3, "set": ["x=1"]}, {"epoch": 4}], "en") == "epoch 3, set x=1; epoch 4"
    change = {"epoch": 3, "settings": ["plan.epochs=9"], "machine": {}, "data": None}
    assert shown([change], "en") == "epoch 3, settings plan.epochs=9"
    assert len(shown("long " * 100, "en")) == 120
    assert values_of([1, 2, 3, 4], "en") == "1 / 2 / 3 … (4)"


def test_a_picture_of_several_colours_and_a_larger_one_is_made_small():
    from limen.views.comparison_examples import picture

    x = torch.randint(0, 255, (300, 200, 3), dtype=torch.uint8)
    assert picture(x, 255.0).startswith("data:image/png;base64,")
    assert len(picture(x, 255.0)) < len(picture(torch.randint(0, 255, (128, 128, 3), dtype=torch.uint8), 255.0))


def test_it_is_repeated_to_the_same_bytes(pictures, tmp_path):
    for name in ("a", "b"):
        present_comparison(compare(pictures), tmp_path / f"{name}.html", "en")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
