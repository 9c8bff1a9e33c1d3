"""`limen learn`: a lesson, step by step, every result checked."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limen.cli.options import Json, Language, Quiet, Report, RunsFolder, complete_lessons
from limen.errors import LimenError
from limen.language import check_language

if TYPE_CHECKING:
    from limen.experiments.lesson import Lesson


def learn(
    name: Annotated[
        str | None,
        typer.Argument(metavar="LESSON", help="None: list the lessons.", autocompletion=complete_lessons),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change an option, e.g. rate=0.3.")
    ] = None,
    runs: RunsFolder = None,
    language: Language = "en",
    report: Report = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take a lesson: code, results and checks, step by step. Exit status 1: a check failed."""
    check_language(language)
    if name is None:
        if settings:
            raise LimenError("--set is for a lesson. Name one; see `limen learn`.")
        list_lessons(language, as_json)
        return
    take(find(name), settings, runs, language, report, quiet, as_json)


def find(name: str) -> "Lesson":
    """The lesson of this name; a misspelt one names the nearest among lessons and experiments."""
    from limen.errors import unknown
    from limen.experiments.lessons import LESSONS, find_lesson
    from limen.experiments.registry import EXPERIMENTS

    if name in EXPERIMENTS:
        raise LimenError(f"{name!r} is an experiment, not a lesson. Run it with `limen run {name}`.")
    if name not in LESSONS:
        raise unknown("lesson", name, [*LESSONS, *EXPERIMENTS], see="limen learn")
    return find_lesson(name)


def list_lessons(language: str, as_json: bool) -> None:
    """Every lesson: name, chapter, title, options."""
    from limen.experiments.lessons import LESSONS
    from limen.views.tables import table
    from limen.views.terminal import console
    from limen.views.words import word

    made = [make() for make in LESSONS.values()]
    headings = ["name", "chapter", "title", "options"]
    rows = [
        (m.name, m.chapter[language], m.title[language], ", ".join(f"{o.name}={o.default:g}" for o in m.options))
        for m in made
    ]
    if as_json:
        typer.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        console().print(table([word(heading, language) for heading in headings], rows))


def take(
    lesson: "Lesson",
    settings: list[str] | None,
    runs: Path | None,
    language: str,
    report: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Take a lesson from beginning to end. Without a report nothing is written."""
    import time

    from limen.experiments.teach import conclude, keep, place, result_object, teach
    from limen.runs.names import runs_folder
    from limen.views.lesson_terminal import WIDTH, closing, failures, opening, step_text
    from limen.views.terminal import console

    values = lesson.settings(settings or ())
    folder = place(lesson, runs_folder(runs)) if report else None
    out, silent, began, steps = console(), quiet or as_json, time.monotonic(), []
    width = min(out.width, WIDTH)
    if not silent:
        out.print(opening(lesson.name, lesson.title, lesson.story, language, width), width=width)
    for step in teach(lesson, values):
        steps.append(step)
        if not silent:
            out.print(step_text(step, len(lesson.steps), language, width), width=width)
    finding = conclude(lesson, values, steps, time.monotonic() - began)
    if folder is not None:
        keep(finding, folder, language)
    if as_json:
        made = {"run": str(folder)} if folder else {}
        typer.echo(json.dumps({**made, **result_object(finding)}, ensure_ascii=False))
    elif not quiet:
        path = f"{folder}/report.html" if folder else None
        out.print(closing(finding, path, language), soft_wrap=True)
    for line in failures(finding, language):
        typer.echo(f"limen: {lesson.name} {line}", err=True)
    if finding.failed:
        raise typer.Exit(1)
