"""Convolution drawn: every product and every sum that is shown is the one that was computed."""

import pytest
import torch

from limen.experiments.convolution_channels import channels_drawn
from limen.experiments.convolution_kinds import wires_drawn
from limen.nets.convolution import Slide, convolve
from limen.views.convolution_figure import convolution_figure
from limen.views.kinds_figure import channels, wires
from limen.views.style import BLUE, styled, to_svg

X = torch.tensor([0.0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
W = torch.tensor([0.5, 1, 0.5])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_the_staircase_shows_every_product_and_sum():
    with styled():
        told = texts(convolution_figure(convolve(X, W), "en"))
    assert [t for t in told if t.startswith("= ")] == [
        f"= {v}" for v in ("11.5", "24.5", "30.5", "25", "16.5", "16", "24", "29")
    ]
    assert sum("·" in t for t in told) == 24 and told.count("0.5·13") == 2 and told.count("1·13") == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("slide", "products"),
    [
        (Slide(2, "same"), 15), (Slide(1, "full", flipped=True), 36), (Slide(dilation=3), 12), (Slide(3, 1), 12),
        (Slide(2, transposed=True), 30), (Slide(2, 1, transposed=True), 28),
    ],
)  # fmt: skip
def test_other_ways_to_slide(slide, products, language):
    with styled():
        figure = convolution_figure(convolve(X, W, slide), language)
        told, drawn = texts(figure), to_svg(figure, language)
    assert sum("·" in t for t in told) == products
    assert {"en": "kernel", "zh": "卷积核"}[language] in drawn


def test_a_long_row_is_cut_and_says_so():
    with styled():
        told = texts(convolution_figure(convolve(torch.arange(40.0), W), "en"))
    assert "⋮" in told and sum("·" in t for t in told) == 11 * 3


def test_each_step_over_a_plane_has_the_numbers_so_far():
    plane, kernel = torch.arange(16.0).view(4, 4), torch.ones(2, 2)
    with styled():
        figure = convolution_figure(convolve(plane, kernel, Slide(2)), "en")
    assert len(figure.axes) >= 4
    sums = [
        [t for t in (text.get_text() for text in axes.texts) if t in ("10", "18", "42", "50")]
        for axes in figure.axes[:4]
    ]
    assert [told[-i - 1 :] for i, told in enumerate(sums)] == [
        ["10"],
        ["10", "18"],
        ["10", "18", "42"],
        ["10", "18", "42", "50"],
    ]
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["step 1 of 4", "step 2 of 4"]
    with styled():  # of many steps the first and the last
        many = convolution_figure(convolve(torch.ones(6, 6), kernel, Slide(1, 1)), "zh")
    assert "第 49 步，共 49 步" in [axes.get_title(loc="left") for axes in many.axes]


def test_wires_that_share_a_weight_have_one_colour():
    with styled():
        figure = wires(wires_drawn(), {}, "en")
        lines = figure.axes[1].collections[0]
        assert len(lines.get_segments()) == 22 and len({tuple(c) for c in lines.get_colors()}) == 3
        assert len({tuple(c) for c in figure.axes[0].collections[0].get_colors()}) == 1
        panels = channels(channels_drawn(), {}, "zh")
    assert [len(axes.lines) for axes in panels.axes] == [16, 16, 8, 20]
    assert sum(line.get_color() == BLUE for line in panels.axes[3].lines) == 4
