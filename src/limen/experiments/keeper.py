"""Keeping a run safe while it trains: journals, checkpoints, the best weights.

Saving is worth what it can save and costs what it takes, so it happens by the clock: seldom enough to take at most one
part in fifty of the time. When the disk refuses, training goes on with what it has.
"""

import math
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from limen import storage
from limen.errors import LimenError
from limen.experiments.experiment import Experiment
from limen.experiments.record import to_record, trained_with
from limen.language import Text
from limen.runs import checkpoint as checkpoints
from limen.runs.bundle import bundle, unbundle
from limen.runs.checkpoint import Checkpoint
from limen.runs.folder import JOURNALS, Run
from limen.runs.form import check, check_metrics
from limen.runs.ledger import entry, exact
from limen.runs.snapshots import check_spacing, is_due
from limen.train.fit import Epoch
from limen.train.processes import Processes
from limen.train.state import State
from limen.train.stopping import best_epoch, keeps_best
from limen.train.watch import NonFiniteError

SAVE_AFTER = 10.0  # seconds between two checkpoints at least
SAVE_SHARE = 50  # and at least this many times what the last one took: at most 2 % of the time is spent saving


@dataclass(frozen=True)
class Notice:
    """Something that the user should know, in one line; nothing stopped for it."""

    text: Text


class Keeper:
    """Decides when to save, saves, and remembers the best weights. A full disk costs a notice, not the training."""

    def __init__(self, run: Run, state: State, experiment: Experiment) -> None:
        self.run, self.state, self.settings = run, state, trained_with(to_record(experiment))
        self.trained_with: dict[str, Any] = {}  # the settings of the checkpoint that was gone back to
        self.keeps_best = keeps_best(experiment.plan.keep, experiment.plan.patience)
        self.history: list[Epoch] = []
        self.best: dict[str, Tensor] = {}
        self.journals: dict[str, list[dict[str, Any]]] = {name: [] for name in JOURNALS}
        self.saved_at, self.cost = time.monotonic(), 0.0
        self.behind = False  # whether the journals lack an epoch that the disk refused
        self.spacing: str | None = run.record.get("snapshots")
        if self.spacing is not None:
            check_spacing(self.spacing)

    def note(self, epoch: Epoch) -> Iterator[Notice]:
        """A finished epoch: into the journals, and its weights kept when they are the best and the plan wants them."""
        self.history.append(epoch)
        if self.keeps_best and best_epoch(self.history) == len(self.history) - 1:
            self.best = {name: tensor.clone() for name, tensor in self.state.weights().items()}
        lines = {
            "metrics": plain(epoch),
            "steps": entry(epoch.number, self.state.losses, self.state.weights()),
            "times": {"epoch": epoch.number, "seconds": round(epoch.seconds, 6), "examples": epoch.examples},
        }
        if self.state.samples:
            lines["statistics"] = {"epoch": epoch.number, "samples": self.state.samples}
        for name, line in lines.items():
            self.journals[name].append(line)
        try:
            if self.behind:
                self.catch_up()
            else:
                self.run.append(lines)
        except storage.StorageError as error:
            self.behind = True
            yield Notice(
                Text(
                    f"{error} Training goes on; the journal is written when there is room.",
                    f"{error} 训练继续；有空间时再写入记录。",
                )
            )

    def catch_up(self) -> None:
        """Write the journals anew when the disk has refused a part of them."""
        if self.behind:
            self.run.rewrite(self.journals)
            self.behind = False

    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return time.monotonic() - self.saved_at >= max(SAVE_AFTER, SAVE_SHARE * self.cost)

    def take(self) -> Checkpoint:
        """The state as it is now; write it before the next step."""
        journals = self.journals
        told = journals["metrics"], self.settings, journals["steps"], journals["statistics"]
        return Checkpoint.take(self.state, self.best, *told)

    def save(self) -> None:
        """Write a checkpoint now; never of weights that have blown up, which the next step will notice."""
        if not all(parameter.isfinite().all() for parameter in self.state.net.parameters()):
            return
        began = time.monotonic()
        taken = self.take()
        if self.run.writes:
            self.catch_up()
            self.run.flush()  # the journals must not be behind a checkpoint that outlives a power cut
            checkpoints.save(self.run.checkpoints, taken)
        self.saved_at = time.monotonic()
        self.cost = self.saved_at - began

    def blown_up(self, error: NonFiniteError) -> None:
        """Write down where training blew up, and what was measured in that epoch; a resumed run forgets it again."""
        losses = [loss for loss in exact(self.state.losses, self.state.step) if math.isfinite(loss)]
        stopped = {"step": error.step, "rate": error.rate, "layer": error.layer, "losses": losses}
        line = {"epoch": error.epoch, "samples": self.state.samples, "stopped": stopped}
        with suppress(storage.StorageError):  # the error itself is what must be told
            self.run.append({"statistics": line})

    def save_if_due(self) -> Iterator[Notice]:
        """Save if it is time; a refusal of the disk is told, and tried again later.

        The leader's clock decides, and all processes save after the same step.
        """
        if self.state.processes.leads and self.due():
            self.state.processes.vote("save")
        if not self.state.processes.take("save"):
            return
        try:
            self.save()
        except storage.StorageError as error:
            self.saved_at = time.monotonic()
            yield Notice(
                Text(
                    f"{error} Training goes on; the next try to save is in {SAVE_AFTER:.0f} s.",
                    f"{error} 训练继续；{SAVE_AFTER:.0f} 秒后再次尝试保存。",
                )
            )

    def snapshot_if_due(self) -> Iterator[Notice]:
        """Keep a snapshot where the time line wants one: between epochs rather than before the last one's end."""
        steps = len(self.state.losses)
        if self.spacing is None or self.state.step == steps:
            return
        if is_due(self.spacing, self.state.epoch * steps + self.state.step, steps):
            try:
                taken = self.take()
                if self.run.writes:
                    checkpoints.put(self.run.snapshots, taken)
            except storage.StorageError as error:
                yield Notice(
                    Text(f"{error} This snapshot is left out; training goes on.", f"{error} 略去这个快照，训练继续。")
                )

    def restore(self, seed: int) -> Iterator[Notice]:
        """Go back to the newest good checkpoint or, where there is none, snapshot; to the beginning without either.

        Raises:
            LimenError: a fork whose beginning is lost; a plan that the checkpoint does not fit.
        """
        taken: Checkpoint | None = None
        if self.run.writes:
            taken = yield from self.find()
        taken = shared(taken, self.state.processes)
        if taken is None:
            self.run.rewrite(self.journals)
            return
        device = self.state.device
        self.best = {name: tensor.to(device) for name, tensor in taken.best.items()}
        if len(taken.history) != taken.epoch:
            raise LimenError(
                f"The checkpoint stands after {taken.epoch:,} epochs and tells of {len(taken.history):,}. "
                "Start a new run."
            )
        self.history = [revive(line, number) for number, line in enumerate(taken.history, start=1)]
        self.trained_with = taken.settings
        taken.restore(self.state, seed)
        self.journals = {
            "metrics": taken.history,
            "steps": taken.ledger,
            "times": self.run.times()[: len(taken.history)],
            "statistics": taken.statistics,
        }
        self.run.rewrite(self.journals)

    def find(self) -> Generator[Notice, None, Checkpoint | None]:
        """The newest good checkpoint or snapshot; bad ones are set aside and told."""
        taken, bad = checkpoints.load(self.run.checkpoints)
        if taken is None:
            taken, more = checkpoints.load(self.run.snapshots)
            bad |= more
        for path, why in bad.items():
            checkpoints.set_aside(path)
            yield Notice(
                Text(f"A checkpoint was damaged and set aside: {why}.", f"有一个检查点已损坏，已移到一边：{why}。")
            )
        if taken is None and "parent" in self.run.record:
            raise LimenError(
                f"{self.run.path.name} is a fork of {self.run.record['parent']['run']}, and the weights it began "
                "with are lost. Fork again with `limen fork`."
            )
        if taken is None and bad:
            yield Notice(
                Text("No good checkpoint is left; the run begins again.", "没有完好的检查点了，从头开始运行。")
            )
        return taken


