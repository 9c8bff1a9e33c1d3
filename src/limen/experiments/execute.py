"""Carrying out an experiment: data → net → training → a run folder with everything in it.

This is the only way an experiment runs. The command line, the page and the tests all iterate it, and each decides for
itself what to show of what it yields. A consumer who breaks off leaves a run that can be resumed.
"""

import json
import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torch import nn

from limen import storage
from limen.data.dataset import Dataset
from limen.data.fetch import Report
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.experiment import Experiment
from limen.experiments.findings import find
from limen.experiments.keeper import Keeper, Notice
from limen.experiments.record import to_record
from limen.experiments.resume import admit, as_before, experiment_of
from limen.experiments.setup import Setup, bytes_needed, check_data, describe, outputs_of, set_up
from limen.experiments.transfer import Weights, transferred
from limen.language import Text
from limen.machine import Machine
from limen.nets import build as nets
from limen.nets.begin import load_matching
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Left, Run
from limen.runs.snapshots import check_spacing
from limen.runs.tiers import tier_of
from limen.train.evaluate import measure, predict
from limen.train.fit import Epoch, Progress, fit
from limen.train.objectives import OBJECTIVES
from limen.train.processes import ALONE, Processes
from limen.train.state import State
from limen.train.stopping import keeps_best, stop_early
from limen.train.watch import NonFiniteError


@dataclass(frozen=True)
class Started:
    """All is loaded and checked, and the first step comes next."""

    run: Run
    experiment: Experiment
    machine: Machine
    data: Dataset
    net: nn.Module
    resumed: tuple[Epoch, ...]  # the epochs that were finished before


@dataclass(frozen=True)
class Finished:
    """The run is complete. `result` is what stands in its result.json."""

    run: Run
    experiment: Experiment
    result: dict[str, Any]


NO_STATISTICS = Notice(
    Text(
        "The net is not measured inside: with --shard each process has but a part of every weight.",
        "不测量网络内部：使用 --shard 时，每个进程只有每个权重的一部分。",
    )
)

Event = Started | Progress | Epoch | Notice | Finished


def execute(
    experiment: Experiment | Run,
    root: Path | str = "runs",
    *,
    device: str = "auto",
    threads: int | None = None,
    folder: Path | None = None,
    language: str = "en",
    pictures: bool = True,
    report: Report | None = None,
    settings: Sequence[str] = (),
    allow_changes: bool = False,
    snapshots: str | None = None,
    processes: Processes = ALONE,
    name: str | None = None,
    start: Run | Weights | None = None,
    statistics: bool = True,
) -> Generator[Event]:
    """Run an experiment in a new folder under `root`, or go on with a `Run` where it stopped.

    Yields `Started`, then what `fit` yields (a `Progress` after every step) with a `Notice` now and then, then
    `Finished`. Breaking off saves first. `folder` is searched first for the data; `report` is told of downloads;
    `pictures=False` leaves out the figures and the report. `snapshots` keeps a time line (see `limen.runs.snapshots`).
    A `Run` may be trained longer with ``settings=["plan.epochs=20"]``; other settings, or other data, are refused
    unless `allow_changes`, and then recorded. Several `processes` iterate the same call together; one of them writes.
    A new run's folder is called after its experiment or `name`; it begins with the weights of `start`: of a finished
    run, as far as names and shapes agree, or of a file. A new run is measured inside while it trains (see
    `limen.train.statistics`) unless `statistics` is off; that changes no bit of its weights.

    Raises:
        LimenError: what cannot be, in one line; a run that stood before stays as it was.
    """
    began = time.monotonic()
    resumed = experiment if isinstance(experiment, Run) else None
    if resumed:
        chosen = experiment_of(resumed, settings, allow_changes)
        result = agreed(resumed.result, processes)
        if result and to_record(chosen) == resumed.record["experiment"]:
            yield Finished(resumed, chosen, result)
            return
        began -= sum(line["seconds"] for line in resumed.times())
        device, threads, folder = as_before(resumed, device, threads, folder, processes)
    else:
        assert isinstance(experiment, Experiment)
        chosen = with_options(experiment, settings)
        if processes.leads:
            storage.check_place(Path(root))
    setup = set_up(chosen, device, threads, folder, report, processes)
    more, files, told_of = transferred(start, setup)
    run = resumed or begin(Path(root), setup, snapshots, more, files, name, statistics)
    with run.locked() as left:
        yield from found(run, left)
        yield from (Notice(note) for note in (*setup.data.notes, *told_of))
        yield from train(run, setup, allow_changes)
        result = agreed(conclude(run, setup, began), processes)
        assert result is not None
        if pictures and run.writes:
            draw(run, setup, result, language)
        run.finish(result)
        yield Finished(run, chosen, result)


def agreed(value: dict[str, Any] | None, processes: Processes) -> dict[str, Any] | None:
    """The leader's value, on every process."""
    if processes.count == 1:
        return value
    shared: dict[str, Any] | None = json.loads(processes.share(json.dumps(value).encode() if processes.leads else None))
    return shared


def told(run: Run | None, processes: Processes) -> Run:
    """The leader's run on every process: the others get its path and record, and write nothing."""
    if processes.count == 1 and run is not None:
        return run
    what = agreed({"path": str(run.path), "record": run.record} if run else None, processes)
    assert what is not None
    return run or Run(Path(what["path"]), what["record"])


