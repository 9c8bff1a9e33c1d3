"""`limen predict`: what a trained net says of a person's own pictures."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limen.cli.options import Json, Language, RunName, RunsFolder
from limen.language import check_language

if TYPE_CHECKING:
    from limen.experiments.answer import Answer


def predict(
    name: RunName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Pictures, tables (CSV) or texts.")],
    invert: Annotated[bool, typer.Option("--invert", help="Swap dark and light first.")] = False,
    runs: RunsFolder = None,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Ask a run's net about pictures, rows of a table, or lines of text."""
    check_language(language)
    from limen.experiments.answer import ask
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.views.answers import answers_table
    from limen.views.terminal import console

    answers = list(ask(Run.find(name, runs_folder(runs)), files, invert))
    if as_json:
        typer.echo(json.dumps([in_full(answer, language) for answer in answers], ensure_ascii=False))
        return
    rows = [(a.file, a.number, a.answer, a.classes, a.probabilities, [n[language] for n in a.notes]) for a in answers]
    console().print(answers_table(rows, language))


def finite(value: float) -> float | None:
    """A number as JSON can hold it: there is no nan."""
    return value if math.isfinite(value) else None


def in_full(answer: "Answer", language: str) -> dict[str, object]:
    """An answer as JSON."""
    return {
        "file": answer.file,
        "number": answer.number,
        "answer": answer.answer,
        "probability": finite(answer.probability),
        "probabilities": {c: finite(p) for c, p in zip(answer.classes, answer.probabilities, strict=True)},
        "notes": [note[language] for note in answer.notes],
    }
