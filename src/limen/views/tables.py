"""Tables for the terminal."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text as RichText


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = (), title: str = ""
) -> Table:
    """A quiet table: no frame, the columns in `numbers` set right. Cells are plain text, never markup.

    Empty headings take no line.
    """
    right = set(numbers)
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, padding=(0, 3, 0, 0))
    made.show_header = any(headings)
    for i, heading in enumerate(headings):
        made.add_column(RichText(heading, style="bold"), justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(RichText(cell) for cell in row))
    return made
