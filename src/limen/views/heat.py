"""Matrices as heat maps at places given in inches, with arrows between them: what a drawn calculation is made of.

Blue is above 0, orange below, white is 0. Numbers stand in the cells where they fit, the formula above, the shape
below.
"""

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from torch import Tensor

from limen.nets.passes import Quantity
from limen.views.matrices import as_rows, digits_after, power, scale, written
from limen.views.style import AGAINST_FOR, GREY, INK

WIDE, HIGH = 1.6, 1.45  # inches: the largest matrix
CELL_WIDE, CELL_HIGH = 0.58, 0.34  # inches: the largest cell
LEAST = 0.3  # inches: what a long row or column is widened to
ROOM = 2.23  # inches: what a formula may take
MOST = 12  # rows or columns of a matrix whose numbers are tried to be printed
READABLE = 8.0  # points: numbers that would be smaller lose a digit
SMALLEST = 6.2  # points: smaller numbers are not printed into the cells
EM = {"−": 0.84, ".": 0.32}  # widths of characters in the size of the font; digits are 0.64


Place = tuple[float, float]  # inches from the lower left corner


@dataclass(frozen=True, eq=False)
class Box:
    """A matrix on the figure: its middle and its size in inches."""

    x: float
    y: float
    wide: float
    high: float
    values: Tensor
    formula: str
    shape: str

    def side(self, right: int) -> Place:
        """The middle of the right (1) or left (-1) edge, with a little air."""
        return self.x + right * (self.wide / 2 + 0.08), self.y

    def __repr__(self) -> str:
        return f"Box({self.formula}, {self.shape})"


def box(quantity: Quantity, x: float, y: float, formula: str = "") -> Box:
    """A quantity as a matrix at a place."""
    values = as_rows(quantity.values)
    rows, columns = values.shape
    wide, high = min(CELL_WIDE * columns, WIDE), min(CELL_HIGH * rows, HIGH)
    wide, high = max(wide, LEAST), max(high, LEAST)
    return Box(x, y, wide, high, values, formula or quantity.formula, quantity.shape)


def font_of(made: Box, texts: list[list[str]]) -> float:
    """The size in points in which the numbers fit into the cells."""
    rows, columns = made.values.shape
    longest = max(sum(EM.get(letter, 0.64) for letter in text) for row in texts for text in row)
    return min(10.5, made.wide / columns * 72 / (longest + 0.8), made.high / rows * 72 / 1.35)


def fitted(made: Box, exponent: int) -> tuple[list[list[str]], float]:
    """The numbers of a matrix with three digits or fewer, and the size in points in which they fit."""
    values, size, texts = made.values.double(), 0.0, [[""]]
    for digits, least in ((3, READABLE), (2, SMALLEST), (1, 0)):
        places = digits_after(values, digits, exponent)
        texts = [[written(value, exponent, places) for value in row] for row in values.tolist()]
        size = font_of(made, texts)
        if size >= least:
            break
    return texts, size


def heat(figure: Figure, made: Box) -> None:
    """Draw a matrix: colours, numbers where they fit, formula above and shape below."""
    wide, high = figure.get_size_inches()
    place = (made.x - made.wide / 2) / wide, (made.y - made.high / 2) / high, made.wide / wide, made.high / high
    axes = figure.add_axes(place)
    values = made.values.double()
    finite = values[values.isfinite()].abs()
    largest = float(finite.max()) if finite.numel() and finite.any() else 1.0
    axes.imshow(values.numpy(), cmap=AGAINST_FOR, vmin=-largest, vmax=largest, aspect="auto", interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, linewidth=0.8)
    label(figure, made.x, made.y + made.high / 2 + 0.08, made.formula, size=9.5, va="bottom")
    exponent = power(values, -1)
    texts, size = fitted(made, exponent) if max(values.shape) <= MOST else ([], 0.0)
    readable = size >= SMALLEST
    shape = f"{made.shape}{scale(exponent) if readable else ''}"
    label(figure, made.x, made.y - made.high / 2 - 0.07, shape, size=8.5, colour=GREY, va="top")
    if readable:
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                colour = "white" if abs(float(values[i, j])) > 0.62 * largest else INK
                axes.text(j, i, text, ha="center", va="center_baseline", fontsize=size, color=colour)


def label(
    figure: Figure, x: float, y: float, text: str, size: float = 9.5, colour: str = INK, va: str = "center"
) -> None:
    """Text at a place in inches, set in its middle, smaller where it would reach into the next column."""
    figure.text(
        x, y, text.replace("$", r"\$"), transform=figure.dpi_scale_trans, ha="center", va=va, color=colour,
        fontsize=min(size, ROOM * 72 / (0.58 * len(text) + 0.01)),
    )  # fmt: skip


def arrow(figure: Figure, start: Place, end: Place, colour: str, text: str = "") -> None:
    """An arrow between two places in inches, its text above the middle, or right of it where it goes down."""
    made = FancyArrowPatch(
        start, end, transform=figure.dpi_scale_trans, arrowstyle="-|>", mutation_scale=13, linewidth=1.6, color=colour,
        shrinkA=0, shrinkB=0,
    )  # fmt: skip
    figure.add_artist(made)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    if start[1] == end[1]:
        label(figure, x, y + 0.07, text, 9.5, colour, "bottom")
    else:
        label(figure, x + 0.36, y, text, 9.5, colour)
