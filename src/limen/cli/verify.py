"""`limen verify`: does a run repeat, to the last bit?"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, Quiet, RunName, RunsFolder
from limen.language import check_language


def verify(
    context: typer.Context,
    name: RunName,
    steps: Annotated[int | None, typer.Option(help="Compare the first steps only.")] = None,
    device: Annotated[str, typer.Option(help="Another device than the run's.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="Other CPU threads than the run's.")] = None,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Carry a run out again and compare every step. Exit status 0: the same bits · 1: they differ."""
    check_language(language)
    from limen.cli.run import join
    from limen.cli.session import Session
    from limen.experiments.verify import verify as verify_run
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.runs.tiers import machine_of
    from limen.train.processes import launched
    from limen.views.terminal import console
    from limen.views.verdict import verdict as lines

    root = runs_folder(runs)
    machine = machine_of(Run.find(name, root).record)
    together = join(1 if launched() else machine.get("processes", 1), machine.get("sharded", False), context.obj)
    out = console()
    session = Session(out, quiet or as_json, language, root, device, threads, data, False, None, together)
    try:
        run = session.find(name)
        verdict = session.follow(
            verify_run(run, steps, device=device, threads=threads, folder=data, processes=together)
        )
    finally:
        together.leave()
    if together.leads and as_json:
        said = asdict(verdict.difference) if verdict.difference else None
        typer.echo(
            json.dumps(
                {
                    "run": str(run.path),
                    "same": verdict.same,
                    "tier": verdict.tier.name,
                    "reason": verdict.tier.reason[language],
                    "steps": verdict.steps,
                    "epochs": verdict.epochs,
                    "difference": said,
                    "causes": [cause[language] for cause in verdict.causes],
                },
                ensure_ascii=False,
            )
        )
    elif together.leads and not quiet:
        causes = [cause[language] for cause in verdict.causes]
        compared = (verdict.steps, verdict.epochs, verdict.finished)
        out.print(lines(run.path.name, verdict.tier, compared, verdict.difference, causes, language))
    raise typer.Exit(0 if verdict.same else 1)
