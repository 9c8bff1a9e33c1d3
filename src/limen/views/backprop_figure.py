"""A pass through a dense chain drawn: forward above, backward below it, and under that the gradients and the step.

Every matrix stands where it arises. Below Z stands δ = ∂L/∂Z and below H stands ∂L/∂H, each of the same shape; below δ
stands dW, and left of it the W that it changes.
"""

from matplotlib.figure import Figure
from rich.cells import cell_len

from limen.explain.microscope import Microscope
from limen.explain.written import number
from limen.nets.derivatives import NOTATIONS
from limen.nets.losses import one_hot
from limen.nets.notation import sub
from limen.nets.passes import LayerPass, Pass, Quantity
from limen.views.backprop import compared_text, title
from limen.views.heat import WIDE, Box, arrow, box, heat, label
from limen.views.style import BLUE, GREEN, GREY, INK, RED
from limen.views.words import word

PITCH, LEFT, RIGHT = 2.35, 0.7, 0.35  # inches: from matrix to matrix, and the margins
THERE, BACK, STEP = 5.9, 3.65, 1.4  # inches: the middles of the three rows
HEIGHT = 7.55


def column(place: int) -> float:
    """The middle of a column in inches, counted from 0."""
    return LEFT + WIDE / 2 + PITCH * place


def sign_of(layer: LayerPass) -> str:
    """The sign of a layer's activation: ``σ``, ``f`` for several in a row, ``=`` for none."""
    return NOTATIONS[type(layer.bends[0])].symbol if len(layer.bends) == 1 else "f" if layer.bends else "="


def delta_formula(layer: LayerPass, is_last: bool) -> str:
    """δ from what stands beside it: ``δ₁ = ∂L/∂H₁ ⊙ σ′(Z₁)``."""
    if layer.bends:
        slope = layer.local.symbol if len(layer.bends) == 1 else f"f′({layer.z.symbol})"
        return f"{layer.delta.symbol} = {layer.upstream.symbol} ⊙ {slope}"
    return f"{layer.delta.symbol} = {layer.upstream.formula if is_last else layer.upstream.symbol}"


def columns(seen: Pass) -> tuple[list[Box], list[Box]]:
    """The boxes of the upper two rows from left to right: X, Z₁, H₁, …, Ŷ and what comes back to each."""
    there, back = [box(seen.start, column(0), THERE)], [box(seen.dx, column(0), BACK)]
    for layer in seen.layers:
        is_last = layer.number == len(seen.layers)
        x, sums = column(2 * layer.number - 1), layer.z.formula
        there.append(box(layer.z, x, THERE, f"Ŷ = {sums}" if is_last and not layer.bends else sums))
        back.append(box(layer.delta, x, BACK, delta_formula(layer, is_last)))
        if layer.bends or not is_last:
            x = column(2 * layer.number)
            there.append(box(layer.h, x, THERE))
            back.append(box(layer.upstream, x, BACK))
    return there, back


def draw_ways(figure: Figure, seen: Pass, there: list[Box], back: list[Box]) -> None:
    """The arrows of the forward and of the backward pass between the boxes."""
    for i in range(len(there) - 1):
        layer = seen.layers[i // 2]
        weights = f"W{sub(layer.number)}" + (f", b{sub(layer.number)}" if layer.b is not None else "")
        sign = sign_of(layer)
        ways = (sign, f"⊙ {sign}′" if layer.bends else "=") if i % 2 else (weights, f"W{sub(layer.number)}ᵀ")
        arrow(figure, there[i].side(1), there[i + 1].side(-1), BLUE, ways[0])
        arrow(figure, back[i + 1].side(-1), back[i].side(1), RED, ways[1])


def draw_steps(figure: Figure, seen: Pass, back: list[Box]) -> None:
    """The lowest row: dW below δ, and the step that it makes in W."""
    for layer in seen.layers:
        place = 2 * layer.number - 1
        gradient = box(layer.dw, column(place), STEP)
        formula = f"{layer.w.symbol} ← {layer.new_w.formula.partition(' = ')[2]}"
        weights = box(layer.w, column(place - 1), STEP, formula)
        heat(figure, gradient)
        heat(figure, weights)
        delta = back[place]
        low, high = delta.y - delta.high / 2 - 0.3, gradient.y + gradient.high / 2 + 0.32
        arrow(figure, (delta.x, low), (delta.x, high), GREEN, f"{layer.before.symbol}ᵀ ·")
        arrow(figure, gradient.side(-1), weights.side(1), GREEN, "− η")


def draw_loss(figure: Figure, seen: Pass, output: Box, slope: Box, language: str) -> None:
    """The last column: targets above, and the loss, where the way turns back."""
    x = output.x + PITCH
    targets = one_hot(seen.targets, seen.output.values) if seen.loss == "cross-entropy" else seen.targets
    truth = box(Quantity("Y", word("targets", language), targets), x, THERE)
    heat(figure, truth)
    y = BACK
    value = f"L = {number(float(seen.value.values))}"
    figure.text(
        x, y, value, transform=figure.dpi_scale_trans, ha="center", va="center", fontsize=13, fontweight="bold",
        bbox={"boxstyle": "round,pad=0.5", "facecolor": "#F3F4F6", "edgecolor": GREY},
    )  # fmt: skip
    label(figure, x, y - 0.36, seen.value.formula, 8.5, GREY, "top")
    label(figure, x, y - 0.56, word(seen.loss, language), 8.5, GREY, "top")
    above = y + 0.3
    arrow(figure, (x, truth.y - truth.high / 2 - 0.3), (x, above), BLUE)
    arrow(figure, (output.side(1)[0], output.y - output.high / 4), (x - 0.35, above), BLUE)
    arrow(figure, (x - 0.68, y), slope.side(1), RED)


def along(figure: Figure, y: float, text: str, size: float, colour: str, weight: str = "normal") -> None:
    """A line of text from the left edge, smaller where the figure is too narrow for it."""
    room = (figure.get_figwidth() - 0.3) * 72 / (0.57 * cell_len(text))
    figure.text(
        0.15, y, text, transform=figure.dpi_scale_trans, va="center", fontsize=min(size, room), fontweight=weight,
        color=colour,
    )  # fmt: skip


def backprop_figure(seen: Microscope, language: str) -> Figure:
    """The chain from left to right with its matrices as heat maps, numbers in the cells where they fit."""
    by_hand = seen.by_hand
    there, back = columns(by_hand)
    wide = LEFT + PITCH * len(there) + WIDE + RIGHT
    figure = Figure(figsize=(wide, HEIGHT))
    for made in (*there, *back):
        heat(figure, made)
    draw_ways(figure, by_hand, there, back)
    draw_steps(figure, by_hand, back)
    draw_loss(figure, by_hand, there[-1], back[-1], language)
    for y, name, colour in ((THERE, "forward", BLUE), (BACK, "backward", RED), (STEP, "gradient", GREEN)):
        text, turned = word(f"{name} row", language), 90
        if language == "zh":  # Chinese is written downwards, upright
            text, turned = "\n".join(text), 0
        figure.text(
            0.3, y, text, transform=figure.dpi_scale_trans, rotation=turned, ha="center", va="center", fontsize=12,
            fontweight="bold", color=colour,
        )  # fmt: skip
    told = word("of the step", language).format(pass_=title(by_hand, language), rate=number(by_hand.rate))
    heading = f"{word('by hand', language)} · {told}"
    along(figure, HEIGHT - 0.32, heading, 14, INK, "bold")
    along(figure, 0.36, word("colours", language), 9, GREY)
    along(figure, 0.15, compared_text(seen, language), 9, GREY)
    return figure
