"""What kind of thing a column holds, found from all its cells before any is turned into a number.

A column is of numbers when every cell is one (or missing), of dates when every cell is one in the same way of writing;
of all else the words count: few different ones make a category, nearly as many as there are rows make a text. What
could be read in two ways is refused with the row, and an option says which is meant; nothing is guessed from the first
rows.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data import cells as reading
from limen.data.cells import EITHER, MISSING, sort_of
from limen.data.notes import TABLE, place, printable, refusal
from limen.errors import LimenError

DISTINCT = 10_000  # different words that are counted; a column with more is a text
WORDY = 60  # characters; a column with longer cells is a text
MEMORY = 50_000  # cells whose sort is remembered
NAMING = re.compile(r"^(?:[+-]?0\d|\d+[eE]\d+$)", re.MULTILINE | re.ASCII)  # numbers that name things: 007, 1e5
STRING = np.dtypes.StringDType()


@dataclass(frozen=True)
class ColumnForm:
    """How the cells of one column are read: the same for the file that taught and for every new row."""

    name: str
    kind: str
    missing: tuple[str, ...] = MISSING
    decimal: str | None = None
    date: str = ""  # the way a date is written: one of `cells.FORMS`
    categories: tuple[str, ...] = ()
    low: float = -math.inf  # numbers outside are clipped; finite only where `infinite="clip"` was asked for
    high: float = math.inf

    def read(self, cells: Sequence[str], rows: Sequence[int], path: Path) -> NDArray[Any]:
        """The cells as an array: number and date float64 (nan: missing; days since 1970), category int32 codes.

        A missing category is -1, one that is not in `categories` is their number. Texts stay as they are.

        Raises:
            LimenError: a cell that is no number, or no date written as the others are.
        """
        if self.kind == "text":
            return np.array(cells, STRING)
        cells = list(map(str.strip, cells))
        if self.kind == "category":
            codes = {name: i for i, name in enumerate(self.categories)} | dict.fromkeys(self.missing, -1)
            beyond = len(self.categories)
            return np.fromiter((codes.get(cell, beyond) for cell in cells), np.int32, len(cells))
        if self.kind == "number":
            return self.numbers(cells, rows, path)
        return self.days(cells, rows, path)

    def numbers(self, cells: Sequence[str], rows: Sequence[int], path: Path) -> NDArray[np.float64]:
        """Cells that are numbers or missing."""
        values = np.full(len(cells), math.nan)
        empty = frozenset(self.missing)
        there = [i for i, cell in enumerate(cells) if cell not in empty]
        present = [cells[i] for i in there]
        found = plain_floats(present) if self.decimal != "," else None
        if found is None:
            found = np.array([self.number(cells[i], rows[i], path) for i in there])
        values[there] = found
        return values.clip(self.low, self.high)

    def number(self, cell: str, row: int, path: Path) -> float:
        """One cell that is a number, however it is written."""
        value = reading.number(cell, self.decimal)
        if value is None and reading.INFINITE.fullmatch(cell):
            value = -math.inf if cell[0] == "-" else math.inf
        if value is None:
            raise self.refused(f"{printable(cell, 20)!r} is no number", row, path, "mend the cell")
        if math.isinf(value) and not math.isfinite(self.high):
            raise self.refused(f"{printable(cell, 20)!r} is not finite", row, path, "mend the cell")
        return value

    def days(self, cells: Sequence[str], rows: Sequence[int], path: Path) -> NDArray[np.float64]:
        """Cells that are dates, as days since 1970."""
        known: dict[str, float] = dict.fromkeys(self.missing, math.nan)
        for row, cell in zip(rows, cells, strict=True):
            if cell not in known:
                value = reading.days(cell, self.date)
                if value is None:
                    what = f"{printable(cell, 20)!r} is no date written {self.date}"
                    raise self.refused(what, row, path, "mend the cell, or say the column is text")
                known[cell] = value
        return np.array([known[cell] for cell in cells])

    def refused(self, what: str, row: int, path: Path, do: str) -> LimenError:
        """The error for one cell."""
        return refusal(TABLE, what, place(path, row, self.name), f"the column is of kind {self.kind}", do)


def plain_floats(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Cells that are all finite numbers in the plain way of writing, fast; None when one is not."""
    joined = "\n".join(cells)
    if not joined.isascii() or joined.encode().translate(None, b"0123456789.+-eE\n"):
        return None  # float() takes more than we do: 1_000, nan, other scripts' digits
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


