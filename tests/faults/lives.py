"""A run's life, small enough to be lived a thousand times: creation, steps, saves, pruning, snapshots, the end.

A *life* is what one process does to a run until it ends, well or badly. However many lives a run took, it must end
with the bytes of the run that nothing disturbed.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from limen.errors import LimenError
from limen.experiments import keeper
from limen.experiments.config import with_options
from limen.experiments.execute import Event, Finished, execute
from limen.experiments.experiment import Experiment
from limen.experiments.registry import EXPERIMENTS
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.names import list_runs
from limen.storage import PART
from tests.conftest import contents

TINY = ("plan.epochs=2", "plan.batch_size=32", "net.dropout=0.2", "plan.keep=best")


def tiny(*settings: str) -> Experiment:
    """Iris in two epochs of three steps, with dropout masks and the best weights to be remembered."""
    return with_options(EXPERIMENTS["iris"](), [*TINY, *settings])


@contextlib.contextmanager
def saving_always() -> Iterator[None]:
    """A checkpoint after every step, for as long as this lasts."""
    before = keeper.SAVE_AFTER, keeper.SAVE_SHARE
    keeper.SAVE_AFTER, keeper.SAVE_SHARE = 0.0, 0
    try:
        yield
    finally:
        keeper.SAVE_AFTER, keeper.SAVE_SHARE = before


def lives(what: Experiment | Run, root: Path, settings: Sequence[str] = (), snapshots: str = "log") -> Iterator[Event]:
    """One life of a run, on one thread of the processor, without figures."""
    how = {} if isinstance(what, Run) else {"snapshots": snapshots}
    return execute(what, root, device="cpu", threads=1, pictures=False, settings=settings, **how)


def live(what: Experiment | Run, root: Path, settings: Sequence[str] = ()) -> Run:
    """A life that comes to its end; the finished run."""
    with saving_always():
        *_, last = lives(what, root, settings)
    assert isinstance(last, Finished)
    return Run(last.run.path)


def reference(experiment: Experiment, root: Path, *longer: str) -> dict[str, bytes]:
    """The bytes that an undisturbed run ends with (and is then trained longer, where that is asked for)."""
    torch.set_num_threads(1)
    run = live(experiment, root / "reference")
    for settings in longer:
        run = live(run, root / "reference", [settings])
    found = contents(run)
    shutil.rmtree(root / "reference")
    return found


def only_run(root: Path) -> Run | None:
    """The one run under a folder, or None; a folder that looks like a run and cannot be read is a `LimenError`."""
    runs = list_runs(root)
    odd = [p.name for p in root.glob("*") if p.is_dir() and p not in runs and not PART.fullmatch(p.name)]
    if len(runs) > 1 or odd:
        raise LimenError(f"there are {len(runs)} runs, and {odd} that are none")
    return Run(runs[0]) if runs else None


def reached(run: Run) -> tuple[int, int]:
    """The epoch and step of the newest good checkpoint; (-1, 0) where there is none."""
    taken, _ = checkpoints.load(run.checkpoints)
    return (taken.epoch, taken.step) if taken else (-1, 0)


def difference(run: Run, wanted: dict[str, bytes]) -> str | None:
    """How a finished run differs from the undisturbed one, in a few words."""
    if run.result is None:
        return "it is not finished"
    found = contents(run)
    odd = [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]
    left = [path.name for path in run.path.parent.rglob("*.part")]
    return f"other bytes in {odd}" if odd else f"left behind: {left}" if left else None


def ends_well(what: Experiment, root: Path, wanted: dict[str, bytes]) -> str | None:
    """Live on, undisturbed, to the end: what is wrong then."""
    try:
        return difference(live(only_run(root) or what, root), wanted)
    except Exception as error:  # any at all is a fault to be told
        return f"the next life fails: {type(error).__name__}: {error}"


@contextlib.contextmanager
def empty_folder(above: Path) -> Iterator[Path]:
    """A new folder that is gone afterwards."""
    above.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=above))
    try:
        yield made
    finally:
        shutil.rmtree(made)


def scratch() -> Path:
    """Where thousands of small files cost least: memory, where the system offers it as a folder."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
