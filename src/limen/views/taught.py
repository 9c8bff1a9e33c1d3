"""A lesson as the views see it: what was shown, what came out, and whether it is what it must be."""

from dataclasses import dataclass
from typing import Any

from limen.language import Text


@dataclass(frozen=True)
class Check:
    """One comparison. `difference` is in units of max(1, |expected|); inf where shapes, signs or words differ."""

    of: Text
    holds: bool
    expected: str
    difference: float
    tolerance: float
    published: bool
    code: str  # how the reference was computed; "" for one that was not


@dataclass(frozen=True)
class Result:
    """A value of a step, as Python prints it and as JSON holds it; without a name where there is only one."""

    name: str
    shown: str
    plain: Any
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Taught:
    """A step that was taken. `drawn` is what its figure shows."""

    number: int
    title: Text
    text: Text
    code: str
    results: tuple[Result, ...]
    figure: str | None
    drawn: Any

    @property
    def failed(self) -> list[tuple[Result, Check]]:
        """What is not as it must be."""
        return [(result, check) for result in self.results for check in result.checks if not check.holds]


@dataclass(frozen=True)
class LessonFinding:
    """A lesson that was taken to its end. `options` are names, values and what they do."""

    name: str
    chapter: Text
    title: Text
    story: Text
    steps: tuple[Taught, ...]
    options: tuple[tuple[str, int | float, Text], ...]
    next: tuple[tuple[str, Text], ...]
    command: str
    seconds: float
    created: str
    versions: dict[str, str]

    @property
    def checks(self) -> int:
        """How many comparisons were made."""
        return sum(len(result.checks) for step in self.steps for result in step.results)

    @property
    def failed(self) -> list[tuple[Taught, Result, Check]]:
        """What is not as it must be, with its step."""
        return [(step, result, check) for step in self.steps for result, check in step.failed]
