"""Options that several commands share, and what the shell may complete."""

from pathlib import Path
from typing import Annotated

import typer

from limen.language import LANGUAGES


def complete_experiments(typed: str) -> list[str]:
    """Experiments and lessons that begin as typed."""
    from limen.experiments.registry import EXPERIMENTS

    return [name for name in EXPERIMENTS if name.startswith(typed)] + complete_lessons(typed)


def complete_lessons(typed: str) -> list[str]:
    """Lessons that begin as typed."""
    from limen.experiments.lessons import LESSONS

    return [name for name in LESSONS if name.startswith(typed)]


def complete_runs(typed: str) -> list[str]:
    """Runs in the usual folder that begin as typed."""
    from limen.runs.names import run_names, runs_folder

    return [name for name in run_names(runs_folder()) if name.startswith(typed)] + ["last"]


def complete_sources(typed: str) -> list[str]:
    """Data sets that begin as typed."""
    from limen.data.sources import SOURCES

    return [name for name in SOURCES if name.startswith(typed)]


def complete_languages(typed: str) -> list[str]:
    """Languages that begin as typed."""
    return [name for name in LANGUAGES if name.startswith(typed)]


RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's name, its path, or `last`.", autocompletion=complete_runs)
]
RunsFolder = Annotated[
    Path | None, typer.Option("--runs", metavar="DIR", help="Where runs are kept.", envvar="LIMEN_RUNS")
]
DataFolder = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Look for data files here first.")]
Language = Annotated[
    str,
    typer.Option("--lang", metavar="en|zh", help="Language.", envvar="LIMEN_LANG", autocompletion=complete_languages),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change an option, e.g. plan.epochs=3.")
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")]
Report = Annotated[bool, typer.Option(help="Draw the figures and write the report.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")]
Snapshots = Annotated[
    str | None,
    typer.Option("--snapshots", metavar="WHEN", help="Keep a time line: log, epochs, every:100, or steps: 0,100,1000."),
]
Statistics = Annotated[bool, typer.Option(help="Measure inside the net now and then, for `limen doctor`.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
