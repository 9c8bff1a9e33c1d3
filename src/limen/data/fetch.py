"""Fetching a data set once, and being sure of every byte of it.

Files are searched for in the folder that the user names, then in Limen's cache, and only then fetched: from each
mirror in turn, going on where a broken download stopped, and put into the cache only when the SHA-256 is right.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from limen import storage
from limen.data.sources import SOURCES, File, Source
from limen.errors import LimenError

TIMEOUT = 30.0  # seconds without an answer before the next mirror is tried
CHUNK = 1 << 13  # bytes written at a time
ROUNDS = 2  # how often the row of mirrors is gone through
Report = Callable[[str, int, int], None]  # file name, bytes so far, bytes in all


def cache_folder() -> Path:
    """Where fetched files are kept: `LIMEN_CACHE`, or the platform's cache folder."""
    if named := os.environ.get("LIMEN_CACHE"):
        return Path(named).expanduser()
    import pooch

    return Path(pooch.os_cache("limen"))


def search_folders(source: Source, folder: Path | None = None) -> list[Path]:
    """The folders in which a source's files may lie, the most wanted first.

    `folder` (the command line's `--data`) and `LIMEN_DATA` may be the folder of this set or one that holds it under
    its name. A folder that is named but does not exist is an error.
    """
    named = [folder] if folder else []
    if variable := os.environ.get("LIMEN_DATA"):
        named.append(Path(variable))
    places = [Path(os.path.expanduser(place)) for place in named]  # noqa: PTH111  an unknown ~user stays as it is
    for place in places:
        if not place.is_dir():
            raise LimenError(f"The data folder {str(place)!r} does not exist. Check --data and LIMEN_DATA.")
    return [p for place in places for p in (place / source.name, place)] + [cache_folder() / source.name]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_foreign(paths: Sequence[Path], source: Source) -> bool:
    """Whether files that bear this source's names are another's, as MNIST's and Fashion-MNIST's names are the same.

    The labels decide: they are small, and always there.
    """
    others = {d for s in SOURCES.values() if s is not source for f in s.files for d in (f.sha256, f.unpacked) if d}
    return any("labels" in path.name and path.suffix != ".csv" and sha256(path) in others for path in paths)


def verify(paths: Sequence[Path], source: Source) -> None:
    """Refuse a file that bears a published name but is not the published file."""
    known = {url.rpartition("/")[2]: file.sha256 for file in source.files for url in source.urls}  # its name there
    known |= {file.name: file.sha256 for file in source.files}
    known |= {f.content or f.name.removesuffix(".gz"): f.unpacked for f in source.files if f.unpacked}
    for path in paths:
        if (wanted := known.get(path.name)) and path.is_file() and (found := sha256(path)) != wanted:
            raise LimenError(
                f"{str(path)!r} is not the published file: SHA-256 {found}, where {wanted} belongs. "
                f"Remove it and run `limen data get {source.name}`, or use it as it is with --set data.verify=false."
            )


class _Writer:
    """The file a download goes to: it appends, reports, and refuses more bytes than were published."""

    def __init__(self, part: Path, file: File, report: Report | None) -> None:
        self.wanted, self.report = file, report
        self.done = part.stat().st_size if part.exists() else 0
        self.open = contextlib.ExitStack()
        self.append = self.open.enter_context(storage.opened(part, new=False))

    def write(self, chunk: bytes) -> int:
        self.done += len(chunk)
        if self.done > self.wanted.size:
            raise ValueError(f"more than the published {self.wanted.size:,} bytes came")
        self.append(chunk)
        if self.report:
            self.report(self.wanted.name, self.done, self.wanted.size)
        return len(chunk)

    def flush(self) -> None:
        """Writes are unbuffered."""

    def close(self) -> None:
        self.open.close()


def _fetch_file(file: File, urls: Sequence[str], folder: Path, report: Report | None) -> None:
    import pooch
    import requests

    path, part = folder / file.name, folder / f".{file.name}.download"
    troubles: list[str] = []
    for url in [base + file.name if base.endswith("/") else base for _ in range(ROUNDS) for base in urls]:
        begun = part.stat().st_size if part.exists() else 0
        if begun >= file.size:
            storage.remove_file(part)
            begun = 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
        writer = _Writer(part, file, report)
        try:
            pooch.HTTPDownloader(headers=headers, timeout=TIMEOUT, chunk_size=CHUNK)(url, writer, None)
        except storage.StorageError:  # a full disk: what came so far would only fill it
            storage.remove_file(part)
            raise
        except (requests.RequestException, OSError) as error:
            status = getattr(getattr(error, "response", None), "status_code", None)
            if status == requests.codes.requested_range_not_satisfiable:
                storage.remove_file(part)
            troubles.append(f"{url}: {f'status {status}' if status else type(error).__name__}")
            continue
        except ValueError as error:  # a server that ignores Range sends the whole again: start afresh
            storage.remove_file(part)
            troubles.append(f"{url}: {error}")
            continue
        finally:
            writer.close()
        if sha256(part) == file.sha256:
            storage.keep_file(part, path)
            return
        troubles.append(f"{url}: SHA-256 {sha256(part)[:12]}… is not the published {file.sha256[:12]}…")
        storage.remove_file(part)
    raise LimenError(f"Cannot fetch {file.name}: {'; '.join(dict.fromkeys(troubles))}")


def by_hand(source: Source) -> str:
    """How to bring a source's files in without a network."""
    files = ", ".join(f"{file.name} (SHA-256 {file.sha256})" for file in source.files)
    place = cache_folder() / source.name
    return f"Put these into {str(place)!r}, or into a folder named by --data or LIMEN_DATA: {files}."


def get(source: Source, report: Report | None = None) -> Path:
    """The cache folder with all files of the source in it, fetching what is not there; one process at a time."""
    folder = cache_folder() / source.name
    if not source.files:
        return folder
    storage.make_folder(folder)
    with storage.locked(folder, wait=-1):
        for file in source.files:
            path = folder / file.name
            if path.exists() and path.stat().st_size == file.size and sha256(path) == file.sha256:
                continue
            try:
                _fetch_file(file, source.urls, folder, report)
            except storage.StorageError:
                raise
            except LimenError as error:
                raise LimenError(f"{error}. {by_hand(source)}") from None
    return folder
