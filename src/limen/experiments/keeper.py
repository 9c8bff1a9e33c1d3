"""Keeping a run safe while it trains: journals, checkpoints, the best weights.

Saving is worth what it can save and costs what it takes, so it happens by the clock: seldom enough to take at most one
part in fifty of the time. When the disk refuses, training goes on with what it has.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from limen import storage
from limen.language import Text
from limen.runs import checkpoint as checkpoints
from limen.runs.checkpoint import Checkpoint
from limen.runs.folder import Run
from limen.train.fit import Epoch
from limen.train.state import State
from limen.train.stopping import best_epoch

SAVE_AFTER = 10.0  # seconds between two checkpoints at least
SAVE_SHARE = 50  # and at least this many times what the last one took: at most 2 % of the time is spent saving


@dataclass(frozen=True)
class Notice:
    """Something that the user should know, in one line; nothing stopped for it."""

    text: Text


class Keeper:
    """Decides when to save, saves, and remembers the best weights. A full disk costs a notice, not the training."""

    def __init__(self, run: Run, state: State) -> None:
        self.run, self.state = run, state
        self.history: list[Epoch] = []
        self.best: dict[str, Tensor] = {}
        self.saved_at, self.cost = time.monotonic(), 0.0
        self.times: list[dict[str, Any]] = []
        self.behind = False  # whether the journals lack an epoch that the disk refused

    def note(self, epoch: Epoch) -> Iterator[Notice]:
        """A finished epoch: into the journals, and its weights kept when they are the best."""
        self.history.append(epoch)
        if best_epoch(self.history) == len(self.history) - 1:
            self.best = checkpoints.clone(self.state.net)
        self.times.append({"epoch": epoch.number, "seconds": round(epoch.seconds, 6), "examples": epoch.examples})
        try:
            if self.behind:
                self.catch_up()
            else:
                self.run.append(plain(epoch), self.times[-1])
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
            self.run.rewrite([plain(epoch) for epoch in self.history], self.times)
            self.behind = False

    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return time.monotonic() - self.saved_at >= max(SAVE_AFTER, SAVE_SHARE * self.cost)

    def save(self) -> None:
        """Write a checkpoint now; never of weights that have blown up, which the next step will notice."""
        if not all(parameter.isfinite().all() for parameter in self.state.net.parameters()):
            return
        began = time.monotonic()
        taken = Checkpoint.take(self.state, self.best, [plain(epoch) for epoch in self.history])
        checkpoints.save(self.run.checkpoints, taken)
        self.saved_at = time.monotonic()
        self.cost = self.saved_at - began

    def save_if_due(self) -> Iterator[Notice]:
        """Save if it is time; a refusal of the disk is told, and tried again later."""
        if not self.due():
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

    def restore(self) -> Iterator[Notice]:
        """Go back to the newest good checkpoint, when there is one."""
        storage.sweep(self.run.checkpoints)
        storage.sweep(self.run.path)
        taken, bad = checkpoints.load(self.run.checkpoints)
        for path, why in bad.items():
            checkpoints.set_aside(path)
            yield Notice(
                Text(f"A checkpoint was damaged and set aside: {why}.", f"有一个检查点已损坏，已移到一边：{why}。")
            )
        if taken is None:
            if bad:
                yield Notice(
                    Text("No good checkpoint is left; the run begins again.", "没有完好的检查点了，从头开始运行。")
                )
            self.run.rewrite([], [])
            return
        device = self.state.device
        self.best = {name: tensor.to(device) for name, tensor in taken.best.items()}
        self.history = [revive(epoch) for epoch in taken.history]
        taken.restore(self.state)
        self.times = self.run.times()[: len(taken.history)]
        self.run.rewrite(taken.history, self.times)


def plain(epoch: Epoch) -> dict[str, Any]:
    """An epoch as a line of metrics.jsonl: nothing in it depends on the clock."""
    return {
        "epoch": epoch.number,
        **epoch.measures,
        "trace": list(epoch.trace),
        "rate": epoch.rate,
        "examples": epoch.examples,
    }


def revive(line: dict[str, Any]) -> Epoch:
    """The epoch of a line."""
    measures = {name: value for name, value in line.items() if name.startswith(("train_", "validation_"))}
    return Epoch(line["epoch"], measures, tuple(line["trace"]), line["rate"], line["examples"], seconds=0.0)
