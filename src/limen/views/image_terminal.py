"""A picture in the terminal: what it is, its histogram in one line, the stages with their numbers."""

from collections.abc import Iterable

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text as RichText

from limen.data.bundled import PICTURES
from limen.images import operations
from limen.images.stage import Stage
from limen.views.image_page import fact_rows, heading, table_rows
from limen.views.image_words import image_word
from limen.views.options_shown import option_words
from limen.views.seen import Seen
from limen.views.tables import table
from limen.views.words import word

BLOCKS = " ▁▂▃▄▅▆▇█"
WIDE, MOST = 64, 24  # columns of a histogram; rows of a table


def bars(counts: np.ndarray) -> str:
    """A histogram as a line of blocks, the highest column full."""
    columns = counts.reshape(WIDE, -1).sum(axis=1) if len(counts) % WIDE == 0 else counts
    top = max(1, int(columns.max()))
    return "".join(BLOCKS[-(-8 * int(n) // top)] for n in columns)


def shown_bars(stage: Stage, language: str) -> list[RichText]:
    """The histograms of a stage, a line each."""
    lines = []
    for name in ("grey", "red", "green", "blue"):
        if name in stage.curves:
            label = image_word("curve", name, language)
            lines.append(RichText(f"{bars(stage.curves[name].y)}▏").append(f" {label}", style="dim"))
    return lines


def opening(seen: Seen, language: str) -> RenderableType:
    """What is done, and what the file held."""
    head = RichText(image_word("do", seen.title, language), style="bold").append(f"  {seen.name}", style="not bold dim")
    held = [f"{image_word('held', name, language)} {value}" for name, value in seen.held.items()]
    parts: list[RenderableType] = [head, RichText(" · ".join(held), style="dim")]
    parts += [RichText(f"! {note[language]}", style="yellow") for note in seen.notes]
    return Group(*parts, RichText(""))


def stage_lines(number: int, stage: Stage, language: str) -> Iterable[RenderableType]:
    """One stage: its name and its numbers; the table of objects below."""
    line = RichText(f"{number}. ", style="dim").append(heading(stage, language), style="not dim bold")
    if stage.picture is not None:
        line.append(f"  {stage.picture.shape[1]}×{stage.picture.shape[0]}", style="not bold dim")
    for about, value in fact_rows(stage, language):
        line.append(f"  {about} ", style="not bold dim").append(value, style="not bold not dim")
    yield line
    yield from shown_bars(stage, language)
    headings, rows = table_rows(stage, language)
    if rows:
        yield table(headings or [""] * len(rows[0]), rows[:MOST], numbers=range(len(rows[0])))
        if len(rows) > MOST:
            yield RichText(word("image more rows", language).format(n=len(rows) - MOST), style="dim")


def stages(seen: Seen, language: str) -> RenderableType:
    """All stages in their order."""
    return Group(*(line for i, stage in enumerate(seen.stages, 1) for line in stage_lines(i, stage, language)))


def operations_table(language: str) -> RenderableType:
    """Every operation with its options and their defaults."""
    rows = [
        (name, image_word("do", name, language), option_words(operations.options(name)))
        for name in operations.OPERATIONS
    ]
    headings = [word(name, language) for name in ("name", "what it is", "options")]
    title = RichText(word("image operations", language), style="bold")
    return Group(RichText(""), title, table(["--do", *headings[1:]], rows))


def pictures_table(language: str) -> RenderableType:
    """The pictures that come along."""
    headings = [word(name, language) for name in ("name", "what it is")]
    rows = [(name, about[language]) for name, (_, about) in PICTURES.items()]
    return Group(RichText(word("image pictures", language), style="bold"), table(headings, rows))


def closing(seen: Seen, report: str | None, saved: str | None, language: str) -> RenderableType:
    """Where everything lies."""
    lines = [RichText("")] if report or saved else []
    if saved:
        lines.append(RichText(saved))
    if report:
        lines.append(RichText(f"{word('report', language)}  ", style="dim").append(report, style="not dim"))
    return Group(*lines)
