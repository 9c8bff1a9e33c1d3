"""What measuring inside the net costs: training with statistics beside training without, step by step in turns.

Two trainings of one net on the same examples begin together, one of them measured, and take each step one after the
other, the first now this one and now that; so what disturbs the machine disturbs both. Times are of the processor, on
one thread. A run of so many steps costs the median of a plain step times their number; measured, the median of its
plain steps, and for each measured step the median over the rounds of what it took longer than the same step of the
other training. Their ratio is the cost. The shorter the run, the
larger the share of the steps that are measured. Both must end with the same weights.

    python benchmarks/sampling.py [--data DIR] [--rounds 9]
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from limen.data.dataset import Dataset, Split
from limen.data.load import load
from limen.data.spec import Data
from limen.machine import Machine
from limen.nets.build import build
from limen.train.fit import Progress, fit
from limen.train.plan import Optimizer, Plan
from limen.train.statistics import STEPS

MOST = 0.03


def training(
    name: str, options: dict, data: Dataset, plan: Plan, measured: bool
) -> tuple[Iterator[float], torch.nn.Module]:
    """A training that gives the seconds each of its steps took, and its net."""
    torch.manual_seed(0)
    net = build(name, data.shape, data.outputs, options)

    def steps() -> Iterator[float]:
        events = fit(net, data, plan, statistics=measured, progress=1)
        began = time.process_time()
        for event in events:
            if isinstance(event, Progress):  # an epoch ends with an evaluation, which is no step
                yield time.process_time() - began
            began = time.process_time()

    return steps(), net


def race(name: str, options: dict, data: Dataset, plan: Plan, steps: int) -> tuple[list[float], list[float]]:
    """The seconds of each step without and with measuring, taken in turns."""
    ways = {measured: training(name, options, data, plan, measured) for measured in (False, True)}
    times: dict[bool, list[float]] = {False: [], True: []}
    for number in range(steps):
        for measured in (False, True) if number % 2 else (True, False):
            times[measured].append(next(ways[measured][0]))
    pairs = zip(*(net.state_dict().values() for _, net in ways.values()), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs), "measuring changed the weights"
    return times[False], times[True]


def compare(title: str, name: str, options: dict, data: Dataset, batch: int, lengths: list[int], rounds: int) -> None:
    """Race over the longest run; what runs of each length cost."""
    plan, longest = Plan(epochs=50_000, batch_size=batch, optimizer=Optimizer("adam", 1e-3)), max(lengths)
    race(name, options, data, plan, 20)  # warms up
    off, on = zip(*(race(name, options, data, plan, longest) for _ in range(rounds)), strict=True)
    due = [step for step in STEPS if step <= longest]
    plain = statistics.median(t for times in off for t in times)
    between = statistics.median(t for times in on for step, t in enumerate(times, 1) if step not in due)
    both = list(zip(off, on, strict=True))
    longer = {step: statistics.median(b[step - 1] - a[step - 1] for a, b in both) for step in due}
    extra = statistics.median(longer.values()) / plain
    print(
        f"{title}: {1e6 * plain:.0f} µs a step, {1e6 * between:.0f} between samples; a sample costs {extra:.1f} steps"
    )
    for steps in lengths:
        counted = [step for step in due if step <= steps]
        ratio = (between * steps + sum(longer[step] for step in counted)) / (plain * steps)
        verdict = "" if ratio <= 1 + MOST else "   more than 3 %"
        print(f"    {steps:6} steps, {len(counted):2} of them measured: {100 * (ratio - 1):+.2f} %{verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with MNIST; without it, digits")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--table-only", action="store_true", help="leave the pictures out")
    asked = parser.parse_args()
    Machine.prepare("cpu", "fp32", 1)
    chance = torch.Generator().manual_seed(0)
    x, y = torch.randn(960, 8, generator=chance), torch.randint(0, 3, (960,), generator=chance)
    table = Dataset("table", Split(x, y), Split(x[:32], y[:32]), Split(x[:32], y[:32]), ("a", "b", "c"))
    compare("8-32-3, batch 32", "mlp", {"hidden": (32,)}, table, 32, [300, 700, 1000, 4000], asked.rounds)
    if asked.table_only:
        return
    pictures = load(Data("mnist", seed=0), folder=asked.data) if asked.data else load(Data("digits", seed=0))
    title = f"mnist-cnn on {pictures.name}, batch 64"
    compare(title, "mnist-cnn", {}, pictures, 64, [300, 750], max(3, asked.rounds // 3))


if __name__ == "__main__":
    main()
