"""What verifying a run showed, in a few lines of the terminal."""

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text as RichText

from limen.views.outcome import pairs
from limen.views.words import word

if TYPE_CHECKING:
    from limen.runs.ledger import Difference
    from limen.runs.tiers import Tier


def verdict(
    name: str,
    tier: "Tier",
    compared: tuple[int, int, bool],
    difference: "Difference | None",
    causes: list[str],
    language: str,
) -> RenderableType:
    """The tier that held, how far was looked (steps, epochs, whether to the end), and where and why two runs part."""
    steps, epochs, finished = compared
    same = not causes
    mark, style = ("✓", "bold green") if same else ("×", "bold red")
    head = RichText(f"{mark} {name}: {word('same bits' if same else 'other bits', language)}", style=style)
    looked = word("compared", language).format(steps=steps, epochs=epochs)
    looked += word("and answers", language) if finished else ""
    rows: list[tuple[str, RenderableType]] = [(word("tier", language), tier.line(language))]
    rows += [(word("looked at", language), looked)]
    if difference is not None:
        rows.append((word("parts at", language), place(difference, language)))
    rows += [(word("likely cause", language) if i == 0 else "", cause) for i, cause in enumerate(causes)]
    return Group(RichText(""), head, pairs(rows))


def place(difference: "Difference", language: str) -> str:
    """Where two runs part, in words."""
    where = word("at epoch", language).format(epoch=difference.epoch)
    if difference.step is not None:
        loss = f"{word('loss', language)} {difference.then} → {difference.now}"
        where += word("at step", language).format(step=difference.step, loss=loss)
    if difference.tensor is not None:
        where += word("at tensor", language).format(tensor=difference.tensor)
    return where
