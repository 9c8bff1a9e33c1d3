"""A fair contest: each contestant in a process of its own, all warm, taking turns in one run.

A script names its contestants, functions that set themselves up and return a function that trains for one turn (of so
many images, or steps) and returns the seconds that one of them took. `compete` starts a process for each, lets them
take turns round after round, and prints the medians, the ranges, and the ratios within each round.
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
Train = Callable[[], float]  # one turn; the seconds an image, or a step, took
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


def contest(make: Callable[[int, str | None], Train], amount: int, data: str | None) -> None:
    """A contestant's process: warm up, say so, then answer every line on stdin with the seconds of one image."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # libraries may print to stdout what they like
    os.dup2(2, 1)
    train = make(amount, data)
    train()
    answers.write("ready\n")
    for _ in sys.stdin:
        answers.write(f"{train()}\n")


def held_to(threads: int | None) -> dict[str, str]:
    """The environment in which every library computes with so many threads; as it is where nothing is asked."""
    if threads is None:
        return dict(os.environ)
    names = ("OMP_NUM", "MKL_NUM", "OPENBLAS_NUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
    return os.environ | {f"{name}_THREADS": str(threads) for name in names}


class Contestant:
    """A contestant seen from outside. With `threads` it is kept to as many cores too: no library escapes that."""

    def __init__(self, script: str, name: str, turn: list[str], threads: int | None = None) -> None:
        command = [sys.executable, script, "--contestant", name, *turn]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=held_to(threads),
        )  # fmt: skip
        if threads is not None:
            os.sched_setaffinity(self.process.pid, sorted(os.sched_getaffinity(0))[-threads:])
        self.line()

    def line(self) -> str:
        """Its next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended: run that command to see its error")
        return line

    def go(self) -> float:
        """Microseconds an image, of one turn."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self.line()) * 1e6


def spread(values: list[float], digits: int) -> str:
    """Median and range."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def taking_turns(here: dict[str, Contestant], rounds: int) -> dict[str, list[float]]:
    """Each contestant's microseconds, round by round; another one begins each round."""
    names = list(here)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            times[name].append(here[name].go())
    for contestant in here.values():
        contestant.process.kill()
    return times


def table(times: dict[str, list[float]], ours: tuple[str, ...], one: str, ordered: bool) -> None:
    """The medians and ranges, and the ratios within each round to each of `ours`."""
    ours = tuple(name for name in ours if name in times)
    print(f"{'':24}{f'µs {one}':26}" + "".join(f"times {name:20}" for name in ours))
    for name in sorted(times, key=lambda n: statistics.median(times[n])) if ordered else times:
        ratios = ([a / b for a, b in zip(times[name], times[own], strict=True)] for own in ours)
        print(f"{name:24}{spread(times[name], 0):26}" + "".join(f"{spread(ratio, 2):26}" for ratio in ratios))


def arguments_of(what: str) -> argparse.ArgumentParser:
    """What every contest can be asked for; `--contestant` and what follows it, a contestant's process alone."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--only", help="some contestants, with commas between")
    parser.add_argument("--json", type=Path, help="write every single time here too")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    return parser


def compete(script: str, what: str, contestants: Contestants, ours: tuple[str, ...], *, ordered: bool = True) -> None:
    """Parse the command line, hold the contest, print the table. The ratios are to each of `ours`."""
    parser = arguments_of(what)
    parser.add_argument("--data", help="a folder with MNIST's files; else LIMEN_DATA or the cache")
    parser.add_argument("--images", type=int, default=12_800, help="images of one turn")
    arguments = parser.parse_args()
    if arguments.contestant:
        contest(contestants[arguments.contestant], arguments.images, arguments.data)
        return
    turn = ["--images", str(arguments.images)] + (["--data", arguments.data] if arguments.data else [])
    names = arguments.only.split(",") if arguments.only else list(contestants)
    times = taking_turns({name: Contestant(script, name, turn) for name in names}, arguments.rounds)
    bf16 = "multiplied in hardware" if bf16_here() else "emulated"
    print(f"{os.cpu_count()} cores, bfloat16 {bf16}; {arguments.rounds} rounds of {arguments.images:,} images")
    table(times, ours, "an image", ordered)
    if arguments.json:
        arguments.json.write_text(json.dumps(times, indent=1))
