"""`limen results`: everything carried out, and one table of what is reached and what is not."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, Quiet, RunsFolder, complete_experiments
from limen.errors import LimenError
from limen.language import check_language

if TYPE_CHECKING:
    from limen.runs.results import Results
    from limen.views.terminal import Console


def results(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...", help="Experiments and lessons; none: all.", autocompletion=complete_experiments
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Run each with so many seeds; default: as many as it asks for.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RESULTS", help="Go on with what is not done; NAMEs are added to it."),
    ] = None,
    write: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table there, as Markdown.")] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Fetch the data sets that are not on this machine.")] = False,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Carry out all experiments and lessons, and hold them against the figures to reach. Exit status 1: one failed."""
    check_language(language)
    if seeds is not None and seeds < 1:
        raise LimenError(f"--seeds {seeds} runs nothing. Allowed: 1 or more. Try --seeds 3.")
    if resume is not None and seeds is not None:
        raise LimenError("--resume goes on with the seeds that were asked for then. Leave --seeds out.")
    from limen import storage
    from limen.experiments.results import broken, new_results, take_in
    from limen.runs.names import runs_folder
    from limen.runs.results import Results
    from limen.views.results import markdown, results_table
    from limen.views.terminal import console
    from limen.views.words import word

    root, out = runs_folder(runs), console()
    if write is not None:
        storage.check_place(write.parent)
        if write.is_dir():
            raise LimenError(f"--write {str(write)!r} is a folder. Name a file, e.g. --write docs/results.md.")
    found = Results.find(resume, root) if resume else new_results(root, names or (), seeds, folder=data)
    if resume and names:
        take_in(found, names)
    work(found, out, quiet or as_json, language, data, fetch)
    kept = word("results kept", language).format(path=found.path)
    if write is not None:
        storage.make_folder(write.parent)
        storage.write_file(write, markdown(found.record, language).encode())
        kept += word("and written to", language).format(file=write)
    if as_json:
        typer.echo(json.dumps({"results": str(found.path), **found.record}, ensure_ascii=False))
    elif not quiet:
        out.print()
        out.print(results_table(found.record, language))
        out.print(f"\n{kept}", markup=False, soft_wrap=True)
    if broken(found):
        raise typer.Exit(1)


def work(results: "Results", out: "Console", silent: bool, language: str, data: Path | None, fetch: bool) -> None:
    """Carry out what is not done, a line an entry. A signal leaves all saved and ends the command."""
    import contextlib

    from limen.cli.interrupt import Interruption
    from limen.experiments.results import Ended, Moved, carry_out
    from limen.views.results import Meter, line
    from limen.views.terminal import Downloads
    from limen.views.words import word

    interruption = Interruption()
    with contextlib.ExitStack() as stack:
        downloads = stack.enter_context(Downloads(out, silent))
        events = carry_out(results, data, fetch, downloads.report)
        stack.callback(events.close)  # saves, when training was under way
        meter = stack.enter_context(Meter(out, language, silent))
        stack.enter_context(interruption)
        for event in events:
            if isinstance(event, Moved):
                meter.move(event.entry, event.done, event.total, event.epoch)
            elif isinstance(event, Ended):
                if not silent:
                    out.print(line(event.entry, language), markup=False, soft_wrap=True)
            else:
                typer.echo(f"limen: {event.text[language]}", err=True)
            if interruption.asked and results.waiting:
                break
    if interruption.asked and results.waiting:
        typer.echo(f"limen: {word('results stopped', language).format(path=results.path)}", err=True)
        raise typer.Exit(128 + interruption.asked)
