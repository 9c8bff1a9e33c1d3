"""A fork: another run that begins where one stood at some step, with something changed.

What would have happened with a smaller rate from here on? The weights, the optimizer's memory, the order of the
examples and the dropout masks are those that the first run had at that step, so the change is the only difference; a
fork that changes nothing ends with the first run's bytes.
"""

from collections.abc import Sequence
from pathlib import Path

from limen.data.spec import steps_of
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.execute import begin
from limen.experiments.record import changed_settings, recall, to_record, trained_with
from limen.experiments.resume import as_before
from limen.experiments.setup import Setup, set_up
from limen.nets.begin import load_matching
from limen.runs import checkpoint as checkpoints
from limen.runs.checkpoint import Checkpoint
from limen.runs.folder import Run
from limen.runs.snapshots import steps_of_snapshots
from limen.train.state import State


def steps_an_epoch(run: Run) -> int:
    """Training steps in each epoch of a run."""
    plan, (examples, _, _) = run.record["experiment"]["plan"], run.record["data"]["examples"]
    return steps_of(examples, plan["batch_size"], plan["drop_last"]) * int(plan.get("passes", 1))


def starts(run: Run) -> dict[int, Path]:
    """Where a run can be forked: its snapshots and checkpoints, by their number of steps since it began, in order."""
    steps = steps_an_epoch(run)
    found = steps_of_snapshots(run.checkpoints, steps) | steps_of_snapshots(run.snapshots, steps)
    return dict(sorted(found.items()))


def find_start(run: Run, at: int) -> Checkpoint | None:
    """What a run was after `at` steps; None for the beginning of a run that kept no snapshot of it.

    Raises:
        LimenError: there is no good snapshot of that step; those that there are, are named.
    """
    places = starts(run)
    if at in places:
        return checkpoints.read(places[at])
    if at == 0 and "parent" not in run.record:
        return None
    known = ", ".join(map(str, places)) or "none"
    raise LimenError(
        f"{run.path.name} has no snapshot of step {at}. Allowed: 0 and its snapshots and checkpoints ({known}). "
        "Keep more with `limen run … --snapshots log`."
    )


def fork(
    run: Run,
    at: int,
    settings: Sequence[str] = (),
    root: Path | None = None,
    *,
    device: str = "auto",
    threads: int | None = None,
    folder: Path | None = None,
    snapshots: str | None = None,
) -> Run:
    """A new run that goes on from what `run` was after `at` steps, with `settings` changed; `execute` carries it out.

    Raises:
        LimenError: no snapshot of that step, or settings that its weights or its place in the epoch do not fit.
    """
    parent = recall(run.record["experiment"])
    child = with_options(parent, settings)
    device, threads, folder = as_before(run, device, threads, folder)
    start = find_start(run, at)
    if start is None:  # the first weights are a function of the parent's seed
        first = set_up(parent, device, threads, folder)
        load_matching(first.net, run.begin_weights())
        start = beginning(first)
    setup = set_up(child, device, threads, folder)
    taken = transplant(start, setup)
    changed = changed_settings(to_record(parent), to_record(child))
    about = {"run": run.path.name, "epoch": taken.epoch, "step": taken.step, "steps": at, "settings": changed}
    measured = run.record.get("statistics", True)
    return begin(root or run.path.parent, setup, snapshots, {"parent": about}, as_start(taken), statistics=measured)


def as_start(taken: Checkpoint) -> dict[str, bytes]:
    """The files that a fork begins with: a snapshot, which is never pruned."""
    place = f"snapshots/{checkpoints.place(taken.epoch, taken.step)}"
    return {f"{place}/{name}": content for name, content in checkpoints.encode(taken).items()}


def fresh(setup: Setup) -> State:
    """The state before the first step."""
    plan = setup.experiment.plan
    return State.begin(setup.net, plan, plan.steps(len(setup.data.train)))


def beginning(setup: Setup) -> Checkpoint:
    """What a run is before its first step."""
    return Checkpoint.take(fresh(setup), settings=trained_with(to_record(setup.experiment)))


def transplant(start: Checkpoint, setup: Setup) -> Checkpoint:
    """A checkpoint of one experiment as one of another: weights and place are kept, and memories where they fit.

    Another optimizer begins with an empty memory; other options of the same one go on with what it remembers.
    """
    state, settings = fresh(setup), trained_with(to_record(setup.experiment))
    same = start.settings["plan"]["optimizer"]["name"] == settings["plan"]["optimizer"]["name"]
    checkpoints.load_weights(state.net, start.weights)
    if start.step and start.losses.shape != state.losses.shape:
        raise LimenError(
            f"Step {start.step} of an epoch of {len(start.losses)} steps has no place in one of {len(state.losses)}. "
            "Fork at the end of an epoch (--snapshots epochs keeps those), or leave data and batch size as they are."
        )
    if start.step:
        state.losses.copy_(start.losses)
    if same and start.trained == state.trained():
        state.restore_memories(start.memories)
    state.epoch, state.step = start.epoch, start.step
    state.samples = start.samples
    taken = Checkpoint.take(state, start.best, start.history, settings, start.ledger, start.statistics)
    taken.generators = start.generators
    return taken
