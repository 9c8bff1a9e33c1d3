"""Tables for other programs: what a spreadsheet would take for a formula is written so that it stays text."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """A cell for a CSV file: text that begins like a formula gets an apostrophe before it, numbers stay numbers.

    OWASP, "CSV injection": a cell ``=HYPERLINK(…)`` from a stranger's table would run when the file is opened.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def to_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV text, lines ended by LF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in names])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()
