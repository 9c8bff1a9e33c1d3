"""Fuzzing: a million spoilt files through each reader, and what came of them.

    python -m tests.faults.fuzz --executions 1000000 --reader idx

prints a row a reader. An execution that raises anything but Limen's own errors is a crash, one that takes longer than
`PATIENCE` seconds a hang; the bytes of the first of each are printed, to be made into a test. The same seed makes the
same files.
"""

import argparse
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.mutate import mutated
from tests.faults.outcome import Outcome as Row
from tests.faults.readers import READERS, Reader

PATIENCE = 5.0  # seconds
SHOWN = 3  # faults that are kept with their bytes


class HungError(BaseException):
    """An execution took too long. No `Exception`, so that no reader can catch it."""


@dataclass(frozen=True)
class Outcome:
    """What came of the executions of one reader."""

    reader: str
    executions: int
    crashes: int
    hangs: int
    seconds: float
    faults: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)  # the first few: what happened, with what

    def __str__(self) -> str:
        rate = self.executions / self.seconds if self.seconds else 0.0
        return (
            f"{self.reader:12} {self.executions:>10,} executions {self.crashes:>4,} crashes {self.hangs:>4,} hangs "
            f"{self.seconds:>8.1f} s {rate:>8,.0f} a second"
        )


def _ring(*_: object) -> None:
    raise HungError


def fuzz(reader: str | Reader, executions: int, seed: int = 0) -> Outcome:
    """Feed so many spoilt files to a reader. Only the main thread can: a signal ends what hangs."""
    chosen = READERS[reader] if isinstance(reader, str) else reader
    seeds, draw, execution = chosen.seeds(), random.Random(f"{chosen.name}/{seed}"), chosen.execution
    for content in seeds:
        execution(content)
    crashes = hangs = 0
    faults: list[tuple[str, bytes]] = []
    before = signal.signal(signal.SIGALRM, _ring)
    began = time.perf_counter()
    try:
        for _ in range(executions):
            content = mutated(seeds, chosen.words, draw)
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)
            try:
                execution(content)
            except HungError:
                hangs += 1
                what = "hang"
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                crashes += 1
                what = f"{type(error).__name__}: {str(error)[:100]}"
            else:
                continue
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if len(faults) < SHOWN:
                faults.append((what, content))
    finally:
        signal.signal(signal.SIGALRM, before)
    return Outcome(chosen.name, executions, crashes, hangs, time.perf_counter() - began, tuple(faults))


def fuzzed(root: Path, readers: tuple[str, ...], executions: int) -> Row:
    """Readers one after the other as a row of the table of faults; `root` is not needed."""
    found = [fuzz(name, executions) for name in readers]
    bad = [f"{one.reader}: {what}" for one in found for what, _ in one.faults]
    rates = ", ".join(f"{one.reader} {one.executions / one.seconds:,.0f} a second" for one in found)
    crashed = sum(one.crashes + one.hangs for one in found)
    tried, seconds = sum(one.executions for one in found), sum(one.seconds for one in found)
    return Row("fuzz", tried, crashed, seconds, "; ".join([*bad[:3], rates]))


def main(arguments: list[str] | None = None) -> int:
    """Print a row a reader; status 1 when there was a crash or a hang."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.fuzz", description="Spoilt files through each reader."
    )
    parser.add_argument("--executions", type=int, default=100_000)
    parser.add_argument("--reader", choices=list(READERS), action="append", help="all, unless some are named")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    bad = False
    for name in chosen.reader or READERS:
        outcome = fuzz(name, chosen.executions, chosen.seed)
        print(outcome, flush=True)
        for what, content in outcome.faults:
            print(f"    {what}\n    {content[:2000]!r}")
        bad |= bool(outcome.crashes or outcome.hangs)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
