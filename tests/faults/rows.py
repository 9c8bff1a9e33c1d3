"""The rows of the table of faults: what is promised, how it is tried long and short, and in which module."""

import importlib
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.faults.outcome import Outcome


@dataclass(frozen=True)
class Row:
    """A kind of fault. `work` is ``module:function``, called with a folder and the `long` or the `quick` arguments;
    or a module of tests, of which each is a try."""

    promise: str
    target: str
    work: str
    long: tuple[Any, ...]
    quick: tuple[Any, ...]
    alone: bool = False  # measures time: nothing else may run beside it
    on_disk: bool = False  # a real disk, not memory

    @property
    def exists(self) -> bool:
        """Whether its module is there."""
        return importlib.util.find_spec(self.work.partition(":")[0]) is not None

    def carry_out(self, root: Path, quick: bool) -> Outcome:
        """Do the work."""
        module, _, name = self.work.partition(":")
        if module.rpartition(".")[2].startswith("test_"):
            return tested(root, f"tests/faults/{module.rpartition('.')[2]}.py")
        function: Callable[..., Outcome] = getattr(importlib.import_module(module), name)
        return function(root, *(self.quick if quick else self.long))


def tested(root: Path, name: str) -> Outcome:
    """A file of tests as a row: each test is a try."""
    began = time.monotonic()
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={root / 'pytest'}", name]
    out = subprocess.run(words, cwd=ROOT, capture_output=True, text=True).stdout
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", out)}
    bad = counts.get("failed", 0) + counts.get("error", 0)
    first = next((line for line in out.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    return Outcome(Path(name).stem, counts.get("passed", 0) + bad, bad, time.monotonic() - began, first[:200])


OTHERS = ("idx", "pickle", "safetensors", "checkpoint", "journal", "run")

ROWS = {
    "operations": Row(
        "P4: the k-th disk operation fails, for all k: EIO, ENOSPC, EROFS, short writes, death before, in and after it",
        "0 runs that do not end with their bytes", "tests.faults.operations:operations", (), (60,),
    ),
    "kills": Row(
        "P1: SIGKILL at random times, until the run is finished all the same", "0 unreadable of 1,000",
        "tests.faults.kills:kills", (1000,), (50,),
    ),
    "stops": Row(
        "P2: six recipes stopped at random steps and resumed: bytes and ledger", "0 differing of 300",
        "tests.faults.stops:stops", (50,), (2,),
    ),
    "chains": Row(
        "P3: one to eight resumes within an epoch, half of the chains with kills", "0 differing of 200",
        "tests.faults.stops:chains", (200,), (12,),
    ),
    "power": Row(
        "P5: the power goes after any operation; what was not flushed may be there or not", "0 bad of 2,000 and more",
        "tests.faults.power:power", (4000, 0, 4), (200, 0, 8),
    ),
    "damage": Row(
        "P6: a byte flipped or zeroed, a file cut or gone, at places spread over every file", "all found, or harmless",
        "tests.faults.damage:damaged", (40,), (3,),
    ),
    "elsewhere": Row(
        "P1: SIGKILL while creating, forking, training longer, drawing the report, downloading", "0 bad",
        "tests.faults.elsewhere:elsewhere", (40,), (2,),
    ),
    "races": Row(
        "P21: several processes want one run, or a new run each", "one winner each of 100; the others name it",
        "tests.faults.races:races", (100,), (6,),
    ),
    "signals": Row(
        "P8, P22: SIGINT and SIGTERM at random moments of `limen run`, once or twice",
        "0 lost steps of 100, an end within 5 s, no process left", "tests.faults.signals:signals", (100,), (16,),
    ),
    "hostile": Row(
        "P12, P13: files made to harm", "0 run, all refused", "tests.faults.test_hostile", (), (),
    ),
    "fuzz-csv": Row(
        "P14: a CSV reader fed with noise", "0 crashes or hangs of 10⁶", "tests.faults.fuzz:fuzzed",
        (("csv",), 10**6), (("csv",), 200),
    ),
    "fuzz": Row(
        "P14: readers of idx, pickles, safetensors, checkpoints, journals and records fed with noise",
        "0 crashes or hangs of 10⁶ each", "tests.faults.fuzz:fuzzed", (OTHERS, 10**6), (OTHERS, 500),
    ),
    "fuzz-resume": Row(
        "P14: a whole resume from a checkpoint of noise", "0 crashes or hangs of 10⁵", "tests.faults.fuzz:fuzzed",
        (("resume",), 10**5), (("resume",), 200),
    ),
    "saving": Row(
        "P7: the share of the time that saving takes, at the default interval", "at most 2 %",
        "tests.faults.cost:saving", (75.0,), (12.0,), alone=True, on_disk=True,
    ),
    "stall": Row(
        "P7: how long a save of a 100-MB state holds training up", "asked: p99 at most 100 ms; not reached, and not enforced",
        "tests.faults.cost:stall", (40,), (5,), alone=True, on_disk=True,
    ),
}  # fmt: skip
