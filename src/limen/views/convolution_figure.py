"""Convolution drawn: the input, the kernel laid on it step by step, and what comes out.

Of a row of numbers every step is a line below the input, so that the kernel climbs down a staircase; of a plane every
step is a small picture of its own. Pale cells are padding.
"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle

from limen.explain.written import factor, number
from limen.nets.convolution import Convolution, Index
from limen.nets.notation import sub
from limen.views.style import BLUE, GREY, INK, ORANGE
from limen.views.words import word

PALE, WINDOW, MADE = "#F3F4F6", "#D6ECFA", "#FCE8C5"
STEPS = 12  # lines of a staircase
PICTURES = 9  # steps of a plane


def cell(axes: Axes, x: float, y: float, text: str, face: str = "white", edge: str = "#9CA3AF", size: float = 11,
         dashed: bool = False, colour: str = INK) -> None:  # fmt: skip
    """One number in its box; x and y are its upper left corner. A coloured edge lies over its neighbours' grey ones."""
    line = (0, (2, 2)) if dashed else "-"
    axes.add_patch(
        Rectangle((x, y), 1, 1, facecolor=face, edgecolor=edge, linewidth=1.0, linestyle=line,
                  zorder=1.5 if edge in (BLUE, ORANGE) else 1)
    )  # fmt: skip
    axes.text(x + 0.5, y + 0.52, text, ha="center", va="center", fontsize=size, color=colour)


def bare(axes: Axes, wide: float, high: float, left: float = 0.0) -> None:
    """An axes of cells, without ticks, y downwards."""
    axes.set(xlim=(left - 0.05, wide + 0.05), ylim=(high + 0.05, -0.05), aspect="equal")
    axes.axis("off")


def shown(places: int) -> list[int | None]:
    """The steps of a staircase that are drawn; None for those left out."""
    return list(range(places)) if places <= STEPS else [*range(STEPS - 2), None, places - 1]


Line = tuple[str, Mapping[int, str], str]  # what stands at the left, the cells by their column, and at the right


def sliding_lines(seen: Convolution) -> list[Line | None]:
    """For each place of the output: the products, each below the number that it is made from."""
    lines: list[Line | None] = []
    for i in shown(len(seen.output)):
        if i is None:
            lines.append(None)
            continue
        start = i * seen.slide.stride - seen.before()
        cells = {
            start + t.tap[0] * seen.slide.dilation: f"{factor(t.weight)}·{factor(t.number)}" for t in seen.terms(i)
        }
        lines.append((f"y{sub(i + 1)}", cells, f"= {number(float(seen.output[i]))}"))
    return lines


def laying_lines(seen: Convolution) -> list[Line | None]:
    """Transposed, for each number of the input: where it lays the kernel down."""
    lines: list[Line | None] = []
    taps = len(seen.kernel)
    weights = seen.kernel.flip(0) if seen.slide.flipped else seen.kernel
    for i in shown(len(seen.x)):
        if i is None:
            lines.append(None)
            continue
        start = i * seen.slide.stride - seen.before()
        places = [start + t * seen.slide.dilation for t in range(taps)]
        cells = {
            o: f"{factor(float(weights[t]))}·{factor(float(seen.x[i]))}"
            for t, o in enumerate(places)
            if 0 <= o < len(seen.output)
        }
        lines.append((f"x{sub(i + 1)} = {number(float(seen.x[i]))}", cells, ""))
    return lines


def row_of(axes: Axes, values: Sequence[float], y: float, face: str, size: float) -> None:
    """A row of numbers."""
    for i, value in enumerate(values):
        cell(axes, i, y, number(value), face, size=size)


def staircase(seen: Convolution, language: str) -> Figure:
    """A convolution of a row: input above, a line for each step, the output."""
    back = seen.slide.transposed
    lines = laying_lines(seen) if back else sliding_lines(seen)
    columns = [c for line in lines if line for c in line[1]]
    wide = len(seen.output) if back else len(seen.x)
    low, high = min([0, *columns]), max([wide - 1, *columns]) + 1
    figure = Figure(figsize=(min(1.0 * (high - low + 3.6), 13), 0.62 * (len(lines) + 3.2)), layout="constrained")
    axes = figure.subplots()
    longest = max(len(text) for line in lines if line for text in line[1].values())
    size = min(13.0, 64 * min(1.0, 13 / (high - low + 3.6)) / (0.62 * longest + 0.4))
    bottom = len(lines) + (0.7 if back else 1.8)
    if not back:
        for i in [*range(low, 0), *range(wide, high)]:
            cell(axes, i, 0, "0", PALE, dashed=True, colour=GREY, size=size + 1)
        row_of(axes, seen.x.tolist(), 0, "white", size + 1)
        axes.text(low - 0.2, 0.5, "x", ha="right", va="center", fontsize=12, fontweight="bold")
    for y, line in enumerate(lines):
        at = y + (0.3 if back else 1.4)
        if line is None:
            axes.text((low + high) / 2, at + 0.5, "⋮", ha="center", va="center", fontsize=14, color=GREY)
            continue
        left, cells, right = line
        for column, text in cells.items():
            edge = not back and not 0 <= column < wide
            cell(axes, column, at, text, PALE if edge else WINDOW, BLUE, size, edge)
        axes.text(low - 0.2, at + 0.5, left, ha="right", va="center", fontsize=13, color=INK)
        axes.text(max(cells) + 1.15, at + 0.5, right, ha="left", va="center", fontsize=13, color=INK)
    if back or all(line is not None for line in lines):
        row_of(axes, seen.output.tolist(), bottom, MADE, size + 1)
        axes.text(low - 0.2, bottom + 0.5, "y", ha="right", va="center", fontsize=12, fontweight="bold")
    bare(axes, high + 1.6, bottom + 1, low - 1.6)
    axes.set_aspect("auto")
    kernel = ", ".join(number(w) for w in seen.kernel.tolist())
    axes.set_title(word("kernel title", language).format(kernel=kernel, settings=settings(seen, language)))
    return figure


