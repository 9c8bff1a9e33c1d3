"""Verifying a run: carry it out again, and compare every step.

A result that cannot be repeated is an anecdote. The second run begins with the same settings, data, threads and device
and makes the same changes at the same steps; then every loss, every weight after every epoch, and the answers to the
test split must have the same bits. Where they part, the step and the tensor are named, and what is likely to blame.
"""

import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.execute import Event, Started, agreed, begin, execute
from limen.experiments.experiment import Experiment
from limen.experiments.fork import as_start, steps_an_epoch
from limen.experiments.record import recall
from limen.experiments.resume import as_before
from limen.experiments.setup import set_up
from limen.language import Text
from limen.machine import memory
from limen.regular import read_regular
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import BEGIN, Run
from limen.runs.ledger import Difference, digests, exact, farthest, first_difference, reach, unequal
from limen.runs.tiers import BAND, CLOSE, Tier, machine_of, moved, tier_between
from limen.train.fit import Epoch, Progress
from limen.train.processes import ALONE, Processes

NEAR = 0.01  # how far the losses of a part of a run may move, as a share, within T2


@dataclass(frozen=True)
class Verdict:
    """What came of verifying: the tier that was seen to hold, how far it was looked, and where the runs part."""

    run: Run
    tier: Tier
    steps: int  # whose losses were compared
    epochs: int  # after which all weights were compared
    finished: bool  # whether the answers to the test split were compared
    difference: Difference | None = None
    causes: tuple[Text, ...] = field(default=())

    @property
    def same(self) -> bool:
        """Whether every bit that was compared is equal."""
        return not self.causes


def verify(
    run: Run,
    steps: int | None = None,
    *,
    device: str = "auto",
    threads: int | None = None,
    folder: Path | None = None,
    processes: Processes = ALONE,
) -> Generator[Event, None, Verdict]:
    """Carry a run out again, wholly or for its first `steps`, and compare. Yields what `execute` yields.

    Nothing is written into the run. The generator's value is the `Verdict`.

    Raises:
        LimenError: a run that recorded nothing to compare with, or that cannot be repeated.
    """
    then = ledger(run) if run.writes else []
    told = agreed({"end": end_of(run, then, steps)} if run.writes else None, processes)
    assert told is not None
    device, threads, folder = as_before(run, device, threads, folder, processes)
    with tempfile.TemporaryDirectory(prefix="limen-verify-") as place:
        where = Where(Path(place), device, threads, folder, processes)
        again = yield from repeat(run, where, told["end"])
        return compared(run, then, again) if run.writes else Verdict(run, Tier("T1", Text("", "")), 0, 0, False)


def ledger(run: Run) -> list[dict[str, Any]]:
    """A run's finished epochs and, last, the steps of the epoch it was stopped in.

    Raises:
        LimenError: there are none.
    """
    begun = run.record.get("parent", {}).get("epoch", 0)  # a fork has its parent's epochs in its journal
    lines = [line for line in run.steps() if line["epoch"] > begun]
    newest, _ = checkpoints.load(run.checkpoints)
    if newest is not None and newest.step and newest.epoch + 1 not in [line["epoch"] for line in lines]:
        lines.append({"epoch": newest.epoch + 1, "losses": exact(newest.losses, newest.step), "weights": {}})
    if not lines:
        raise LimenError(f"{run.path.name} has finished no step, so there is nothing to verify. Let it run first.")
    return lines


def end_of(run: Run, then: Sequence[Mapping[str, Any]], steps: int | None) -> int | None:
    """After how many steps since the beginning the repetition ends; None: when the run is finished."""
    if steps is not None:
        if steps < 1:
            raise LimenError(f"--steps {steps} compares nothing. Allowed: 1 or more. Leave it out for the whole run.")
        begun: int = run.record.get("parent", {}).get("steps", 0)
        return begun + steps
    last = then[-1]
    return None if run.result else (last["epoch"] - 1) * steps_an_epoch(run) + len(last["losses"])


@dataclass(frozen=True)
class Where:
    """Where and on what a run is carried out again."""

    place: Path
    device: str
    threads: int | None
    folder: Path | None
    processes: Processes


def repeat(run: Run, where: Where, end: int | None) -> Generator[Event, None, Run]:
    """Carry out a run again, with the changes that were made on its way, until `end`; the second run."""
    changes = [change for change in run.record.get("changes", []) if change["settings"] or change["data"]]
    before = [setting for change in reversed(changes) for setting in change["before"]]
    experiment = with_options(recall(run.record["experiment"]), before)
    what: Experiment | Run = experiment
    if "parent" in run.record:
        setup = set_up(experiment, where.device, where.threads, where.folder, processes=where.processes)
        parent = run.record["parent"]
        start = run.snapshots / checkpoints.place(parent["epoch"], parent["step"])
        files = as_start(checkpoints.read(start)) if run.writes else {}
        what = begin(where.place, setup, None, {"parent": parent}, files)
    elif "begin" in run.record:
        setup = set_up(experiment, where.device, where.threads, where.folder, processes=where.processes)
        files = {BEGIN: checkpoints.pack(run.begin_weights())} if run.writes else {}
        what = begin(where.place, setup, None, {"begin": run.record["begin"]}, files)
    settings: Sequence[str] = ()
    for change in [*changes, None]:
        if change is not None and change["data"]:
            check_reach(run, change, end)
        until = None if change is None else (change["epoch"], change["step"])
        what, ended = yield from leg(run, what, where, settings, until, end)
        if ended:
            break
        settings = change["settings"] if change else ()
    assert isinstance(what, Run)
    return what


