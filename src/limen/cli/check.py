"""`limen data check`: a look through a folder of photos, or of pictures and their masks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from limen.cli.compare import check_page
from limen.errors import LimenError

if TYPE_CHECKING:
    from limen.data.photos import Photos

STOPPED = 2  # exit status where something must be mended


def check_outside(page: Path, folder: Path) -> None:
    """Refuse to write into the folder that is looked through."""
    if folder.resolve() in page.resolve().parents:
        raise LimenError(f"--html {str(page)!r} lies in the photos' own folder. Name a file outside {str(folder)!r}.")


def options_from(settings: Sequence[str]) -> dict[str, Any]:
    """The options of settings such as ``data.size=96``."""
    from limen.experiments.config import guess

    options = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.strip().startswith("data."):
            raise LimenError(f"--set {setting!r} is no option of a set. Write --set data.size=96.")
        options[name.strip().removeprefix("data.")] = guess(text.strip())
    return options


def check_photos(
    folder: Path, settings: Sequence[str], html: Path | None, language: str, quiet: bool, as_json: bool
) -> int:
    """Look through a folder of photos and tell; the exit status."""
    folder, page = folder.expanduser(), html.expanduser() if html else None
    if page:
        check_page(page)
        check_outside(page, folder)
    from limen.data.own_photos import checked_ways
    from limen.data.photos import survey
    from limen.views.terminal import Downloads, console

    ways, out = checked_ways(options_from(settings)), console()
    with Downloads(out, quiet or as_json) as progress:
        photos = survey(folder, ways.reading, ways.rules, ways.limits, progress.report)
    if page:
        from limen.views.photo_page import write_photo_page  # matplotlib, only now that a page is wanted

        write_photo_page(photos, page, language)
    if as_json:
        typer.echo(json.dumps(plain(photos), ensure_ascii=False))
    elif not quiet:
        from limen.views.photo_terminal import photos_text
        from limen.views.words import word

        out.print(photos_text(photos, language), soft_wrap=True)
        if page:
            out.print(f"{word('page', language)}  {page}", markup=False, soft_wrap=True)
    return STOPPED if photos.errors else 0


def plain(photos: "Photos") -> dict[str, Any]:
    """All that was found, as plain values."""
    from limen.data.photo_tree import shown
    from limen.data.photo_words import gathered, to_plain
    from limen.data.photos import weights

    sizes = [[square.width, square.height] for square in photos.squares]
    return {
        "folder": shown(str(photos.root)),
        "photos": len(photos),
        "classes": photos.counts,
        "weights": weights(photos.counts),
        "splits": {name: photos.splits.count(name) for name in dict.fromkeys(photos.splits)},
        "sizes": {"least": min(sizes), "largest": max(sizes)} if sizes else {},
        "found": [to_plain(found) for found in gathered(photos.found)],
        "errors": len(photos.errors),
    }


def check_pairs(
    folder: Path, masks: Path, labels: int | None, ignore: int | None, language: str, quiet: bool, as_json: bool
) -> int:
    """Look through pictures and their masks and tell; the exit status."""
    from limen.data.photo_masks import check_masks, notes_of
    from limen.data.photo_words import to_plain
    from limen.data.photos import check_root

    for place in (folder, masks):
        check_root(place.expanduser())
    found = check_masks(folder.expanduser(), masks.expanduser(), labels, ignore)
    notes = notes_of(found)
    if as_json:
        typer.echo(json.dumps({"masks": str(masks), "found": [to_plain(f) for f in found]}, ensure_ascii=False))
    elif not quiet:
        from limen.views.photo_terminal import notes_lines
        from limen.views.terminal import console
        from limen.views.words import word

        for line in notes_lines(notes, language):
            console().print(line, soft_wrap=True)
        if not notes:
            console().print(word("photos nothing", language))
    return STOPPED if any(note.action == "E" for note in notes) else 0
