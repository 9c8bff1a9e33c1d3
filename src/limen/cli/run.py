"""`limen run`: an experiment from the command line."""

from typing import TYPE_CHECKING, Annotated

import typer

from limen.cli.options import (
    DataFolder,
    Device,
    Json,
    Language,
    Quiet,
    Report,
    RunsFolder,
    Settings,
    Snapshots,
    Statistics,
    complete_experiments,
    complete_runs,
)
from limen.errors import LimenError
from limen.language import check_language

if TYPE_CHECKING:
    from limen.train.processes import Processes


def run(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="EXPERIMENT", help="See `limen list experiments`.", autocompletion=complete_experiments),
    ] = None,
    settings: Settings = None,
    recipe: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another plan of the experiment, e.g. notes.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The seed of every draw (plan.seed).")] = None,
    seeds: Annotated[
        int | None, typer.Option(help="Repeat with so many seeds; mean, deviation, 95 % interval.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN", help="Go on with a run that was stopped.", autocompletion=complete_runs)
    ] = None,
    device: Device = "auto",
    precision: Annotated[str | None, typer.Option(help="auto, fp32 or bf16 (plan.precision).")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads; default: one a core.")] = None,
    processes: Annotated[int, typer.Option(help="Processes that train together on this machine.")] = 1,
    shard: Annotated[bool, typer.Option("--shard", help="Each process keeps a part of every weight (FSDP).")] = False,
    variants: Annotated[
        list[str] | None, typer.Option("--variant", metavar="NAME", help="Only this variant of the experiment.")
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|RUN",
            help="Begin with published weights (safetensors, or .pth), or those of a finished run.",
            autocompletion=complete_runs,
        ),
    ] = None,
    new_head: Annotated[
        bool, typer.Option("--new-head", help="Of --weights leave out the last layer, which is drawn anew.")
    ] = False,
    snapshots: Snapshots = None,
    statistics: Statistics = True,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Resume with other settings or data; the run is marked.")
    ] = False,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    report: Report = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run an experiment: train, test, and keep everything in a folder."""
    check_language(language)
    if (name is None) == (resume is None):
        raise LimenError("Name an experiment, or a run with --resume. See `limen list experiments` and `limen runs`.")
    if name is not None and hand_over(context, name):
        return
    if seeds is not None and seeds < 1:
        raise LimenError(f"--seeds {seeds} repeats nothing. Allowed: 1 or more. Try --seeds 5.")
    if processes < 1:
        raise LimenError(f"--processes {processes} is none. Allowed: 1 or more. Try --processes 2.")
    changes = list(settings or [])
    changes += [f"plan.seed={seed}"] if seed is not None else []
    changes += [f"plan.precision={precision}"] if precision is not None else []
    if resume is not None and (recipe or seeds is not None or snapshots or variants or not statistics):
        raise LimenError(
            "--resume goes on with the run's own plan; --recipe, --seeds, --variant, --snapshots and --no-statistics "
            "are for new runs. Leave them out, or begin anew from one of its steps with `limen fork`."
        )
    if weights is not None and resume is not None:
        raise LimenError("--weights is for new runs; a run goes on with its own. Leave it out.")
    if new_head and weights is None:
        raise LimenError("--new-head leaves out the last layer of --weights. Name a file or a run, or leave it out.")
    if allow_changes and resume is None:
        raise LimenError("--allow-changes is for --resume; a new run takes any settings with --set. Leave it out.")

    from limen.cli.session import Session
    from limen.cli.study import carry_out_study, check_alone, chosen
    from limen.experiments.config import with_options
    from limen.experiments.registry import find_experiment
    from limen.experiments.study import new_study
    from limen.runs.names import runs_folder
    from limen.runs.snapshots import check_spacing
    from limen.runs.study import Study
    from limen.views.terminal import console

    if snapshots is not None:
        check_spacing(snapshots)
    first = None if name is None else chosen(find_experiment(name, recipe), variants or [])
    study = Study.find(resume, runs_folder(runs)) if resume is not None else None
    if study and changes:
        raise LimenError(f"{resume!r} is a study and goes on as it began. Leave --set, --seed and --precision out.")
    if first is not None and not first.variants:
        first = with_options(first, changes)  # mistakes come out here
    if study or (first is not None and first.variants):
        check_alone(processes)
        if weights is not None:
            raise LimenError("--weights is for one net, and a study has several. Choose one with --variant.")
    together = join(processes, shard, context.obj)
    out = console()
    session = Session(
        out, quiet or as_json, language, runs_folder(runs), device, threads, data, report, snapshots, together
    )  # fmt: skip
    session.statistics = statistics
    if weights is not None:
        from limen.experiments.transfer import weights_called

        session.weights = weights_called(weights, session.root, new_head)
    try:
        if study:
            carry_out_study(session, study, as_json)
            return
        if resume is not None:
            session.carry_out(session.find(resume), changes, allow_changes)
        elif first is not None and first.variants:
            start = first.plan.seed if seed is None else seed
            numbers = range(start, start + (seeds or first.seeds))
            begun = new_study(first, session.root, [c for c in changes if not c.startswith("plan.seed=")], numbers)
            carry_out_study(session, begun, as_json)
            return
        else:
            assert first is not None
            for number in range(first.plan.seed, first.plan.seed + (seeds or 1)):
                session.carry_out(with_options(first, [f"plan.seed={number}"]))
        session.conclude(as_json)
    finally:
        together.leave()


def hand_over(context: typer.Context, name: str) -> bool:
    """Take a lesson where one is named, with the options that a lesson has; whether it was one."""
    from limen.experiments.lessons import LESSONS, find_lesson

    if name not in LESSONS:
        return False
    from limen.cli.learn import take

    shared = ("settings", "runs", "language", "report", "quiet", "as_json")
    for option in context.params.keys() - {"name", *shared}:
        source = context.get_parameter_source(option)
        if source is not None and source.name == "COMMANDLINE":
            raise LimenError(
                f"{name} is a lesson, and --{option.replace('_', '-')} is for experiments. "
                f"Leave it out; see `limen learn --help`."
            )
    take(find_lesson(name), **{option: context.params[option] for option in shared})
    return True


def join(processes: int, shard: bool, arguments: list[str]) -> "Processes":
    """This process's place among several: started by torch's launcher, or the launcher itself, which ends here."""
    from limen.train.processes import ALONE, Processes, launched

    if launched():
        return Processes.join(shard)
    if processes > 1:
        from limen.train.launch import launch

        raise typer.Exit(launch(processes, arguments))
    if shard:
        raise LimenError("--shard spreads a net over several processes. Add --processes 2, or leave it out.")
    return ALONE
