"""A study shown: a table of its variants, and a page with their figures side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from limen import storage
from limen.runs.repeats import repeats
from limen.train.measures import shown_first
from limen.views.figures import PANELS
from limen.views.finding import Lane
from limen.views.numbers import duration, number
from limen.views.page import template
from limen.views.paired import differences
from limen.views.report import draw, paragraphs, published_rows
from limen.views.tables import table
from limen.views.words import word


@dataclass(frozen=True)
class Row:
    """One variant: its label, how it differs, the measures of each of its runs, seconds, and where the runs lie."""

    label: str
    settings: str
    results: tuple[Mapping[str, float], ...]
    seconds: float
    runs: tuple[str, ...]


def measures_of(rows: Sequence[Row]) -> list[str]:
    """The measures worth a column."""
    return shown_first(dict.fromkeys(name for row in rows for result in row.results for name in result))


def cell(row: Row, name: str) -> str:
    """The mean of a measure and, of several seeds, its deviation."""
    values = [result[name] for result in row.results if name in result]
    if not values:
        return "–"
    if len(values) == 1:
        return number(values[0], name)
    summed = repeats(values)
    return f"{number(summed.mean)} ± {number(summed.deviation)}"


def cells(rows: Sequence[Row], language: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows of the table of variants."""
    names = measures_of(rows)
    headings = [word("variant", language), *(word(name, language) for name in names), word("time", language)]
    return headings, [
        (row.label, *(cell(row, name) for name in names), duration(row.seconds, language)) for row in rows
    ]


def study_table(rows: Sequence[Row], language: str) -> Table:
    """The variants and what each came to, for the terminal."""
    headings, body = cells(rows, language)
    return table(headings, body, numbers=tuple(range(1, len(headings))))


def paired_table(rows: Sequence[Row], language: str) -> Table | None:
    """The variants beside the first, seed by seed, for the terminal; None of a single seed."""
    headings, body = differences([(row.label, row.results) for row in rows], language)
    return table(headings, body, numbers=(2, 3)) if body else None


def write_study(
    path: Path,
    name: str,
    title: str,
    story: str,
    rows: Sequence[Row],
    lanes: Sequence[Lane],
    panels: Sequence[str],
    published: Sequence[Mapping[str, Any]],
    next_: Sequence[tuple[str, str]],
    repeat: str,
    language: str,
) -> Path:
    """Draw the panels and write ``report.html`` into a study's folder; its path."""
    headings, body = cells(rows, language)
    paired_headings, paired_body = differences([(row.label, row.results) for row in rows], language)
    content = template("study.html.j2", language).render(
        experiment=name,
        title=title,
        story=paragraphs(story, language),
        headings=headings,
        rows=body,
        paired_title=word("seed by seed", language).format(name=rows[0].label),
        paired_headings=paired_headings,
        paired=paired_body,
        published=published_rows(published, language),
        figures=draw(lanes, panels, PANELS, path, language),
        variants=[(row.label, row.settings or "–", ", ".join(row.runs)) for row in rows],
        next=next_,
        repeat=repeat,
        footer=f"{path.name} · Limen",
    )
    page = path / "report.html"
    storage.write_file(page, content.encode())
    return page
