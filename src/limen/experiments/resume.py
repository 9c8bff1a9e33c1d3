"""Going on with a run: the same to the bit, or changed and marked.

A run that was stopped goes on with the settings, the data, the device and the threads that it began with. Training
longer is always allowed; any other change is refused with its name, or allowed by the user, and then it stands in the
run's record with the step at which it was made.
"""

import datetime
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.experiment import Experiment
from limen.experiments.keeper import Keeper, Notice
from limen.experiments.record import changed_settings, recall, to_record, trained_with
from limen.experiments.setup import Setup, check_data, describe_data
from limen.language import Text
from limen.machine import available_devices
from limen.runs.folder import Run
from limen.runs.tiers import machine_of, moved
from limen.train.processes import ALONE, Processes

ALWAYS = ("plan.epochs",)  # what may be changed without being asked


def as_before(
    run: Run, device: str, threads: int | None, folder: Path | None, processes: Processes = ALONE
) -> tuple[str, int | None, Path | None]:
    """Device, threads and data folder that a run began with, where nothing else is asked for."""
    machine, named = machine_of(run.record), run.record["data"]["folder"]
    if machine.get("processes", 1) != processes.count:  # each then has another share of the machine
        machine = machine | {"threads": math.inf, "device": machine["device"].partition(":")[0]}
    elif processes.count > 1:
        machine = machine | {"device": machine["device"].partition(":")[0]}
    if threads is None and machine["threads"] <= (os.cpu_count() or 1):
        threads = machine["threads"]
    if device == "auto" and machine["device"].partition(":")[0] in available_devices():
        device = machine["device"]
    return device, threads, folder or (Path(named) if named else None)


def experiment_of(run: Run, settings: Sequence[str], allow: bool) -> Experiment:
    """A run's experiment, with settings changed.

    Raises:
        LimenError: a change that must be allowed first, or is none.
    """
    before = recall(run.record["experiment"])
    experiment = with_options(before, settings)
    check_allowed(run, changed_settings(to_record(before), to_record(experiment)), allow)
    if experiment.plan.epochs < (done := len(run.metrics())):
        raise LimenError(
            f"plan.epochs {experiment.plan.epochs} is less than the {done} epochs that {run.path.name} has done. "
            f"Allowed: {done} or more. Fork from an earlier step with `limen fork`."
        )
    return experiment


def check_allowed(run: Run, changed: Sequence[str], allow: bool) -> None:
    """Refuse changes of settings other than those that are always allowed."""
    odd = [setting for setting in changed if setting.partition("=")[0] not in ALWAYS]
    if odd and not allow:
        raise LimenError(
            f"{run.path.name} began with other settings; changed: {', '.join(odd)}. Leave them as they were, begin a "
            "new run there with `limen fork`, or go on all the same with --allow-changes, which marks the run."
        )


def admit(run: Run, setup: Setup, keeper: Keeper, allow: bool) -> Iterator[Notice]:
    """Compare what a run goes on with to what it stood on before; refuse, or record and tell, what changed.

    Raises:
        LimenError: settings or data changed and that was not allowed.
    """
    record, now = run.record, to_record(setup.experiment)
    told = {s.partition("=")[0] for change in record.get("changes", []) for s in change["settings"]}
    told |= {s.partition("=")[0] for s in changed_settings(record["experiment"], now)}  # asked for, and checked
    trained = keeper.trained_with or trained_with(record["experiment"])
    check_allowed(run, [s for s in changed_settings(trained, now) if s.partition("=")[0] not in told], allow)
    if not allow:
        check_data(run, setup.data)
    data = describe_data(setup, "facts" in record["data"])
    digest, then = data["digest"], record["data"]["digest"]
    change: dict[str, Any] = {
        "epoch": keeper.state.epoch,
        "step": keeper.state.step,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "settings": changed_settings(trained, now),
        "before": changed_settings(now, trained),
        "machine": moved(machine_of(record), setup.machine.fingerprint()),
        "data": [then, digest] if digest != then else None,
    }
    before = record.get("changes", [])
    if before and all(before[-1][name] == change[name] for name in ("epoch", "step", "settings")):
        change |= {"settings": [], "before": []}  # it was told, and the process died before it saved again
    if not (change["settings"] or change["machine"] or change["data"] or record["experiment"] != now):
        return
    run.reopen({**record, "experiment": now, "data": data, "changes": [*before, change]})
    yield from tell(run, setup, change)


def tell(run: Run, setup: Setup, change: dict[str, Any]) -> Iterator[Notice]:
    """What changed at a resume, in a line each."""
    name, schedule = run.path.name, setup.experiment.plan.schedule
    if change["settings"]:
        words = ", ".join(change["settings"])
        yield Notice(
            Text(f"From here on: {words}. It stands in run.json.", f"从这里起：{words}。已记入 run.json。"),
        )
    if any(s.startswith("plan.epochs=") for s in change["settings"]) and (schedule.name != "constant"):
        yield Notice(
            Text(
                f"The schedule {schedule} spans all epochs, so the rates differ from those of a run that was begun "
                "with as many.",
                f"学习率计划 {schedule} 按总轮数展开，因此学习率与一开始就设为这么多轮的运行不同。",
            )
        )
    if change["data"]:
        then, now = (digest[:12] for digest in change["data"])
        yield Notice(Text(f"The data changed: digest {then} → {now}.", f"数据变了：摘要 {then} → {now}。"))
    if change["machine"]:
        words = ", ".join(f"{key} {a} → {b}" for key, (a, b) in change["machine"].items())
        yield Notice(
            Text(
                f"Not the machine that {name} stood on: {words}. The last digits may differ.",
                f"与 {name} 之前的机器不同：{words}。最后几位数字可能不同。",
            )
        )