def begin(
    root: Path,
    setup: Setup,
    snapshots: str | None,
    more: Mapping[str, Any] = MappingProxyType({}),
    files: Mapping[str, bytes] = MappingProxyType({}),
    name: str | None = None,
    statistics: bool = True,
) -> Run:
    """A new run's folder, with `more` in its record and `files` in it from the start; the leader makes it.

    Raises:
        LimenError: it cannot be made, or this process's data are not the leader's.
    """
    run = None
    if setup.processes.leads:
        record = {**describe(setup, statistics), **more}
        if snapshots is not None:
            record["snapshots"] = check_spacing(snapshots)
        run = Run.create(root, name or setup.experiment.name, record, bytes_needed(setup.net), files)
    run = told(run, setup.processes)
    if not run.writes:
        check_data(run, setup.data)
    return run


def whole_setup(run: Run, setup: Setup) -> Setup:
    """The set-up as one process can use it alone: of a net that lies in parts, with a whole copy."""
    if not setup.processes.shard:
        return setup
    data, net = setup.data.to("cpu"), setup.experiment.net
    copy = nets.build(net.name, data.shape, outputs_of(setup.experiment, data), net.options)
    checkpoints.load_weights(copy, run.weights())
    return replace(setup, data=data, net=copy)


def draw(run: Run, setup: Setup, result: dict[str, Any], language: str) -> None:
    """The figures and the report."""
    from limen.experiments.present import present  # matplotlib, only now that figures are wanted

    present(run, whole_setup(run, setup), result, language)


def found(run: Run, left: Left) -> Iterator[Notice]:
    """Say what a process that was killed left in the folder."""
    if not left.process:
        return
    said = ("", "")
    if left.parts:
        said = (f"; unfinished things cleared away: {left.parts}", f"；已清除未完成的文件 {left.parts} 个")
    name = run.path.name
    yield Notice(
        Text(
            f"Process {left.process} ended in {name} without a goodbye (killed, or a power cut){said[0]}.",
            f"进程 {left.process} 在 {name} 中意外结束（被杀死或断电）{said[1]}。",
        )
    )


def train(run: Run, setup: Setup, allow_changes: bool = False) -> Iterator[Event]:
    """The training of a run, from its newest checkpoint on. Leaves the weights to be used in the net."""
    plan, net, data, processes = setup.experiment.plan, setup.net, setup.data, setup.processes
    if processes.shard:
        from limen.train.sharding import shard

        shard(net, setup.machine.device, processes.count)
    state = State.begin(net, plan, plan.steps(len(data.train)), processes)
    setup.begin = run.begin_weights() if run.writes else {}
    load_matching(net, setup.begin)
    keeper = Keeper(run, state, setup.experiment)
    yield from keeper.restore(plan.seed)
    yield from admit(run, setup, keeper, allow_changes)
    yield Started(run, setup.experiment, setup.machine, data, net, tuple(keeper.history))
    yield from keeper.snapshot_if_due()
    objective = OBJECTIVES[setup.experiment.objective]
    measured = run.record.get("statistics", True)
    if measured and processes.shard:
        yield NO_STATISTICS
    measured = measured and processes.leads and not processes.shard
    events = fit(
        net, data, plan, objective, precision=setup.machine.precision, state=state, progress=1, statistics=measured
    )  # fmt: skip
    try:
        for event in stop_early(events, plan.patience, keeper.history):
            if isinstance(event, Epoch):
                yield from keeper.note(event)
            yield from keeper.snapshot_if_due()
            yield from keeper.save_if_due()
            yield event
    except NonFiniteError as error:
        keeper.blown_up(error)
        raise
    except GeneratorExit:  # whoever watched has seen enough
        keeper.save()
        raise
    keeper.save()
    if keeper.keeps_best:
        checkpoints.load_weights(net, keeper.best)


def check_finite(tested: Mapping[str, float], run: Run) -> None:
    """Refuse figures that are none, as a net gives that blows up on examples unlike those it was trained on."""
    for name, value in tested.items():
        if not math.isfinite(value):
            raise LimenError(
                f"test_{name} of {run.path.name} is {value}: the net's outputs for the test split are not finite. "
                "Train again with a lower rate (--set plan.optimizer.lr=…) or without bf16 (--precision fp32)."
            )


def conclude(run: Run, setup: Setup, began: float) -> dict[str, Any]:
    """Look at the test split, once; write the answers down; the run's final figures, which the leader knows."""
    experiment, data = setup.experiment, setup.data
    looks = experiment.plan.looks
    outputs = predict(setup.net, data.test, data.scale, setup.machine.precision, setup.processes, looks)
    if not run.writes:
        return {}
    metrics, objective = run.metrics(), OBJECTIVES[experiment.objective]
    targets = objective.targets_of(data.test, data.scale)
    tested = measure(outputs, targets, objective)
    check_finite(tested, run)
    answers = checkpoints.pack({"outputs": outputs, "targets": targets})
    storage.write_file(run.path / "predictions.safetensors", answers)
    best = keeps_best(experiment.plan.keep, experiment.plan.patience)
    kept = min(metrics, key=lambda line: line["validation_loss"]) if best else metrics[-1]
    measures = {k: v for k, v in kept.items() if k.startswith(("train_", "validation_"))}
    measures |= {f"test_{name}": value for name, value in tested.items()}
    measures |= find(experiment.findings, whole_setup(run, setup), metrics)
    return {
        "experiment": experiment.name,
        "seed": experiment.plan.seed,
        "device": str(setup.machine.device),
        "precision": setup.machine.precision,
        "threads": setup.machine.threads,
        "processes": setup.machine.processes,
        "tier": tier_of(run.record).name,
        "epochs": len(metrics),
        "kept_epoch": kept["epoch"],
        "seconds": round(time.monotonic() - began, 3),
        "training_seconds": round(sum(line["seconds"] for line in run.times()), 3),
        "metrics": measures,
        "published": experiment.beside_published(measures, len(metrics)),
    }
