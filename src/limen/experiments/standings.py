"""What came out beside what was to come out: the rows of the table of results.

A figure is reached by the mean over the seeds, not by the best of them. What falls short, cannot be compared or was not
measured stands in the table as such: a table that leaves its gaps out proves nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from limen.experiments.config import to_plain
from limen.experiments.experiment import Experiment, Published
from limen.language import Text
from limen.runs.repeats import repeats
from limen.train.measures import shown_first

NOTHING = Text("", "")
Row = dict[str, Any]


def rows_of(
    whole: Experiment, one: Experiment, label: Text, results: Sequence[Mapping[str, Any]], elsewhere: bool
) -> list[Row]:
    """A row for each figure of an experiment, or of `one` of its variants, from the results of its runs.

    Without figures it is the measure that other variants are held against, or the main one. `elsewhere`: what compares
    only with a recipe stands in the recipe's rows.
    """
    seconds = sum(result["seconds"] for result in results)
    values = {name: [r["metrics"][name] for r in results if name in r["metrics"]] for name in results[0]["metrics"]}
    rows = []
    for figure in one.published:
        measured = values.get(figure.measure, [])
        if all(figure.comparable(result["epochs"]) for result in results):
            rows.append(row(label, figure.measure, measured, seconds, stand(figure, measured, len(results)), figure))
        elif not elsewhere:
            rows.append(row(label, figure.measure, measured, seconds, "uncompared", figure))
    if not any(each["count"] for each in rows):
        named = [figure.measure for figure in whole.published if figure.measure in values]
        rows += [row(label, name, values[name], seconds) for name in (named or shown_first(values))[:1]]
    return rows


def rows_to_come(one: Experiment, label: Text, elsewhere: bool) -> list[Row]:
    """The rows of `rows_of` before anything is measured: a figure stands in the table also where nothing is run."""
    left = [f for f in one.published if not elsewhere or f.comparable(one.plan.epochs)]
    return [row(label, figure.measure, [], 0.0, "waiting", figure) for figure in left]


def recipes_needed(experiment: Experiment) -> list[str]:
    """The recipes without which a published figure, printed epoch by epoch, could not be compared."""
    left = [p for p in experiment.published if not experiment.variants and not p.comparable(experiment.plan.epochs)]
    return [name for name, plan in experiment.recipes.items() if any(p.comparable(plan.epochs) for p in left)]


def stand(figure: Published, values: Sequence[float], runs: int) -> str:
    """Whether the mean reaches a figure; a measure that not every run could give is a gap, whatever the others gave."""
    if not values:
        return "unmeasured"
    if not figure.reached(repeats(values).mean):
        return "short"
    return "reached" if len(values) == runs else "gaps"


def row(
    label: Text,
    measure: str,
    values: Sequence[float],
    seconds: float,
    standing: str = "shown",
    figure: Published | None = None,
) -> Row:
    """A row of the table, as plain values: mean and deviation over the runs, and how it stands to the figure."""
    summed = repeats(values) if values else None
    return {
        "variant": to_plain(label),
        "measure": measure,
        "figure": figure.value if figure else None,
        "of": to_plain(figure.of if figure else NOTHING),
        "measured": summed.mean if summed else None,
        "deviation": summed.deviation if summed and len(values) > 1 else None,
        "count": len(values),
        "standing": standing,
        "seconds": round(seconds, 3),
    }
