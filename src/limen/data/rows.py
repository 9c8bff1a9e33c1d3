"""From text to rows of cells: the delimiter, the names of the columns, and the rows in chunks.

Python's own `csv` module parses, in its strict mode. What it lets pass and a table must not have (a row that is too
short, a quote that swallows the rows below it, a line without an end) is refused here with the row it is in. Rows are
counted as lines of the file, so that an editor finds them. Never more than a chunk is in memory.
"""

import contextlib
import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from limen.data.cells import half_width, plain_number
from limen.data.encoding import Decoded
from limen.data.notes import TABLE, Note, place, printable, refusal
from limen.errors import LimenError
from limen.language import Text

DELIMITERS = (",", ";", "\t", "|")
NAMES = {"\t": "TAB", ",": "','", ";": "';'", "|": "'|'"}
SAMPLE, SAMPLED = 1 << 18, 2000  # characters and rows from which delimiter and header are guessed
LONGEST_LINE = 1 << 22  # characters
CELLS, CHARACTERS = 1 << 17, 1 << 22  # of a chunk, at most
Row = list[str]


@dataclass(frozen=True)
class Layout:
    """How a table lies in its file."""

    delimiter: str
    header: bool
    names: tuple[str, ...]
    notes: tuple[Note, ...] = field(default=(), compare=False)


@dataclass
class Counts:
    """What is met on the way through a file and passed over."""

    blank: list[int] = field(default_factory=list)  # the rows with nothing in them
    characters: int = 0


def lines(text: TextIO, decoded: Decoded, counts: Counts) -> Iterator[str]:
    """The lines of a text, with their ends, none longer than what fits into memory with ease."""
    row = 0
    while line := text.readline(LONGEST_LINE):
        row += 1
        counts.characters += len(line)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise refusal(
                TABLE, "a line without an end", place(decoded.path, row), f"it has more than {LONGEST_LINE:,} "
                "characters", "check that the file is a table, and the quotes in this row",
            )  # fmt: skip
        if row % 10_000 == 0:
            decoded.check(text)
        yield line


