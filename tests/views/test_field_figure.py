"""The receptive field on the input: what is drawn is what the summary says."""

import pytest
import torch
from matplotlib.patches import Rectangle
from tests.nets.patterns import PATTERNS
from torch import nn

from limen.nets.build import build
from limen.nets.summary import summarize
from limen.views.field_figure import field_figure
from limen.views.layers import layers_table, memory_text
from limen.views.style import styled, to_svg


def boxes(figure):
    found = [p for p in figure.axes[0].patches if isinstance(p, Rectangle) and p.get_zorder() > 0.5]
    return [(p.get_y() + 0.5, p.get_x() + 0.5, p.get_height(), p.get_width()) for p in found if p.get_fill()]


def test_each_rectangle_is_what_the_middle_sees():
    rows = summarize(build("mnist-cnn", (1, 28, 28), 10), (1, 28, 28))
    with styled():
        figure = field_figure(rows, (1, 28, 28), "en")
    assert boxes(figure)[::-1] == [(13, 13, 3, 3), (13, 13, 4, 4), (11, 11, 8, 8), (9, 9, 10, 10), (0, 0, 28, 28)]
    assert [bar.get_width() for bar in figure.axes[1].patches] == [3, 4, 8, 10, 28]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("net", "shape"),
    [
        (PATTERNS["Residual"](), (3, 40, 56)),
        (nn.Sequential(nn.Conv1d(1, 2, 5, 2), nn.Conv1d(2, 2, 3, padding=1)), (1, 50)),
        (nn.Sequential(*(nn.Conv2d(1, 1, 3, padding=1) for _ in range(30))), (1, 20, 20)),
        (nn.Sequential(nn.Conv3d(1, 2, 3), nn.Conv3d(2, 1, 3)), (1, 9, 9, 9)),
    ],
)
def test_any_net_with_directions_is_drawn(net, shape, language):
    with styled():
        drawn = to_svg(field_figure(summarize(net, shape), shape, language), language)
    assert "×".join(map(str, shape)) in drawn


def test_the_table_says_when_it_knows_only_a_bound():
    class Rolled(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x):
            return self.conv(torch.roll(x, 1, 2))

    cells = list(layers_table(summarize(Rolled(), (1, 12, 12)), "en").columns[6].cells)
    assert str(cells[0]) == "≤ whole input"


def test_memory_as_people_read_it():
    assert [memory_text(n) for n in (0, 512, 12544, 150_528, 6_422_528, 250_000_000)] == [
        "0", "512 B", "12.5 kB", "151 kB", "6.42 MB", "250 MB"
    ]  # fmt: skip
