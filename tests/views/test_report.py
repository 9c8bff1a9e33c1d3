"""Figures and report: drawn in both languages, one file, no network, no script, nothing unescaped."""

import html.parser
import re
import struct
from dataclasses import replace

import pytest
import torch
from tests.conftest import finish, small

from limen.data.dataset import Dataset
from limen.experiments.config import with_options
from limen.experiments.present import present
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.experiments.study import as_variant, find_variant
from limen.language import Text
from limen.views.confusion import confusion
from limen.views.curves import curves
from limen.views.figures import FIGURES
from limen.views.finding import Finding
from limen.views.layers import layer_rows
from limen.views.numbers import duration, number
from limen.views.pictures import examples, filters
from limen.views.report import with_code
from limen.views.style import styled, to_png, to_svg

VOID = {"meta", "br", "img", "hr", "link", "input"}


class Page(html.parser.HTMLParser):
    """Reads a page and notes tags, attributes, text and what was never closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *a) for a in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *a) for a in attributes]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, text):
        self.words.append(text)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A finished run of each kind: pictures with a convolution, pictures without, a table."""
    root = tmp_path_factory.mktemp("runs")
    return {name: finish(small(name), root)[0] for name in ("digits-cnn", "digits-mlp", "iris")}


def finding(run, language="en", folder=None, experiment=None, **changes):
    setup = set_up(experiment or small(run.record["experiment"]["name"]), folder=folder)
    answers = run.predictions()
    made = Finding(
        run=run, data=setup.data, net=setup.net, outputs=answers["outputs"], targets=answers["targets"],
        result=run.result, metrics=run.metrics(), published=[], title="t", story="s", next=[], command="c", language=language,
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize("name", ["digits-cnn", "digits-mlp", "iris"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_is_one_sound_page(runs, name, language):
    run, experiment = runs[name], small(name)
    setup = set_up(experiment)
    path = present(run, setup, run.result, language)
    text = path.read_text()
    page = Page(text)
    assert page.open == [] and "script" not in page.tags
    loads = [
        a for a in page.attributes if a[1] in ("src", "href", "xlink:href") and not a[2].startswith(("data:", "#"))
    ]
    assert loads == []
    assert not [a for a in page.attributes if a[1].startswith("on")]
    assert "@import" not in text and "url(http" not in text
    words = " ".join(page.words)
    assert experiment.title[language] in words and f"{run.result['metrics']['test_accuracy']:.4f}" in words
    for step in experiment.next:
        assert step.why[language] in words and step.options in words
    assert text.count("<svg") == len([f for f in experiment.figures if (run.path / "figures" / f"{f}.png").exists()])
    assert len(text) < 2_000_000


def test_names_from_files_are_shown_as_text(runs):
    run = runs["digits-mlp"]
    attack = "<script>alert(1)</script>"
    experiment = replace(small("digits-mlp"), title=Text(attack, attack), story=Text(attack, attack))
    setup = set_up(small("digits-mlp"))
    setup.experiment = experiment
    classes = (attack, *setup.data.classes[1:])
    setup.data = Dataset(
        setup.data.name, setup.data.train, setup.data.validation, setup.data.test, classes, setup.data.scale
    )
    text = present(run, setup, run.result, "en").read_text()
    assert "<script" not in text and "&lt;script&gt;" in text


# the experiments that show each figure, and their variants, some of which alone have what it shows
SHOWS = {
    figure: [
        (name, variant)
        for name, make in EXPERIMENTS.items()
        if figure in make().figures
        for variant in ("", *(v.name for v in make().variants if not v.begin))
    ]
    for figure in FIGURES
}


def smaller(name, variant):
    """A small run's experiment, or that of one of its variants."""
    if not variant:
        return small(name)
    made = EXPERIMENTS[name]()
    return as_variant(made, find_variant(made, variant), ["plan.epochs=3", "plan.passes=1", "data.verify=false"])


@pytest.fixture(scope="module")
def run_of(tmp_path_factory, runs, small_data):
    """A small finished run of an experiment or a variant, made when it is first asked for."""

    def find(name, variant):
        key = f"{name}/{variant}" if variant else name
        if key not in runs:
            runs[key] = finish(smaller(name, variant), tmp_path_factory.mktemp("more"), folder=small_data)[0]
        return runs[key]

    return find


def test_every_figure_belongs_to_an_experiment():
    assert all(SHOWS.values())
    assert {figure for make in EXPERIMENTS.values() for figure in make().figures} == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_a_picture_of_a_lectures_size_and_repeats_to_the_same_bytes(run_of, name, small_data):
    def drawn(language):
        with styled():
            every = (
                FIGURES[name](finding(run_of(*shown), language, folder=small_data, experiment=smaller(*shown)))
                for shown in SHOWS[name]
            )
            figure = next(made for made in every if made is not None)
            return to_png(figure), to_svg(figure, language)

    for language in ("en", "zh"):
        png, svg = drawn(language)
        width, height = struct.unpack(">II", png[16:24])
        assert png.startswith(b"\x89PNG") and 600 <= width <= 2400 and 300 <= height <= 2400
        assert svg.startswith("<svg") and svg.rstrip().endswith("</svg>") and "<text" in svg
    assert drawn("zh") == (png, svg)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_that_has_nothing_to_show_says_so(runs, name):
    """What is asked of a run of another kind gives a picture or None, never an error."""
    with styled():
        for run in (runs["digits-cnn"], runs["iris"]):
            figure = FIGURES[name](finding(run))
            assert figure is None or to_png(figure)


def test_a_table_has_no_filters_and_a_perfect_net_no_mistakes(runs):
    assert filters(finding(runs["iris"])) is None
    whole = finding(runs["digits-cnn"])
    perfect = torch.nn.functional.one_hot(whole.targets, 10).float() * 9
    with styled():
        figure = examples(replace(whole, outputs=perfect))
        assert "no mistakes" in to_svg(figure, "en")


def texts(figure):
    return re.findall(r">([^<>]+)</text>", to_svg(figure, "en"))


def test_the_confusion_matrix_shows_the_counts(runs):
    whole = finding(runs["iris"])
    with styled():
        shown = texts(confusion(whole))
    for name in ("setosa", "versicolor", "virginica"):
        assert name in shown
    right = int((whole.outputs.argmax(1) == whole.targets).sum())
    assert any(f"{right} / 30" in t for t in shown)


def test_the_curves_show_what_was_published(runs):
    run = runs["digits-mlp"]
    published = [
        {"measure": "validation_loss", "values": (2.0, 1.0), "of": "x"},
        {"measure": "test_accuracy", "values": (0.5,), "of": "x"},
    ]
    with styled():
        shown = " ".join(texts(curves(finding(run, published=published))))
        chinese = " ".join(texts(curves(finding(run, "zh", published=published))))
    assert "validation loss, published" in shown and "test accuracy, published 0.5" in shown
    assert "验证损失（公布值）" in chinese


def test_colour_filters_are_drawn_in_colour(tmp_path, small_data):
    run, _ = finish(small("cifar-cnn"), tmp_path, folder=small_data, pictures=True)
    assert (run.path / "figures" / "filters.png").exists() and (run.path / "figures" / "examples.png").exists()
    text = (run.path / "report.html").read_text()
    assert "grey counts for nothing" in text and "blue weighs in favour" not in text


def test_commands_in_a_story_are_set_as_code_and_the_rest_is_escaped():
    assert with_code("`--recipe notes` & <b>") == "<code>--recipe notes</code> &amp; &lt;b&gt;"


def test_numbers_as_people_read_them(runs):
    assert number(0.98765) == "0.9877"
    assert (
        duration(7.04, "en") == "7.0 s" and duration(125.4, "en") == "2 min 5 s" and duration(61, "zh") == "1 分 1 秒"
    )
    setup = set_up(with_options(EXPERIMENTS["digits-cnn"](), []))
    from limen.nets.summary import summarize

    rows = layer_rows(summarize(setup.net, setup.data.shape), "en")
    assert rows[0] == ("conv1", "Conv2d", "32×8×8", "320", "18,432") and rows[-1][0] == "total"
