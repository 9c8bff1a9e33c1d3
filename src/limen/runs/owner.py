"""Whose a run's folder is: the number of the process that writes in it, in a file.

The lock says that there is one; the file says which. It is written just after the lock was taken, and a process that
was killed leaves its number there, so whoever is turned away looks until it finds one that lives.
"""

import os
import time
from pathlib import Path

from limen.errors import LimenError
from limen.regular import read_regular

PATIENCE = 1.0  # seconds to wait for the name of a process that has only just taken the folder


def noted(path: Path) -> str:
    """The number in the file; "" where there is none."""
    try:
        return read_regular(path, 100, links=False).decode(errors="replace").strip()
    except (OSError, LimenError):
        return ""


def is_alive(number: str) -> bool:
    """Whether a process of this number runs here, as far as the system tells."""
    if not (number.isascii() and number.isdecimal()):
        return False
    if os.name == "nt":  # there a signal 0 is not a question
        return True
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return True


def holder(path: Path) -> str:
    """The number of the process that holds the folder; the last one noted where none of this machine lives."""
    until = time.monotonic() + PATIENCE
    while not is_alive(number := noted(path)) and time.monotonic() < until:
        time.sleep(0.01)
    return number or "unknown"
