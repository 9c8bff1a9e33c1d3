"""Learning curves: how loss and measures changed from epoch to epoch, beside what was published."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from limen.views.finding import Finding
from limen.views.style import BLUE, GREY, INK, ORANGE, SKY
from limen.views.words import word

WIDE = 30.0  # a loss that falls by more than this factor is shown on a logarithmic scale


def column(metrics: list[dict[str, Any]], name: str) -> list[float]:
    """One measure of every epoch."""
    return [line[name] for line in metrics]


def trace(metrics: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """The training loss within the epochs: positions in epochs, and losses."""
    points = [
        (number + (i + 0.5) / len(line["trace"]), loss)
        for number, line in enumerate(metrics)
        for i, loss in enumerate(line["trace"])
    ]
    return [x for x, _ in points], [y for _, y in points]


def published_line(axes: Axes, finding: Finding, measure: str) -> None:
    """What was published of a measure: a dashed curve, or a dashed level where only one value was printed."""
    for figure in finding.published:
        if figure["measure"] != measure:
            continue
        label = word("published_curve", finding.language).format(measure=word(measure, finding.language))
        values = figure["values"]
        if len(values) > 1:
            axes.plot(range(1, len(values) + 1), values, "--o", color=GREY, markersize=3.5, linewidth=1.5, label=label)
        else:
            axes.axhline(values[0], color=GREY, linestyle="--", linewidth=1.5, label=f"{label} {values[0]:g}")


def dress(axes: Axes, finding: Finding, title: str) -> None:
    """Title, axis and legend."""
    axes.set_title(title)
    axes.set_xlabel(word("epoch", finding.language))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend()


def curves(finding: Finding) -> Figure:
    """The loss on the left; on the right the measure that people read, where there is one."""
    language, metrics = finding.language, finding.metrics
    epochs = range(1, len(metrics) + 1)
    other = next((name for name in metrics[0] if name.startswith("validation_") and name != "validation_loss"), None)
    figure = Figure(figsize=(10 if other else 5.6, 4.2), layout="constrained")
    axes = figure.subplots(1, 2 if other else 1, squeeze=False)[0]
    inner = trace(metrics)
    axes[0].plot(*inner, color=SKY, linewidth=1, alpha=0.6)
    middles = [number + 0.5 for number in range(len(metrics))]
    axes[0].plot(middles, column(metrics, "train_loss"), color=BLUE, label=word("train_loss", language))
    values = column(metrics, "validation_loss")
    axes[0].plot(epochs, values, "-o", color=ORANGE, label=word("validation_loss", language))
    for measure in ("train_loss", "validation_loss"):
        published_line(axes[0], finding, measure)
    positive = [v for v in (*inner[1], *values) if v > 0]
    if positive and max(positive) > WIDE * min(positive):
        axes[0].set_yscale("log")
    dress(axes[0], finding, word("loss", language))
    if other:
        axes[1].plot(epochs, column(metrics, other), "-o", color=BLUE, label=word(other, language))
        published_line(axes[1], finding, other)
        tested = other.replace("validation_", "test_")
        if tested in finding.result["metrics"]:
            value = finding.result["metrics"][tested]
            axes[1].plot(
                [finding.result["kept_epoch"]],
                [value],
                "*",
                color=INK,
                markersize=13,
                zorder=5,
                label=f"{word(tested, language)} {value:.4f}",
            )
        published_line(axes[1], finding, tested)
        dress(axes[1], finding, word(other.removeprefix("validation_"), language))
    return figure
