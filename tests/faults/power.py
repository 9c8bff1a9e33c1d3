"""The power goes: after any operation, with whatever of the last ones the disk had not yet been made to keep.

The life of a run is traced once. Then the states that a disk may be left in are drawn (see `tests.faults.disk`), each
is made a folder, and looked at as the next command would: is the run there, does its newest safe checkpoint or a
newer one load, does it go on to the undisturbed bytes?
"""

import contextlib
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from tests.conftest import contents
from tests.faults.disk import Disk, Trace, Tree, materialize
from tests.faults.lives import difference, empty_folder, live, only_run, reached, reference, tiny
from tests.faults.outcome import Outcome, Tally
from tests.faults.seam import through

LONGER = "plan.epochs=3"


@contextlib.contextmanager
def marking(trace: Trace) -> Iterator[None]:
    """Mark in the trace when a run was made, a checkpoint saved, a run finished or opened again."""
    save, finish, create, reopen = checkpoints.save, Run.finish, Run.create, Run.reopen

    def saved(folder: Path, checkpoint: Any) -> Path:
        path = save(folder, checkpoint)
        trace.mark((checkpoint.epoch, checkpoint.step))
        return path

    def created(*arguments: Any) -> Run:
        run = create(*arguments)
        trace.mark("created")
        return run

    def finished(run: Run, result: dict[str, Any]) -> None:
        finish(run, result)
        trace.mark("finished")

    def reopened(run: Run, record: dict[str, Any]) -> None:
        trace.mark("opened")
        reopen(run, record)

    checkpoints.save, Run.finish, Run.create, Run.reopen = saved, finished, created, reopened  # type: ignore
    try:
        yield
    finally:
        checkpoints.save, Run.finish, Run.create, Run.reopen = save, finish, create, reopen  # type: ignore


def traced(root: Path) -> Trace:
    """The trace of a run's creation, training, end, and longer training."""
    with empty_folder(root) as here:
        trace = Trace(here)
        with through(trace), marking(trace):
            run = live(tiny(), here / "runs")
            live(run, here / "runs", [LONGER])
    return trace


def promised(trace: Trace, done: int) -> tuple[bool, tuple[int, int], bool]:
    """What must have outlived a cut after so many operations: the run, which checkpoint, and whether it is finished."""
    marks = [what for at, what in trace.marks if at <= done]
    best = max((m for m in marks if isinstance(m, tuple)), default=(-1, 0))
    ends = [m for m in marks if m in ("finished", "opened")]
    return "created" in marks, best, ends[-1:] == ["finished"]


def states(trace: Trace, most: int, draw: random.Random) -> Iterator[tuple[int, Tree]]:
    """So many different states, each with the number of operations that were done; spread over the whole trace."""
    disks, disk, seen = [], Disk(), set()
    for done, changes in enumerate(trace.steps, 1):
        for change in changes:
            disk.change(change)
        others = 2 + 3 * most // len(trace.steps)
        disks += [(done, tree) for tree in disk.after_a_cut(draw, others)]
    draw.shuffle(disks)
    for done, tree in disks:
        if len(seen) == most:
            return
        key = hashlib.sha256(repr((sorted(tree.items()), promised(trace, done))).encode()).digest()
        if key not in seen:
            seen.add(key)
            yield done, tree


def broken(
    root: Path, promise: tuple[bool, tuple[int, int], bool], wanted: dict[int, Any], to_the_end: bool
) -> str | None:
    """What is wrong with the state of a disk; `wanted` holds the bytes of the run by its number of epochs."""
    created, best, finished = promise
    run = only_run(root) if root.is_dir() else None
    if run is None:
        return "the run is gone" if created else None
    if (now := reached(run)) < best:
        return f"went back from {best} to {now}: {checkpoints.load(run.checkpoints)[1]}"
    epochs = run.record["experiment"]["plan"]["epochs"]
    if finished and run.result is None:
        return "it was finished, and is not"
    if run.result is not None and (odd := differing(contents(run), wanted[epochs])):
        return f"finished with other bytes in {odd}"
    if to_the_end:
        run = live(run, root)
        return difference(run if epochs == 3 else live(run, root, [LONGER]), wanted[3])
    return None


def differing(found: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    """The names whose bytes differ."""
    return [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]


def power(root: Path, most: int, seed: int = 0, every: int = 1) -> Outcome:
    """Look at so many states; live every so-manieth on to its end."""
    tally, draw = Tally("power cuts"), random.Random(seed)
    wanted = {2: reference(tiny(), root), 3: reference(tiny(), root, LONGER)}
    trace = traced(root)
    for number, (done, tree) in enumerate(states(trace, most, draw)):
        with empty_folder(root) as here:
            materialize(tree, here)
            try:
                fault = broken(here / "runs", promised(trace, done), wanted, number % every == 0)
            except Exception as error:
                fault = f"{type(error).__name__}: {error}"
            tally.judge(fault and f"after {done} ({trace.verbs[done - 1]}): {fault}")
    return tally.outcome(f"{len(trace.steps)} operations; {-(-most // every):,} lived on to the end")
