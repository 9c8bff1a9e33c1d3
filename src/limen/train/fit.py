"""The training loop, as a generator: it trains in place and tells what happened after each pass.

    for epoch in fit(net, data, plan):
        print(epoch)                       # break stops the training; the net keeps what it has learnt

There is nothing to subclass and nothing to register: what should happen between epochs stands in the loop's body.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from torch import nn

from limen.data.batches import Batches
from limen.data.dataset import Dataset
from limen.train.evaluate import evaluate
from limen.train.graph import CapturedStep, can_capture
from limen.train.objectives import OBJECTIVES, Objective
from limen.train.plan import Plan
from limen.train.schedules import rate_factor
from limen.train.state import State
from limen.train.statistics import Sampler, due_after
from limen.train.step import Step, autocast, make_step
from limen.train.update import current_rate, set_rate
from limen.train.watch import Watch, blown_up

PARTS = 20


@dataclass(frozen=True)
class Epoch:
    """A finished pass over the training split. `measures` hold train_loss, validation_loss, …; `rate` is the last."""

    number: int  # from 1
    measures: dict[str, float]
    trace: tuple[float, ...]  # the training loss along the epoch: means of up to PARTS equal parts
    rate: float
    examples: int
    seconds: float = field(compare=False)  # of the steps alone, without evaluation; of a resumed epoch, scaled up

    def __str__(self) -> str:
        return f"epoch {self.number}: " + ", ".join(f"{name} {value:.4f}" for name, value in self.measures.items())


@dataclass(frozen=True)
class Progress:
    """A finished step. `state` is the live state, not a copy: all that a checkpoint needs."""

    epoch: int  # from 1
    step: int  # finished steps of this epoch
    steps: int
    examples: int  # finished examples of this epoch
    state: State = field(repr=False)

    @property
    def loss(self) -> float:
        """The mean loss of this epoch's steps so far; on a GPU, reading it waits for the device."""
        return self.state.losses[: self.step].mean().item()


def rate_at(plan: Plan, state: State, steps_per_epoch: int) -> float:
    """The rate of the step that comes next."""
    if plan.schedule.name == "constant" and not plan.schedule.warmup:
        return plan.optimizer.lr
    step = state.epoch * steps_per_epoch + state.step
    return plan.optimizer.lr * rate_factor(plan.schedule, step, plan.epochs, steps_per_epoch)


def weighted_mean(values: list[float], sizes: list[int]) -> float:
    """The mean over examples of batch means, in float64."""
    return math.fsum(v * n for v, n in zip(values, sizes, strict=True)) / sum(sizes)


def in_parts(losses: list[float]) -> tuple[float, ...]:
    """The means of `PARTS` equal stretches, or the losses themselves where they are fewer."""
    parts = min(PARTS, len(losses))
    ends = [round(i * len(losses) / parts) for i in range(parts + 1)]
    return tuple(math.fsum(losses[a:b]) / (b - a) for a, b in pairwise(ends))


def fit(
    net: nn.Module,
    data: Dataset,
    plan: Plan = Plan(),  # noqa: B008  frozen
    objective: Objective = OBJECTIVES["classification"],
    *,
    precision: str = "fp32",
    state: State | None = None,
    progress: int = 0,
    statistics: bool = False,
) -> Iterator[Epoch | Progress]:
    """Train `net` in place on `data.train` as `plan` says; yields an `Epoch` after each pass.

    Net and data must lie on one device. `state` goes on from where another fit stopped, or with other processes (see
    `State`); `progress=n` yields a `Progress` after every n steps too. The test split is never looked at. With
    `statistics` the net is measured inside at a few steps (see `limen.train.statistics`), and trained to the same bits.

    Raises:
        LimenError: a plan that does not fit the data or the net.
        NonFiniteError: the loss became inf or nan; the step, the rate and the layer are named.
    """
    steps = plan.steps(len(data.train))
    state = state or State.begin(net, plan, steps)
    processes = state.processes
    batches = Batches(
        data.train,
        plan.batch_size,
        scale=data.scale,
        seed=plan.seed,
        drop_last=plan.drop_last,
        augment=plan.augment,
        share=(processes.rank, processes.count),
        passes=plan.passes,
        classes=len(data.classes),
    )
    processes.align(net)
    captured = None
    if can_capture(state) and not hasattr(net, "at_epoch"):
        captured = CapturedStep(make_step(state, objective, plan, precision), plan.batch_size, list(net.parameters()))
    at_epoch = getattr(net, "at_epoch", None)  # of a net whose layers learn one after the other
    sampler = Sampler(state, data, autocast(state.device, precision)) if statistics else None
    while state.epoch < plan.epochs:
        state.learn()
        if at_epoch is not None:
            at_epoch(state.epoch, plan.epochs)
        # made anew each epoch: hooks may have been hung on in between
        step: Step = captured or make_step(state, objective, plan, precision, batches.sizes())
        if state.step == 0:
            state.seed_epoch(plan.seed)
            state.samples = []
        done = state.epoch * steps  # before this epoch
        sampled = due_after(done + state.step) - done if sampler else 0
        began, first, watch = time.perf_counter(), state.step, Watch(state.losses)
        for x, y in batches.epoch(state.epoch, start=state.step):
            set_rate(state.optimizers, rate_at(plan, state, steps))
            if sampler and state.step + 1 == sampled:
                state.losses[state.step] = sampler.take(step, x, y)
                sampled = due_after(done + sampled) - done
            else:
                state.losses[state.step] = step(x, y)
            state.follow()
            state.step += 1
            if (bad := watch.first_bad(state.step)) is not None:
                if processes.count == 1:
                    raise blown_up(state, "the loss is not finite", x, bad + 1)
                processes.vote("bad")  # all stop together, at the next step
            if progress and state.step % progress == 0:
                examples = min(state.step * plan.batch_size, len(data.train) * plan.passes)
                yield Progress(state.epoch + 1, state.step, steps, examples, state)
        state.settle()
        state.settle_weights()
        losses = state.losses.tolist()  # here the device is waited for, once an epoch
        sizes = batches.sizes()
        share = sum(sizes[first:]) / sum(sizes)  # of this epoch, since it was begun or resumed
        seconds = (time.perf_counter() - began) / share if share else 0.0
        measures = {"train_loss": weighted_mean(losses, sizes)}
        measured = evaluate(net, data.validation, data.scale, objective, precision, processes, plan.looks)
        measures |= {f"validation_{name}": value for name, value in measured.items()}
        for name, value in measures.items():
            if not math.isfinite(value):
                raise blown_up(state, f"{name} is {value}", next(iter(batches))[0], state.step)
        rate = current_rate(state.optimizers)
        state.epoch, state.step, state.settled = state.epoch + 1, 0, 0
        yield Epoch(state.epoch, measures, in_parts(losses), rate, sum(sizes), seconds)
