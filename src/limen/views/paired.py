"""Variants seed by seed: what one change makes of the same data, the same order and the same draw of weights.

Runs with one seed differ in the variant alone, so their differences scatter less than the runs do. The interval is
Student's, of the mean of the differences.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from limen.runs.repeats import Repeats, paired
from limen.train.measures import lower_is_better, shown_first
from limen.views.finding import Lane
from limen.views.panels import lane_curves, look
from limen.views.style import GREY, INK
from limen.views.words import word

Results = Sequence[Mapping[str, float]]


def verdict(difference: Repeats, measure: str, language: str) -> str:
    """Whether a difference is for the better, for the worse, or within what chance makes."""
    if math.isnan(difference.low) or difference.low <= 0 <= difference.high:
        return word("within chance", language)
    return word("better" if (difference.mean < 0) == lower_is_better(measure) else "worse", language)


def differences(rows: Sequence[tuple[str, Results]], language: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows of a table: every test measure of every variant less the first one's, seed by seed.

    rows: a variant's label and its measures, a mapping for each seed. A variant without some test measure of the first
    has another task, so that their losses do not compare: it is left out. No rows where there is one seed only.
    """
    headings = [word(name, language) for name in ("variant", "measure", "difference", "difference interval")] + [""]
    if not rows or len(rows[0][1]) < 2:
        return headings, []
    first = rows[0][1]
    body: list[tuple[str, ...]] = []
    measures = [name for name in shown_first(first[0]) if name.startswith("test_")]
    alike = [
        (label, results)
        for label, results in rows[1:]
        if len(results) == len(first) and all(set(measures) <= set(result) for result in results)
    ]
    for measure in measures:
        for label, results in alike:
            found = paired([r[measure] for r in first], [r[measure] for r in results])
            interval = f"{found.low:+.4f} … {found.high:+.4f}"
            told = (f"{found.mean:+.4f}", interval, verdict(found, measure, language))
            body.append((label, word(measure, language), *told))
    return headings, body


def measured(lanes: Sequence[Lane]) -> tuple[str, list[Lane]]:
    """The accuracy, or else the first measure of the test split, and the variants that have it of the same data."""
    names = [name for name in shown_first(lanes[0].results[0]) if name.startswith("test_")]
    name = "test_accuracy" if "test_accuracy" in names else names[0]
    return name, [lane for lane in same_data(lanes) if all(name in result for result in lane.results)]


def same_data(lanes: Sequence[Lane]) -> list[Lane]:
    """The variants that learn from what the first learns from."""
    return [lane for lane in lanes if lane.finding.data.name == lanes[0].finding.data.name]


def draw_seeds(axes: Axes, values: Sequence[Sequence[float]], labels: Sequence[str]) -> None:
    """A thin line for each seed from variant to variant, and the means."""
    for seed in zip(*values, strict=True):
        axes.plot(range(len(seed)), seed, color=GREY, linewidth=1, marker="o", markersize=4, alpha=0.7)
    for place, own in enumerate(values):
        mean = sum(own) / len(own)
        axes.plot([place], [mean], "D", color=look(place)["color"], markersize=9, zorder=5)
        axes.annotate(f"{mean:.3f}", (place, mean), (11, -3), textcoords="offset points", fontsize=10.5, color=INK)
    axes.set_xticks(range(len(labels)), [textwrap.fill(label, 13) for label in labels])
    axes.set_xlim(-0.4, len(labels) - 0.35)


def draw_differences(axes: Axes, values: Sequence[Sequence[float]], labels: Sequence[str]) -> None:
    """Every seed's difference from the first variant, their mean, and its interval."""
    for place, own in enumerate(values[1:], 1):
        each = [b - a for a, b in zip(values[0], own, strict=True)]
        found = paired(values[0], own)
        axes.plot(each, [place] * len(each), "o", color=GREY, markersize=4, alpha=0.7)
        half = 0.0 if math.isnan(found.low) else found.high - found.mean
        axes.errorbar(
            [found.mean], [place], xerr=[half], fmt="D", markersize=9, capsize=6, color=look(place)["color"], zorder=5
        )
        told = f"{found.mean:+.3f}" + ("" if math.isnan(found.low) else f"  [{found.low:+.3f}, {found.high:+.3f}]")
        axes.annotate(told, (found.mean, place), (0, 12), textcoords="offset points", ha="center", fontsize=10.5)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(1, len(labels)), labels[1:])
    axes.set_ylim(len(labels) - 0.4, 0.4)
    axes.margins(x=0.2)


def pairs_of_seeds(lanes: Sequence[Lane]) -> Figure | None:
    """A measure of the test split seed by seed, and how far every variant lies from the first."""
    name, lanes = measured(lanes)
    if len(lanes) < 2 or len({len(lane.results) for lane in lanes}) > 1:
        return None
    language = lanes[0].finding.language
    values = [[result[name] for result in lane.results] for lane in lanes]
    labels = [lane.label for lane in lanes]
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    draw_seeds(left, values, labels)
    draw_differences(right, values, labels)
    left.set_title(word(name, language))
    right.set_title(word("difference from", language).format(name=labels[0]))
    return figure


def labelled_curves(lanes: Sequence[Lane]) -> Figure | None:
    """The learning curves of the variants that learn from the first one's labels."""
    return lane_curves(
        [lane for lane in same_data(lanes) if "validation_accuracy" in (lane.finding.metrics or [{}])[0]]
    )
