"""A net's layers as rows of text."""

from collections.abc import Sequence
from fractions import Fraction

from rich.table import Table

from limen.nets.summary import LayerSummary
from limen.views.tables import table
from limen.views.words import word

COLUMNS = ("layer", "kind", "output", "parameters", "multiply-adds")
SIGHT = ("receptive field", "total stride", "first centre")


def layer_rows(layers: Sequence[LayerSummary], language: str) -> list[tuple[str, ...]]:
    """Each layer's path, kind, output shape, parameters and multiply-adds, and the sum of the last two."""
    rows = [
        (row.path, row.kind, "×".join(map(str, row.output)), f"{row.parameters:,}", f"{row.multiply_adds:,}")
        for row in layers
    ]
    parameters, work = sum(row.parameters for row in layers), sum(row.multiply_adds for row in layers)
    return [*rows, (word("total", language), "", "", f"{parameters:,}", f"{work:,}")]


def alike(values: Sequence[Fraction | int | None], between: str = "×") -> str:
    """One number where all directions have the same; a dash where there is none."""
    told = ["–" if value is None else f"{float(value):g}" for value in values]
    return told[0] if len(set(told)) == 1 else between.join(told)


def sight(row: LayerSummary, language: str) -> tuple[str, str, str]:
    """Receptive field, total stride and centre of the first place, where a net has directions to look in."""
    if not row.field:
        return "–", "–", "–"
    sees = alike(row.sees)
    if row.looks_at_all and all(axis.whole for axis in row.field):
        sees = word("whole input", language)
    bound = "≤ " if any(axis.bound for axis in row.field) else ""
    return f"{bound}{sees}", alike(row.jump), alike(row.centre, ", ")


def memory_text(size: int) -> str:
    """Bytes as people read them."""
    if not size:
        return "0"
    for unit, many in (("MB", 10**6), ("kB", 10**3)):
        if size >= many:
            return f"{size / many:.3g} {unit}" if size < 100 * many else f"{size / many:,.0f} {unit}"
    return f"{size} B"


def layers_table(layers: Sequence[LayerSummary], language: str) -> Table:
    """The layers as a table for the terminal: sizes and work, memory, and what each number sees."""
    seeing = any(row.field for row in layers)
    told = layer_rows(layers, language)
    memory = [*(memory_text(row.memory) for row in layers), memory_text(sum(row.memory for row in layers))]
    seen = [*(sight(row, language) for row in layers), ("", "", "")] if seeing else [()] * len(told)
    rows = [(*row, size, *sees) for row, size, sees in zip(told, memory, seen, strict=True)]
    names = [word(name, language) for name in (*COLUMNS, "memory", *(SIGHT if seeing else ()))]
    return table(names, rows, numbers=range(2, len(names)))
