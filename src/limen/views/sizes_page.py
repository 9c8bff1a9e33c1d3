"""The sizes of a net on a page: the receptive field on the input, and every layer."""

from collections.abc import Sequence
from pathlib import Path

from limen import storage
from limen.errors import LimenError
from limen.nets.misfit import times
from limen.nets.summary import LayerSummary
from limen.views.field_figure import field_figure
from limen.views.layers import COLUMNS, SIGHT, layer_rows, memory_text, sight
from limen.views.page import embed, template
from limen.views.style import styled, to_png
from limen.views.words import word


def write_drawing(rows: Sequence[LayerSummary], name: str, shape: tuple[int, ...], path: Path, language: str) -> None:
    """Draw the receptive fields of a net's layers into a .png file, or onto an .html page with the table of sizes.

    Raises:
        LimenError: the net takes rows of numbers, which have no directions to look in.
    """
    if not any(row.field for row in rows):
        raise LimenError(f"The input {times(shape)} of {name} is no picture: nothing to draw. Leave --draw out.")
    with styled():
        figure = field_figure(rows, shape, language)
        if path.suffix.lower() == ".png":
            storage.write_file(path, to_png(figure))
            return
        drawn = embed(figure, "field drawn", "field drawn_caption", language)
    told = layer_rows(rows, language)
    cells = [(*row, memory_text(layer.memory), *sight(layer, language)) for row, layer in zip(told, rows, strict=False)]
    content = template("sizes.html.j2", language).render(
        title=word("sizes of", language).format(net=name),
        name=f"{name} · {times(shape)}",
        about=word("sizes page", language).format(
            layers=len(rows), parameters=sum(row.parameters for row in rows),
            work=sum(row.multiply_adds for row in rows), memory=memory_text(sum(row.memory for row in rows)),
        ),
        figure=drawn,
        columns=[word(column, language) for column in (*COLUMNS, "memory", *SIGHT)],
        rows=cells,
    )  # fmt: skip
    storage.write_file(path, content.encode())
