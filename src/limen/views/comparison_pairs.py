"""Two groups, or two runs, held against each other, as rows of text for the terminal and for the page alike."""

from limen.runs.agreement import Agreement, Apart, Nearness
from limen.runs.compare import Comparison
from limen.views.numbers import number
from limen.views.words import word


def signed(value: float) -> str:
    """A difference, with its sign."""
    return f"{value:+.4f}".replace("-", "−")


def contrast_rows(comparison: Comparison, language: str) -> list[tuple[str, ...]]:
    """Measure, groups, difference, interval, and in words whether 0 lies inside."""
    verdicts = {None: "no scatter", True: "zero inside", False: "zero outside"}
    return [
        (
            word(c.measure, language),
            f"{c.other} − {c.first}",
            signed(c.difference),
            "–" if c.chance is None else f"{signed(c.low)} … {signed(c.high)}",
            word(verdicts[c.chance], language),
        )
        for c in comparison.contrasts
    ]


def chance(p: float) -> str:
    """A probability as it is read: below one in ten thousand its size says nothing more."""
    return f"{p:.2g}" if p >= 1e-4 else "< 0.0001"


Pairs = tuple[list[str], list[tuple[str, ...]], str]  # headings, rows, note


def pair_tables(comparison: Comparison, language: str) -> list[Pairs]:
    """The test examples held against each other: right answers, and nearness of numbers; a row each other run."""
    first = comparison.groups[0].names[0]

    def headings(*names: str) -> list[str]:
        return [word(name, language).format(first=first) for name in ("the other", *names)]

    right = [
        (p.other, f"{p.both:,}", f"{p.only_first:,}", f"{p.only_other:,}", f"{p.neither:,}", chance(p.p))
        for p in comparison.agreements
        if isinstance(p, Agreement)
    ]
    near = [
        (
            p.other, number(p.first_error), number(p.other_error), f"{p.nearer_first:,}", f"{p.nearer_other:,}",
            f"{p.equal:,}", chance(p.p),
        )
        for p in comparison.agreements
        if isinstance(p, Nearness)
    ]  # fmt: skip
    counted = headings("both right", "only first right", "only other right", "neither right", "McNemar p")
    measured = headings("first error", "other error", "nearer first", "nearer other", "equally near", "sign p")
    tables: list[Pairs] = [(counted, [*right], word("answers_note", language))] if right else []
    return [*tables, (measured, [*near], word("nearness_note", language))] if near else tables


def not_compared(comparison: Comparison, language: str) -> list[str]:
    """A line for each pair of runs whose answers cannot be compared."""
    line = word("not compared", language)
    return [
        line.format(first=p.first, other=p.other, why=p.why[language])
        for p in comparison.agreements
        if isinstance(p, Apart)
    ]
