"""A person's table: from a CSV file to columns of numbers, categories, dates and texts.

The file is read three times, each time as a stream: once for its encoding, once to find what every column holds, once
to fill the arrays. So a file larger than the memory is no matter as long as its columns fit, and no cell is turned into
a number before every cell of its column was seen. Whatever was found, handled or doubted is told in notes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.cells import DIGITS, MISSING
from limen.data.columns import STRING, ColumnForm, Profile
from limen.data.encoding import Decoded, decode
from limen.data.kinds import decide
from limen.data.notes import TABLE, Note, place, refusal
from limen.data.rows import Counts, Layout, chunks, find_layout
from limen.errors import nearest, shown, unknown
from limen.language import Text

INFINITE = ("refuse", "clip")
LISTED = 20  # names in an error
DTYPES = {"number": np.dtype(np.float64), "date": np.dtype(np.float64), "category": np.dtype(np.int32), "text": STRING}


@dataclass(frozen=True)
class Reading:
    """What of a file is said, not found. None is found from the file, or refused where it is not clear.

    `decimal` allows the ways of writing of a country, ``1,234.5`` or ``1.234,5``; `kinds` names columns that are
    "number", "category", "text", "date" or "date:D/M/Y" whatever they look like; `infinite="clip"` brings numbers
    beyond all bounds to the column's range.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    decimal: str | None = None
    missing: tuple[str, ...] | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    infinite: str = "refuse"

    def __post_init__(self) -> None:
        if self.decimal is not None and self.decimal not in DIGITS:
            raise unknown("decimal mark", self.decimal, DIGITS)
        if self.infinite not in INFINITE:
            raise unknown("way with infinite numbers", self.infinite, INFINITE)


@dataclass(frozen=True)
class Column:
    """One column. values: (N,) float64 for number and date (days since 1970), int32 codes for category, else texts."""

    form: ColumnForm
    values: NDArray[Any]

    @property
    def name(self) -> str:
        """The name in the header."""
        return self.form.name

    @property
    def kind(self) -> str:
        """number, category, date, text, or empty."""
        return self.form.kind

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have nothing here."""
        if self.kind in ("number", "date"):
            nothing: NDArray[np.bool_] = np.isnan(self.values)
            return nothing
        if self.kind == "category":
            below: NDArray[np.bool_] = self.values < 0
            return below
        return np.isin(self.values, np.array(self.form.missing, STRING))

    def __repr__(self) -> str:
        return f"Column({self.name!r}, {self.kind})"


@dataclass(frozen=True)
class Table:
    """The columns of a file, and what was found on the way. rows: the line of the file where each row begins."""

    path: Path
    encoding: str
    delimiter: str
    header: bool
    columns: tuple[Column, ...]
    rows: NDArray[np.int64]
    notes: tuple[Note, ...] = ()

    def __repr__(self) -> str:
        return f"Table({self.path.name!r}, {len(self):,} rows × {len(self.columns)} columns)"

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def report(self) -> dict[str, Any]:
        """The table as plain values: how it was read, each column, the notes."""
        return {
            "file": self.path.name,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header": self.header,
            "rows": len(self),
            "columns": [described(column) for column in self.columns],
            "notes": [note.to_plain() for note in self.notes],
        }


def described(column: Column) -> dict[str, Any]:
    """One column as plain values."""
    plain: dict[str, Any] = {"name": column.name, "kind": column.kind}
    if column.kind != "empty":
        plain["missing"] = int(column.missing.sum())
    if column.kind in ("number", "date"):
        plain |= {"least": float(np.nanmin(column.values)), "largest": float(np.nanmax(column.values))}
    if column.kind == "category":
        plain["categories"] = len(column.form.categories)
    return plain


def check_name(name: str, names: tuple[str, ...], path: Path, what: str) -> None:
    """Refuse a column that is not there, with those that are and the nearest of them."""
    if name in names:
        return
    likely = nearest(name, names)
    listed = ", ".join(names[:LISTED]) + (f", … ({len(names)} in all)" if len(names) > LISTED else "")
    raise refusal(
        TABLE, f"no column {shown(name)} for the {what}", place(path, 1), f"there are: {listed}",
        f"did you mean {likely!r}?" if likely else "name one of these",
    )  # fmt: skip


def profiled(decoded: Decoded, layout: Layout, reading: Reading, counts: Counts) -> tuple[list[Profile], int]:
    """The first way through: what each column holds, and how many rows there are."""
    missing = frozenset(MISSING if reading.missing is None else ("", *reading.missing))
    profiles = [Profile(name, reading.decimal, missing) for name in layout.names]
    total = 0
    for at, rows in chunks(decoded, layout, counts):
        total += len(rows)
        for profile, cells in zip(profiles, zip(*rows, strict=True), strict=True):
            profile.add(at, cells)
    return profiles, total


def filled(
    decoded: Decoded, layout: Layout, forms: list[ColumnForm], total: int
) -> tuple[list[Column], NDArray[np.int64]]:
    """The second way through: the arrays, and the line of each row."""
    arrays = [np.empty(total if form.kind != "empty" else 0, DTYPES.get(form.kind, STRING)) for form in forms]
    lines = np.empty(total, np.int64)
    done = 0
    for at, rows in chunks(decoded, layout, Counts()):
        part = slice(done, done + len(rows))
        lines[part] = at
        for form, array, cells in zip(forms, arrays, zip(*rows, strict=True), strict=True):
            if form.kind != "empty":
                array[part] = form.read(cells, at, decoded.path)
        done += len(rows)
    return [Column(form, array) for form, array in zip(forms, arrays, strict=True)], lines


def read_table(path: Path | str, reading: Reading | None = None, *, target: str | None = None) -> Table:
    """The table in a CSV file. `target` is the column to be foretold: it must be there, and its words are classes.

    Memory: the columns (8 bytes a number, 4 a category), the lines, and a chunk of the file.

    Raises:
        LimenError: the file is none, is no table, or holds what could be read in two ways.
    """
    reading = reading or Reading()
    decoded = decode(path, reading.encoding)
    layout = find_layout(decoded, reading.delimiter, reading.header)
    for name in reading.kinds:
        check_name(name, layout.names, decoded.path, "kind that was said")
    if target is not None:
        check_name(target, layout.names, decoded.path, "target")
    counts = Counts()
    profiles, total = profiled(decoded, layout, reading, counts)
    if not total:
        raise refusal(
            TABLE, "no rows below the header", place(decoded.path, 1), "there is nothing to learn from", "add rows"
        )
    notes = [*decoded.notes, *layout.notes, *blank_notes(counts, decoded.path)]
    forms = []
    for profile in profiles:
        asked = reading.kinds.get(profile.name)
        form, found = decide(profile, decoded.path, asked, reading.infinite, profile.name == target)
        forms.append(form)
        notes += found
        profile.forget()
    columns, lines = filled(decoded, layout, forms, total)
    return Table(decoded.path, decoded.encoding, layout.delimiter, layout.header, tuple(columns), lines, tuple(notes))


def blank_notes(counts: Counts, path: Path) -> list[Note]:
    """That rows with nothing in them were passed over."""
    if not counts.blank:
        return []
    many = len(counts.blank)
    what = Text(f"blank rows passed over: {many:,}", f"跳过 {many:,} 个空行")
    return [Note(TABLE, "F", what, place(path, counts.blank[0]), rows=tuple(counts.blank))]
