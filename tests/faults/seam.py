"""What can befall one disk operation: refused, cut short, or the last thing that its process did.

These stand in for `storage.operate`, through which every operation goes.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from limen import storage

REFUSALS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "EROFS": errno.EROFS}
KINDS = (*REFUSALS, "half and ENOSPC", "half", "killed before", "killed after", "killed half way")
OF_WRITES = ("half and ENOSPC", "half", "killed half way")


class Killed(BaseException):
    """The process is no more: nothing that it would still do reaches the disk."""


def half(act: Callable[[], Any]) -> int:
    """Do a write with the first half of its bytes (at least one)."""
    handle, view = act.args  # a `functools.partial` of `os.write`
    return os.write(handle, bytes(view)[: max(1, len(view) // 2)])


class Befall:
    """Does every operation as it is asked to, but for the k-th (from 1), which `kind` befalls. `k=0`: only counts."""

    def __init__(self, k: int = 0, kind: str = "EIO") -> None:
        self.k, self.kind, self.real = k, kind, storage.operate
        self.seen: list[str] = []
        self.dead = False

    def __call__(self, verb: str, path: Path, act: Callable[[], Any]) -> Any:
        if self.dead:
            raise Killed
        self.seen.append(verb)
        if len(self.seen) != self.k:
            return self.real(verb, path, act)
        if self.kind == "half" and verb == "write":
            return self.real(verb, path, lambda: half(act))
        if self.kind.startswith("killed"):
            self.dead = True
            if self.kind == "killed after":
                self.real(verb, path, act)
            elif self.kind == "killed half way" and verb == "write":
                half(act)
            raise Killed
        return self.real(verb, path, lambda: self.refuse(verb, act))

    def refuse(self, verb: str, act: Callable[[], Any]) -> None:
        """What the system does when it refuses: nothing, or half."""
        if self.kind in OF_WRITES and verb == "write":
            half(act)
        number = REFUSALS.get(self.kind, errno.ENOSPC)
        raise OSError(number, os.strerror(number))

    def applies(self) -> bool:
        """Whether the k-th operation came, and was one that this can befall."""
        return len(self.seen) >= self.k and (self.kind not in OF_WRITES or self.seen[self.k - 1] == "write")


@contextlib.contextmanager
def through(operate: Callable[..., Any]) -> Iterator[None]:
    """Let every operation go through this."""
    real, storage.operate = storage.operate, operate
    try:
        yield
    finally:
        storage.operate = real
