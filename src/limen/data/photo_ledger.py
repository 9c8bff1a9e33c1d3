"""Which bytes each file of a folder holds, without reading again what did not change.

A ledger in the cache remembers size, time and SHA-256 of every file. A file whose size and time are the same is taken
at its word, unless it was written in the very moment the ledger was: then a second writing could hide in the same tick
of the clock, and it is read again.
"""

import errno
import hashlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from limen import storage
from limen.data.fetch import Report, cache_folder
from limen.data.photo_content import HEAD, Content, kind_of
from limen.data.photo_said import Remark
from limen.data.photo_tree import Entry
from limen.errors import LimenError
from limen.regular import open_regular

LARGEST_FILE = 64 << 20  # bytes
PIECE = 1 << 20  # bytes read at a time
TICK = 2_000_000_000  # ns: the coarsest clock of a file system in use (FAT)
AHEAD = 4  # files in hand for each core: bounds what waits in memory
VERSION = 1
T = TypeVar("T")
R = TypeVar("R")


def in_threads(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """The work on each item, in order, on all cores, a few items ahead. Decoding and hashing free the interpreter.

    Threads, not processes: measured on 600 photos both take the same time, and threads begin at once.
    """
    count = os.cpu_count() or 1
    with ThreadPoolExecutor(count) as pool:
        waiting = deque[Future[R]]()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def photo_cache() -> Path:
    """The folder of the ledgers and of decoded photos."""
    return cache_folder() / "photos"


def read_checked(root: Path, entry: Entry) -> Iterator[bytes]:
    """The bytes of a file in pieces, as long as it is the file that was indexed.

    Raises:
        OSError, LimenError: it cannot be read, or is another file now.
    """
    with open_regular(root / entry.path, links=entry.link) as file:
        facts, left = os.fstat(file.fileno()), entry.size
        if (facts.st_size, facts.st_mtime_ns) != (entry.size, entry.mtime):
            raise LimenError("It changed.")
        while piece := file.read(PIECE):
            left -= len(piece)
            yield piece
        if left:
            raise LimenError("It changed.")


def trouble(error: Exception) -> Remark:
    """Why a file could not be read."""
    if isinstance(error, PermissionError):
        return ("permission", "")
    if isinstance(error, FileNotFoundError | LimenError) or getattr(error, "errno", 0) in (errno.ELOOP, errno.ENOTDIR):
        return ("changed", "")
    return ("damaged", getattr(error, "strerror", None) or str(error))


def content_of(root: Path, entry: Entry) -> Content | Remark:
    """What a file holds: its SHA-256 and kind; or why that is not known."""
    if not entry.size:
        return ("empty", "")
    if entry.size > LARGEST_FILE:
        return ("too large", f"{entry.size:,}")
    total, head = hashlib.sha256(), b""
    try:
        for piece in read_checked(root, entry):
            head = head or piece[:HEAD]
            total.update(piece)
    except (OSError, LimenError) as error:
        return trouble(error)
    return Content(total.hexdigest(), kind_of(head))


class Ledger:
    """What is remembered of one folder. `pixels` names the decoded photos by the way they were read."""

    def __init__(self, root: Path) -> None:
        place = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:24]
        self.path = photo_cache() / "places" / f"{place}.json"
        self.files: dict[str, list[Any]] = {}
        self.pixels: dict[str, str] = {}
        self.written = 0
        try:
            plain = json.loads(self.path.read_bytes())
            if plain["version"] == VERSION:
                self.files, self.pixels, self.written = plain["files"], plain["pixels"], plain["written"]
        except (OSError, ValueError, KeyError, TypeError):
            pass  # a ledger that is not there or damaged only costs the time to read the files

    def known(self, entry: Entry) -> Content | None:
        """What is remembered of a file that did not change."""
        match self.files.get(entry.path):
            case [entry.size, entry.mtime, str(sha256), str(kind)] if entry.mtime < self.written - TICK:
                return Content(sha256, kind)
        return None

    def keep(self) -> None:
        """Write the ledger down."""
        self.written = time.time_ns()
        plain = {"version": VERSION, "written": self.written, "files": self.files, "pixels": self.pixels}
        storage.make_folder(self.path.parent)
        storage.write_file(self.path, json.dumps(plain).encode())


def contents(root: Path, files: Sequence[Entry], ledger: Ledger, report: Report | None) -> list[Content | Remark]:
    """What each file holds, from the ledger or read anew; the ledger is brought up to date."""
    found: list[Content | Remark | None] = [ledger.known(entry) for entry in files]
    new = [i for i, content in enumerate(found) if content is None]
    done, total = 0, sum(files[i].size for i in new)
    for i, content in zip(new, in_threads(lambda i: content_of(root, files[i]), new), strict=True):
        found[i] = content
        done += files[i].size
        if report and total:
            report(f"{root.name} · SHA-256", done, total)
    remembered = {
        entry.path: [entry.size, entry.mtime, content.sha256, content.kind]
        for entry, content in zip(files, found, strict=True)
        if isinstance(content, Content)
    }
    if remembered != ledger.files:
        ledger.files = remembered
        ledger.keep()
    return [content for content in found if content is not None]
