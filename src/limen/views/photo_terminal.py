"""A look through a folder of photos, in a few lines of the terminal."""

import shlex
from collections.abc import Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text as RichText

from limen.data.notes import Note
from limen.data.photo_tree import shown
from limen.data.photos import Photos
from limen.views.outcome import pairs
from limen.views.photo_page import aside, class_rows, usual_size
from limen.views.tables import table
from limen.views.words import word

STYLES = {"E": "bold red", "Q": "yellow", "W": "yellow", "F": "dim"}
MOST_CLASSES = 40


def notes_lines(notes: Sequence[Note], language: str) -> list[RichText]:
    """Each note in a line, coloured by what it asks for."""
    return [RichText(note.line(language), style=STYLES[note.action]) for note in notes]


def sizes_line(photos: Photos, language: str) -> str:
    """The smallest, the largest and the usual size."""
    by_area = sorted(photos.squares, key=lambda square: square.width * square.height)
    least, most = (f"{square.width}×{square.height}" for square in (by_area[0], by_area[-1]))
    return word("photos sizes", language).format(least=least, most=most, usual=usual_size(photos))


def photos_text(photos: Photos, language: str) -> RenderableType:
    """Counts, sizes, classes, and all that was found."""
    title = RichText(word("photos of", language).format(name=shown(photos.root.resolve().name)), style="bold")
    copies = len(photos) - len(np.unique(photos.groups))
    rows: list[tuple[str, RenderableType]] = [
        (word("photos usable", language), f"{len(photos):,}"),
        (word("photos aside", language), f"{aside(photos):,}"),
        (word("photos groups", language), f"{copies:,}"),
    ]
    rows += [(word("photo-sizes", language), sizes_line(photos, language))] if len(photos) else []
    parts: list[RenderableType] = [title, pairs(rows)]
    if photos.classes and len(photos):
        classes = class_rows(photos)
        splits = [word(s, language) for s in ("train", "validation", "test") if s in photos.splits]
        names = ("photos class", "photos total")
        headings = [*(word(n, language) for n in names), *splits, word("photos share", language)]
        cells = [
            [row["name"], f"{row['count']:,}", *(f"{n:,}" for n in row["splits"]), f"{row['share']:.1%}", row["weight"]]
            for row in classes[:MOST_CLASSES]
        ]
        cells += [["…", *[""] * (len(cells[0]) - 1)]] if len(classes) > MOST_CLASSES else []
        headings.append(word("photos weight", language))
        parts += [RichText(), table(headings, cells, range(1, len(headings)))]
    parts += [RichText(), *notes_lines(photos.notes, language)] if photos.notes else []
    return Group(*parts, RichText(), verdict(photos, language))


def verdict(photos: Photos, language: str) -> RichText:
    """Whether the folder can be learnt from."""
    stops = len(photos.errors)
    if stops:
        return RichText(word("photos stopped", language).format(n=stops), style="bold red")
    return RichText(word("photos ready", language).format(root=shlex.quote(shown(str(photos.root)))), style="green")
