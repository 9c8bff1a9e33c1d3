"""`limen runs` and `limen show`: what was run, and what came out."""

import json
from typing import Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, RunName, RunsFolder
from limen.cli.study import json_study, tell_study, write_report
from limen.language import check_language


def runs(runs: RunsFolder = None, language: Language = "en", as_json: Json = False) -> None:
    """List the runs, the newest last."""
    check_language(language)
    from limen.errors import LimenError
    from limen.runs.folder import Run
    from limen.runs.names import run_names, runs_folder
    from limen.views.runs import runs_table
    from limen.views.terminal import console
    from limen.views.words import word

    rows = []
    root = runs_folder(runs)
    for name in run_names(root):
        try:
            run = Run(root / name)
            rows.append(
                {"run": name, "created": run.record["created"], "epochs": len(run.metrics()), "result": run.result}
            )
        except LimenError as error:
            typer.echo(f"limen: {error}", err=True)
    if as_json:
        typer.echo(json.dumps(rows))
    elif not rows:
        console().print(word("no runs", language).format(folder=str(runs_folder(runs))), markup=False)
    else:
        console().print(runs_table(rows, language))


def show(
    name: RunName,
    report: Annotated[bool, typer.Option("--report", help="Draw the figures and write the report anew.")] = False,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Show a run or a study: its experiment, machine and figures. With --report, write report.html anew in --lang."""
    check_language(language)
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.runs.study import Study
    from limen.views.outcome import introduction, outcome
    from limen.views.terminal import console
    from limen.views.words import word

    out, study = console(), Study.find(name, runs_folder(runs))
    if study is not None:
        if report:
            write_report(study, language, data)
        if as_json:
            typer.echo(json_study(study))
        else:
            tell_study(study, out, language)
        return
    run = Run.find(name, runs_folder(runs))
    if report:
        from limen.experiments import answer
        from limen.experiments.present import present_again

        present_again(run, language, data)
        for note in answer.spoilt(run.weights()):
            typer.echo(f"limen: {note[language]}", err=True)
    if as_json:
        typer.echo(json.dumps({**run.record, "metrics": run.metrics(), "result": run.result}, ensure_ascii=False))
        return
    result, done = run.result, len(run.metrics())  # both read, and found good, before anything is said
    out.print(introduction(run.record, language))
    if result is None:
        text = word("stopped early", language).format(epochs=done, path=run.path)
        out.print(f"\n{text}", markup=False, soft_wrap=True)
        return
    out.print(outcome(result, str(run.path), language, (run.path / "report.html").exists()))
