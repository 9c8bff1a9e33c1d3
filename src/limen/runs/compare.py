"""Runs side by side: what was changed, what came of it, and whether it is more than chance.

Nothing is loaded but the runs' own folders, and nothing is written.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from limen.errors import LimenError
from limen.runs.agreement import Agreement, Apart, Nearness, agree
from limen.runs.contrast import Contrast, Values, best, contrasts, final, last_shared_epoch
from limen.runs.differences import Group, Unset, differences, group, part
from limen.runs.folder import Run
from limen.runs.repeats import Repeats, repeats


@dataclass(frozen=True)
class Comparison:
    """Several runs, compared. Lists within `differences` and `final` are in the order of `groups`."""

    groups: list[Group]
    differences: dict[str, list[list[Any]]]
    final: Values
    contrasts: list[Contrast]
    agreements: list[Agreement | Nearness | Apart]  # of every other run with the first
    unfinished: dict[str, int]  # name → finished epochs
    shared: tuple[int, Values] | None  # where a run is unfinished: the last epoch that all have, and the measures then
    alike: bool  # whether all have one task on one data set, so that their measures can be ranked


def compare(runs: Sequence[Run]) -> Comparison:
    """Compare two or more runs, finished or not.

    Raises:
        LimenError: fewer than two runs, a run named twice, a damaged record.
    """
    names = check(runs)
    groups = group(runs, names)
    values = final(groups)
    unfinished = {name: len(run.metrics()) for run, name in zip(runs, names, strict=True) if run.result is None}
    tasks = [(part(run, "experiment").get("objective"), part(run, "experiment", "data").get("name")) for run in runs]
    alike = all(task == tasks[0] for task in tasks)
    return Comparison(
        groups=groups,
        differences=differences(groups),
        final=values,
        contrasts=contrasts(groups, values) if alike else [],
        agreements=[agree(runs[0], run, (names[0], name)) for run, name in zip(runs[1:], names[1:], strict=True)],
        unfinished=unfinished,
        shared=last_shared_epoch(groups) if unfinished else None,
        alike=alike,
    )


def check(runs: Sequence[Run]) -> list[str]:
    """What to call the runs: the folder's name or, where two bear the same, the path."""
    if len(runs) < 2:
        raise LimenError("One run alone cannot be compared. Name two or more; see `limen runs`.")
    places = [run.path.resolve() for run in runs]
    twice = next((p for i, p in enumerate(places) if p in places[:i]), None)
    if twice is not None:
        raise LimenError(f"{twice.name!r} is named twice. Name each run once; see `limen runs`.")
    short = [path.name for path in places]
    return [name if short.count(name) == 1 else str(path) for name, path in zip(short, places, strict=True)]


def means(values: Sequence[Sequence[float]]) -> list[Repeats | None]:
    """The summary of each group's values; None of a group without any."""
    return [repeats(own) if own else None for own in values]


def fields(record: Contrast | Repeats | Agreement | Nearness) -> dict[str, Any]:
    """A record's fields as JSON has them: a number that is not finite is null."""
    told = dataclasses.asdict(record)
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in told.items()}


def plain(comparison: Comparison) -> dict[str, Any]:
    """The comparison as the one object that `limen compare --json` prints."""
    letters = [group.letter for group in comparison.groups]
    told = {}
    for name, values in comparison.differences.items():
        known = {at: [v for v in own if not isinstance(v, Unset)] for at, own in zip(letters, values, strict=True)}
        told[name] = {at: own for at, own in known.items() if own}
    return {
        "groups": [
            {"group": g.letter, "runs": [str(run.path) for run in g.runs], "seeds": list(g.seeds)}
            for g in comparison.groups
        ],
        "differences": told,
        "metrics": plain_values(comparison.final, letters, comparison.alike),
        "contrasts": [fields(c) | {"zero_inside": c.chance} for c in comparison.contrasts],
        "answers": [
            {"first": pair.first, "other": pair.other, "why": pair.why.en} if isinstance(pair, Apart) else fields(pair)
            for pair in comparison.agreements
        ],
        "unfinished": comparison.unfinished,
        "shared_epoch": comparison.shared
        and {"epoch": comparison.shared[0], "metrics": plain_values(comparison.shared[1], letters, comparison.alike)},
    }


def plain_values(values: Values, letters: Sequence[str], ranked: bool) -> list[dict[str, Any]]:
    """Measures as plain values: of each group mean, deviation, interval and count, and the letters of the best."""
    rows = []
    for measure, own in values.items():
        summed = means(own)
        top = best(measure, [s.mean if s else None for s in summed]) if ranked else set()
        groups = {at: fields(s) | {"runs": len(of)} for at, s, of in zip(letters, summed, own, strict=True) if s}
        rows.append({"measure": measure, "groups": groups, "best": [letters[i] for i in sorted(top)]})
    return rows
