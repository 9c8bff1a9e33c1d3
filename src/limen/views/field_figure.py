"""The receptive field drawn on the input: what the number in the middle of each layer can see, and how that grows."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from limen.nets.summary import LayerSummary
from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

COLOURS = (SKY, BLUE, GREEN, ORANGE, RED, PURPLE, INK)
MOST = len(COLOURS)
Box = tuple[float, float, float, float]  # top, left, height, width, in numbers of the input


def growing(rows: Sequence[LayerSummary]) -> list[LayerSummary]:
    """The layers at which the receptive field grows, first of all at which it does."""
    told, largest = [], 0.0
    for row in rows:
        if row.field and (size := max(row.sees)) > largest and (row.looks_at_all or len(row.output) > 1):
            told.append(row)
            largest = size
    return told


def chosen(rows: list[LayerSummary]) -> list[LayerSummary]:
    """As many of them as can be told apart, the last among them."""
    if len(rows) <= MOST:
        return rows
    return [rows[round(i * (len(rows) - 1) / (MOST - 1))] for i in range(MOST)]


def seen(row: LayerSummary) -> Box:
    """What the number in the middle sees of the input."""
    ends = [(int(axis.first[axis.places // 2]), int(axis.last[axis.places // 2])) for axis in row.field]
    (top, bottom), (left, right) = ends[-2:] if len(ends) > 1 else ((0, 0), ends[0])
    return top - 0.5, left - 0.5, bottom - top + 1, right - left + 1


def reckoned(row: LayerSummary) -> Box | None:
    """What the arithmetic gives, padding and all; None behind a layer that looks at all."""
    sides: list[tuple[float, float]] = []
    for axis in row.field[-2:]:
        if axis.size is None or axis.jump is None or axis.centre is None:
            return None
        middle = axis.centre + axis.places // 2 * axis.jump
        sides.append((float(middle - axis.size / 2), float(axis.size)))
    (top, high), (left, wide) = sides if len(sides) > 1 else ((-0.5, 1.0), sides[0])
    return top, left, high, wide


def frame(axes: Axes, box: Box, colour: str, dashed: bool) -> None:
    """A rectangle's outline."""
    top, left, high, wide = box
    axes.add_patch(
        Rectangle((left, top), wide, high, fill=not dashed, facecolor=f"{colour}18", edgecolor=colour,
                  linewidth=1.3 if dashed else 2.4, linestyle=(0, (4, 3)) if dashed else "-")
    )  # fmt: skip


def on_input(axes: Axes, rows: Sequence[LayerSummary], shape: tuple[int, ...], language: str) -> None:
    """The input as a sheet of paper, and on it what each layer's middle sees."""
    high, wide = (1, *shape)[-2:] if len(shape) > 2 else (1, shape[-1])
    sheet = Rectangle((-0.5, -0.5), wide, high, facecolor="#F3F4F6", edgecolor=GREY, linewidth=1.2, zorder=0.2)
    axes.add_patch(sheet)
    if max(high, wide) <= 64:
        axes.hlines([i - 0.5 for i in range(1, high)], -0.5, wide - 0.5, color="white", linewidth=0.8, zorder=0.5)
        axes.vlines([i - 0.5 for i in range(1, wide)], -0.5, high - 0.5, color="white", linewidth=0.8, zorder=0.5)
    low = [-0.5, -0.5, high - 0.5, wide - 0.5]
    for row, colour in reversed(list(zip(rows, COLOURS, strict=False))):
        whole, told = reckoned(row), seen(row)
        if whole is not None and whole != told:
            frame(axes, whole, colour, True)
            ends = (whole[0] + whole[2], whole[1] + whole[3])
            low = [min(low[0], whole[0]), min(low[1], whole[1]), max(low[2], ends[0]), max(low[3], ends[1])]
        frame(axes, told, colour, False)
    margin = 0.03 * max(low[2] - low[0], low[3] - low[1])
    axes.set(xlim=(low[1] - margin, low[3] + margin), ylim=(low[2] + margin, low[0] - margin), aspect="equal")
    axes.grid(visible=False)
    axes.tick_params(length=0, labelsize=9, labelcolor=GREY)
    axes.set_xticks([0, wide - 1])
    axes.set_yticks([0, high - 1] if high > 1 else [])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(word("on the input", language).format(shape="×".join(map(str, shape))))


def growth(axes: Axes, every: list[LayerSummary], picked: list[LayerSummary], side: int, language: str) -> None:
    """A bar for each layer at which the field grows; those that are drawn have their colour."""
    colours = {row.path: colour for row, colour in zip(picked, COLOURS, strict=False)}
    if len(every) > 24:
        every = picked
    sizes = [max(row.sees) for row in every]
    places = range(len(every))
    axes.barh(places, sizes, color=[colours.get(row.path, "#D1D5DB") for row in every], height=0.72)
    axes.axvline(side, color=GREY, linestyle=(0, (4, 3)), linewidth=1.3)
    for place, (row, size) in enumerate(zip(every, sizes, strict=True)):
        whole = row.looks_at_all and all(axis.whole for axis in row.field)
        told = word("whole input", language) if whole else f"{size}"
        axes.annotate(
            told, (size, place), (5, 0), textcoords="offset points", va="center", fontsize=9.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    axes.set_yticks(places, [row.path or row.kind for row in every], fontsize=9.5)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max([*sizes, side]) * 1.28)
    axes.set_xlabel(word("numbers of the input", language).format(side=side))
    axes.set_title(word("growth", language))


def field_figure(rows: Sequence[LayerSummary], shape: tuple[int, ...], language: str) -> Figure:
    """What the middle of each layer sees of an input of `shape` (C, H, W) or (C, L), and the growth of it.

    rows: of `summarize`. Layers at which nothing grows are left out, and of many every so-manieth is drawn.
    """
    every = growing(rows)
    picked = chosen(every)
    figure = Figure(figsize=(11.4, 5.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1))
    on_input(left, picked, shape, language)
    growth(right, every, picked, max(shape[1:]), language)
    return figure
