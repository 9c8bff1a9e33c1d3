"""A picture as the views see it: where it came from, what was done with it, and the stages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limen.images.stage import Stage
from limen.language import Text


@dataclass(frozen=True)
class Seen:
    """A picture and the stages of one operation, or only the picture where none was asked for.

    `held` is what the file held, by name; `options` are those of the operation, with their values.
    """

    name: str
    path: Path
    held: dict[str, str]
    notes: tuple[Text, ...]
    operation: str | None
    options: dict[str, Any]
    stages: tuple[Stage, ...]
    command: str
    seconds: float
    created: str
    versions: dict[str, str]

    @property
    def title(self) -> str:
        """What the page is about, as a word: the operation's name, or "look"."""
        return self.operation or "look"
