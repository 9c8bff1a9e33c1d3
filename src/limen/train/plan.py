"""Everything that steers training, in one frozen record.

A run is its data, its net and its plan; write the three down and the run can be repeated. Nothing here computes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limen.data.spec import Augment, steps_of
from limen.errors import LimenError, unknown

SCHEDULES = ("constant", "step", "linear", "cosine", "one-cycle")
LOOKS = (1, 2, 6)
KEEPS = ("last", "best")
MOST_EPOCHS = 50_000  # each leaves a line in every later checkpoint, and what is read back is held to a size


def require(ok: bool, name: str, value: object, allowed: str, try_this: object) -> None:
    """An error in the one form for a number out of its range."""
    if not ok:
        raise LimenError(f"plan.{name} {value} is out of range. Allowed: {allowed}. Try --set plan.{name}={try_this}.")


@dataclass(frozen=True)
class Optimizer:
    """A rule for taking a step, by its name in torch, with the rate (step length) and options of its own.

    ``Optimizer("sgd", 0.1, {"momentum": 0.9})``. `limen list optimizers` shows all names and options.
    """

    name: str = "adam"
    lr: float = 1e-3  # the schedule's highest rate
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ok = math.isfinite(self.lr) and 0 < self.lr <= 1e4
        require(ok, "optimizer.lr", self.lr, "above 0, at most 10000", 0.001)

    def __str__(self) -> str:
        extra = "".join(f", {key} {value}" for key, value in self.options.items())
        return f"{self.name} {self.lr:g}{extra}"


@dataclass(frozen=True)
class Schedule:
    """How the rate changes over the run, as a share of the optimizer's `lr`.

    constant: 1 · step: times `drop` after every `every` epochs · linear, cosine: down to 0 at the end · one-cycle: up
    from 1/25 during the warm-up, then down to almost 0 (Smith & Topin 2018).
    """

    name: str = "constant"
    warmup: float | None = None  # fraction of all steps in which the rate rises; None: 0.3 for one-cycle, else 0
    drop: float = 0.1
    every: int = 10  # epochs

    def __post_init__(self) -> None:
        if self.name not in SCHEDULES:
            raise unknown("schedule", self.name, SCHEDULES)
        require(self.warmup is None or 0 <= self.warmup < 1, "schedule.warmup", self.warmup, "0 up to 1", 0.3)
        require(0 < self.drop <= 1, "schedule.drop", self.drop, "above 0, at most 1", 0.1)
        require(self.every >= 1, "schedule.every", self.every, "1 or more epochs", 10)

    def __str__(self) -> str:
        warmup = "" if self.warmup is None else f", warm-up {self.warmup:g}"
        drops = f", ×{self.drop:g} every {self.every} epochs" if self.name == "step" else ""
        return self.name + drops + warmup


@dataclass(frozen=True)
class Plan:
    """How a net is trained. L1 and L2 act on weights (matrices and kernels), never on biases.

    The reported losses are the objective's alone, without penalties; while pictures are mixed or labels smoothed, the
    training loss is held against those targets. An epoch is what lies between two looks at the
    validation split: one pass over the training split, or several where a pass is a single step.
    """

    epochs: int = 10
    batch_size: int = 64
    optimizer: Optimizer = field(default_factory=Optimizer)
    schedule: Schedule = field(default_factory=Schedule)
    augment: Augment = field(default_factory=Augment)
    passes: int = 1  # over the training split in each epoch
    l1: float = 0.0  # λ: after each step every weight moves by rate·λ towards 0, and stops there
    l2: float = 0.0  # λ: the gradient of each weight gains λ·w
    max_norm: float | None = None  # longest weight vector into a unit; longer ones are cut back after each step
    smoothing: float = 0.0  # of labels: this share of the target is spread evenly over all classes
    lookahead: int = 0  # steps after which the weights go half of the way back to their running mean; 0: never
    looks: int = 1  # at a picture, in use, whose answers are averaged; 2: its mirror image too; 6: both also moved
    thaw: str = ""  # the first layer that learns, by name; those before it keep their weights. "": all learn
    auxiliary: float = 0.3  # weight of the losses of a net's auxiliary outputs, where it has some
    clip: float | None = None  # longest gradient, over all parameters together
    drop_last: bool = False  # leave out the short last batch
    patience: int | None = None  # epochs without a lower validation loss until training stops; the best are kept then
    keep: str = "last"  # the weights that are tested and used: of the last epoch, or of the best
    precision: str = "auto"  # fp32, bf16, fp64, or auto: what the machine is good at
    seed: int = 0

    def __post_init__(self) -> None:
        require(1 <= self.epochs <= MOST_EPOCHS, "epochs", self.epochs, f"1 to {MOST_EPOCHS:,}", 1)
        require(self.batch_size >= 1, "batch_size", self.batch_size, "1 or more", 64)
        require(math.isfinite(self.l1) and self.l1 >= 0, "l1", self.l1, "0 or more", 0)
        require(math.isfinite(self.l2) and self.l2 >= 0, "l2", self.l2, "0 or more", 0)
        require(1 <= self.passes <= MOST_EPOCHS, "passes", self.passes, f"1 to {MOST_EPOCHS:,}", 1)
        ok = self.max_norm is None or (math.isfinite(self.max_norm) and self.max_norm > 0)
        require(ok, "max_norm", self.max_norm, "above 0, or none", 3)
        require(0 <= self.smoothing < 1, "smoothing", self.smoothing, "0 up to 1", 0.1)
        require(self.looks in LOOKS, "looks", self.looks, "1, 2 (mirrored) or 6 (mirrored and moved)", 2)
        require(self.lookahead >= 0, "lookahead", self.lookahead, "0 (never) or more steps", 5)
        ok = math.isfinite(self.auxiliary) and self.auxiliary >= 0
        require(ok, "auxiliary", self.auxiliary, "0 or more", 0.3)
        require(self.clip is None or self.clip > 0, "clip", self.clip, "above 0, or none", 1)
        require(self.patience is None or self.patience >= 1, "patience", self.patience, "1 or more, or none", 5)
        require(0 <= self.seed < 2**63, "seed", self.seed, "0 to 2^63 - 1", 0)
        if self.keep not in KEEPS:
            raise unknown("plan.keep", self.keep, KEEPS)

    def steps(self, examples: int) -> int:
        """Training steps in an epoch over so many examples."""
        return steps_of(examples, self.batch_size, self.drop_last) * self.passes