def check_reach(run: Run, change: Mapping[str, Any], end: int | None) -> None:
    """Refuse to repeat a run beyond the step at which its data changed."""
    begun = run.record.get("parent", {}).get("steps", 0)
    most = change["epoch"] * steps_an_epoch(run) + change["step"] - begun
    if end is None or end - begun > most:
        raise LimenError(
            f"The data of {run.path.name} changed at epoch {change['epoch'] + 1}, step {change['step']}, so it cannot "
            f"be repeated beyond. Verify its first steps on the old data: --steps {most} --data …"
        )


def first_data(run: Run) -> str:
    """The digest of the data that a run began with."""
    changed = (change["data"][0] for change in run.record.get("changes", []) if change["data"])
    return str(next(changed, run.record["data"]["digest"]))


def leg(
    run: Run,
    what: Experiment | Run,
    where: Where,
    settings: Sequence[str],
    until: tuple[int, int] | None,
    end: int | None,
) -> Generator[Event, None, tuple[Run, bool]]:
    """Train until a place (epoch, step), or so many steps since the beginning; the run, and whether that is the end."""
    events = execute(
        what,
        where.place,
        device=where.device,
        threads=where.threads,
        folder=where.folder,
        processes=where.processes,
        pictures=False,
        settings=settings,
        allow_changes=bool(settings),
    )
    ended, steps = until is None, steps_an_epoch(run)
    for event in events:
        yield event
        at = None
        if isinstance(event, Started):
            what = event.run
            if event.run.record["data"]["digest"] != first_data(run):
                ended = True
                break
        elif isinstance(event, Progress):
            at = (event.epoch - 1, event.step)
        elif isinstance(event, Epoch):
            at = (event.number, 0)
        if at is not None and end is not None and at[0] * steps + at[1] >= end and at[1] < steps:
            ended = True
            break
        if at is not None and at == until:
            break
    events.close()
    assert isinstance(what, Run)
    return what, ended


def compared(run: Run, then: Sequence[Mapping[str, Any]], again: Run) -> Verdict:
    """What a run and its repetition say together."""
    digest, other = first_data(run), again.record["data"]["digest"]
    if digest != other:
        why = Text(f"the data: digest {digest[:12]} → {other[:12]}", f"数据：摘要 {digest[:12]} → {other[:12]}")
        return Verdict(run, Tier("T3", why), 0, 0, False, None, (why,))
    now = ledger(again)
    difference, finished = first_difference(then, now), bool(run.result and again.result)
    causes = list(changed_afterwards(run))
    if difference is not None:
        causes += blame(run, again)
    elif finished:
        causes += answers_changed(run, again)
    tier = held(run, again, causes, close(run, again, finished, then, now))
    return Verdict(run, tier, *reach(then, now), finished, difference, tuple(causes))


def held(run: Run, again: Run, causes: Sequence[Text], near: bool) -> Tier:
    """The tier that was seen to hold."""
    usual = tier_between(machine_of(run.record), again.record["machine"])
    if causes:
        return Tier("T2" if near else "T3", causes[0])
    if usual.name == "T1":
        return usual
    return Tier("T1", Text(f"all bits are equal, although {usual.reason.en}", f"所有位都相同，尽管 {usual.reason.zh}"))


def close(
    run: Run, again: Run, finished: bool, then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether two runs are close: accuracies within the band or, of a part of a run, losses within a hundredth."""
    first, second = run.result, again.result
    if not finished or first is None or second is None:
        return farthest(then, now) <= NEAR
    accuracies = [name for name in first["metrics"] if name.endswith("accuracy")]
    if not accuracies:
        return farthest(then, now) <= NEAR
    return all(abs(first["metrics"][name] - second["metrics"][name]) <= BAND for name in accuracies)


def changed_afterwards(run: Run) -> list[Text]:
    """Weights on the disk that are not those that the ledger saw."""
    newest, _ = checkpoints.load(run.checkpoints)
    if newest is None or newest.step:
        return []
    lines = [line for line in run.steps() if line["epoch"] == newest.epoch]
    name = unequal(lines[0]["weights"], digests(newest.weights)) if lines else None
    if name is None:
        return []
    return [
        Text(
            f"the tensor {name} of the newest checkpoint is not the one that training ended with: changed afterwards",
            f"最新检查点中的张量 {name} 不是训练结束时的那个：事后被改动过",
        )
    ]


def answers_changed(run: Run, again: Run) -> list[Text]:
    """Files of a finished run that are not what they should be, although every step was the same."""
    names = ("metrics.jsonl", "predictions.safetensors")
    odd = [name for name in names if content(run.path / name) != content(again.path / name)]
    return [Text(f"{name} was changed after the run", f"{name} 在运行之后被改动过") for name in odd]


def content(path: Path) -> bytes | None:
    """A file's bytes; None where there is none."""
    return read_regular(path, memory(), links=False) if path.is_file() else None


def blame(run: Run, again: Run) -> list[Text]:
    """What is likely to have made two runs differ, the likeliest first."""
    then, now = machine_of(run.record), again.record["machine"]
    found = []
    for name, (a, b) in moved(then, now).items():
        why = ("sums are taken in another order", "求和的顺序不同") if name in CLOSE else (
            "another version or device computes in another way", "版本或设备不同，计算方式也不同"
        )  # fmt: skip
        found.append(Text(f"{name} {a} → {b}: {why[0]}", f"{name} {a} → {b}：{why[1]}"))
    for name in ("limen", "revision", "python"):
        if then.get(name) != now.get(name):
            a, b = then.get(name), now.get(name)
            found.append(Text(f"{name} {a} → {b}: the code changed", f"{name} {a} → {b}：代码变了"))
    nothing = Text(
        "nothing that was recorded differs: weights or numbers were changed while it ran, or the memory failed",
        "所有记录在案的条件都相同：可能是运行中权重或数值被改动，或内存出错",
    )
    return found or [nothing]
