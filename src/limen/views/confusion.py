"""The confusion matrix: which class is taken for which."""

from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from limen.explain.outcomes import confusion as count
from limen.views.finding import Finding
from limen.views.style import COUNTS, INK
from limen.views.words import word

BEND = 0.4  # a count is shown by its share of the largest to this power


def confusion(finding: Finding) -> Figure | None:
    """Counts in cells, darker for more; the scale is bent, so that a few mistakes still show. None without classes."""
    names = finding.data.classes
    if not names or finding.outputs.shape[1:] != (len(names),):
        return None
    table = count(finding.outputs, finding.targets, len(names)).numpy()
    side = max(4.0, 0.5 * len(names) + 1.4)
    figure = Figure(figsize=(side + 0.6, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(table, cmap=COUNTS, norm=PowerNorm(BEND, 0, max(table.max(), 1)))
    dark = 0.5 ** (1 / BEND) * table.max()
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            if value:
                axes.text(
                    j,
                    i,
                    f"{value:,}",
                    ha="center",
                    va="center",
                    fontsize=9 if len(names) > 5 else 12,
                    color="white" if value > dark else INK,
                    fontweight="bold" if i != j else "normal",
                )
    turned = 0 if max(map(len, names)) <= 2 or len(names) <= 4 else 40
    axes.set_xticks(range(len(names)), names, rotation=turned, ha="right" if turned else "center")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(word("answer", finding.language))
    axes.set_ylabel(word("true class", finding.language))
    axes.grid(visible=False)
    axes.tick_params(length=0)
    right = int(table.trace())
    axes.set_title(f"{word('confusion', finding.language)}    {right:,} / {int(table.sum()):,}")
    return figure
