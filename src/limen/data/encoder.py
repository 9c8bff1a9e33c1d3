"""From cells to a net's input, for the rows that taught and for every row that comes after.

A number is one input, with a second that says whether it was missing; a category is one input for each word that
training knew and one for all others. What was found on the training split (medians, words, scale) is kept here as plain
values, so that a new row is treated as training treated the old: by the names of its columns, never by their order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.columns import ColumnForm
from limen.data.dataset import Scale
from limen.data.notes import TABLE, Note, place, printable, refusal
from limen.data.target import Target
from limen.errors import LimenError, nearest
from limen.language import Text

OTHER, ABSENT = "(other)", "(missing)"


@dataclass(frozen=True)
class Input:
    """How one column becomes inputs. `fill` is the training median, `absent` whether an input says "missing".

    A number is stored as (number - origin) / unit: 0 and 1, but for columns that float32 would round away.
    """

    form: ColumnForm
    absent: bool = False
    fill: float = 0.0
    origin: float = 0.0
    unit: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs, each by its name."""
        own = tuple(f"{self.form.name}={word}" for word in (*self.form.categories, OTHER))
        first = own if self.form.kind == "category" else (self.form.name,)
        return (*first, f"{self.form.name}={ABSENT}") if self.absent else first

    def encode(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Cells as `ColumnForm.read` gives them, (N,), as inputs (N, names)."""
        x = np.zeros((len(values), len(self.names)), np.float32)
        if self.form.kind == "category":
            missing = values < 0
            code = np.where(missing, x.shape[1] - 1, values)  # the last: missing, or else the word that is not known
            x[np.arange(len(x)), code] = 1
            return x
        missing = np.isnan(values)
        full = np.where(missing, self.fill, values)
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused with its row
            huge = self.unit > 1  # then the difference may leave float64; else it is exact, and taken first
            x[:, 0] = full / self.unit - self.origin / self.unit if huge else (full - self.origin) / self.unit
        if self.absent:
            x[:, 1] = missing
        return x


@dataclass
class Tally:
    """What new rows held that training had not: for each column how often, the first row, and the first word."""

    unseen: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    missing: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    def count(self, kind: str, name: str, found: NDArray[np.intp], rows: Sequence[int], cells: Sequence[str]) -> None:
        """Add the cells at these positions."""
        if len(found):
            table = self.unseen if kind == "unseen" else self.missing
            total, row, word = table.get(name, (0, rows[found[0]], cells[found[0]].strip()))
            table[name] = (total + len(found), row, word)

    def notes(self, path: Path) -> list[Note]:
        """All that as notes."""
        notes = []
        for name, (count, row, word) in self.unseen.items():
            what = Text(
                f"words that training did not know: {count:,}, the first {printable(word, 20)!r}",
                f"训练时未见过的类别 {count:,} 处，首个为 {printable(word, 20)!r}",
            )
            do = Text("they count as (other)", "按“其他”处理")
            notes.append(Note(TABLE, "W", what, place(path, row, name), do))
        for name, (count, row, _) in self.missing.items():
            what = Text(f"missing cells: {count:,}, training had none", f"缺失值 {count:,} 个，训练数据中该列无缺失")
            do = Text("the median, or (other), stands in", "以训练中位数或“其他”代替")
            notes.append(Note(TABLE, "W", what, place(path, row, name), do))
        return notes


@dataclass(frozen=True)
class Encoder:
    """All that is needed to make a net's input of new rows: plain values, kept with the net."""

    inputs: tuple[Input, ...]
    target: Target
    scale: Scale
    others: tuple[str, ...] = ()  # columns of the training file that were left out

    def __repr__(self) -> str:
        return f"Encoder({len(self.inputs)} columns → {len(self.columns)} inputs, {self.target.task})"

    @property
    def columns(self) -> tuple[str, ...]:
        """The inputs by their names."""
        return tuple(name for column in self.inputs for name in column.names)

    def check_names(self, names: Sequence[str], path: Path) -> list[Note]:
        """Refuse rows that lack a column; a note on those that nobody asked for."""
        wanted = [column.form.name for column in self.inputs]
        lacking = [name for name in wanted if name not in names]
        if lacking:
            likely = nearest(lacking[0], names)
            raise refusal(
                TABLE, f"columns missing: {', '.join(printable(name) for name in lacking[:5])}"
                + (f" … ({len(lacking)})" if len(lacking) > 5 else ""), place(path, 1),
                f"there are: {', '.join(printable(name) for name in names[:20])}",
                f"is {printable(likely)!r} meant for {printable(lacking[0])!r}?" if likely else "add them",
            )  # fmt: skip
        extra = [name for name in names if name not in {*wanted, *self.others, self.target.name}]
        if not extra:
            return []
        shown = ", ".join(printable(name) for name in extra[:5]) + (f" … ({len(extra)})" if len(extra) > 5 else "")
        return [Note(TABLE, "W", Text(f"columns ignored: {shown}", f"忽略的列：{shown}"), place(path, 1))]

    def encode(
        self, cells: Mapping[str, Sequence[str]], rows: Sequence[int], path: Path, tally: Tally
    ) -> NDArray[np.float32]:
        """Cells by the names of their columns, all (N,), as inputs (N, columns); `rows` are their lines in the file."""
        x = np.empty((len(rows), len(self.columns)), np.float32)
        at = 0
        for column in self.inputs:
            name = column.form.name
            values = column.form.read(cells[name], rows, path)
            unseen = values == len(column.form.categories) if column.form.kind == "category" else np.zeros(1, bool)
            missing = values < 0 if column.form.kind == "category" else np.isnan(values)
            tally.count("unseen", name, np.flatnonzero(unseen), rows, cells[name])
            if not column.absent:
                tally.count("missing", name, np.flatnonzero(missing), rows, cells[name])
            block = column.encode(values)
            check_finite(block, column, rows, path)
            x[:, at : at + block.shape[1]] = block
            at += block.shape[1]
        return x

    def encode_rows(self, rows: Sequence[Mapping[str, object]]) -> tuple[NDArray[np.float32], list[Note]]:
        """Rows as they come from a form or from JSON, None for what is missing: inputs (N, columns), and notes.

        Raises:
            LimenError: a column is missing from a row, or a cell cannot be read as the column's kind.
        """
        path, tally = Path("rows"), Tally()
        names = list(rows[0]) if rows else []
        notes = self.check_names(names, path)
        short = next((i for i, row in enumerate(rows) if set(row) != set(names)), None)
        if short is not None:
            raise refusal(
                TABLE, "rows differ in their columns", place(path, short + 1), f"the first has: {', '.join(names)}",
                "give every row the same columns",
            )  # fmt: skip
        cells = {c.form.name: [written(row[c.form.name], c.form) for row in rows] for c in self.inputs}
        x = self.encode(cells, range(1, len(rows) + 1), path, tally)
        return x, notes + tally.notes(path)

    def to_plain(self) -> dict[str, Any]:
        """The encoder as values that JSON can hold."""
        return plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_plain(cls, value: Any) -> "Encoder":
        """The encoder that `to_plain` gave.

        Raises:
            LimenError: the values are not such.
        """
        try:
            encoder = cls(
                tuple(Input(form_of(entry["form"]), **checked(entry, INPUT)) for entry in value["inputs"]),
                Target(
                    form_of(value["target"]["form"]),
                    classes=tuple(map(str, value["target"]["classes"])),
                    **checked(value["target"], TARGET),
                ),
                Scale(*(tuple(float(v) for v in value["scale"][key]) for key in ("offset", "divisor"))),
                tuple(map(str, value["others"])),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise LimenError(
                f"This is no encoder of a table: {error!r}. Make it anew from the training file."
            ) from error
        if len(encoder.scale.offset) != len(encoder.columns) or len(encoder.scale.divisor) != len(encoder.columns):
            raise LimenError("This encoder's scale has another number of inputs. Make it anew from the training file.")
        return encoder


INPUT = {"absent": bool, "fill": float, "origin": float, "unit": float}
TARGET = {"task": str, "offset": float, "divisor": float}


def checked(entry: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    """These entries, each of its kind."""
    for name, kind in kinds.items():
        if not isinstance(entry[name], (int, float) if kind is float else kind):
            raise TypeError(f"{name} is {entry[name]!r}")
    return {name: entry[name] for name in kinds}


def form_of(entry: Mapping[str, Any]) -> ColumnForm:
    """The form of a column from plain values, where None stands for no bound."""
    if entry["kind"] not in ("number", "category", "date") or entry["decimal"] not in (None, ".", ","):
        raise ValueError(f"{entry['kind']}, {entry['decimal']}")
    return ColumnForm(
        str(entry["name"]),
        entry["kind"],
        tuple(map(str, entry["missing"])),
        entry["decimal"],
        str(entry["date"]),
        tuple(map(str, entry["categories"])),
        -math.inf if entry["low"] is None else float(entry["low"]),
        math.inf if entry["high"] is None else float(entry["high"]),
    )


def plain(value: Any) -> Any:
    """Tuples as lists, and no number beyond all bounds, which JSON has not."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isinf(value) else value


def written(value: object, form: ColumnForm) -> str:
    """A value as a cell of a file would hold it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return form.missing[0] if form.missing else ""
    text = str(value)
    return text.replace(".", ",") if form.decimal == "," and isinstance(value, float) else text


def check_finite(block: NDArray[np.float32], column: Input, rows: Sequence[int], path: Path) -> None:
    """Refuse a number that float32 cannot hold."""
    if not np.isfinite(block).all():
        row = int(np.flatnonzero(~np.isfinite(block).all(1))[0])
        raise refusal(
            TABLE, "a number beyond float32", place(path, int(rows[row]), column.form.name),
            "it is out of all proportion to the training rows", "mend the cell",
        )  # fmt: skip
