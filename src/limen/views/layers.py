"""A net's layers as rows of text."""

from collections.abc import Sequence

from rich.table import Table

from limen.nets.summary import LayerSummary
from limen.views.tables import table
from limen.views.words import word

COLUMNS = ("layer", "kind", "output", "parameters", "multiply-adds")


def layer_rows(layers: Sequence[LayerSummary], language: str) -> list[tuple[str, ...]]:
    """Each layer's path, kind, output shape, parameters and multiply-adds, and the sum of the last two."""
    rows = [
        (row.path, row.kind, "×".join(map(str, row.output)), f"{row.parameters:,}", f"{row.multiply_adds:,}")
        for row in layers
    ]
    parameters, work = sum(row.parameters for row in layers), sum(row.multiply_adds for row in layers)
    return [*rows, (word("total", language), "", "", f"{parameters:,}", f"{work:,}")]


def layers_table(layers: Sequence[LayerSummary], language: str) -> Table:
    """The layers as a table for the terminal."""
    return table([word(name, language) for name in COLUMNS], layer_rows(layers, language), numbers=(2, 3, 4))
