"""What was found in a person's file, told as data.

An error stops before the first step; everything milder is a note: what was handled, what was set aside, what should be
looked at. Both say the same five things: code, what, where (file:row:column), why, and what to do about it.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from limen.errors import LimenError
from limen.language import Text

TABLE, TEXT = "DATA-CSV", "DATA-TXT"
ACTIONS = {
    "E": Text("error", "错误"),
    "F": Text("handled", "已处理"),
    "W": Text("warning", "注意"),
    "Q": Text("set aside", "已剔除"),
}
ROWS_SHOWN = 5
NOTHING = Text("", "")


def printable(name: str, most: int = 60) -> str:
    """A name from a file as it may stand in one line: control and half characters escaped, never too long."""
    short = name if len(name) <= most else f"{name[:most]}…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short)


def place(path: Path, row: int | None = None, column: str | None = None) -> str:
    """``people.csv:17:age``. Rows are lines of the file, the first is 1."""
    parts = [printable(path.name), *([str(row)] if row is not None else []), *([printable(column)] if column else [])]
    return ":".join(parts)


def refusal(code: str, what: str, where: str, why: str, do: str) -> LimenError:
    """The error ``code · what · where · why · do this``, in one line."""
    return LimenError(" · ".join((code, what, where, why, do)))


def rows_shown(rows: tuple[int, ...]) -> str:
    """``2, 7, 9 … (14 in all)``"""
    first = ", ".join(str(row) for row in rows[:ROWS_SHOWN])
    return first if len(rows) <= ROWS_SHOWN else f"{first} … ({len(rows):,})"


@dataclass(frozen=True)
class Note:
    """One thing found. `action`: F handled, W look at it, Q set aside, E stops; `rows`: the lines of the file it is
    about.
    """

    code: str
    action: str
    what: Text
    where: str = ""
    do: Text = NOTHING
    rows: tuple[int, ...] = ()
    why: Text = NOTHING

    def line(self, language: str) -> str:
        """The note as one line of text."""
        said = (self.what[language], self.where, self.why[language], self.do[language])
        parts = (self.code, ACTIONS[self.action][language], *said)
        return " · ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.line("en")

    def to_plain(self) -> dict[str, Any]:
        """The note as plain values."""
        return asdict(self) | {"rows": list(self.rows)}
