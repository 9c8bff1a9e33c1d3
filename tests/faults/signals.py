"""Ctrl-C and SIGTERM at random moments of `limen run`: a quick end, and not one step lost.

The first signal lets the step in hand be finished and saved, and the command ends with 128 + the signal's number
within five seconds; a second one ends it at once. Before the first step there is nothing to lose, and the signal has
the system's own effect.
"""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from limen.cli.main import main
from limen.data.batches import Batches
from limen.experiments.fork import steps_an_epoch
from tests.faults.children import begin, end, wait_for
from tests.faults.lives import TINY, difference, empty_folder, live, only_run, reached, reference, tiny
from tests.faults.outcome import Outcome, Tally

LONG = ("plan.epochs=40",)  # of three steps
WITHIN = 5.0  # seconds


def noted_steps(path: Path) -> None:
    """From now on, a byte in the file for every batch that is trained on, and a millisecond more for each step."""
    real, file = Batches.epoch, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def epoch(batches: Batches, epoch: int, start: int = 0) -> Iterator[Any]:
        for pair in real(batches, epoch, start):
            if batches.shuffle:
                time.sleep(0.001)
                os.write(file, b".")
            yield pair

    Batches.epoch = epoch  # type: ignore[method-assign]


def command(tell: Callable[[Any], None], root: Path) -> None:
    """In a child: the command itself, to its end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    noted_steps(root / "steps")
    settings = [f"--set={text}" for text in (*TINY, *LONG)]
    words = ["run", "iris", *settings, "--device=cpu", "--threads=1", "--no-report", f"--runs={root / 'runs'}"]
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        status = main(words)
    except KeyboardInterrupt:  # before the command had begun, or after it had ended
        status = 128 + signal.SIGINT
    os._exit(status)


def span(root: Path) -> float:
    """Seconds from the command's beginning to its end, in a child that is warm."""
    for _ in range(2):
        with empty_folder(root) as here:
            began = time.monotonic()
            assert end(begin(command, here / "told", here)) == 0, (here / "told.out").read_text()
            seconds = time.monotonic() - began
    return seconds


def signalled(here: Path, number: int, wait: float, again: float | None) -> str | None:
    """Signal a command after so many seconds, perhaps a second time; what was wrong with its end."""
    child = begin(command, here / "told", here)
    wait_for(lambda: (here / "told").stat().st_size > 0)
    time.sleep(wait)
    pid, sent = child.pid, time.monotonic()
    assert pid is not None
    for pause in (0.0, *([again] if again is not None else [])):
        time.sleep(pause)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    status, seconds = end(child), time.monotonic() - sent
    words = f"signal {number} after {wait:.3f} s"
    if status not in (0, 128 + number, -number):
        return f"{words}: status {status}: {(here / 'told.out').read_text()[-200:]}"
    if seconds > WITHIN:
        return f"{words}: it took {seconds:.1f} s"
    try:
        wait_for(lambda: not is_group(pid), WITHIN)
    except TimeoutError:
        return f"{words}: a process of its group is left"
    return lost(here, words, must=again is None)


def is_group(pid: int) -> bool:
    """Whether a process is left of those that this one had around it."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def lost(here: Path, words: str, must: bool) -> str | None:
    """What a run that was stopped has lost; a second signal (not `must`) may cost the save, never the run."""
    run = only_run(here / "runs") if (here / "runs").exists() else None
    taken = (here / "steps").stat().st_size if (here / "steps").exists() else 0
    if run is None:
        return f"{words}: {taken} steps and no run" if taken else None
    epoch, step = reached(run)
    kept = max(epoch, 0) * steps_an_epoch(run) + step
    if must and run.result is None and kept != taken:
        return f"{words}: {taken} steps were taken, {kept} are kept"
    return None


def signals(root: Path, count: int, seed: int = 0, lived_on: int = 4) -> Outcome:
    """So many signals; every `lived_on`-th run is resumed and compared."""
    tally, draw, longest = Tally("signals"), random.Random(seed), span(root)
    wanted, statuses = reference(tiny(*LONG), root), {1: 0, 2: 0}
    for number in range(count):
        with empty_folder(root) as here:
            again = draw.choice((0.0, 0.001, 0.01)) if number % 4 == 3 else None
            statuses[1 if again is None else 2] += 1
            kind = draw.choice((signal.SIGINT, signal.SIGTERM))
            fault = signalled(here, kind, draw.uniform(0, longest), again)
            if not fault and number % lived_on == 0:
                run = only_run(here / "runs") if (here / "runs").exists() else None
                fault = difference(live(run, here / "runs"), wanted) if run else None
            tally.judge(fault)
    return tally.outcome(f"{statuses[1]} with one signal, {statuses[2]} with two; none took {WITHIN:.0f} s")
