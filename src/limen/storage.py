"""The one door to the disk: nothing of Limen's is ever half written.

A file or a folder is written under another name, flushed to the disk (fsync), and only then renamed into place, so
that a reader sees the old or the new and never a part. Every operation passes through `operate`, which turns the
operating system's refusals into one-line errors and lets a test fail the k-th operation.
"""

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from limen.errors import LimenError

T = TypeVar("T")

LEAST = 1 << 20  # bytes that must be free before anything is begun
ELSEWHERE = "choose another place (LIMEN_RUNS or --runs for runs, LIMEN_CACHE for downloads)"
REASONS = {
    errno.ENOSPC: f"the disk is full; free some space, or {ELSEWHERE}",
    errno.EDQUOT: f"your disk quota is used up; free some space, or {ELSEWHERE}",
    errno.EROFS: f"the disk is read-only; {ELSEWHERE}",
    errno.EACCES: f"you may not write there; change the folder's permissions, or {ELSEWHERE}",
    errno.EPERM: f"you may not write there; change the folder's permissions, or {ELSEWHERE}",
    errno.ENOTDIR: f"a file stands where a folder is needed; {ELSEWHERE}",
    errno.EEXIST: f"a file stands where a folder is needed; {ELSEWHERE}",
    errno.ENAMETOOLONG: "the name is too long for this disk; choose a shorter one",
}


class StorageError(LimenError):
    """The disk refused. `errno` holds the system's number."""

    def __init__(self, message: str, number: int | None) -> None:
        super().__init__(message)
        self.errno = number


def operate(verb: str, path: Path, act: Callable[[], T]) -> T:
    """Do one operation on the disk; whatever the system refuses becomes a `StorageError`."""
    try:
        return act()
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise StorageError(f"Cannot {verb} {str(path)!r}: {reason}.", error.errno) from error


def make_folder(path: Path) -> None:
    """The folder and those above it; that it was there already is no error."""
    operate("make the folder", path, lambda: path.mkdir(parents=True, exist_ok=True))


def claim_folder(path: Path) -> bool:
    """Make a folder that must be new: True for the one process that made it, False for every other."""

    def act() -> bool:
        try:
            path.mkdir()
        except FileExistsError:
            return False
        return True

    return operate("make the folder", path, act)


def flush_folder(path: Path) -> None:
    """Make the names inside a folder survive a power cut. A no-op where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return

    def act() -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    operate("flush", path, act)


def _write_bytes(path: Path, content: bytes) -> None:
    """A new file with this content, on the disk when the call returns."""

    def act() -> None:
        with path.open("xb", buffering=0) as file:
            view = memoryview(content)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())

    operate("write", path, act)


def _beside(path: Path) -> Path:
    """A name next to `path` that no other process uses and that no reader takes for the thing itself."""
    return path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex[:12]}.part")


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all."""
    part = _beside(path)
    try:
        _write_bytes(part, content)
        operate("put in place", path, lambda: part.replace(path))
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Put a new folder of files at `path`, whole or not at all. `path` must not exist."""
    part = _beside(path)
    try:
        operate("make the folder", part, part.mkdir)
        for name, content in files.items():
            _write_bytes(part / name, content)
        flush_folder(part)
        operate("put in place", path, lambda: part.rename(path))
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    flush_folder(path.parent)


def append_line(path: Path, line: str) -> None:
    """Add a line to a journal. A reader must allow for a last line that is cut short."""

    def act() -> None:
        with path.open("ab", buffering=0) as file:
            view = memoryview(line.encode() + b"\n")
            while view:
                view = view[file.write(view) :]

    operate("write", path, act)


def remove_folder(path: Path) -> None:
    """Remove a folder: first under another name, so that a reader never meets half of it."""
    gone = _beside(path)
    operate("remove", path, lambda: path.rename(gone))
    operate("remove", gone, lambda: shutil.rmtree(gone))


def sweep(folder: Path) -> int:
    """Clear away what a killed process left unfinished in a folder; the number of things cleared."""
    left = list(folder.glob(".*.part"))
    for part in left:
        operate("remove", part, (lambda p=part: shutil.rmtree(p)) if part.is_dir() else part.unlink)  # type: ignore[misc]
    return len(left)


def check_place(path: Path) -> None:
    """Refuse a place where a folder could not be made, before any work is done for it. Nothing is written.

    Raises:
        StorageError: a read-only or full disk, a folder without rights, a file in the way.
    """
    above = path.absolute()
    while not above.exists() and above != above.parent:
        above = above.parent

    def act() -> None:
        if not above.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if hasattr(os, "statvfs") and os.statvfs(above).f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if not os.access(above, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if shutil.disk_usage(above).free < LEAST:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    operate("write into", path, act)


def free_bytes(path: Path) -> int:
    """Bytes free on the disk that holds `path`."""
    return operate("look at", path, lambda: shutil.disk_usage(path).free)


def keep_file(part: Path, path: Path) -> None:
    """Move a finished file into its place: flushed first, so that the name never outlives the content."""

    def flush() -> None:
        with part.open("rb+") as file:
            os.fsync(file.fileno())

    operate("flush", part, flush)
    operate("put in place", path, lambda: part.replace(path))
    flush_folder(path.parent)


def remove_file(path: Path) -> None:
    """Remove a file; that it was gone already is no error."""
    operate("remove", path, lambda: path.unlink(missing_ok=True))
