"""The page of a picture: all stages in one HTML file that needs nothing else, neither network nor script."""

import base64
import shlex
from pathlib import Path
from typing import Any

from limen import storage
from limen.images.operations import OPERATIONS
from limen.images.stage import Stage
from limen.views.image_curves import curve_figure
from limen.views.image_words import image_word, kernel_word, option_word
from limen.views.page import template
from limen.views.seen import Seen
from limen.views.stage_pictures import LARGE, png
from limen.views.style import styled, to_svg

WIDE = 7  # columns of a table that fit beside another stage
ROUNDING = 1e-12  # what a sum of fractions that cancel leaves behind
NUMBERED = 99  # objects whose numbers stand on the picture


def told(value: object) -> str:
    """A fact as it is read: whole numbers whole, others with four digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{0.0 if abs(value) < ROUNDING else value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def heading(stage: Stage, language: str) -> str:
    """A stage's name, and what the name alone does not say."""
    return " · ".join(filter(None, (image_word("stage", stage.name, language), kernel_word(stage.about, language))))


def fact_rows(stage: Stage, language: str) -> list[tuple[str, str]]:
    """The single numbers of a stage."""
    return [(image_word("fact", name, language), told(value)) for name, value in stage.facts.items()]


def table_rows(stage: Stage, language: str) -> tuple[list[str], list[list[str]]]:
    """The table of a stage: headings and rows."""
    names = list(stage.rows[0]) if stage.rows else []
    cells = [[f"{row[n]:.0f}" if isinstance(row[n], int) else f"{row[n]:.2f}" for n in names] for row in stage.rows]
    return [image_word("table", name, language) for name in names if not name.isdigit()], cells


def marks(stage: Stage) -> list[tuple[str, str, str]]:
    """The objects' numbers and where they stand on the picture: percent from the left and from the top."""
    if stage.kind != "labels" or stage.picture is None or len(stage.rows) > NUMBERED:
        return []
    high, wide = stage.picture.shape
    return [
        (f"{row['number']:.0f}", f"{100 * (row['column'] + 0.5) / wide:.2f}", f"{100 * (row['row'] + 0.5) / high:.2f}")
        for row in stage.rows
    ]


def stage_view(number: int, stage: Stage, language: str) -> dict[str, Any]:
    """What the template shows of one stage."""
    picture = stage.picture
    headings, rows = table_rows(stage, language)
    tiny = picture is not None and max(picture.shape[:2]) <= 128
    return {
        "number": number,
        "title": heading(stage, language),
        "picture": None if picture is None else base64.b64encode(png(stage, LARGE)).decode(),
        "size": "" if picture is None else f"{picture.shape[1]}×{picture.shape[0]}",
        "width": 0 if picture is None else min(LARGE, max(picture.shape[1], 192 if tiny else 0)),
        "tiny": tiny,
        "signed": stage.kind == "signed",
        "curves": to_svg(curve_figure(stage, language), language) if stage.curves else "",
        "facts": fact_rows(stage, language),
        "headings": headings,
        "rows": rows,
        "wide": len(headings) > WIDE,
        "marks": marks(stage),
    }


def option_rows(seen: Seen, language: str) -> list[tuple[str, str, str]]:
    """The options of the operation, their values, and what they do."""
    return [
        (f"--{k}", shlex.quote(told(value)), option_word(seen.title, k, language)) for k, value in seen.options.items()
    ]


def operation_rows(name: str, language: str) -> list[tuple[str, str]]:
    """Commands for everything that can be done with a picture, and what each does."""
    return [(f"limen image {name} --do {key}", image_word("do", key, language)) for key in OPERATIONS]


def write_seen(seen: Seen, folder: Path, language: str) -> None:
    """Write ``report.html`` into the picture's folder."""
    with styled():
        stages = [stage_view(number, stage, language) for number, stage in enumerate(seen.stages, 1)]
    source = seen.command.split(" --")[0].removeprefix("limen image ")
    content = template("image.html.j2", language).render(
        name=seen.name,
        title=image_word("do", seen.title, language),
        held=[(image_word("held", name, language), value) for name, value in seen.held.items()],
        notes=[note[language] for note in seen.notes],
        stages=stages,
        options=option_rows(seen, language),
        operations=[] if seen.operation else operation_rows(source, language),
        command=seen.command,
        footer=" · ".join([seen.created, *(f"{name} {number}" for name, number in seen.versions.items())]),
    )
    storage.write_file(folder / "report.html", content.encode())
