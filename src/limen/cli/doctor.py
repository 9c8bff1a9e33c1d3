"""`limen doctor`: what is wrong with a run, with the evidence and what to try."""

import json

import typer

from limen.cli.options import Json, Language, RunName, RunsFolder
from limen.language import check_language


def doctor(name: RunName, runs: RunsFolder = None, language: Language = "en", as_json: Json = False) -> None:
    """Say what is wrong with a run, finished or not: the fault, its evidence, and what to try."""
    check_language(language)
    from limen.experiments.doctor import advise, as_plain
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.views.doctor import consultation, nothing_found
    from limen.views.terminal import console

    run = Run.find(name, runs_folder(runs))
    found = advise(run)
    if as_json:
        typer.echo(json.dumps({"run": str(run.path), "diagnoses": [as_plain(a) for a in found]}, ensure_ascii=False))
        return
    out = console()
    out.print(f"[bold]{run.path.name}[/bold]  {run.record['experiment']['title'][language]}")
    if found:
        out.print(consultation(found, language))
    else:
        out.print(nothing_found(len(run.metrics()), len(run.statistics()), language))
