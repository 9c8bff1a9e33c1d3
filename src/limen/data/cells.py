"""What one cell of a table says: a number, a date, nothing, or text.

All that a CSV file holds is text, and every reader guesses what it meant. Here a cell is a number only when it is
plainly one (``-1.5e3``). What looks like a number in another country's way of writing (``1.234,5``, ``￥12``, ``１２``)
is told apart from text, so that it is never taken for a word; and what looks like a number but names a thing
(``00123``, a number beyond 2⁵³, which float64 would round) is kept as the text it is.
"""

import datetime
import re
from dataclasses import dataclass

MISSING = ("", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "Null", "None", "-", "空", "?")
WORDS = ("NA", "None")  # in a column of texts these may be words: a country's code, "no garage"
LARGEST_WHOLE = 2**53  # beyond it float64 leaves whole numbers out
LONGEST = 64  # characters; a longer cell is text

PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
ZEROS = re.compile(r"[+-]?0\d[\d.]*", re.ASCII)  # 00123
CODE = re.compile(r"\d+[eE]\d+", re.ASCII)  # 1e5, as hashes and part numbers are written; numbers say 1e+05
INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
MONEY = re.compile(r"([+-]?)\s*(?:[¥$€£₹₩]\s*)?([+-]?)((?:\d|[.,]\d).*?)\s*[¥$€£₹₩元%]?")
GROUP = "[ '\u00a0\u202f"
DIGITS = {
    ".": re.compile(rf"(?:\d{{1,3}}(?:{GROUP},]\d{{3}})+|\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII),
    ",": re.compile(rf"(?:\d{{1,3}}(?:{GROUP}.]\d{{3}})+|\d*)(?:,\d*)?(?:[eE][+-]?\d+)?", re.ASCII),
}
HALF = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0xFFE5: 0xA5, 0x2212: 0x2D}  # full-width to ASCII

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
TIME = r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
A, B, YEAR, NAME = r"(?P<a>\d{1,2})", r"(?P<b>\d{1,2})", r"(?P<year>\d{4})", r"(?P<name>[A-Za-z]{3,9})\.?"
# ways to write a date; a and b are month and day, in the order that the way's name says
SHAPES = {
    "Y-M-D": f"{YEAR}-{A}-{B}",
    "Y/M/D": f"{YEAR}/{A}/{B}",
    "Y.M.D": rf"{YEAR}\.{A}\.{B}",
    "Y年M月D日": f"{YEAR}年{A}月{B}日",
    "D.M.Y": rf"{A}\.{B}\.{YEAR}",
    "?/?/Y": f"{A}/{B}/{YEAR}",
    "?-?-Y": f"{A}-{B}-{YEAR}",
    "Mon D, Y": f"{NAME} {B},? {YEAR}",
    "D Mon Y": f"{B}[ -]{NAME}[ -]{YEAR}",
}
DATES = {name: re.compile(shape + TIME, re.ASCII) for name, shape in SHAPES.items()}
EITHER = {"?/?/Y": ("D/M/Y", "M/D/Y"), "?-?-Y": ("D-M-Y", "M-D-Y")}  # which is the day, only the whole column tells
FORMS = tuple(name for shape in SHAPES for name in EITHER.get(shape, (shape,)))
DAY_FIRST = ("D.M.Y", "D/M/Y", "D-M-Y")


def half_width(text: str) -> str:
    """Full-width letters, digits and brackets as their ASCII twins, blanks trimmed."""
    return " ".join(text.translate(HALF).split())


def plain_number(cell: str) -> float | None:
    """The number that a cell holds in the plain way of writing; inf where it is beyond float64."""
    return float(cell) if PLAIN.fullmatch(cell) else None


def other_number(cell: str, decimal: str) -> float | None:
    """The number that a cell holds with this decimal mark, digits grouped or not, money and per cent signs dropped."""
    found = MONEY.fullmatch(half_width(cell)) if len(cell) <= LONGEST else None
    if found is None or not DIGITS[decimal].fullmatch(found[3]) or (found[1] and found[2]):
        return None
    digits = re.sub(f"{GROUP}.,]".replace(decimal, ""), "", found[3]).replace(",", ".")
    return plain_number(found[1] + found[2] + digits)


def number(cell: str, decimal: str | None) -> float | None:
    """The number a cell holds; None when it holds none. `decimal` None: only the plain way of writing is taken."""
    if decimal is None or (decimal == "." and PLAIN.fullmatch(cell)):
        return plain_number(cell)
    return other_number(cell, decimal)


@dataclass(frozen=True)
class Date:
    """A cell that is written like a date: in which shape, and its parts."""

    shape: str
    a: int
    b: int
    found: "re.Match[str]"


def date(cell: str) -> Date | None:
    """The date that a cell is written like, if any; that the day exists is not yet said."""
    if len(cell) > LONGEST:
        return None
    for shape, pattern in DATES.items():
        if found := pattern.fullmatch(cell):
            part = found.groupdict()
            if part.get("name") is not None:
                if part["name"][:3].lower() not in MONTHS:
                    return None
                return Date(shape, MONTHS.index(part["name"][:3].lower()) + 1, int(part["b"]), found)
            return Date(shape, int(part["a"]), int(part["b"]), found)
    return None


def days(cell: str, form: str) -> float | None:
    """Days from 1970-01-01 to the date (and time) in a cell written in `form`; None where it is no such date."""
    written = date(cell)
    if written is None or form not in EITHER.get(written.shape, (written.shape,)):
        return None
    month, day = (written.b, written.a) if form in DAY_FIRST else (written.a, written.b)
    part = written.found.groupdict()
    try:
        at = datetime.date(int(part["year"]), month, day).toordinal() - datetime.date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    if part["hour"] is None:
        return float(at)
    hour, minute, second = int(part["hour"]), int(part["minute"]), float(part["second"] or 0)
    if hour > 23 or minute > 59 or second >= 61:
        return None
    zone = (part["zone"] or "Z").replace(":", "").replace("Z", "+0000")
    east = (int(zone[1:3]) * 60 + int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    return at + (hour * 3600 + (minute - east) * 60 + second) / 86400


def sort_of(cell: str, decimal: str | None, missing: frozenset[str]) -> str:
    """What a trimmed cell is: missing, number, zeros, code, large, infinite, foreign, date or text."""
    if cell in missing:
        return "missing"
    if len(cell) > LONGEST and not WHOLE.fullmatch(cell) and not PLAIN.fullmatch(cell):
        return "text"
    if cell[0].isalpha():  # a word, most often
        if INFINITE.fullmatch(cell):
            return "infinite"
        return "date" if DATES["Mon D, Y"].fullmatch(cell) and date(cell) else "text"
    value = number(cell, decimal)
    if value is not None:
        if ZEROS.fullmatch(cell):
            return "zeros"
        if WHOLE.fullmatch(cell) and (len(cell) > 20 or abs(int(cell)) > LARGEST_WHOLE):
            return "large"
        if abs(value) == float("inf"):
            return "infinite"
        return "code" if CODE.fullmatch(cell) else "number"
    if INFINITE.fullmatch(cell):
        return "infinite"
    if date(cell) is not None:
        return "date"
    return "foreign" if any(other_number(cell, mark) is not None for mark in DIGITS) else "text"