def shared(taken: Checkpoint | None, processes: Processes) -> Checkpoint | None:
    """The leader's checkpoint on every process; the files go over the wire, as they would lie on the disk."""
    if processes.count == 1:
        return taken
    packed = bundle(checkpoints.encode(taken)) if processes.leads and taken else b""
    content = processes.share(packed if processes.leads else None)
    return checkpoints.decode(unbundle(content)) if content else None


def plain(epoch: Epoch) -> dict[str, Any]:
    """An epoch as a line of metrics.jsonl: nothing in it depends on the clock."""
    return {
        "epoch": epoch.number,
        **epoch.measures,
        "trace": list(epoch.trace),
        "rate": epoch.rate,
        "examples": epoch.examples,
    }


def revive(line: dict[str, Any], number: int) -> Epoch:
    """The epoch of a line of a checkpoint's history, which must be that of epoch `number`."""
    try:
        check_metrics(line)
        check(line["epoch"], range(number, number + 1), "epoch")
    except ValueError as error:
        raise LimenError(f"The checkpoint's history of epoch {number} is damaged: {error}. Start a new run.") from error
    measures = {name: value for name, value in line.items() if name.startswith(("train_", "validation_"))}
    return Epoch(line["epoch"], measures, tuple(line["trace"]), line["rate"], line["examples"], seconds=0.0)
