"""The one door to the disk: nothing of Limen's is ever half written.

A file or a folder is written under another name, flushed to the disk (fsync), and only then renamed into place, so
that a reader sees the old or the new and never a part. Each single step of that (make, create, write, flush, rename,
remove) passes through `operate`, which turns the operating system's refusals into one-line errors and lets a test
fail the k-th one, kill the process before it, or replay what a power cut may leave of them all.
"""

import contextlib
import errno
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
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
    errno.ENOLCK: f"this disk cannot lock files; {ELSEWHERE}",
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
    """The folder and those above it, there to stay; that it was there already is no error."""
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    operate("make the folder", path, lambda: path.mkdir(exist_ok=True))
    flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """Make the names inside a folder survive a power cut. A no-op where folders cannot be opened (Windows)."""
    if os.name != "nt":
        flush(path)


def flush(path: Path) -> None:
    """Make what was written into a file or a folder survive a power cut."""

    def act() -> None:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    operate("flush", path, act)


@contextmanager
def opened(path: Path, new: bool = True) -> Iterator[Callable[[bytes], None]]:
    """A file to append to, as a function that writes; `new`: it must not exist yet."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | (os.O_EXCL if new else 0)
    handle = operate("create" if new else "open", path, lambda: os.open(path, flags, 0o666))

    def write(content: bytes) -> None:
        done = 0
        while done < len(content):
            done += operate("write", path, partial(os.write, handle, memoryview(content)[done:]))

    try:
        yield write
    finally:
        os.close(handle)


def _put(path: Path, content: bytes) -> None:
    """A new file with this content, on the disk when the call returns."""
    with opened(path) as write:
        write(content)
    flush(path)


def _beside(path: Path) -> Path:
    """A name next to `path` that no other process uses and that no reader takes for the thing itself."""
    return path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex[:12]}.part")


PART = re.compile(r"\..+\.[0-9a-f]{12}\.part")  # a name that `_beside` makes; nothing else is ever swept away


@contextmanager
def _until_placed(path: Path) -> Iterator[Path]:
    """A name to build something under that belongs at `path`; what was built is removed again when that fails."""
    part = _beside(path)
    try:
        yield part
    except BaseException:
        with contextlib.suppress(StorageError):
            remove_tree(part)
        raise


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path`, whole or not at all."""
    with _until_placed(path) as part:
        _put(part, content)
        operate("put in place", path, lambda: part.replace(path))
    flush_folder(path.parent)


def write_folder(path: Path, files: Mapping[str, bytes], folders: tuple[str, ...] = ()) -> None:
    """Put a new folder of files at `path`, whole or not at all. Names may lead into folders within: ``a/b.json``.

    Raises:
        StorageError: the disk refuses, or a folder with something in it stands at `path` (`is_taken`).
    """
    inside = {Path(name).parent for name in files} | {Path(name) for name in folders}
    inside |= {above for name in inside for above in name.parents}
    with _until_placed(path) as part:
        for name in sorted(inside):
            operate("make the folder", part / name, (part / name).mkdir)
        for file, content in files.items():
            _put(part / file, content)
        for name in sorted(inside, reverse=True):
            flush_folder(part / name)
        operate("put in place", path, lambda: part.rename(path))
    flush_folder(path.parent)


def is_taken(error: StorageError) -> bool:
    """Whether `write_folder` failed because the place was taken by another."""
    return error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


def append_line(path: Path, line: str) -> None:
    """Add a line to a journal. A reader must allow for a last line that is cut short, until `flush`."""
    with opened(path, new=False) as write:
        write(line.encode() + b"\n")


def remove_tree(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; that it was gone already is no error."""
    if path.is_dir() and not path.is_symlink():
        for inside in sorted(path.iterdir()):
            remove_tree(inside)
        operate("remove", path, path.rmdir)
    else:
        remove_file(path)


def remove_folder(path: Path) -> None:
    """Remove a folder: first under another name, so that a reader never meets half of it."""
    gone = _beside(path)
    operate("remove", path, lambda: path.rename(gone))
    remove_tree(gone)


def sweep(folder: Path, below: bool = True) -> int:
    """Clear away what a killed process left unfinished in a folder (and `below`); the number of things cleared.

    Only names that this module makes are touched. Call it where no other process can be writing: under a lock.
    """
    found = folder.rglob(".*.part") if below else folder.glob(".*.part")
    left = [path for path in found if PART.fullmatch(path.name)]
    for part in left:
        remove_tree(part)
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
    flush(part)
    operate("put in place", path, lambda: part.replace(path))
    flush_folder(path.parent)


def remove_file(path: Path) -> None:
    """Remove a file; that it was gone already is no error."""
    operate("remove", path, lambda: path.unlink(missing_ok=True))


def rename(path: Path, other: Path) -> None:
    """Give a file or folder another name in the same folder, there to stay."""
    operate("rename", path, lambda: path.rename(other))
    flush_folder(other.parent)


@contextmanager
def locked(folder: Path, wait: float) -> Iterator[bool]:
    """Hold a folder for this process alone, after waiting at most so many seconds (-1: for ever); whether it was had.

    The system frees the lock when the process ends, however it ends.
    """
    import filelock

    lock = filelock.FileLock(folder / ".lock", timeout=wait)

    def act() -> bool:
        try:
            lock.acquire()
        except filelock.Timeout:
            return False
        return True

    try:
        yield operate("lock", folder, act)
    finally:
        lock.release()
