"""A net's answers to a person's pictures."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from limen.views.tables import table
from limen.views.words import word

# file, number, answer, classes, probabilities, notes
Row = tuple[str, int, str, Sequence[str], Sequence[float], Sequence[str]]
OTHERS = 2  # next best answers shown


def answers_table(rows: Sequence[Row], language: str) -> Table:
    """A line a picture, row or text: the answer, how sure, the next best, and what was changed to read it."""
    lines, count = [], Counter(row[0] for row in rows)
    for file, number, answer, classes, probabilities, notes in rows:
        order = sorted(range(len(classes)), key=lambda i: -probabilities[i])
        others = ", ".join(f"{classes[i]} {probabilities[i]:.1%}" for i in order[1 : 1 + OTHERS])
        name = f"{file} [{number}]" if count[file] > 1 else file
        sure = f"{probabilities[order[0]]:.1%}" if order else "–"
        lines.append((name, answer, sure, others, "; ".join(notes)))
    headings = [word(name, language) for name in ("file", "answer", "probability", "others", "notes")]
    return table(headings, lines, numbers=(2,))
