"""A comparison of runs as rows of text, for the terminal and for the page alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limen.runs.compare import Comparison, means
from limen.runs.contrast import Values, best
from limen.runs.differences import Group, Unset, part
from limen.runs.repeats import Repeats
from limen.views.numbers import duration, number
from limen.views.words import word

DIGEST = 12  # hexadecimal digits of a SHA-256 that are shown
MOST = 3  # values of one cell
EMPTY: tuple[Any, ...] = ([], {}, None)  # what a list of changes need not mention
LONGEST = 120  # letters of one value


@dataclass(frozen=True)
class Cell:
    """A value, what stands below it, and whether it is the best of its row."""

    text: str
    below: str = ""
    best: bool = False


def shown(value: Any, language: str) -> str:
    """Any value of a record as it is read."""
    match value:
        case Unset.DEFAULT:
            return word("default", language)
        case Unset.ABSENT:
            return "–"
        case None:
            return word("none", language)
        case float():
            return f"{value:g}"
        case list() if value and all(isinstance(item, Mapping) for item in value):
            text = "; ".join(shown(item, language) for item in value)
        case list():
            text = ", ".join(shown(item, language) for item in value) or "–"
        case Mapping():
            text = (
                ", ".join(f"{key} {shown(item, language)}" for key, item in value.items() if item not in EMPTY) or "–"
            )
        case str() if len(value) == 64 and set(value) <= set("0123456789abcdef"):
            return value[:DIGEST]
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def values_of(values: Sequence[Any], language: str) -> str:
    """The distinct values of a group in one cell."""
    some = " / ".join(shown(value, language) for value in values[:MOST])
    return some if len(values) <= MOST else f"{some} … ({len(values)})"


def difference_rows(comparison: Comparison, language: str) -> list[tuple[str, list[str]]]:
    """The names that differ, and each group's value."""
    return [(name, [values_of(v, language) for v in values]) for name, values in comparison.differences.items()]


def nothing_differs(comparison: Comparison) -> str | None:
    """The word for a comparison without differences; None where there are some."""
    if comparison.differences:
        return None
    return "only seeds" if any(len(group.runs) > 1 for group in comparison.groups) else "no differences"


def interval(summed: Repeats) -> str:
    """The ends of a mean's interval."""
    return f"{number(summed.low)} … {number(summed.high)}".replace("-", "−")


def measure_rows(values: Values, ranked: bool, language: str) -> list[tuple[str, list[Cell]]]:
    """Every measure, and each group's mean with its interval below."""
    rows = []
    for measure, own in values.items():
        summed = means(own)
        top = best(measure, [s.mean if s else None for s in summed]) if ranked else set()
        cells = [
            Cell(number(s.mean), interval(s) if len(of) > 1 else "", i in top) if s else Cell("–")
            for i, (s, of) in enumerate(zip(summed, own, strict=True))
        ]
        rows.append((word(measure, language), cells))
    return rows


def cost_rows(groups: Sequence[Group], language: str) -> list[tuple[str, list[Cell]]]:
    """What the results cost: epochs, parameters, time. Nothing of it is ranked."""
    results = [[result for run in group.runs if (result := run.result)] for group in groups]

    def cell(found: list[Any], text: str) -> Cell:
        return Cell(text if found else "–")

    epochs, seconds = (
        [[r[name] for r in own if name in r] for own in results] for name in ("epochs", "training_seconds")
    )
    counts = [[n for run in group.runs if (n := part(run, "net").get("parameters"))] for group in groups]
    spans = [f"{min(own)} … {max(own)}" if len(set(own)) > 1 else f"{own[0]}" if own else "" for own in epochs]
    return [
        (word("number of epochs", language), [cell(own, span) for own, span in zip(epochs, spans, strict=True)]),
        (word("parameters", language), [cell(own, f"{max(own, default=0):,}") for own in counts]),
        (
            word("training time", language),
            [cell(own, duration(sum(own) / max(1, len(own)), language)) for own in seconds],
        ),
    ]


def final_rows(comparison: Comparison, language: str) -> list[tuple[str, list[Cell]]]:
    """What came out and what it cost; nothing where no run is finished."""
    if not comparison.final:
        return []
    return measure_rows(comparison.final, comparison.alike, language) + cost_rows(comparison.groups, language)


def unfinished_lines(comparison: Comparison, language: str) -> list[str]:
    """A line for each run that is not finished."""
    line = word("n finished epochs", language)
    return [line.format(name=name, n=n) for name, n in comparison.unfinished.items()]


def measures_note(comparison: Comparison) -> str:
    """The word that explains the final measures."""
    if not comparison.alike:
        return "not ranked"
    return (
        "final_note" if any(len(own) > 1 for values in comparison.final.values() for own in values) else "single_note"
    )
