"""What safety costs: the share of the time that saving takes, and how long one save holds the training up.

Saving happens by the clock, so its share is bounded by design; here it is measured, on a real disk, with the course's
convolutional net. A save of a 100-MB state is timed by itself: it lasts as long as the disk needs for so much.
"""

import statistics
import time
from pathlib import Path

import torch

from limen.experiments.config import with_options
from limen.experiments.execute import Started, execute
from limen.experiments.keeper import Keeper
from limen.experiments.registry import EXPERIMENTS
from limen.nets.dense import mlp
from limen.runs import checkpoint as checkpoints
from limen.runs.checkpoint import Checkpoint
from limen.train.plan import Plan
from limen.train.state import State
from tests.conftest import write_small_mnist
from tests.faults.lives import empty_folder
from tests.faults.outcome import Outcome, Tally

MOST = 0.02  # of the time


def saving(root: Path, seconds: float) -> Outcome:
    """The share of the time that goes into saving, over so many seconds of training at the default interval."""
    tally, spent = Tally("saving costs ≤ 2 %"), []
    real = Keeper.save

    def timed(keeper: Keeper) -> None:
        began = time.monotonic()
        real(keeper)
        spent.append(time.monotonic() - began)

    with empty_folder(root) as here:
        write_small_mnist(here / "data" / "mnist", train=6000, test=200)
        settings = ["plan.epochs=10000", "data.verify=false", "data.validation=1000"]
        experiment = with_options(EXPERIMENTS["mnist-cnn"](), settings)
        Keeper.save = timed  # type: ignore[method-assign]
        try:
            how = {"folder": here / "data", "device": "cpu", "threads": 1, "pictures": False}
            events = execute(experiment, here / "runs", **how)
            began = next(time.monotonic() for event in events if isinstance(event, Started))
            for _ in events:
                if time.monotonic() - began > seconds:
                    break
            wall = time.monotonic() - began
            share = sum(spent) / wall
            events.close()
        finally:
            Keeper.save = real  # type: ignore[method-assign]
    tally.judge(f"{share:.2%} of the time" if share > MOST else None)
    return tally.outcome(f"{len(spent)} saves in {wall:.0f} s took {share:.2%}, the longest {max(spent) * 1e3:.0f} ms")


def stall(root: Path, count: int, seed: int = 0) -> Outcome:
    """How long a save of 100 MB of state takes, so many times."""
    tally, spent = Tally("a save of 100 MB"), []
    torch.manual_seed(seed)
    net = mlp((28, 28), 10, (2900, 2080))  # 8.3 million weights, and Adam remembers two numbers for each
    state = State.begin(net, Plan(), 100)
    for _ in range(2):
        net(torch.rand(8, 28, 28)).square().mean().backward()
        state.optimizers[0].step()
    size = 0
    with empty_folder(root) as here:
        for step in range(count):
            state.step = step
            began = time.monotonic()
            path = checkpoints.save(here, Checkpoint.take(state))
            spent.append(time.monotonic() - began)
            size = sum(file.stat().st_size for file in path.iterdir())
            tally.judge(None)
    spent.sort()
    p99 = spent[min(len(spent) - 1, int(0.99 * len(spent)))]
    return tally.outcome(
        f"{size / 1e6:.0f} MB: median {statistics.median(spent):.2f} s, p99 {p99:.2f} s (measured only)"
    )
