"""The page of a look through a folder of photos: one HTML file that needs nothing else, neither network nor script."""

import importlib.metadata
import shlex
from pathlib import Path
from typing import Any

import numpy as np

from limen import storage
from limen.data.photo_said import Found
from limen.data.photo_tree import shown
from limen.data.photo_words import SAYINGS, gathered, note_of
from limen.data.photos import Photos, weights
from limen.views.page import embed, template
from limen.views.photo_figures import PHOTO_FIGURES
from limen.views.style import styled
from limen.views.words import word

LISTED = 200  # files of one kind that the page names
ACTIONS = "EQWF"


def found_rows(found: tuple[Found, ...], language: str) -> list[dict[str, Any]]:
    """What was found, by action: what, why, what to do, and the files."""
    groups = []
    kinds = gathered(found)
    for action in ACTIONS:
        rows = [
            {
                "what": note.what[language],
                "why": note.why[language],
                "do": note.do[language],
                "files": [(name, detail) for name, detail in one.files if name][:LISTED],
                "more": max(0, len(one.files) - LISTED),
            }
            for one in kinds
            if SAYINGS[one.kind].action == action
            for note in (note_of(one),)
        ]
        if rows:
            groups.append({"name": word(f"photos found {action}", language), "action": action, "rows": rows})
    return groups


def usual_size(photos: Photos) -> str:
    """The median width and height."""
    if not len(photos):
        return "–"
    width, height = np.median([(s.width, s.height) for s in photos.squares], axis=0).astype(int).tolist()
    return f"{width}×{height}"


def aside(photos: Photos) -> int:
    """How many files were set aside."""
    return sum(len(one.files) for one in photos.found if SAYINGS[one.kind].action == "Q")


def class_rows(photos: Photos) -> list[dict[str, Any]]:
    """Each class: its photos, by split where the folder has splits, its share and its weight."""
    counts, total = photos.counts, max(1, len(photos))
    weight = weights(counts)
    splits = [name for name in ("train", "validation", "test") if name in photos.splits]
    stated = np.array(photos.splits)
    return [
        {
            "name": name,
            "count": count,
            "splits": [int(((stated == split) & (photos.labels == label)).sum()) for split in splits],
            "share": count / total,
            "wide": 100 * count / max(1, *counts.values()),
            "weight": f"{weight[name]:.2f}" if name in weight else "–",
        }
        for label, (name, count) in enumerate(counts.items())
    ]


def cards(photos: Photos, language: str) -> list[tuple[str, str]]:
    """The figures at the top."""
    groups = len(photos) - len(np.unique(photos.groups))
    return [
        (f"{len(photos):,}", word("photos usable", language)),
        (str(len(photos.classes)), word("photos classes", language)),
        (f"{aside(photos):,}", word("photos aside", language)),
        (f"{groups:,}", word("photos groups", language)),
        (usual_size(photos), word("photos size", language)),
    ]


def write_photo_page(photos: Photos, path: Path, language: str) -> None:
    """Draw the pictures and write the page at `path`."""
    figures = []
    with styled():
        for name, draw in PHOTO_FIGURES.items():
            figure = draw(photos, language)
            if figure is not None:
                figures.append(embed(figure, name, f"{name}_caption", language))
    stops = len(photos.errors)
    content = template("photos.html.j2", language).render(
        title=word("photos of", language).format(name=shown(photos.root.resolve().name)),
        verdict=word("photos stopped" if stops else "photos ready page", language).format(n=stops),
        stopped=bool(stops),
        cards=cards(photos, language),
        groups=found_rows(photos.found, language),
        classes=class_rows(photos),
        splits=[word(s, language) for s in ("train", "validation", "test") if s in photos.splits],
        figures=figures,
        root=shlex.quote(shown(str(photos.root))),
        footer=word("photos footer", language).format(version=importlib.metadata.version("limen")),
    )
    storage.write_file(path, content.encode())
