"""How well one class of two is found among texts: curves, the words that tell, the messages answered wrongly."""

import textwrap

from matplotlib.figure import Figure

from limen.data.dataset import as_input
from limen.explain.detection import calibration, detection, mistakes, precision_recall, roc
from limen.explain.words import telling_weights
from limen.explain.words import telling_words as words_by_trying
from limen.nets.build import TOKENS
from limen.views import detection as views
from limen.views.finding import Finding
from limen.views.style import GREEN, GREY, INK, RED
from limen.views.words import word

MOST = 12  # messages of each kind that are shown
WIDE = 96  # letters of a line


def has_texts(finding: Finding) -> bool:
    """Whether the data are texts in two classes."""
    return bool(finding.data.texts) and len(finding.data.classes) == 2


def detection_curves(finding: Finding) -> Figure | None:
    """ROC, precision and recall, calibration. None where there are not two classes."""
    if len(finding.data.classes) != 2 or finding.outputs.shape[1:] != (2,):
        return None
    answers = finding.outputs, finding.targets
    if finding.targets.min() == finding.targets.max():
        return None
    return views.detection_curves(
        roc(*answers), precision_recall(*answers), calibration(*answers), finding.language, detection(*answers)
    )


def telling(finding: Finding) -> Figure | None:
    """The words that speak most for each class. None where the data are no texts."""
    if not has_texts(finding):
        return None
    data = finding.data
    if finding.run.record["experiment"]["net"]["name"] in TOKENS:
        found = words_by_trying(finding.net, as_input(data.train.x, data.scale), data.columns)
    else:
        found = telling_weights(finding.net, data.columns)
    return views.telling_words(found, data.classes, finding.language)


def wrong_messages(finding: Finding) -> Figure | None:
    """The test messages that were answered wrongly, the surest first."""
    if not has_texts(finding):
        return None
    data = finding.data
    found = mistakes(finding.outputs, finding.targets, data.texts["test"], most=MOST)
    figure = Figure(figsize=(10.5, 0.9 + 0.62 * max(1, len(found))))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(max(1, len(found)) + 0.2, -0.9)
    axes.text(0.02, -0.55, word("wrong messages title", finding.language), fontweight="bold", fontsize=12, va="center")
    if not found:
        axes.text(0.02, 0.4, word("no mistakes", finding.language), color=GREY)
    for row, each in enumerate(found):
        told = f"{data.classes[each.answer]} {each.probability:.0%}"
        axes.text(0.02, row + 0.3, told, color=RED, va="center", fontsize=10.5, fontweight="bold")
        axes.text(0.13, row + 0.3, f"≠ {data.classes[each.true]}", color=GREEN, va="center", fontsize=10.5)
        lines = textwrap.wrap(views.visible(each.text), WIDE)
        shown = lines[:2] + (["…"] if len(lines) > 2 else [])
        text = "\n".join([*shown[:1], "".join(shown[1:])]) if len(shown) > 1 else "".join(shown)
        axes.text(0.21, row + 0.3, text, color=INK, va="center", fontsize=9.5, parse_math=False)
    return figure
