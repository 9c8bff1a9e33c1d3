"""A fair contest: each contestant in a process of its own, all warm, taking turns in one run.

A script names its contestants, functions that set themselves up and return a function that trains for one pass over
the images and returns the seconds an image took. `compete` starts a process for each, lets them take turns round after
round, and prints the medians, the ranges, and the ratios within each round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

BATCH, RATE = 64, 1e-3
Train = Callable[[], float]  # one pass over the images; the seconds an image took
Contestants = Mapping[str, Callable[[int, str | None], Train]]


def bf16_here() -> bool:
    """Whether this processor multiplies bfloat16."""
    import torch

    from limen.machine import multiplies_bf16

    return multiplies_bf16(torch.device("cpu"))


def limen_data(images: int, data: str | None):
    """MNIST's first images as Limen's data set, with a few for validation."""
    from dataclasses import replace

    from limen.data.dataset import Split
    from limen.data.load import load
    from limen.data.spec import Data

    loaded = load(Data("mnist", validation=0.2, split="last"), folder=data)
    train, validation = loaded.train, loaded.validation
    few = Split(validation.x[:256], validation.y[:256])
    return replace(loaded, train=Split(train.x[:images], train.y[:images]), validation=few)


def contest(make: Callable[[int, str | None], Train], images: int, data: str | None) -> None:
    """A contestant's process: warm up, say so, then answer every line on stdin with the seconds an image took."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # libraries may print to stdout what they like
    os.dup2(2, 1)
    train = make(images, data)
    train()
    answers.write("ready\n")
    for _ in sys.stdin:
        answers.write(f"{train()}\n")


class Contestant:
    """A contestant seen from outside."""

    def __init__(self, script: str, name: str, images: int, data: str | None) -> None:
        command = [sys.executable, script, "--contestant", name, "--images", str(images)]
        command += ["--data", data] if data else []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.line()

    def line(self) -> str:
        """Its next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended: run that command to see its error")
        return line

    def go(self) -> float:
        """Microseconds an image, of one pass."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self.line()) * 1e6


def spread(values: list[float], digits: int) -> str:
    """Median and range."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def compete(script: str, what: str, contestants: Contestants, ours: tuple[str, ...], *, ordered: bool = True) -> None:
    """Parse the command line, hold the contest, print the table. The ratios are to each of `ours`."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="a folder with MNIST's files; else LIMEN_DATA or the cache")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--images", type=int, default=12_800, help="images of one turn")
    parser.add_argument("--only", help="some contestants, with commas between")
    parser.add_argument("--json", type=Path, help="write every single time here too")
    parser.add_argument("--contestant", choices=contestants, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contestant:
        contest(contestants[arguments.contestant], arguments.images, arguments.data)
        return
    names = arguments.only.split(",") if arguments.only else list(contestants)
    here = {name: Contestant(script, name, arguments.images, arguments.data) for name in names}
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(arguments.rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            times[name].append(here[name].go())
    for contestant in here.values():
        contestant.process.kill()

    bf16 = "multiplied in hardware" if bf16_here() else "emulated"
    print(f"{os.cpu_count()} cores, bfloat16 {bf16}; {arguments.rounds} rounds of {arguments.images:,} images")
    ours = tuple(name for name in ours if name in names)
    print(f"{'':24}{'µs an image':22}" + "".join(f"times {name:20}" for name in ours))
    for name in sorted(names, key=lambda n: statistics.median(times[n])) if ordered else names:
        ratios = ([a / b for a, b in zip(times[name], times[own], strict=True)] for own in ours)
        print(f"{name:24}{spread(times[name], 0):22}" + "".join(f"{spread(ratio, 2):26}" for ratio in ratios))
    if arguments.json:
        arguments.json.write_text(json.dumps(times, indent=1))
