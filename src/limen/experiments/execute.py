"""Carrying out an experiment: data → net → training → a run folder with everything in it.

This is the only way an experiment runs. The command line, the page and the tests all iterate it, and each decides for
itself what to show of what it yields. A consumer who breaks off leaves a run that can be resumed.
"""

import os
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from limen import storage
from limen.data.batches import steps_of
from limen.data.dataset import Dataset
from limen.data.fetch import Report
from limen.experiments.experiment import Experiment
from limen.experiments.keeper import Keeper, Notice
from limen.experiments.record import recall
from limen.experiments.setup import Setup, bytes_needed, check_data, describe, set_up
from limen.language import Text
from limen.machine import Machine, available_devices
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.train.evaluate import measure, predict
from limen.train.fit import Epoch, Progress, fit
from limen.train.objectives import OBJECTIVES
from limen.train.state import State
from limen.train.stopping import keeps_best, stop_early


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
) -> Generator[Event]:
    """Run an experiment in a new folder under `root`, or go on with a `Run` where it stopped.

    Yields `Started`, then what `fit` yields (a `Progress` after every step) with a `Notice` now and then, then
    `Finished`. Breaking off saves first. `folder` is searched first for the data; `report` is told of downloads;
    `pictures=False` leaves out the figures and the report.

    Raises:
        LimenError: what cannot be, in one line; a run that stood before stays as it was.
    """
    began = time.monotonic()
    resumed = experiment if isinstance(experiment, Run) else None
    chosen = recall(resumed.record["experiment"]) if resumed else experiment
    assert isinstance(chosen, Experiment)
    if resumed:
        if resumed.result:
            yield Finished(resumed, chosen, resumed.result)
            return
        began -= sum(line["seconds"] for line in resumed.times())
        device, threads, folder = as_before(resumed, device, threads, folder)
    else:
        storage.check_place(Path(root))
    setup = set_up(chosen, device, threads, folder, report)
    run = resumed or Run.create(Path(root), chosen.name, describe(setup), bytes_needed(setup.net))
    with run.locked():
        if resumed:
            yield from check_same(run, setup)
        yield from train(run, setup)
        result = conclude(run, setup, began)
        if pictures:
            from limen.experiments.present import present  # matplotlib, only now that figures are wanted

            present(run, setup, result, language)
        run.finish(result)
        yield Finished(run, chosen, result)


def as_before(run: Run, device: str, threads: int | None, folder: Path | None) -> tuple[str, int | None, Path | None]:
    """Device, threads and data folder that a run began with, where nothing else is asked for."""
    machine, named = run.record["machine"], run.record["data"]["folder"]
    if threads is None and machine["threads"] <= (os.cpu_count() or 1):
        threads = machine["threads"]
    if device == "auto" and machine["device"].partition(":")[0] in available_devices():
        device = machine["device"]
    return device, threads, folder or (Path(named) if named else None)


def check_same(run: Run, setup: Setup) -> Iterator[Notice]:
    """Refuse to resume on other data; tell what else changed."""
    check_data(run, setup.data)
    now, before = setup.machine.fingerprint(), run.record["machine"]
    names = ("torch", "cpu", "cpu_capability", "device", "threads", "precision")
    changed = ", ".join(f"{k} {before.get(k)} → {now[k]}" for k in names if now[k] != before.get(k))
    if changed:
        yield Notice(
            Text(
                f"Not the machine that {run.path.name} began on: {changed}. The last digits may differ.",
                f"与 {run.path.name} 开始时的机器不同：{changed}。最后几位数字可能不同。",
            )
        )


def train(run: Run, setup: Setup) -> Iterator[Event]:
    """The training of a run, from its newest checkpoint on. Leaves the weights to be used in the net."""
    plan, net, data = setup.experiment.plan, setup.net, setup.data
    state = State.begin(net, plan, steps_of(len(data.train), plan.batch_size, plan.drop_last))
    keeper = Keeper(run, state)
    yield from keeper.restore()
    yield Started(run, setup.experiment, setup.machine, data, net, tuple(keeper.history))
    objective = OBJECTIVES[setup.experiment.objective]
    events = fit(net, data, plan, objective, precision=setup.machine.precision, state=state, progress=1)
    try:
        for event in stop_early(events, plan.patience, keeper.history):
            if isinstance(event, Epoch):
                yield from keeper.note(event)
            yield from keeper.save_if_due()
            yield event
    except GeneratorExit:  # whoever watched has seen enough
        keeper.save()
        raise
    keeper.save()
    keeper.catch_up()
    if keeps_best(plan.keep, plan.patience):
        net.load_state_dict(keeper.best)


def conclude(run: Run, setup: Setup, began: float) -> dict[str, Any]:
    """Look at the test split, once; write the answers down; the run's final figures."""
    experiment, data, metrics = setup.experiment, setup.data, run.metrics()
    outputs = predict(setup.net, data.test, data.scale, setup.machine.precision)
    tested = measure(outputs, data.test.y, OBJECTIVES[experiment.objective])
    answers = checkpoints.pack({"outputs": outputs, "targets": data.test.y})
    storage.write_file(run.path / "predictions.safetensors", answers)
    best = keeps_best(experiment.plan.keep, experiment.plan.patience)
    kept = min(metrics, key=lambda line: line["validation_loss"]) if best else metrics[-1]
    measures = {k: v for k, v in kept.items() if k.startswith(("train_", "validation_"))}
    measures |= {f"test_{name}": value for name, value in tested.items()}
    return {
        "experiment": experiment.name,
        "seed": experiment.plan.seed,
        "device": str(setup.machine.device),
        "precision": setup.machine.precision,
        "threads": setup.machine.threads,
        "epochs": len(metrics),
        "kept_epoch": kept["epoch"],
        "seconds": round(time.monotonic() - began, 3),
        "training_seconds": round(sum(line["seconds"] for line in run.times()), 3),
        "metrics": measures,
        "published": experiment.beside_published(measures, len(metrics)),
    }
