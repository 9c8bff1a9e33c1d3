"""One byte flipped, one zeroed, the file cut, or gone: found, or without consequence.

Every file of a run is damaged at places spread over it. A damaged checkpoint must be told by name and the one before
it used; what a finished run says of itself must be refused in one line, or be exactly what it was; a journal must not
be lost with a page of it.
"""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from limen.errors import LimenError
from limen.experiments.execute import Finished, Started
from limen.experiments.fork import starts
from limen.experiments.keeper import Notice
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.train.fit import Epoch
from tests.conftest import contents
from tests.faults.lives import empty_folder, live, lives, saving_always, tiny
from tests.faults.outcome import Outcome, Tally
from tests.faults.power import differing

KINDS = ("flipped", "zeroed", "cut", "gone")


def damage(path: Path, kind: str, place: int, draw: random.Random) -> bool:
    """Damage a file at a place; whether that changed it."""
    before = path.read_bytes()
    if kind == "gone":
        path.unlink()
        return True
    now = bytearray(before)
    if kind == "cut":
        del now[place:]
    else:
        now[place] = 0 if kind == "zeroed" else now[place] ^ (1 << draw.randrange(8))
    path.write_bytes(now)
    return now != before


def everything(run: Run) -> dict[str, Any]:
    """All that a finished run can be asked, as text: what it must still answer, or refuse to."""
    asked: dict[str, Callable[[], Any]] = {
        "record": lambda: Run(run.path).record,
        "result": lambda: Run(run.path).result,
        "metrics": lambda: Run(run.path).metrics(),
        "steps": lambda: Run(run.path).steps(),
        "times": lambda: Run(run.path).times(),
        "predictions": lambda: plainly(Run(run.path).predictions()),
        "weights": lambda: plainly(Run(run.path).weights()),
        "snapshots": lambda: [plainly(checkpoints.read(path).weights) for path in starts(Run(run.path)).values()],
    }
    found = {}
    for name, ask in asked.items():
        try:
            found[name] = repr(ask())
        except LimenError as error:
            assert "\n" not in str(error), error
            found[name] = "refused"
    return found


def plainly(tensors: dict[str, Tensor]) -> list[Any]:
    """Tensors as numbers, in the order of their names (a file gives them in any)."""
    return [(name, tensors[name].tolist()) for name in sorted(tensors)]


def asked_of(run: Run, name: str, before: dict[str, Any]) -> str | None:
    """What a damaged, finished run answers otherwise than before (a refusal is well)."""
    try:
        now = everything(run)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if not (run.path / "result.json").exists():  # it counts as one that has not ended, and can be finished again
        now["result"] = "refused"
    false = [what for what, answer in now.items() if answer not in (before[what], "refused")]
    if false:
        return f"unnoticed in {false}"
    refused = [what for what, answer in now.items() if answer == "refused"]
    return None if refused or now == before else f"neither found nor harmless: {name}"


def gone_on(run: Run, name: str, wanted: dict[str, bytes]) -> str | None:
    """How a damaged, unfinished run goes on: to its bytes, or with a refusal in one line."""
    told: list[str] = []
    try:
        with saving_always():
            told += [event.text.en for event in lives(run, run.path.parent) if isinstance(event, Notice)]
    except LimenError as error:
        ok = name == "run.json" and "\n" not in str(error)
        return None if ok else f"refused: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if odd := differing(contents(Run(run.path)), wanted):
        return f"other bytes in {odd}"
    kept = "checkpoints/epoch" in name and Path(name).name != "best"
    newest = name.startswith("checkpoints/epoch-000001-step-000000002")
    known = Path(name).parent.name if name.endswith("manifest.json") else Path(name).name
    if kept and newest and not any(known in words and "set aside" in words for words in told):
        return f"nobody said that {name} was damaged: {told}"
    return None


@dataclass(frozen=True)
class Patient:
    """A run to be damaged, again and again from the same state."""

    run: Path
    judge: Callable[[Run, str], str | None]


def patients(root: Path) -> list[Patient]:
    """A finished run, and one that was stopped in its second epoch."""
    done = live(tiny(), root / "done")
    wanted, before = contents(done), everything(done)
    with saving_always():
        events = lives(tiny(), root / "half")
        seen = 0
        for event in events:
            if isinstance(event, Started):
                half = event.run.path
            seen += not isinstance(event, Started | Notice | Finished)
            if seen == 6:  # three steps, an epoch, two steps
                break
        events.close()
    assert isinstance(event, object) and not isinstance(event, Epoch)
    return [
        Patient(done.path, lambda run, name: asked_of(run, name, before)),
        Patient(half, lambda run, name: gone_on(run, name, wanted)),
    ]


def files_of(run: Path) -> list[str]:
    """The files of a run; not the lock, which is empty."""
    return sorted(str(p.relative_to(run)) for p in run.rglob("*") if p.is_file() and p.name != ".lock")


def damaged(root: Path, places: int, seed: int = 0) -> Outcome:
    """So many places, spread over every file of either run (all kinds of damage in turn)."""
    tally, draw = Tally("damage"), random.Random(seed)
    with empty_folder(root) as here:
        for patient in patients(here):
            for name in files_of(patient.run):
                size = (patient.run / name).stat().st_size
                for number in range(places if size else 1):
                    kind = KINDS[number % 3] if number else "gone"
                    place = min(size - 1, int((number + draw.random()) * size / places))
                    with empty_folder(root) as folder:
                        copy = Path(shutil.copytree(patient.run, folder / "runs" / patient.run.name))
                        if damage(copy / name, kind, place, draw):
                            tally.judge(judged(patient, copy, name, f"{name} {kind} at {place}"))
    return tally.outcome("flipped, zeroed, cut and gone, in every file of a finished and of a stopped run")


def judged(patient: Patient, copy: Path, name: str, words: str) -> str | None:
    """What is wrong with a damaged copy."""
    try:
        run = Run(copy)
    except LimenError as error:
        return None if name == "run.json" else f"{words}: {error}"
    except Exception as error:
        return f"{words}: {type(error).__name__}: {error}"
    fault = patient.judge(run, name)
    return f"{words}: {fault}" if fault else None