def records(text: TextIO, decoded: Decoded, delimiter: str, counts: Counts) -> Iterator[tuple[int, int, Row]]:
    """(first line, last line, cells) of every row, the header's too."""
    reader = csv.reader(lines(text, decoded, counts), delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise unreadable(str(error), decoded, start, reader.line_num) from error
        if row is None:
            return
        yield start, reader.line_num, row


def unreadable(reason: str, decoded: Decoded, start: int, end: int) -> LimenError:
    """The error for a row that `csv` cannot make cells of."""
    where = place(decoded.path, start)
    if end > start or "end of data" in reason:
        return refusal(
            TABLE, "a quote is opened and not closed", where, f"it swallows the rows down to {end}",
            'close the quote, or double it ("") where it is meant',
        )  # fmt: skip
    if "field limit" in reason:
        return refusal(
            TABLE, "a cell is too long", where, f"at most {csv.field_size_limit():,} characters are read",
            "check the quotes in this row",
        )  # fmt: skip
    return refusal(
        TABLE, "text follows a closing quote", where, "a quoted cell ends at its quote",
        'double the quotes ("") that are meant',
    )  # fmt: skip


def peek(decoded: Decoded) -> tuple[list[str], str]:
    """The first lines of the file, without a last one that was cut, and what ends them: LF, CRLF or CR."""
    with decoded.open() as text:
        sample = text.read(SAMPLE)
    found = list(io.StringIO(sample, newline=""))
    whole = found[:-1] if len(sample) == SAMPLE and len(found) > 1 else found
    return whole, "CRLF" if "\r\n" in sample else "CR" if "\r" in sample and "\n" not in sample else "LF"


def sampled(first: list[str], delimiter: str) -> list[Row]:
    """The rows of a sample, as lenient as need be."""
    rows: list[Row] = []
    with contextlib.suppress(csv.Error):  # a cell too long; the strict reading says where
        rows.extend(itertools.islice(csv.reader(first, delimiter=delimiter), SAMPLED))
    return [row for row in rows if any(cell.strip() for cell in row)]


def find_delimiter(first: list[str]) -> str | None:
    """The delimiter that cuts most rows into equally many cells, more than one; None where none does."""
    best: tuple[float, int] = (0.0, 1)
    chosen = None
    for delimiter in DELIMITERS:
        rows = sampled(first, delimiter)
        if not rows:
            continue
        width = len(rows[0])  # the header's, which a decimal comma does not cut
        share = sum(len(row) == width for row in rows) / len(rows)
        if width > 1 and (round(share, 2), width) > best:
            best, chosen = (round(share, 2), width), delimiter
    return chosen


def seems_headless(rows: list[Row]) -> bool:
    """Whether the first row looks like data: it holds a number, or all its cells come again below it."""
    first = [cell.strip() for cell in rows[0]]
    if any(plain_number(cell) is not None for cell in first):
        return True
    below = [{row[i].strip() for row in rows[1:] if i < len(row)} for i in range(len(first))]
    return len(rows) > 2 and all(cell in cells for cell, cells in zip(first, below, strict=True))


def find_layout(
    decoded: Decoded, delimiter: str | None = None, header: bool | None = None, alone: Sequence[str] = ()
) -> Layout:
    """Delimiter and column names of a table; what is None is found. `alone` are names that may be the only column.

    Raises:
        LimenError: nothing in the file, a web page, one column only, no header, names that are empty or come twice.
    """
    path = decoded.path
    first, ends = peek(decoded)
    if not any(line.strip() for line in first):
        raise refusal(TABLE, "the file is empty", place(path), f"it has {decoded.size:,} bytes and no row", "check it")
    start = "".join(first[:3]).lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise refusal(TABLE, "no table", place(path, 1), "it is a web page: the download failed?", "fetch it again")
    likely = find_delimiter(first)
    chosen = delimiter or likely
    if chosen is not None and (len(chosen) != 1 or chosen in '"\r\n '):
        raise LimenError(f"Delimiter {chosen!r} is none. Allowed: one character, such as {', '.join(NAMES.values())}.")
    rows = sampled(first, chosen or ",")
    if rows and len(rows[0]) == 1 and half_width(rows[0][0]) in alone:
        return Layout(chosen or ",", True, tuple(clean_names(rows[0], decoded)[0]))
    if chosen is None or not rows or len(rows[0]) < 2:
        hint = f"did you mean {NAMES[likely]}?" if likely else f"tried {', '.join(NAMES.values())}"
        raise refusal(
            TABLE, "found 1 column", place(path, 1), hint,
            f"say --delimiter {likely!r}" if likely else "say the --delimiter, or check that the file is a table",
        )  # fmt: skip
    if header is None and seems_headless(rows):
        raise refusal(
            TABLE, "no header", place(path, 1), f"the first row looks like data: {shortly(rows[0])}",
            "write the names above it, or say header=False (--no-header), or header=True if these are names",
        )  # fmt: skip
    header = header is not False
    names, notes = clean_names(rows[0], decoded) if header else ([f"c{i + 1}" for i in range(len(rows[0]))], [])
    if delimiter is None and chosen != ",":
        what = Text(f"the delimiter is {NAMES[chosen]}", f"分隔符为 {NAMES[chosen]}")
        notes.append(Note(TABLE, "F", what, place(path, 1)))
    if ends != "LF":
        notes.append(Note(TABLE, "F", Text(f"lines end with {ends}", f"行尾为 {ends}"), place(path)))
    return Layout(chosen, header, tuple(names), tuple(notes))


def shortly(cells: Iterable[str]) -> str:
    """A row as it stands in a message."""
    row = list(cells)
    return ", ".join(printable(cell, 20) for cell in row[:6]) + (", …" if len(row) > 6 else "")


def clean_names(row: Row, decoded: Decoded) -> tuple[list[str], list[Note]]:
    """The names of the columns, blanks trimmed and full-width signs made ASCII; each must be there, and once."""
    path = decoded.path
    names = [half_width(cell) for cell in row]
    if "" in names:
        at = names.index("")
        raise refusal(
            TABLE, f"column {at + 1} has no name", place(path, 1), f"the header is: {shortly(row)}",
            "name it" + (", or write the file without row numbers (pandas: index=False)" if at == 0 else ""),
        )  # fmt: skip
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        places = [str(i + 1) for i, name in enumerate(names) if name == twice[0]]
        raise refusal(
            TABLE, f"the name {printable(twice[0])!r} comes {len(places)} times", place(path, 1),
            f"columns {', '.join(places)} cannot be told apart", "give each column its own name",
        )  # fmt: skip
    changed = [(old, new) for old, new in zip(row, names, strict=True) if old != new]
    if not changed:
        return names, []
    shown = ", ".join(f"{printable(old)!r} → {printable(new)!r}" for old, new in changed[:3])
    more = f" … ({len(changed)})" if len(changed) > 3 else ""
    return names, [Note(TABLE, "F", Text(f"names tidied: {shown}{more}", f"列名已规整：{shown}{more}"), place(path, 1))]


def chunks(decoded: Decoded, layout: Layout, counts: Counts) -> Iterator[tuple[list[int], list[Row]]]:
    """The rows below the header: (first line of each, cells), some ten thousand at a time, and each of full width."""
    width = len(layout.names)
    most = max(1, CELLS // width)
    at: list[int] = []
    rows: list[Row] = []
    full, header = CHARACTERS, layout.header
    with decoded.open() as text:
        for start, end, row in records(text, decoded, layout.delimiter, counts):
            if len(row) != width:
                if not any(cell.strip() for cell in row):
                    counts.blank.append(start)
                    continue
                raise ragged(decoded, start, end, len(row), width)
            if header:
                header = False
                continue
            at.append(start)
            rows.append(row)
            if len(rows) >= most or counts.characters > full:
                yield at, rows
                at, rows, full = [], [], counts.characters + CHARACTERS
        if rows:
            yield at, rows


def ragged(decoded: Decoded, start: int, end: int, found: int, width: int) -> LimenError:
    """The error for a row that has another number of cells than the header."""
    where = place(decoded.path, start)
    if end > start:
        return refusal(
            TABLE, "a quote swallows rows", where, f"it is opened here and closed in row {end}, and the row then has "
            f"{found} of {width} cells", 'close the quote, or double it ("") where it is meant',
        )  # fmt: skip
    return refusal(
        TABLE, f"row {start} has {found} of {width} cells", where, "every row needs one cell for each column",
        "mend the row; a cell that holds the delimiter stands in quotes",
    )  # fmt: skip
