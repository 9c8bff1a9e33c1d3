"""Everything that may be found in a folder of photos, by name, and telling it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from limen.data.notes import Note
from limen.data.photo_asides import ASIDES
from limen.data.photo_remarks import REMARKS
from limen.data.photo_said import Found, Saying
from limen.data.photo_stops import STOPS
from limen.language import Text

PHOTO = "DATA-IMG"
LISTED = 12  # files named in one line; the page of `limen data check` and --json name all

SAYINGS: dict[str, Saying] = {**STOPS, **ASIDES, **REMARKS}


def gathered(found: Iterable[Found]) -> list[Found]:
    """One `Found` for each kind, with all its files, in the order of `SAYINGS`."""
    files: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        files.setdefault(one.kind, []).extend(one.files)
    return [Found(kind, tuple(sorted(files[kind]))) for kind in SAYINGS if kind in files]


def where(found: Found, most: int = LISTED) -> str:
    """The files, as many as a line holds, with their details."""
    names = [name + (f" ({detail})" if detail else "") for name, detail in found.files if name]
    more = f" … ({len(names):,})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def note_of(found: Found, most: int = LISTED) -> Note:
    """A thing found, as a note that names so many files at most."""
    said = SAYINGS[found.kind]
    values = {"n": f"{len(found.files):,}", "detail": found.files[0][1] if found.files else ""}
    what = Text(said.what.en.format(**values), said.what.zh.format(**values))
    return Note(PHOTO, said.action, what, where(found, most), said.do, why=said.why)


def to_plain(found: Found) -> dict[str, Any]:
    """A thing found, as plain values, with all its files."""
    note = note_of(found)
    parts = {name: asdict(getattr(note, name)) for name in ("what", "why", "do")}
    files = [{"file": name, "detail": detail} for name, detail in found.files if name]
    return {"code": note.code, "action": note.action, "kind": found.kind, **parts, "files": files}
