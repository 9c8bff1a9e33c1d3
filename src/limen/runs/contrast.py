"""Which of several settings is better, and whether chance alone could have made it look so.

Runs that differ only in the seed scatter. Welch's interval of a difference of two means, d ± t · √(s₁²/n₁ + s₂²/n₂),
weighs the difference against that scatter without supposing both to be equal; when 0 lies inside, the seeds alone may
have made it. Welch 1947.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limen.errors import LimenError
from limen.runs.differences import Group
from limen.runs.folder import Run
from limen.train.measures import lower_is_better

SPLITS = ("test", "validation", "train")
Values = dict[str, list[list[float]]]  # measure → of each group the values of its runs


@dataclass(frozen=True)
class Contrast:
    """A measure of one group less that of another: difference of the means, ends of its 95 % interval.

    Where no group's seeds differ in it, nothing is known of chance and the ends are nan.
    """

    measure: str
    first: str  # the groups' letters; the difference is other - first
    other: str
    difference: float
    low: float
    high: float

    @property
    def chance(self) -> bool | None:
        """Whether 0 lies inside, so that the seeds alone may have made the difference; None where it is not known."""
        return None if math.isnan(self.low) else self.low <= 0 <= self.high


def measures(line: Mapping[str, Any]) -> dict[str, float]:
    """The measures among a run's figures: test first, then validation and training, the loss last in each."""
    found = {
        name: float(value)
        for name, value in line.items()
        if name.partition("_")[0] in SPLITS and isinstance(value, int | float) and not isinstance(value, bool)
    }
    return dict(sorted(found.items(), key=lambda item: (SPLITS.index(item[0].partition("_")[0]), "loss" in item[0])))


def final_measures(run: Run) -> dict[str, float]:
    """What a run ended with; nothing while it is not finished."""
    result = run.result
    if result is None:
        return {}
    if not isinstance(result.get("metrics"), dict):
        raise LimenError(
            f"{str(run.path / 'result.json')!r} is damaged: it holds no metrics. Run the experiment again."
        )
    return measures(result["metrics"])


def gather(groups: Sequence[Sequence[Mapping[str, float]]]) -> Values:
    """The measures of each group's runs, by measure; a run that lacks one is left out of it."""
    names = dict.fromkeys(name for runs in groups for run in runs for name in run)
    return {
        name: [[run[name] for run in runs if name in run] for runs in groups] for name in measures(names_only(names))
    }


def names_only(names: Mapping[str, None]) -> dict[str, float]:
    """The names with nothing in them, to be put in order."""
    return dict.fromkeys(names, 0.0)


def final(groups: Sequence[Group]) -> Values:
    """The final measures of every group's finished runs."""
    return gather([[final_measures(run) for run in group.runs] for group in groups])


def last_shared_epoch(groups: Sequence[Group]) -> tuple[int, Values]:
    """The last epoch that every run has finished (0: there is none), and the measures after it."""
    journals = [[run.metrics() for run in group.runs] for group in groups]
    epoch = min(len(journal) for runs in journals for journal in runs)
    return epoch, gather([[measures(journal[epoch - 1]) for journal in runs] for runs in journals]) if epoch else {}


def best(measure: str, means: Sequence[float | None]) -> set[int]:
    """The places of the best means as they are read, to four digits; none where all are equal or only one is known."""
    known = {i: round(mean, 4) for i, mean in enumerate(means) if mean is not None and not math.isnan(mean)}
    if len(set(known.values())) < 2:
        return set()
    top = (min if lower_is_better(measure) else max)(known.values())
    return {i for i, mean in known.items() if mean == top}


def welch(first: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """mean(other) - mean(first) of two or more values each, and the ends of its 95 % interval (nan without scatter)."""
    from scipy import stats

    difference = math.fsum(other) / len(other) - math.fsum(first) / len(first)
    if len(set(first)) == len(set(other)) == 1:
        return difference, math.nan, math.nan
    with warnings.catch_warnings():  # one group without scatter is no loss of precision here
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = stats.ttest_ind(other, first, equal_var=False).confidence_interval(0.95)
    return difference, float(interval.low), float(interval.high)


def contrasts(groups: Sequence[Group], values: Values) -> list[Contrast]:
    """Every group beside the first, in every measure of which both have two or more values."""
    first = groups[0].letter
    return [
        Contrast(measure, first, group.letter, *welch(of[0], own))
        for measure, of in values.items()
        for group, own in zip(groups[1:], of[1:], strict=True)
        if len(of[0]) > 1 and len(own) > 1
    ]
