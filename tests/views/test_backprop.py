"""A pass in the terminal and as a figure: every matrix is there, in both languages, and nothing runs over."""

import io
import itertools
import re

import matplotlib.text
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from rich.cells import cell_len
from rich.console import Console
from torch import nn

from limen.explain.microscope import examine
from limen.nets.dense import mlp
from limen.views.backprop import backprop_text
from limen.views.backprop_figure import backprop_figure
from limen.views.matrices import matrix_lines
from limen.views.style import styled, to_png
from limen.views.words import word


def small(loss="half-squared-error"):
    net = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid()).double()
    weights = [[[0.8, 0.2], [0.1, -0.6], [0.05, -1.4]], [0.3, 1.0, -1.4], [[0.98, 0.5, 1.2]], [-0.9]]
    for parameter, values in zip(net.parameters(), weights, strict=True):
        parameter.data = torch.tensor(values, dtype=torch.float64)
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    return examine(net, x, torch.tensor([0.0, 1, 1, 0], dtype=torch.float64), loss, rate=0.5)


def large():
    torch.manual_seed(0)
    return examine(mlp((1, 8, 8), 10, (32, 16)), torch.rand(64, 1, 8, 8), torch.randint(0, 10, (64,)))


def unusual():
    torch.manual_seed(1)
    layers = [
        nn.Tanh(),
        nn.Linear(2, 4, bias=False),
        nn.Tanh(),
        nn.LeakyReLU(),
        nn.Linear(4, 4),
        nn.Linear(4, 1),
        nn.GELU(),
    ]
    return examine(nn.Sequential(*layers), torch.randn(3, 2), torch.randn(3, 1), "mean-squared-error")


def single():
    torch.manual_seed(1)
    return examine(nn.Linear(4, 3), torch.randn(9, 4), torch.randint(0, 3, (9,)))


PASSES = {"small": small, "large": large, "unusual": unusual, "single": single}


def text(seen, width=100, language="en"):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(backprop_text(seen, width, language))
    return out.getvalue()


@pytest.mark.parametrize(("width", "language"), [(80, "en"), (120, "zh")])
@pytest.mark.parametrize("name", PASSES)
def test_the_terminal_shows_every_quantity_and_keeps_its_width(name, width, language):
    seen = PASSES[name]()
    shown = text(seen, width, language)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    for heading in ("by hand", "forward pass", "backward pass", "beside autograd"):
        assert word(heading, language) in shown
    for layer in seen.by_hand.layers:
        plain = (layer.local, layer.upstream) if not layer.bends else ()
        for quantity in (*layer.forward(), *layer.backward(), *layer.updated()):
            assert quantity in plain or quantity.formula in shown, quantity
    assert seen.by_hand.dx.formula in shown and ("…" not in shown)
    assert ("⋯" in shown) == (name in ("large", "single"))


def test_the_layers_come_forward_and_then_backward():
    shown = text(small())
    places = [
        shown.index(part)
        for part in ("Z₁ =", "H₁ =", "Z₂ =", "Ŷ =", "L =", "δ₂ =", "dW₂ =", "δ₁ =", "dW₁ =", "W₁⁺ =", "W₂⁺ =")
    ]
    assert places == sorted(places)
    assert "115 numbers compared with autograd's; the largest difference is " in shown
    assert "[ 0.980 ]" in shown and "Layer 1 (0), 2 → 3, activation σ(·)" in shown
    assert "第 1 层（0），2 → 3，激活函数 σ(·)" in text(small(), language="zh")


def test_matrices_are_printed_whole_or_cut():
    assert matrix_lines(torch.tensor([[1.0, -2.0], [0.0, 10.0]])) == ["[ 1  −2 ]", "[ 0  10 ]"]
    assert matrix_lines(torch.tensor([0.5, -0.25])) == ["[ 0.5000  −0.2500 ]"]
    assert matrix_lines(torch.tensor([[3e-6, 0.0], [-1e-9, 1e-6]])) == ["[  3.000      0 ]", "[ −0.001  1.000 ]"]
    lines = matrix_lines(torch.arange(200.0).reshape(20, 10))
    assert (
        len(lines) == 6
        and lines[0] == "[   0    1    2    3  ⋯    9 ]"
        and lines[-1] == "[ 190  191  192  193  ⋯  199 ]"
    )
    assert set(lines[4]) == {"[", "⋮", " ", "]"} and len({len(line) for line in lines}) == 1


def test_a_power_of_ten_is_that_of_the_whole_matrix():
    values = torch.zeros(20, 20)
    values[:, 10], values[0, 0] = 5e-4, 1e-6  # the largest is cut away
    assert matrix_lines(values)[0].startswith("[ 0.010  0 ")
    assert "20×20 · 10⁻⁴" not in text(single())


def test_numbers_that_are_no_numbers_are_shown():
    assert matrix_lines(torch.tensor([[float("nan"), float("-inf"), 1.5]]))[0].split()[1:3] == ["nan", "−inf"]


@pytest.mark.parametrize(("name", "language"), [("small", "zh"), ("large", "en"), ("unusual", "en"), ("single", "zh")])
def test_no_two_texts_of_the_figure_overlap(name, language):
    with styled():
        figure = backprop_figure(PASSES[name](), language)
        pen = FigureCanvasAgg(figure).get_renderer()
        boxes = [
            t.get_window_extent(pen).extents.tolist()
            for t in figure.findobj(matplotlib.text.Text)
            if t.get_text() and t.get_visible()
        ]
    right, top = figure.bbox.size
    assert all(x0 >= 0 and y0 >= 0 and x1 <= right and y1 <= top for x0, y0, x1, y1 in boxes)
    for a, b in itertools.combinations(boxes, 2):
        assert min(a[2], b[2]) - max(a[0], b[0]) <= 1 or min(a[3], b[3]) - max(a[1], b[1]) <= 1, (a, b)


def test_the_figure_has_every_matrix_and_its_numbers():
    seen = small()
    with styled():
        figure = backprop_figure(seen, "en")
        assert to_png(figure, dpi=40).startswith(b"\x89PNG")
    by_shape = [tuple(axes.images[0].get_array().shape) for axes in figure.axes]
    # X, Z₁, H₁, Z₂, Ŷ, what comes back to each, dW and W of both layers, Y
    assert len(by_shape) == 5 + 5 + 4 + 1
    z = next(axes for axes in figure.axes if axes.images[0].get_array()[0, 0] == seen.by_hand.layers[0].z.values[0, 0])
    assert [t.get_text() for t in z.texts][:3] == ["0.30", "1.00", "−1.40"]
    told = " ".join(t.get_text() for t in figure.texts)
    assert all(
        part in told
        for part in (
            "Z₁ = X W₁ + b₁",
            "δ₁ = ∂L/∂H₁ ⊙ σ′(Z₁)",
            "∂L/∂Ŷ = Ŷ − Y",
            f"L = {seen.by_hand.value.values.item():.4f}",
            "η = 0.5",
        )
    )


def test_colours_are_centred_on_zero():
    with styled():
        figure = backprop_figure(unusual(), "en")
    for axes in figure.axes:
        low, high = axes.images[0].get_clim()
        assert low == -high and high == pytest.approx(abs(axes.images[0].get_array()).max())


def test_large_matrices_have_no_numbers_in_their_cells():
    with styled():
        figure = backprop_figure(large(), "zh")
    assert all(bool(axes.texts) == (max(axes.images[0].get_array().shape) <= 12) for axes in figure.axes)
    assert re.search("前\n向\n传\n播", "|".join(t.get_text() for t in figure.texts))
