"""Snapshots: the time line of a training, to look back along and to start anew from.

Much happens in the first steps and little in the last, so the usual places are spaced like powers of two. A snapshot is
a checkpoint that is kept: another run that begins there (`limen fork`) continues to the bit.
"""

import re
from pathlib import Path

from limen.errors import LimenError
from limen.runs.checkpoint import saved

PLACE = re.compile(r"epoch-(\d{6,})-step-(\d{9,})")


def check_spacing(spacing: str) -> str:
    """Refuse what says no steps.

    Allowed: ``log`` (0, 1, 2, 4, 8, …), ``epochs`` (after each), ``every:100``, or steps such as ``0,100,1000``.
    """
    kind, _, number = spacing.partition(":")
    every = kind == "every" and number.isdecimal() and int(number) > 0
    if spacing in ("log", "epochs") or every or re.fullmatch(r"\d+(,\d+)*", spacing):
        return spacing
    raise LimenError(
        f"--snapshots {spacing!r} names no steps. Allowed: log, epochs, every:100, or steps such as 0,100,1000. "
        "Try --snapshots log."
    )


def is_due(spacing: str, step: int, steps_per_epoch: int) -> bool:
    """Whether a snapshot belongs after `step` steps since the run began."""
    kind, _, number = spacing.partition(":")
    match kind:
        case "log":
            return step & (step - 1) == 0  # 0 and the powers of two
        case "epochs":
            return step % steps_per_epoch == 0
        case "every":
            return step % int(number) == 0
    return str(step) in spacing.split(",")


def steps_of_snapshots(folder: Path, steps_per_epoch: int) -> dict[int, Path]:
    """The snapshots (or checkpoints) of a folder by their number of steps since the run began, in order."""
    found = {}
    for path in reversed(saved(folder)):
        if named := PLACE.fullmatch(path.name):
            found[int(named[1]) * steps_per_epoch + int(named[2])] = path
    return found
