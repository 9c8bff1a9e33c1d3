"""The page of a lesson: one HTML file that needs nothing else, neither network nor script."""

from pathlib import Path
from typing import Any

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from limen import storage
from limen.errors import unknown
from limen.language import Text
from limen.views.lesson_terminal import difference
from limen.views.lessons import LESSON_FIGURES
from limen.views.page import embed, template
from limen.views.report import in_one_line, with_code
from limen.views.style import styled, to_png
from limen.views.taught import LessonFinding, Result, Taught
from limen.views.words import word


def painted(code: str) -> Markup:
    """Python code with its kinds of words marked by classes; everything is escaped."""
    return Markup(highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))  # noqa: S704


def prose(text: Text, language: str) -> list[Markup]:
    """Paragraphs, with `code` set as code."""
    return [with_code(in_one_line(part, language)) for part in text[language].strip().split("\n\n")]


def drawn(finding: LessonFinding, folder: Path, language: str) -> dict[int, dict[str, Any]]:
    """Draw the figures of the steps: each as a PNG file in the folder, and as an SVG element for the page."""
    figures = {}
    values = {name: value for name, value, _ in finding.options}
    with styled():
        for step in finding.steps:
            if step.figure is None:
                continue
            if step.figure not in LESSON_FIGURES:
                raise unknown("figure", step.figure, LESSON_FIGURES)
            storage.make_folder(folder)
            figure = LESSON_FIGURES[step.figure](step.drawn, values, language)
            storage.write_file(folder / f"{step.figure}.png", to_png(figure))
            figures[step.number] = embed(figure, step.figure, f"{step.figure}_caption", language)
    return figures


def result_row(result: Result, language: str) -> dict[str, Any]:
    """One result and its checks."""
    return {
        "name": result.name,
        "shown": result.shown,
        "checks": [
            {
                "holds": check.holds,
                "of": check.of[language],
                "expected": word("expected", language).format(expected=check.expected),
                "difference": difference(check, language),
            }
            for check in result.checks
        ],
    }


def references(step: Taught, language: str) -> list[tuple[str, Markup]]:
    """How each reference of a step was computed: what it is, and its code, once each."""
    codes = {check.code: check.of for result in step.results for check in result.checks if check.code}
    return [(word("how known", language).format(of=of[language]), painted(code)) for code, of in codes.items()]


def published(finding: LessonFinding, language: str) -> list[tuple[str, str, bool, str]]:
    """What was published: the step and its result, the value, whether it is reached, where it stands."""
    return [
        (" · ".join(filter(None, (step.title[language], result.name))), check.expected, check.holds, check.of[language])
        for step in finding.steps
        for result in step.results
        for check in result.checks
        if check.published
    ]


def cards(finding: LessonFinding, language: str) -> list[tuple[str, str]]:
    """The figures at the top."""
    held = finding.checks - len(finding.failed)
    return [
        (f"{held} / {finding.checks}", word("lesson checks", language)),
        (str(len(finding.steps)), word("lesson steps", language)),
    ]


def write_lesson(finding: LessonFinding, folder: Path, language: str) -> None:
    """Draw the figures and write ``report.html`` into the lesson's folder."""
    figures = drawn(finding, folder / "figures", language)
    content = template("lesson.html.j2", language).render(
        name=finding.name,
        chapter=finding.chapter[language],
        title=finding.title[language],
        story=prose(finding.story, language),
        cards=cards(finding, language),
        published=published(finding, language),
        steps=[
            {
                "number": step.number,
                "title": step.title[language],
                "text": prose(step.text, language),
                "code": painted(step.code),
                "results": [result_row(result, language) for result in step.results],
                "references": references(step, language),
                "figure": figures.get(step.number),
            }
            for step in finding.steps
        ],
        options=[(name, f"{value:g}", about[language]) for name, value, about in finding.options],
        next=[(command, why[language]) for command, why in finding.next],
        repeat=finding.command,
        footer=" · ".join([finding.created, *(f"{name} {number}" for name, number in finding.versions.items())]),
    )
    storage.write_file(folder / "report.html", content.encode())
