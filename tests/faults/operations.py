"""The k-th disk operation fails, for every k: refused, cut short, or the process dies at it.

Whatever happens, a checkpoint that was complete still loads, and the next life ends with the undisturbed bytes.
"""

import contextlib
import itertools
import random
from collections.abc import Sequence
from pathlib import Path

from limen.errors import LimenError
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from tests.faults.lives import empty_folder, ends_well, live, only_run, reached, reference, tiny
from tests.faults.outcome import Outcome, Tally
from tests.faults.seam import KINDS, OF_WRITES, Befall, Killed, through


def prepare(root: Path, resumed: bool) -> Run | None:
    """What a life goes on with: nothing, or a run whose process was killed after some steps."""
    if not resumed:
        return None
    with through(Befall(160, "killed before")), contextlib.suppress(Killed):
        live(tiny(), root)
    return only_run(root)


def operations_of(root: Path, resumed: bool) -> list[str]:
    """The verbs of all the operations of a life, in order."""
    with empty_folder(root) as here:
        run, counting = prepare(here, resumed), Befall()
        with through(counting):
            live(run or tiny(), here)
    return counting.seen


def disturbed(root: Path, k: int, kind: str, resumed: bool, wanted: dict[str, bytes]) -> str | None:
    """Live with the k-th operation failing, then live on; what was wrong."""
    with empty_folder(root) as here:
        run, befall, best = prepare(here, resumed), Befall(k, kind), [(-1, 0)]
        best += [reached(run)] if run else []
        real = checkpoints.save

        def noted(folder, checkpoint):
            path = real(folder, checkpoint)
            best.append((checkpoint.epoch, checkpoint.step))
            return path

        checkpoints.save = noted
        try:
            with through(befall):
                live(run or tiny(), here)
        except (LimenError, Killed):
            pass
        except Exception as error:
            return f"{kind} at {k} ({befall.seen[-1]}): {type(error).__name__}: {error}"
        finally:
            checkpoints.save = real
        with contextlib.suppress(LimenError):
            run = only_run(here)
        if run and (now := reached(run)) < max(best):
            return f"{kind} at {k} ({befall.seen[k - 1]}): went back from {max(best)} to {now}"
        fault = ends_well(tiny(), here, wanted)
        return f"{kind} at {k} ({befall.seen[k - 1]}): {fault}" if fault else None


def places(root: Path) -> list[tuple[int, str, bool]]:
    """Every operation of both lives with everything that can befall it."""
    found = []
    for resumed in (False, True):
        seen = operations_of(root, resumed)
        found += [
            (k, kind, resumed)
            for (k, verb), kind in itertools.product(enumerate(seen, 1), KINDS)
            if kind not in OF_WRITES or verb == "write"
        ]
    return found


def operations(root: Path, most: int | None = None, seed: int = 0) -> Outcome:
    """Disturb every operation in every way, or a random choice of so many."""
    tally, wanted = Tally("operations"), reference(tiny(), root)
    every = places(root)
    chosen: Sequence[tuple[int, str, bool]] = every if most is None else random.Random(seed).sample(every, most)
    for k, kind, resumed in chosen:
        tally.judge(disturbed(root, k, kind, resumed, wanted))
    return tally.outcome(f"{len(every):,} = operations of two lives × what can befall each")
