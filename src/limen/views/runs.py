"""The list of runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from limen.views.numbers import number
from limen.views.tables import table
from limen.views.words import word


def runs_table(rows: Sequence[Mapping[str, Any]], language: str) -> Table:
    """A line a run: name, when, epochs, state, and the test measure that people read."""
    lines = []
    for row in rows:
        result = row["result"]
        measures = {k: v for k, v in (result or {"metrics": {}})["metrics"].items() if k.startswith("test_")}
        shown = next((name for name in measures if name != "test_loss"), "test_loss")
        tested = f"{word(shown, language)} {number(measures[shown])}" if measures else ""
        state = word("finished" if result else "not finished", language)
        lines.append((row["run"], row["created"][:16].replace("T", " "), str(row["epochs"]), state, tested))
    headings = [word(name, language) for name in ("run", "created", "number of epochs", "state", "result")]
    return table(headings, lines, numbers=(2,))
