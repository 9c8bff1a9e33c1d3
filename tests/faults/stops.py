"""Many lives are one life: stopped at random steps and resumed, a run ends as if it had never been stopped.

Each recipe is run as one process and as several that each live a random number of steps. The bytes are compared, and
so is a ledger of every batch that a step was taken on: (epoch, step, which examples, a digest of what augmentation
made of them). A batch that was seen twice or missed shows there even where the bytes would forgive it.
"""

import contextlib
import hashlib
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from limen.data.batches import Batches
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.execute import Started
from limen.experiments.experiment import Experiment
from limen.experiments.registry import EXPERIMENTS
from limen.runs.folder import Run
from limen.train.fit import Epoch, Progress
from tests.conftest import contents
from tests.faults.lives import empty_folder, lives, reached, saving_always
from tests.faults.outcome import Outcome, Tally
from tests.faults.power import differing
from tests.faults.seam import Befall, Killed, through

SMALL = ("data.limit=160", "plan.batch_size=32")
RECIPES = {
    "dropout, adam, one-cycle": (
        "digits-mlp", "plan.epochs=4", "net.dropout=0.3", "plan.schedule=one-cycle", "plan.schedule.warmup=0.4",
    ),
    "augmentation, sgd with momentum, step": (
        "digits-cnn", "plan.epochs=3", "net.channels=4,8", "plan.augment.shift=1", "plan.optimizer=sgd",
        "plan.optimizer.lr=0.05", "plan.optimizer.momentum=0.9", "plan.schedule=step", "plan.schedule.every=1",
    ),
    "early stopping, cosine with warm-up": (
        "digits-mlp", "plan.epochs=30", "plan.patience=2", "plan.optimizer.lr=0.05", "plan.schedule=cosine",
        "plan.schedule.warmup=0.1",
    ),
    "bf16, augmentation, adam": (
        "digits-cnn", "plan.epochs=3", "net.channels=4,8", "plan.precision=bf16", "plan.augment.shift=2",
    ),
    "muon, dropout, l1, l2, clip": (
        "digits-mlp", "plan.epochs=3", "net.dropout=0.2", "plan.optimizer=muon", "plan.l1=0.0001", "plan.l2=0.001",
        "plan.clip=1",
    ),
    "l-bfgs, the best kept": (
        "digits-mlp", "plan.epochs=3", "net.hidden=8", "plan.optimizer=lbfgs", "plan.optimizer.lr=0.1",
        "plan.schedule=constant", "plan.keep=best",
    ),
}  # fmt: skip

Seen = tuple[int, int, str]  # epoch, step, digest of the examples' numbers and of what was made of them
Ledger = list[Seen]


def recipe(name: str) -> Experiment:
    """A recipe on a few of the digits: five steps an epoch."""
    experiment, *settings = RECIPES[name]
    return with_options(EXPERIMENTS[experiment](), [*SMALL, *settings])


@contextlib.contextmanager
def noting(ledger: Ledger) -> Iterator[None]:
    """Note every batch that is taken to train on; those of a life that was lost are crossed out by the next."""
    real = Batches.epoch

    def epoch(batches: Batches, epoch: int, start: int = 0) -> Iterator[Any]:
        order = batches.order(epoch)
        for step, (x, y) in enumerate(real(batches, epoch, start), start):
            rows = order[step * batches.size : (step + 1) * batches.size]
            if not batches.shuffle:  # these are looked at, not learnt from
                yield x, y
                continue
            digest = hashlib.sha256(repr((rows.tolist(), y.tolist())).encode() + x.contiguous().numpy().tobytes())
            ledger[:] = [seen for seen in ledger if seen[:2] < (epoch, step)]
            ledger.append((epoch, step, digest.hexdigest()))
            yield x, y

    Batches.epoch = epoch  # type: ignore[method-assign]
    try:
        yield
    finally:
        Batches.epoch = real  # type: ignore[method-assign]


def whole(name: str, root: Path) -> tuple[dict[str, bytes], Ledger]:
    """The bytes and the ledger of a recipe that nothing stops."""
    ledger: Ledger = []
    with empty_folder(root) as here, noting(ledger):
        events = list(lives(recipe(name), here))
        return contents(events[-1].run), ledger


def steps_of_a_life(what: Experiment | Run, root: Path, steps: int) -> Run:
    """Live for so many steps and epochs, and be asked to stop."""
    events = lives(what, root)
    run = None
    for event in events:
        run = event.run if isinstance(event, Started) else run
        steps -= isinstance(event, Progress | Epoch)
        if run and steps < 0:
            break
    events.close()
    return Run(run.path) if run else what


def killed_life(run: Run, root: Path, draw: random.Random) -> None:
    """A life that saves after each step and is killed at some operation."""
    with saving_always(), through(Befall(draw.randint(1, 250), "killed before")), contextlib.suppress(Killed):
        steps_of_a_life(run, root, draw.randint(1, 9))


def chain(name: str, root: Path, draw: random.Random, stops: int, most: int, kill: bool) -> tuple[Run, Ledger]:
    """A recipe lived in `stops` lives of up to `most` steps, some of them killed, and a last one."""
    ledger: Ledger = []
    with noting(ledger):
        run = steps_of_a_life(recipe(name), root, draw.randint(0, most))
        for _ in range(stops - 1):
            if kill and draw.random() < 0.5:
                before = reached(run)
                killed_life(run, root, draw)
                assert reached(run) >= before
            elif run.result is None:
                run = steps_of_a_life(run, root, draw.randint(0, most))
        *_, last = lives(Run(run.path), root)
    return last.run, ledger


def compare(name: str, root: Path, draw: random.Random, stops: int, most: int, kill: bool, wanted: Any) -> str | None:
    """Live a chain; what differs from the one life."""
    with empty_folder(root) as here:
        try:
            run, ledger = chain(name, here, draw, stops, most, kill)
        except LimenError as error:
            return f"{name}: {error}"
        if odd := differing(contents(run), wanted[0]):
            return f"{name}: other bytes in {odd}"
        first = next((a for a, b in itertools.zip_longest(ledger, wanted[1]) if a != b), None)
        return f"{name}: another batch at {first}" if ledger != wanted[1] else None


def stops(root: Path, each: int, seed: int = 0) -> Outcome:
    """Every recipe stopped at so many random places, one or several to a run."""
    tally, draw = Tally("random stops"), random.Random(seed)
    for name in RECIPES:
        wanted = whole(name, root)
        done = 0
        while done < each:
            lives_ = draw.randint(1, min(4, each - done))
            tally.judge(compare(name, root, draw, lives_, len(wanted[1]) // lives_, False, wanted))
            tally.tried += lives_ - 1
            done += lives_
    return tally.outcome(f"{len(RECIPES)} recipes: {'; '.join(RECIPES)}")


def chains(root: Path, count: int, seed: int = 0) -> Outcome:
    """So many chains of one to eight resumes within an epoch of five steps or little more, half with kills."""
    tally, draw, wanted = Tally("chains of resumes"), random.Random(seed), {}
    for number in range(count):
        name = list(RECIPES)[number % len(RECIPES)]
        wanted[name] = wanted.get(name) or whole(name, root)
        tally.judge(compare(name, root, draw, draw.randint(1, 8), 1, number % 2 == 1, wanted[name]))
    return tally.outcome("1 to 8 resumes of 0 to 1 steps each; in half of the chains, some were killed")
