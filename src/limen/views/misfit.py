"""Where an input does not fit a net: the shapes layer by layer until there, and what would fit."""

from rich.console import Group
from rich.text import Text as RichText

from limen.nets.misfit import ShapeError, times
from limen.views.tables import table
from limen.views.words import word


def misfit_text(error: ShapeError, language: str) -> Group:
    """The shapes that were passed, and the layer that is given what it cannot take."""
    at = error.misfit
    rows = [(word("input", language), "", times(at.shape), "")]
    rows += [(row.path, row.kind, times(row.output), "") for row in error.passed]
    given = " + ".join(map(times, at.given))
    rows.append((at.path, at.kind, f"{word('given', language)} {given}", "×"))
    headings = [word(name, language) for name in ("layer", "kind", "output")]
    title = RichText(word("passed so far", language), style="bold")
    return Group(title, table([*headings, ""], rows, numbers=(2,)), RichText(""))