@dataclass
class Profile:
    """What is counted of one column on the first way through the file."""

    name: str
    decimal: str | None
    missing: frozenset[str]
    sorts: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)  # of each sort: (row, cell)
    tokens: Counter[str] = field(default_factory=Counter)  # what stands for missing
    words: Counter[str] | None = field(default_factory=Counter)  # all different cells; None: too many
    shapes: dict[str, tuple[int, str]] = field(default_factory=dict)  # ways of writing dates: (row, cell)
    orders: dict[str, tuple[int, str]] = field(default_factory=dict)  # "day first", "month first": what shows it
    whole: bool = True  # no number has a sign or a decimal mark
    low: float = math.inf
    high: float = -math.inf
    longest: int = 0
    trimmed: int = 0
    formulas: int = 0
    known: dict[str, str] = field(default_factory=dict)

    def add(self, rows: Sequence[int], raw: Sequence[str]) -> None:
        """Count the cells of one chunk."""
        cells = list(map(str.strip, raw))
        self.trimmed += sum(map(str.__ne__, cells, raw))
        present = [cell for cell in cells if cell not in self.missing]
        if len(present) < len(cells):
            tokens = Counter(cell for cell in cells if cell in self.missing)
            self.tokens.update(tokens)
            self.sorts["missing"] += tokens.total()
        if self.words is not None:
            self.words.update(present)
            self.longest = max(self.longest, max(map(len, present), default=0))
            if len(self.words) > DISTINCT or self.longest > 8 * WORDY:
                self.words = None
        values = plain_floats(present) if self.decimal != "," and present else None
        if values is None or np.abs(values).max() >= reading.LARGEST_WHOLE or NAMING.search("\n".join(present)):
            self.add_words(rows, cells, Counter(present))
            return
        self.sorts["number"] += len(present)
        self.first.setdefault("number", (rows[cells.index(present[0])], present[0]))
        self.spread(values)
        self.whole = self.whole and "".join(present).isdigit()

    def add_words(self, rows: Sequence[int], cells: Sequence[str], counts: Counter[str]) -> None:
        """The same for cells that are not all plain numbers: each different one is looked at once."""
        numbers = []
        for cell, count in counts.items():
            sort = self.known.get(cell)
            if sort is None:
                sort = sort_of(cell, self.decimal, self.missing)
                if len(self.known) < MEMORY and len(cell) <= WORDY:
                    self.known[cell] = sort
                if sort == "date":
                    self.add_date(rows, cells, cell)
            self.sorts[sort] += count
            self.meet(sort, rows, cells, cell)
            if sort == "number":
                numbers.append(reading.number(cell, self.decimal) or 0.0)
                self.whole = self.whole and cell.isdigit()
                if self.decimal is not None and not reading.PLAIN.fullmatch(cell):
                    self.meet("grouped", rows, cells, cell)
            elif sort == "text" and cell[0] in "=+-@" and len(cell) > 1:
                self.formulas += count
                self.meet("formula", rows, cells, cell)
        self.spread(np.array(numbers))

    def meet(self, sort: str, rows: Sequence[int], cells: Sequence[str], cell: str) -> None:
        """Remember where the first cell of a sort stands."""
        if sort not in self.first:
            self.first[sort] = (rows[cells.index(cell)], cell)

    def add_date(self, rows: Sequence[int], cells: Sequence[str], cell: str) -> None:
        """Which way a date is written, and whether it shows what stands first, day or month."""
        found = reading.date(cell)
        assert found is not None
        if found.shape not in self.shapes:
            self.shapes[found.shape] = (rows[cells.index(cell)], cell)
        if found.shape in EITHER and max(found.a, found.b) > 12:
            order = "day first" if found.a > 12 else "month first"
            if order not in self.orders:
                self.orders[order] = (rows[cells.index(cell)], cell)

    def forget(self) -> None:
        """Let go of the words that were counted."""
        self.words, self.known = None, {}

    def spread(self, values: NDArray[np.float64]) -> None:
        """The least and the largest number so far."""
        if len(values):
            self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))

    def present(self, *sorts: str) -> int:
        """How many cells are of these sorts; of all but the missing where none is named."""
        return sum(self.sorts[s] for s in sorts) if sorts else self.sorts.total() - self.sorts["missing"]
