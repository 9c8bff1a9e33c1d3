"""SIGKILL at random times, again and again, until the run is finished all the same.

A process cannot catch it and cleans nothing up. After each kill the run must read, nothing saved may be lost, and the
next life must go on, say what it found, and in the end leave the bytes of a run that nothing disturbed.
"""

import itertools
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from limen.experiments.execute import Finished, Started
from limen.experiments.keeper import Notice
from limen.runs import checkpoint as checkpoints
from tests.faults.children import begin, end, told_by, wait_for
from tests.faults.lives import difference, empty_folder, lives, only_run, reached, reference, saving_always, tiny
from tests.faults.outcome import Outcome, Tally


def one_life(tell: Callable[[Any], None], root: Path) -> None:
    """Go on with the run under `root`, or begin one; tells the notices, and that it started and finished."""
    with saving_always():
        for event in lives(only_run(root) or tiny(), root):
            if isinstance(event, Notice):
                tell({"notice": event.text.en})
            elif isinstance(event, Started | Finished):
                tell(type(event).__name__)


def span(root: Path) -> float:
    """Seconds that an undisturbed life takes in a child, once all is warm."""
    for _ in range(2):
        with empty_folder(root) as here:
            child = begin(one_life, told := here / "told", here / "runs")
            wait_for(lambda: bool(told_by(told)))
            began = time.monotonic()
            wait_for(lambda: "Finished" in told_by(told))
            seconds = time.monotonic() - began
            end(child)
    return seconds


def after_a_kill(root: Path, before: tuple[int, int]) -> str | None:
    """What is wrong with a folder in which a process was killed."""
    run = only_run(root) if root.exists() else None
    if run is None:
        return "the run is gone" if before > (-1, 0) else None
    _, bad = checkpoints.load(run.checkpoints)
    if bad:
        return f"a bad checkpoint: {bad}"
    return None if reached(run) >= before else f"went back from {before} to {reached(run)}"


def owner(root: Path) -> str:
    """How the next life will name the process that died in the run's folder; "" where none did."""
    run = only_run(root) if root.exists() else None
    mark = run.path / ".owner" if run else None
    return f"Process {mark.read_text().strip()} ended" if mark and mark.exists() else ""


def killed_life(told: Path, runs: Path, wait: float, tally: Tally) -> bool:
    """A life that is killed after so many seconds; whether it was over before."""
    dead, before = owner(runs), reached(only_run(runs)) if runs.exists() and only_run(runs) else (-1, 0)
    child = begin(one_life, told, runs)
    wait_for(lambda: bool(told_by(told)))
    time.sleep(wait)
    child.kill()
    status, lines = end(child), told_by(told)
    if dead and "Started" in lines and not any(dead in str(line) for line in lines):
        tally.blame(f"nobody said: {dead}")
    if status == -signal.SIGKILL:
        tally.judge(after_a_kill(runs, before))
    elif status:
        tally.blame(f"a life ended with status {status}: {lines[-1:]} {Path(f'{told}.out').read_text()[-300:]}")
    return status != -signal.SIGKILL


def kills(root: Path, count: int, seed: int = 0) -> Outcome:
    """So many kills, over as many runs as it takes."""
    tally, draw, finished = Tally("kills"), random.Random(seed), 0
    wanted, longest = reference(tiny(), root), span(root)
    while tally.tried < count:
        with empty_folder(root) as here:
            for life in itertools.count():
                if killed_life(here / f"life-{life}", here / "runs", draw.uniform(0, 1.5 * longest), tally):
                    break
            tally.blame(difference(only_run(here / "runs"), wanted))
        finished += 1
    return tally.outcome(f"{finished} runs finished with the undisturbed bytes")
