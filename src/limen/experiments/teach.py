"""Taking a lesson: step by step, every result checked, and everything kept in a folder.

runs/lesson-NAME/    report.html, figures/*.png, result.json; written anew whenever the lesson is taken
"""

import datetime
import importlib.metadata
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from limen import storage
from limen.experiments.checking import difference, plain, printed
from limen.experiments.lesson import Expect, Lesson, Number, Step, called, code
from limen.views.taught import Check, LessonFinding, Result, Taught

VERSIONS = ("limen", "torch", "numpy")


def teach(lesson: Lesson, values: Mapping[str, Number]) -> Iterator[Taught]:
    """Take the steps of a lesson with these options (`Lesson.settings`), one at a time."""
    for number, step in enumerate(lesson.steps, 1):
        yield take(number, step, values)


def take(number: int, step: Step, values: Mapping[str, Number]) -> Taught:
    """One step: its value computed, and each of its results held against all that is expected of it."""
    value = called(step.work, values)
    results = value if isinstance(value, dict) else {"": value}
    checks: dict[str, list[Check]] = {name: [] for name in results}
    for expect in step.expect:
        reference = called(expect.reference, values) if callable(expect.reference) else expect.reference
        for name, wanted in (reference if isinstance(value, dict) else {"": reference}).items():
            checks[name].append(check(results[name], wanted, expect, values))
    unchecked = [name for name, made in checks.items() if not made]
    assert not unchecked, f"nothing is expected of {unchecked} in {step.title.en!r}"
    drawn = value if step.drawn is None else called(step.drawn, values)
    told = tuple(Result(name, printed(item), plain(item), tuple(checks[name])) for name, item in results.items())
    return Taught(number, step.title, step.text, code(step.work, values), told, step.figure, drawn)


def check(value: Any, wanted: Any, expect: Expect, values: Mapping[str, Number]) -> Check:
    """One result held against one reference."""
    apart = difference(value, wanted)
    source = code(expect.reference, values) if callable(expect.reference) else ""
    return Check(
        of=expect.of,
        holds=apart <= expect.tolerance,
        expected=printed(wanted),
        difference=apart,
        tolerance=expect.tolerance,
        published=expect.published,
        code=source,
    )


def conclude(lesson: Lesson, values: Mapping[str, Number], steps: Sequence[Taught], seconds: float) -> LessonFinding:
    """A lesson whose steps were all taken."""
    return LessonFinding(
        name=lesson.name,
        chapter=lesson.chapter,
        title=lesson.title,
        story=lesson.story,
        steps=tuple(steps),
        options=tuple((option.name, values[option.name], option.about) for option in lesson.options),
        next=tuple((step.command, step.why) for step in lesson.next),
        command=lesson.command(values),
        seconds=seconds,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={name: importlib.metadata.version(name) for name in VERSIONS},
    )


def result_object(finding: LessonFinding) -> dict[str, Any]:
    """The lesson as plain values: what stands in result.json and what ``--json`` prints."""
    return {
        "lesson": finding.name,
        "title": plain_text(finding.title),
        "options": {name: value for name, value, _ in finding.options},
        "checks": finding.checks,
        "failed": len(finding.failed),
        "steps": [
            {
                "title": plain_text(step.title),
                "code": step.code,
                "results": [
                    {
                        "name": result.name,
                        "value": result.plain,
                        "checks": [
                            {
                                "of": plain_text(made.of),
                                "holds": made.holds,
                                "expected": made.expected,
                                "difference": plain(made.difference),
                                "tolerance": made.tolerance,
                                "published": made.published,
                            }
                            for made in result.checks
                        ],
                    }
                    for result in step.results
                ],
            }
            for step in finding.steps
        ],
        "seconds": finding.seconds,
        "created": finding.created,
        "versions": finding.versions,
    }


def plain_text(text: Any) -> dict[str, str]:
    """A text in both languages, for JSON."""
    return {"en": text.en, "zh": text.zh}


def place(lesson: Lesson, root: Path) -> Path:
    """The lesson's folder among the runs; refused at once where nothing can be written."""
    folder = root / f"lesson-{lesson.name}"
    storage.check_place(folder)
    return folder


def keep(finding: LessonFinding, folder: Path, language: str) -> None:
    """Draw the figures and write the lesson's folder, in a language."""
    from limen.views.lesson_page import write_lesson

    storage.make_folder(folder)
    write_lesson(finding, folder, language)
    content = json.dumps(result_object(finding), ensure_ascii=False, indent=1)
    storage.write_file(folder / "result.json", content.encode() + b"\n")
