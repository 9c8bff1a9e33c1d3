"""Several processes want one thing at the same moment: one run to go on with, or a new run each.

Of those that resume one run exactly one may, and each of the others must say which process has it. Of those that
create runs each must get its own, whole.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from limen.experiments.execute import Finished, Started
from limen.runs.folder import Run
from limen.runs.names import list_runs
from tests.faults.children import begin, end, told_by, wait_for
from tests.faults.lives import empty_folder, lives, only_run, tiny
from tests.faults.outcome import Outcome, Tally


def together(go: Path) -> None:
    """Wait for the word to go, without sleeping: all are off within a millisecond."""
    until = time.monotonic() + 30
    while not go.exists() and time.monotonic() < until:
        pass


def resume(tell: Callable[[Any], None], root: Path, go: Path, done: Path) -> None:
    """Go on with the run; who has it keeps it until `done`, when all the others have been turned away."""
    what = only_run(root)
    together(go)
    for event in lives(what, root):
        if isinstance(event, Started):
            tell("mine")
            wait_for(done.exists)
        elif isinstance(event, Finished):
            tell("finished")


def create(tell: Callable[[Any], None], root: Path, go: Path) -> None:
    """Begin a run and leave it after a step."""
    together(go)
    events = lives(tiny(), root)
    run = next(event.run for event in events if isinstance(event, Started))
    next(events)
    events.close()
    tell(run.path.name)


def resumed_by_one(here: Path, racers: int, dead: bool) -> str | None:
    """A race for one run, in which a process may have died before; what was wrong with it."""
    events = lives(tiny(), here / "runs")
    run = next(event.run for event in events if isinstance(event, Started))
    events.close()
    if dead:
        (run.path / ".owner").write_text("999999999\n")
    told = [here / f"told-{n}" for n in range(racers)]
    children = [begin(resume, path, here / "runs", here / "go", here / "done") for path in told]
    numbers = [child.pid for child in children]
    wait_for(lambda: all(told_by(path) for path in told))
    (here / "go").touch()
    wait_for(lambda: sum(len(told_by(path)) > 1 for path in told) == racers)
    (here / "done").touch()
    statuses = [end(child) for child in children]
    winners = [number for number, path in zip(numbers, told, strict=True) if "mine" in told_by(path)]
    errors = [line["error"] for path in told for line in told_by(path) if isinstance(line, dict)]
    if len(winners) != 1 or sorted(statuses) != [0] + [2] * (racers - 1):
        return f"{len(winners)} of {racers} won, statuses {statuses}: {errors[:1]}"
    wrong = [error for error in errors if f"(number {winners[0]})" not in error]
    if wrong:
        return f"{winners[0]} had it, and another was told: {wrong[0]}"
    return None if Run(run.path).result else "the winner did not finish"


def created_by_all(here: Path, racers: int) -> str | None:
    """A race for new runs; what was wrong with it."""
    told = [here / f"told-{n}" for n in range(racers)]
    children = [begin(create, path, here / "runs", here / "go") for path in told]
    wait_for(lambda: all(told_by(path) for path in told))
    (here / "go").touch()
    statuses = [end(child) for child in children]
    names = [told_by(path)[-1] for path in told]
    runs = [Run(path).path.name for path in list_runs(here / "runs")]
    if any(statuses) or sorted(names) != sorted(runs) or len(set(names)) != racers:
        return f"statuses {statuses}, runs {runs}, told {names}"
    left = list((here / "runs").rglob("*.part"))
    return f"left behind: {left}" if left else None


def races(root: Path, count: int, seed: int = 0) -> Outcome:
    """So many races of three to five processes, for one run and for new runs in turn."""
    tally, draw = Tally("races"), random.Random(seed)
    for number in range(count):
        with empty_folder(root) as here:
            racers = draw.randint(3, 5)
            if number % 2:
                tally.judge(created_by_all(here, racers))
            else:
                tally.judge(resumed_by_one(here, racers, dead=number % 4 == 0))
    return tally.outcome("3 to 5 processes; for one run and for new runs in turn")