def settings(seen: Convolution, language: str) -> str:
    """What is unusual about the way it slides."""
    slide, told = seen.slide, []
    for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1)):
        value = getattr(slide, name)
        if value != usual and value != "valid":
            told.append(f"{word(f'slide {name}', language)} {value}")
    told += [word(f"slide {name}", language) for name in ("transposed", "flipped") if getattr(slide, name)]
    return "".join(f" · {part}" for part in told)


def planes_of(seen: Convolution) -> list[Index]:
    """The steps that are drawn: all, or the first and the last."""
    every = seen.places
    return every if len(every) <= PICTURES else [*every[: PICTURES - 1], every[-1]]


def grid(axes: Axes, seen: Convolution, at: Index, x0: float) -> float:
    """The padded input with the window laid on it; the column behind it."""
    before = tuple(seen.before(a) for a in range(2))
    high, wide = seen.x.shape
    reach = [int(n) for n in (seen.output.shape[a] - 1 for a in range(2))]
    size = [max(reach[a] * seen.slide.stride + (seen.kernel.shape[a] - 1) * seen.slide.dilation + 1 - before[a],
                seen.x.shape[a]) for a in range(2)]  # fmt: skip
    met = {}
    for term in seen.terms(*at):
        row, column = (at[a] * seen.slide.stride - before[a] + term.tap[a] * seen.slide.dilation for a in range(2))
        met[row, column] = term.weight
    for i in range(-before[0], size[0]):
        for j in range(-before[1], size[1]):
            inside = 0 <= i < high and 0 <= j < wide
            face = WINDOW if (i, j) in met else ("white" if inside else PALE)
            text = number(float(seen.x[i, j])) if inside else "0"
            x, y = x0 + j + before[1], i + before[0]
            colour = INK if inside else GREY
            if (i, j) not in met:
                cell(axes, x, y, text, face, dashed=not inside, colour=colour, size=10)
                continue
            cell(axes, x, y, "", face, BLUE, dashed=not inside)
            axes.text(x + 0.08, y + 0.08, text, ha="left", va="top", fontsize=10, color=colour)
            axes.text(x + 0.94, y + 0.96, f"×{number(met[i, j])}", ha="right", va="bottom", fontsize=7.8, color=BLUE)
    return x0 + size[1] + before[1]


def stepping(seen: Convolution, language: str) -> Figure:
    """A convolution of a plane, step by step: the window on the input, and the output as far as it has come."""
    picked, every = planes_of(seen), seen.places
    columns = min(3, len(picked))
    rows = -(-len(picked) // columns)
    figure = Figure(figsize=(4.0 * columns, 2.3 * rows + 0.3), layout="constrained")
    for k, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
        if k >= len(picked):
            axes.axis("off")
            continue
        at = picked[k]
        end = grid(axes, seen, at, 0)
        high, wide = seen.output.shape
        top = max((axes_height(axes) - high) / 2, 0)
        for i, j in every:
            done, here = (i, j) <= at, (i, j) == at
            text = number(float(seen.output[i, j])) if done else ""
            cell(axes, end + 1.6 + j, top + i, text, MADE if here else "white", ORANGE if here else "#9CA3AF", 10)
        spot = ConnectionPatch((end + 0.25, top + high / 2), (end + 1.35, top + high / 2), "data", "data", axesA=axes,
                               axesB=axes, arrowstyle="-|>", color=GREY, mutation_scale=12)  # fmt: skip
        axes.add_artist(spot)
        bare(axes, end + 1.6 + wide, max(axes_height(axes), high))
        axes.set_title(word("step of", language).format(step=every.index(at) + 1, steps=len(every)), fontsize=10)
    return figure


def axes_height(axes: Axes) -> float:
    """How far down cells were drawn."""
    return max(patch.get_y() + 1 for patch in axes.patches if isinstance(patch, Rectangle))


def convolution_figure(seen: Convolution, language: str) -> Figure:
    """A convolution without channels, of a row or a plane, drawn step by step. A transposed one must be of a row."""
    return staircase(seen, language) if seen.x.ndim == 1 else stepping(seen, language)
