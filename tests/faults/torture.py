"""Everything that can go wrong, at length: a table of what was tried and what came of it.

    python -m tests.faults.torture [--only NAME] [--quick] [--write docs/reliability.md]

Each row is carried out by a process of its own with one thread, two at a time. The exit status is 1 when a target is
missed. With --quick each row does what the everyday tests do.
"""

import argparse
import dataclasses
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.faults.lives import scratch
from tests.faults.outcome import Outcome
from tests.faults.rows import ROWS

HEAD = "| fault | target | tried | bad | time | |\n|---|---|---:|---:|---:|---|"
AT_ONCE = 2  # rows

INTRODUCTION = """# Reliability

A training that took a night must survive what a night may bring: a closed lid, a full disk, a killed process, a power
cut, a bit that flips. Limen promises five things of a run's folder.

1. **Whole or not at all.** A checkpoint is written beside its place, flushed, and renamed into it; what a reader finds
   was finished. Every operation on the disk passes through one function, so that a test can refuse the k-th one, cut
   it short, or let the process die at it, for every k.
2. **The same run to the bit.** The order of the examples and the augmentation are functions of the seed, the epoch and
   the step; everything else that the next step depends on lies in the checkpoint. A run that was stopped, killed or
   cut off any number of times ends with the bytes of the run that nothing disturbed, and a ledger shows that no example
   was seen twice or missed.
3. **Nothing is believed unseen.** Checkpoints carry a manifest of SHA-256, the records a seal of their own, and a
   finished run the digests of its journals and answers. A bad checkpoint is told, set aside, and the one before is
   used.
4. **One writer.** Of several processes that want a run one gets it, and the others are told which.
5. **A signal is a wish, not an accident.** Ctrl-C and SIGTERM let the step in hand be finished and saved.

A kill leaves what the system had been told; a power cut leaves less, for what was not flushed may be there, in part or
not at all. The row on power cuts replays a traced life on a model of a disk that promises no more than POSIX does: the
bytes of a file are safe after its fsync, the names in a folder after the folder's, and a rename is one thing.
`make torture` carries the table out; `make test` has a short form of every row.
"""


def carried_out(name: str, quick: bool, place: Path, into: Path) -> None:
    """One row, in this process; the outcome goes into a file."""
    with tempfile.TemporaryDirectory(dir=place, prefix="limen-") as root:
        into.write_text(json.dumps(dataclasses.asdict(ROWS[name].carry_out(Path(root), quick))))


def begin(name: str, quick: bool, into: Path) -> subprocess.Popen[bytes]:
    """Start a row in a process of its own."""
    place = Path(tempfile.gettempdir()) if ROWS[name].on_disk else scratch()
    words = [sys.executable, "-m", "tests.faults.torture", "--row", name, "--in", str(place), "--into", str(into)]
    quiet = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    with into.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            [*words, *(["--quick"] if quick else [])], cwd=ROOT, env=os.environ | quiet, stdout=log, stderr=log
        )


def outcome_of(name: str, into: Path, seconds: float) -> Outcome:
    """What a row's process left; one that broke down is a bad try."""
    if into.exists():
        return Outcome(**json.loads(into.read_text()))
    last = into.with_suffix(".log").read_text(errors="replace").strip().splitlines()[-1:]
    return Outcome(name, 1, 1, seconds, f"it broke down: {' '.join(last)[:200]}")


def line(name: str, outcome: Outcome) -> str:
    """A row of the table."""
    row = ROWS[name]
    bad = f"**{outcome.bad:,}**" if outcome.bad else "0"
    detail = outcome.detail.replace("|", "/").replace("\n", " ")
    return f"| {row.promise} | {row.target} | {outcome.tried:,} | {bad} | {outcome.seconds:,.0f} s | {detail} |"


def outcomes(names: list[str], quick: bool) -> dict[str, Outcome]:
    """Every row, two at a time, those that measure time alone and last; a line is printed as each ends."""
    found: dict[str, Outcome] = {}
    waiting = sorted(names, key=lambda name: (ROWS[name].alone, name != "fuzz-csv"))  # the longest first
    running: dict[str, tuple[subprocess.Popen[bytes], Path, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        while waiting or running:
            for name in [name for name, (process, _, _) in running.items() if process.poll() is not None]:
                _, into, began = running.pop(name)
                found[name] = outcome_of(name, into, time.monotonic() - began)
                print(line(name, found[name]), flush=True)
            alone = any(ROWS[name].alone for name in (*running, *waiting[:1]))
            if waiting and len(running) < (1 if alone else AT_ONCE):
                name = waiting.pop(0)
                into = Path(folder) / f"{name}.json"
                running[name] = (begin(name, quick, into), into, time.monotonic())
            time.sleep(0.1)
    return {name: found[name] for name in names}


def document(found: dict[str, Outcome], quick: bool, minutes: float) -> str:
    """The page: what is promised, on what it was tried, and the table."""
    import torch

    from limen.machine import Machine

    machine = Machine.prepare("cpu", "fp32", 1).fingerprint()
    about = ", ".join(f"{key} {machine[key]}" for key in ("cpu", "system", "python", "torch") if machine.get(key))
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    missed = [name for name, outcome in found.items() if not outcome.met]
    words = f"Targets missed: {', '.join(missed)}." if missed else "No target that is enforced was missed."
    table = "\n".join([HEAD, *(line(name, outcome) for name, outcome in found.items())])
    form = "short form" if quick else "long form"
    return (
        f"{INTRODUCTION}\n## Measured\n\n{today}, {about or torch.__version__}; {form}, {minutes:.0f} minutes, "
        f"{AT_ONCE} rows at a time with one thread each. {words}\n\n{table}\n"
    )


def main() -> int:
    """The command line; 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=ROWS, action="append", help="this row (may be given again)")
    parser.add_argument("--quick", action="store_true", help="what the everyday tests do")
    parser.add_argument("--write", type=Path, help="write the page there")
    parser.add_argument("--row", choices=ROWS, help=argparse.SUPPRESS)
    parser.add_argument("--in", dest="place", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.row:
        carried_out(asked.row, asked.quick, asked.place, asked.into)
        return 0
    names = asked.only or [name for name, row in ROWS.items() if row.exists]
    began = time.monotonic()
    print(HEAD, flush=True)
    found = outcomes(names, asked.quick)
    if asked.write:
        asked.write.write_text(document(found, asked.quick, (time.monotonic() - began) / 60))
    return 0 if all(outcome.met for outcome in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
