"""Figures of the zoo: what comes back to the first layer, where each net works, what it weighs and costs."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, NullLocator

from limen.nets.summary import LayerSummary
from limen.views.style import BLUE, COUNTS, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

Rows = Sequence[LayerSummary]
NAMES = {
    "alexnet": "AlexNet", "zfnet": "ZFNet", "vgg11": "VGG A (11)", "vgg11-lrn": "A-LRN", "vgg13": "VGG B (13)",
    "vgg16-1x1": "VGG C (16)", "vgg16": "VGG D (16)", "vgg19": "VGG E (19)", "googlenet": "GoogLeNet",
    "resnet18": "ResNet-18", "resnet34": "ResNet-34", "resnet50": "ResNet-50", "resnet101": "ResNet-101",
    "resnet152": "ResNet-152", "densenet121": "DenseNet-121", "densenet169": "DenseNet-169",
    "densenet201": "DenseNet-201",
}  # fmt: skip
FAMILIES = (("vgg", ORANGE, "s"), ("resnet", BLUE, "o"), ("densenet", GREEN, "^"), ("googlenet", PURPLE, "D"),
            ("", RED, "v"))  # fmt: skip
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SIDES = (224, 112, 56, 28, 14, 7)
# where a net's name stands: to the right and up of its dot, in points, and from which end it is written
AWAY = {
    "alexnet": (9, -4, "left"), "zfnet": (9, -4, "left"), "vgg11": (-9, -4, "right"), "vgg11-lrn": None,
    "vgg13": (-9, -11, "right"), "vgg16-1x1": (-10, 4, "right"), "vgg16": (-10, 1, "right"),
    "vgg19": (-10, 1, "right"), "googlenet": (9, -4, "left"), "resnet18": (-8, 6, "right"),
    "resnet34": (8, -12, "left"), "resnet50": (11, -6, "left"), "resnet101": (11, -6, "left"),
    "resnet152": (0, 13, "center"), "densenet121": (0, -20, "center"), "densenet169": (-12, 2, "right"),
    "densenet201": (-8, 11, "right"),
}  # fmt: skip


def slopes(value: Mapping[str, Sequence[float]], options: Mapping[str, int | float], language: str) -> Figure:
    """The slope at each layer, of the two nets."""
    figure = Figure(figsize=(8.6, 4.2), layout="constrained")
    axes = figure.subplots()
    looks = (("residual", "with a way past", BLUE, "o", (8, -26)), ("plain", "in a row", RED, "s", (16, -5)))
    for name, label, colour, mark, away in looks:
        sizes, layers = value[name], range(1, len(value[name]) + 1)
        axes.plot(layers, sizes, f"-{mark}", color=colour, label=word(label, language), markersize=4.5)
        told = word("reaches the first", language).format(share=power(sizes[0]))
        axes.annotate(told, (1, sizes[0]), away, textcoords="offset points", color=colour)
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.set_ylim(low / 3, high * 8)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(word("layer number", language))
    axes.set_ylabel(word("slope, of the last", language))
    axes.legend(loc="lower right")
    return figure


def power(share: float) -> str:
    """A share as it is written: 0.3, or 2·10⁻¹²."""
    if share > 0.01:
        return f"{share:.1f}"
    digit, _, exponent = f"{share:.0e}".partition("e-")
    return f"{digit}·10⁻{str(int(exponent)).translate(RAISED)}"


def fields(rows: Rows) -> list[tuple[int, int, float]]:
    """For each of the sides, and last for dense layers: how many there are, planes of the widest, share of the work."""
    total = sum(row.multiply_adds for row in rows)
    groups: list[list[LayerSummary]] = [[] for _ in (*SIDES, "dense")]
    for row in rows:
        if row.multiply_adds and not row.path.startswith("aux"):
            near = len(SIDES) if len(row.output) < 3 else nearest(row.output[1])
            groups[near].append(row)
    return [
        (len(group), max((row.output[0] for row in group), default=0), sum(r.multiply_adds for r in group) / total)
        for group in groups
    ]


def nearest(side: int) -> int:
    """Which of the sides a side is nearest to, by their ratio."""
    return min(range(len(SIDES)), key=lambda i: max(side / SIDES[i], SIDES[i] / side))


def columns(value: Mapping[str, Rows], options: Mapping[str, int | float], language: str) -> Figure:
    """A column for each net, from large planes above to dense layers below."""
    figure = Figure(figsize=(11.4, 5.6), layout="constrained")
    axes = figure.subplots()
    colours = axes.scatter([], [], c=[], cmap=COUNTS, vmin=0, vmax=1)
    for x, rows in enumerate(value.values()):
        for y, (count, planes, share) in enumerate(fields(rows)):
            if not count:
                continue
            face = COUNTS(0.06 + 0.94 * share)
            axes.add_patch(
                Rectangle((x + 0.04, y + 0.05), 0.92, 0.9, facecolor=face, edgecolor="#9CA3AF", linewidth=0.8)
            )
            last = y == len(SIDES)
            above = word("n dense" if last else "n convolutions", language).format(n=count)
            below = f"→ {planes:,}" if last else word("n planes", language).format(n=f"{planes:,}")
            ink = "white" if share > 0.45 else INK
            axes.text(x + 0.5, y + 0.36, above, ha="center", va="center", fontsize=11, fontweight="bold", color=ink)
            axes.text(x + 0.5, y + 0.7, below, ha="center", va="center", fontsize=9.5, color=ink)
    axes.set(xlim=(0, len(value)), ylim=(len(SIDES) + 1, 0))
    axes.set_xticks([x + 0.5 for x in range(len(value))], [NAMES[name] for name in value], fontweight="bold")
    axes.xaxis.tick_top()
    axes.set_yticks([y + 0.5 for y in range(len(SIDES) + 1)], [*map(str, SIDES), word("dense layers", language)])
    axes.set_ylabel(word("side of planes", language))
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(colours, ax=axes, shrink=0.6, aspect=28, pad=0.01, format=lambda share, _: f"{share:.0%}")
    bar.set_label(word("share of work", language))
    bar.outline.set_visible(False)
    return figure


def plane(value: Mapping[str, tuple[int, int, int]], options: Mapping[str, int | float], language: str) -> Figure:
    """Parameters to the right, multiply-adds upwards, memory as the area; families joined by a line."""
    figure = Figure(figsize=(10.4, 6.0), layout="constrained")
    axes = figure.subplots()
    left = dict(value)
    for family, colour, mark in FAMILIES:
        here = [name for name in left if name.startswith(family)]
        points = [left.pop(name) for name in here]
        x, y = [n / 1e6 for n, _, _ in points], [n / 1e9 for _, n, _ in points]
        axes.plot(x, y, color=colour, linewidth=1.6, alpha=0.5, zorder=1)
        sizes = [area(memory) for _, _, memory in points]
        axes.scatter(x, y, s=sizes, color=colour, marker=mark, edgecolors="white", zorder=2)
        for name, at in zip(here, zip(x, y, strict=True), strict=True):
            if away := AWAY[name]:
                told = f"{NAMES[name]}, A-LRN" if name == "vgg11" else NAMES[name]
                axes.annotate(told, at, away[:2], textcoords="offset points", ha=away[2], fontsize=10.5)
    axes.set(xscale="log", yscale="log", xlim=(6, 190), ylim=(0.5, 30))
    for axis, ticks in ((axes.xaxis, (10, 20, 50, 100)), (axes.yaxis, (0.5, 1, 2, 5, 10, 20))):
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.set_minor_locator(NullLocator())
    axes.set_xlabel(word("parameters in millions", language))
    axes.set_ylabel(word("work in thousands of millions", language))
    for megabytes in (10, 100, 300):
        axes.scatter([], [], s=area(megabytes * 1e6), color=GREY, label=f"{megabytes} MB")
    axes.legend(loc="upper left", title=word("memory of outputs", language), labelspacing=0.9, borderpad=0.8)
    return figure


def area(memory: float) -> float:
    """Of a dot, in points², for so many bytes."""
    return 40 + 0.8 * memory / 1e6


def parted(axes: Axes, pairs: Sequence[tuple[int, int]], unit: float, form: str, language: str) -> None:
    """A bar for each net, divided among convolutions and dense layers, with the sum behind it."""
    for place, (convolutions, dense) in enumerate(pairs):
        total = convolutions + dense
        axes.barh(place, convolutions / total, color=BLUE, height=0.66)
        axes.barh(place, dense / total, left=convolutions / total, color=ORANGE, height=0.66)
        axes.text(1.03, place, form.format(n=total / unit), va="center", fontsize=10)
        share = dense / total
        if share > 0.2:
            axes.text(1 - share / 2, place, f"{share:.0%}", ha="center", va="center", fontsize=10)
        if share < 0.8:
            axes.text((1 - share) / 2, place, f"{1 - share:.0%}" if share >= 0.005 else "> 99%", ha="center",
                      va="center", fontsize=10, color="white")  # fmt: skip
    axes.set_xlim(0, 1.28)
    bare(axes)


def bare(axes: Axes) -> None:
    """Bars alone, the first above."""
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def shares(value: Mapping[str, Rows], options: Mapping[str, int | float], language: str) -> Figure:
    """Weights, work and memory of each net."""
    figure = Figure(figsize=(11.8, 4.4), layout="constrained")
    first, second, third = figure.subplots(1, 3, sharey=True, width_ratios=(1, 1, 0.8))
    kinds = [[[row for row in rows if row.kind == kind] for kind in ("Conv2d", "Linear")] for rows in value.values()]
    weights = [tuple(sum(row.parameters for row in rows) for rows in pair) for pair in kinds]
    work = [tuple(sum(row.multiply_adds for row in rows) for rows in pair) for pair in kinds]
    parted(first, weights, 1e6, word("million weights", language), language)  # type: ignore[arg-type]
    parted(second, work, 1e9, "{n:.1f}·10⁹", language)  # type: ignore[arg-type]
    memory = [sum(row.memory for row in rows) / 1e6 for rows in value.values()]
    third.barh(range(len(memory)), memory, color=SKY, height=0.66)
    for place, size in enumerate(memory):
        third.annotate(f"{size:.0f} MB", (size, place), (5, 0), textcoords="offset points", va="center", fontsize=10)
    third.set_xlim(0, max(memory) * 1.3)
    bare(third)
    first.set_ylim(len(value) - 0.4, -0.6)
    first.set_yticks(range(len(value)), [NAMES[name] for name in value])
    for axes, title in (
        (first, "where the weights lie"),
        (second, "where the work lies"),
        (third, "memory of outputs"),
    ):
        axes.set_title(word(title, language))
    for colour, label in ((BLUE, "in convolutions"), (ORANGE, "in dense layers")):
        first.bar(0, 0, color=colour, label=word(label, language))
    figure.legend(loc="outside lower center", ncols=2)
    return figure
