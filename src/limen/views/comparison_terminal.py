"""A comparison of runs in the terminal: tables as wide as it is, a column each run or group of runs."""

from collections.abc import Iterator, Sequence

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as RichText

from limen.runs.compare import Comparison
from limen.views import comparison as rows
from limen.views import comparison_pairs as pairs
from limen.views.tables import table
from limen.views.words import word

NAME, COLUMN = 30, 22  # columns of text that a row's name and a group's values take


def heading(name: str, language: str) -> RenderableType:
    """A heading, with an empty line above."""
    return RichText(f"\n{word(name, language)}", style="bold")


def note(text: str) -> RenderableType:
    """An explanation below a table."""
    return RichText(text, style="dim")


def blocks(count: int, width: int) -> Iterator[slice]:
    """So many columns in blocks that fit the width."""
    across = max(1, (width - NAME) // COLUMN)
    yield from (slice(start, start + across) for start in range(0, count, across))


def legend(comparison: Comparison, language: str) -> Table:
    """Which letter stands for which runs."""
    lines = [(g.letter, ", ".join(g.names), ", ".join(map(str, g.seeds))) for g in comparison.groups]
    return table([word(name, language) for name in ("group", "run", "seed")], lines)


def differences(comparison: Comparison, width: int, language: str) -> Iterator[RenderableType]:
    """What differs, or that nothing does."""
    yield heading("differences", language)
    if name := rows.nothing_differs(comparison):
        yield RichText(word(name, language))
        return
    told, letters = rows.difference_rows(comparison, language), [g.letter for g in comparison.groups]
    for part in blocks(len(letters), width):
        lines = [(name, *values[part]) for name, values in told]
        yield table([word("option", language), *letters[part]], lines)


def cell(value: rows.Cell) -> RichText:
    """A value with its interval below; the best is bold and has a star before it."""
    text = RichText(f"* {value.text}" if value.best else value.text, style="bold" if value.best else "")
    return text.append(f"\n{value.below}", style="not bold dim") if value.below else text


def measures(
    told: Sequence[tuple[str, list[rows.Cell]]], letters: Sequence[str], width: int, language: str
) -> Iterator[Table]:
    """A row each measure, a column each group."""
    for part in blocks(len(letters), width):
        made = table([word("measure", language), *letters[part]], [], numbers=range(1, len(letters) + 1))
        for name, cells in told:
            made.add_row(RichText(name), *(cell(c) for c in cells[part]))
        yield made


def results(comparison: Comparison, width: int, language: str) -> Iterator[RenderableType]:
    """Final measures and their cost; where a run is unfinished, the measures after the last epoch that all have."""
    letters = [group.letter for group in comparison.groups]
    yield heading("final", language)
    yield from (RichText(line) for line in rows.unfinished_lines(comparison, language))
    if told := rows.final_rows(comparison, language):
        yield from measures(told, letters, width, language)
        yield note(word(rows.measures_note(comparison), language))
    if comparison.shared and comparison.shared[0]:
        epoch, values = comparison.shared
        yield RichText("\n" + word("shared", language).format(epoch=epoch), style="bold")
        yield from measures(rows.measure_rows(values, comparison.alike, language), letters, width, language)


def contrasts(comparison: Comparison, language: str) -> Iterator[RenderableType]:
    """The differences between groups of seeds, and whether they are more than chance."""
    if not comparison.contrasts:
        return
    names = ("measure", "groups", "difference", "interval 95", "")
    yield heading("contrasts", language)
    yield table([word(n, language) for n in names], pairs.contrast_rows(comparison, language), numbers=(2, 3))
    yield note(word("contrasts_note", language))


def answers(comparison: Comparison, language: str) -> Iterator[RenderableType]:
    """The test examples held against each other, and why where they cannot be."""
    yield heading("answers", language)
    for headings, lines, why in pairs.pair_tables(comparison, language):
        yield table(headings, lines, numbers=range(1, len(headings)))
        yield note(why)
    yield from (RichText(line) for line in pairs.not_compared(comparison, language))


def comparison_text(comparison: Comparison, width: int, language: str) -> RenderableType:
    """The whole comparison for a terminal so many columns wide."""
    return Lines(
        legend(comparison, language),
        *differences(comparison, width, language),
        *results(comparison, width, language),
        *contrasts(comparison, language),
        *answers(comparison, language),
    )
