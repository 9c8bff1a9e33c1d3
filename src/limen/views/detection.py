"""How well one of two classes is found: the curves over all thresholds, the words that tell, the messages got wrong."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from rich.table import Table

from limen.explain.detection import Calibration, Detection, Mistake, PrecisionRecall, Roc
from limen.explain.words import WordWeight
from limen.views.style import BLUE, GREY, INK, ORANGE
from limen.views.tables import table
from limen.views.words import word

LEAST_DOT, MOST_DOT = 24, 260  # areas of the dots of the calibration curve, in square points
BAR = 0.27  # inches of height for each word
FAINT: dict[str, Any] = {"color": GREY, "linestyle": "--", "linewidth": 1.4}


def ring(axes: Axes, x: float, y: float, threshold: float, language: str) -> None:
    """A mark where the threshold in use lies, and its value on the side where the curve is not."""
    axes.plot([x], [y], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.8, zorder=5)
    told, side = word("threshold at", language).format(value=threshold), 1 if x < 0.5 else -1
    axes.annotate(told, (x, y), (14 * side, -12), textcoords="offset points", va="center",
                  ha="left" if side > 0 else "right")  # fmt: skip


def frame(axes: Axes, title: str, told: str, across: str, up: str) -> None:
    """Axes from 0 to 1 in per cent with names, and a title with the one number that sums the curve up."""
    axes.set_title(title)
    axes.set_title(told, loc="right", fontweight="normal", fontsize=11)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_aspect("equal")
    for set_limits, axis in ((axes.set_xlim, axes.xaxis), (axes.set_ylim, axes.yaxis)):
        set_limits(-0.03, 1.03)
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_ticks([0, 0.25, 0.5, 0.75, 1])


def reliability(axes: Axes, calibration: Calibration, language: str) -> None:
    """What was said against what happened, with how far chance alone may have moved it."""
    axes.plot([0, 1], [0, 1], **FAINT)
    largest = max(calibration.sizes)
    areas = [LEAST_DOT + (MOST_DOT - LEAST_DOT) * size / largest for size in calibration.sizes]
    axes.vlines(calibration.said, calibration.low, calibration.high, color=BLUE, linewidth=1.4, alpha=0.55)
    axes.scatter(calibration.said, calibration.happened, s=areas, color=BLUE, zorder=4, clip_on=False)
    told = word("calibration error", language).format(value=calibration.error)
    frame(axes, word("calibration", language), told, word("said", language), word("happened", language))


def detection_curves(
    roc: Roc, curve: PrecisionRecall, calibration: Calibration, language: str, chosen: Detection | None = None
) -> Figure:
    """ROC, precision-recall and calibration curve side by side; `chosen` marks the threshold in use."""
    figure = Figure(figsize=(12.6, 4.25), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    left.plot([0, 1], [0, 1], **FAINT)
    left.text(0.53, 0.47, word("guessing", language), color=GREY, rotation=45, ha="center", va="center")
    left.plot(roc.false_alarms, roc.recall, color=BLUE)
    told = word("area", language).format(value=roc.area)
    frame(left, word("roc", language), told, word("false alarm rate", language), word("recall", language))
    middle.axhline(curve.share, **FAINT)
    middle.text(0.02, curve.share + 0.02, word("guessing", language), color=GREY, va="bottom")
    middle.step(curve.recall[:-1], curve.precision[:-1], where="post", color=BLUE)  # the last point is made up
    told = word("average precision", language).format(value=curve.average)
    frame(middle, word("precision-recall", language), told, word("recall", language), word("precision", language))
    reliability(right, calibration, language)
    if chosen:
        alarms = chosen.false_alarms / max(1, chosen.false_alarms + chosen.left_alone)
        ring(left, alarms, chosen.recall, chosen.threshold, language)
        ring(middle, chosen.recall, chosen.precision, chosen.threshold, language)
    return figure


def visible(text: str) -> str:
    """A text without what an eye does not see or a terminal obeys: blanks joined, controls and marks written out.

    What old Windows wrote where it claimed Latin-1 (0x80 to 0x9f) is shown as it was meant.
    """
    shown = []
    for letter in " ".join(text.split()):
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            meant = letter.encode("latin-1", "ignore").decode("cp1252", "ignore") if "\x80" <= letter <= "\x9f" else ""
            shown.append(meant or letter.encode("unicode_escape", "surrogatepass").decode())
        else:
            shown.append(letter)
    return "".join(shown)


def telling_words(words: Sequence[WordWeight], classes: Sequence[str], language: str, positive: int = 1) -> Figure:
    """Bars to the right for words that speak for the positive class, to the left for the other, the strongest first."""
    figure = Figure(figsize=(7.6, 1.3 + BAR * max(4, len(words))), layout="constrained")
    axes = figure.subplots()
    names = [visible(each.word) for each in words]
    values = [each.weight for each in words]
    places = range(len(words), 0, -1)
    axes.barh(places, values, height=0.72, color=[BLUE if value > 0 else ORANGE for value in values])
    axes.axvline(0, color=INK, linewidth=1)
    reach = max((abs(value) for value in values), default=1.0)
    for place, name, value in zip(places, names, values, strict=True):
        side = -1 if value > 0 else 1
        axes.text(side * 0.015 * reach, place, name, ha="right" if side < 0 else "left", va="center", fontsize=10.5,
                  parse_math=False)  # fmt: skip
    axes.set_xlim(-1.12 * reach, 1.12 * reach)
    axes.set_ylim(0.3, max(4, len(words)) + 0.7)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(word("log-odds", language))
    axes.set_title(word("telling words", language))
    border = 0.5 + sum(value <= 0 for value in values)
    for number, sign, colour in ((positive, 1, BLUE), (1 - positive, -1, ORANGE)):
        told = word("speaks for", language).format(name=visible(classes[number]))
        axes.text(1.1 * sign * reach, border - 0.7 * sign, told, ha="right" if sign > 0 else "left", va="center",
                  fontweight="bold", color=colour, parse_math=False)  # fmt: skip
    return figure


def mistake_rows(
    mistakes: Sequence[Mistake], classes: Sequence[str], language: str
) -> tuple[list[str], list[tuple[str, str, str, str]]]:
    """Headings and a row a message answered wrongly: the true class, the answer, how sure it was, the message."""
    headings = [word(name, language) for name in ("true class", "answer", "probability", "message")]
    rows = [(classes[m.true], classes[m.answer], f"{m.probability:.1%}", visible(m.text)) for m in mistakes]
    return headings, rows


def mistakes_table(mistakes: Sequence[Mistake], classes: Sequence[str], language: str) -> Table:
    """The messages answered wrongly for the terminal, the surest first."""
    headings, rows = mistake_rows(mistakes, classes, language)
    title = word("wrong messages" if rows else "no mistakes", language)
    return table(headings, rows, numbers=(2,), title=title)
