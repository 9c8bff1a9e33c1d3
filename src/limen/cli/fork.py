"""`limen fork`: another run that begins where one stood at some step."""

from typing import Annotated

import typer

from limen.cli.options import (
    DataFolder,
    Device,
    Json,
    Language,
    Quiet,
    Report,
    RunName,
    RunsFolder,
    Settings,
    Snapshots,
)
from limen.language import check_language


def fork(
    name: RunName,
    at: Annotated[int, typer.Option(help="Steps since the run began; 0 for its first weights.")],
    settings: Settings = None,
    snapshots: Snapshots = None,
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads; default: those of the run.")] = None,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    report: Report = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Begin a new run where another stood at a step, with something changed: what would have happened?"""
    check_language(language)
    from limen.cli.session import Session
    from limen.experiments.fork import fork as fork_run
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.train.processes import ALONE
    from limen.views.terminal import console

    root = runs_folder(runs)
    parent = Run.find(name, root)
    child = fork_run(parent, at, settings or (), root, device=device, threads=threads, folder=data, snapshots=snapshots)
    session = Session(console(), quiet or as_json, language, root, device, threads, data, report, None, ALONE)
    session.carry_out(child)
    session.conclude(as_json)
