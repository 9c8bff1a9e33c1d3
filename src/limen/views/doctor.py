"""What the doctor says, for the terminal and for the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as RichText

from limen.explain.diagnosis import Diagnosis
from limen.views.outcome import pairs
from limen.views.words import word

MARKS = {"severe": "bold red", "moderate": "bold yellow"}


@dataclass(frozen=True)
class Advice:
    """A diagnosis, the commands that try its cures, and the one that runs the experiment which explains it."""

    diagnosis: Diagnosis
    commands: tuple[str, ...]
    lesson: str | None


def fault(diagnosis: Diagnosis, language: str) -> str:
    """What a fault is called."""
    return word(f"fault {diagnosis.name}", language)


def in_one_line(found: Sequence[Diagnosis], path: str, language: str) -> RichText:
    """That something is wrong, and where it is told."""
    names = ("、" if language == "zh" else ", ").join(fault(diagnosis, language) for diagnosis in found)
    return RichText(word("doctor line", language).format(names=names, path=path), style="yellow")


def nothing_found(epochs: int, samples: int, language: str) -> str:
    """What is said of a run that nothing was found wrong with."""
    return word("doctor early" if not epochs else "doctor fine" if samples else "doctor blind", language)


def lesson_line(advice: Advice, language: str) -> str:
    """Where the fault is explained: the chapter and, where it can be run, the experiment."""
    chapter = word("chapter number", language).format(chapter=advice.diagnosis.chapter)
    return f"{chapter} · {advice.lesson}" if advice.lesson else chapter


def consultation(found: Sequence[Advice], language: str) -> RenderableType:
    """Each fault with its evidence, what helps and what to try, for the terminal."""
    parts: list[RenderableType] = []
    for advice in found:
        diagnosis = advice.diagnosis
        title = RichText(f"\n{fault(diagnosis, language)}", style=MARKS[diagnosis.severity])
        title.append(f"  {word(diagnosis.severity, language)}", style="dim")
        rows = [
            (word("evidence", language), diagnosis.evidence[language]),
            (word("remedy", language), diagnosis.remedy[language]),
        ]
        if advice.commands:
            rows.append((word("to try", language), "\n".join(advice.commands)))
        rows.append((word("explained by", language), lesson_line(advice, language)))
        parts += [title, RichText(diagnosis.what[language]), pairs(rows)]
    return Group(*parts)


def doctor_rows(found: Sequence[Advice], language: str) -> list[dict[str, Any]]:
    """The same for the report, as plain texts."""
    return [
        {
            "name": fault(advice.diagnosis, language),
            "severity": word(advice.diagnosis.severity, language),
            "what": advice.diagnosis.what[language],
            "evidence": advice.diagnosis.evidence[language],
            "remedy": advice.diagnosis.remedy[language],
            "commands": advice.commands,
            "lesson": lesson_line(advice, language),
        }
        for advice in found
    ]
