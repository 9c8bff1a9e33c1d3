"""Photos decoded once, and kept.

Unpacking a JPEG takes a hundred times as long as reading the square that a net sees. So each is decoded when its folder
is first used, on all cores, and the squares lie one behind the other in one file that is mapped into memory. The file's
name says what is in it: a digest of the content of every photo, of the way they were read and of the decoder. A photo
that comes twice is decoded once; a photo that changed gives another name.
"""

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray

from limen import storage
from limen.data.fetch import Report
from limen.data.photo_content import RASTER, Content
from limen.data.photo_decode import Photo, Reading, UnreadableError, decode_photo, has_heif
from limen.data.photo_ledger import Ledger, in_threads, photo_cache, read_checked, trouble
from limen.data.photo_said import Remark
from limen.data.photo_tree import Entry
from limen.errors import LimenError

VERSION = 1
DRAWINGS = frozenset({"SVG", "EPS", "PDF"})


@dataclass(frozen=True)
class Square:
    """One decoded photo: its row in the file of pixels, the size it had, what was remarked, and its fingerprints."""

    row: int
    width: int
    height: int
    remarks: tuple[Remark, ...]
    pixels: str
    look: int


@dataclass(frozen=True)
class Squares:
    """All decoded photos of a folder. x: (rows, size, size, 3) uint8, mapped; `by` SHA-256 of the file's content."""

    x: NDArray[np.uint8]
    by: Mapping[str, Square | Remark]


def decoded(root: Path, entry: Entry, content: Content, reading: Reading, largest: int) -> Photo | Remark:
    """One photo of the folder, or why there is none. Its bytes must be those that were indexed."""
    if content.kind not in RASTER | {"HEIC"}:
        kind = "document" if content.kind in DRAWINGS else content.kind
        return (kind, "") if kind in ("LFS", "HTML", "document") else ("not a picture", kind)
    try:
        held = b"".join(read_checked(root, entry))
    except (OSError, LimenError) as error:
        return trouble(error)
    if hashlib.sha256(held).hexdigest() != content.sha256:
        return ("changed", "")
    try:
        return decode_photo(held, content.kind, reading, largest)
    except UnreadableError as error:
        return error.remark


def digest(*parts: object) -> str:
    """A short name for what goes into it."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


def squares(
    root: Path,
    files: Sequence[tuple[Entry, Content]],
    reading: Reading,
    largest: int,
    ledger: Ledger,
    report: Report | None,
) -> Squares:
    """The decoded photos of a folder, from the cache or decoded now.

    Raises:
        StorageError: the cache cannot be written.
    """
    way = digest(VERSION, PIL.__version__, has_heif(), asdict(reading), largest)
    name = digest(way, sorted({content.sha256 for _, content in files}))
    folder = photo_cache() / "pixels"
    storage.make_folder(folder)
    with storage.locked(folder, wait=-1):
        storage.sweep(folder, below=False)
        found = kept(folder / name, reading, {content.sha256 for _, content in files})
        if found is None:
            found = decode_all(root, files, reading, largest, folder / name, report)
        before = ledger.pixels.get(way)
        if before != name:
            if before:
                forget(folder / before)
            ledger.pixels[way] = name
            ledger.keep()
    return found


def forget(stem: Path) -> None:
    """Remove decoded photos, and what was divided of them."""
    for path in sorted(stem.parent.glob(f"{stem.name}.*")):
        storage.remove_file(path)


def kept(stem: Path, reading: Reading, wanted: set[str]) -> Squares | None:
    """The decoded photos that lie in the cache; None where they are not there, not whole or not all."""
    pixels = stem.with_suffix(".pixels")
    try:
        plain = json.loads(stem.with_suffix(".json").read_bytes())
        by = {sha256: revived(row) for sha256, row in plain["by"].items()}
        whole = pixels.stat().st_size == plain["bytes"] and file_sha256(pixels) == plain["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not whole or not wanted <= by.keys():
        return None
    return Squares(mapped(pixels, reading.size), by)


def revived(plain: Any) -> Square | Remark:
    """A square or a remark as it was before it was written down."""
    if isinstance(plain, dict):
        return Square(**{**plain, "remarks": tuple((kind, detail) for kind, detail in plain["remarks"])})
    kind, detail = plain
    return (str(kind), str(detail))


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def mapped(path: Path, size: int) -> NDArray[np.uint8]:
    """A file of squares as an array (rows, size, size, 3) that the system reads as it is used, and never writes."""
    if not path.stat().st_size:
        return np.zeros((0, size, size, 3), np.uint8)
    return np.memmap(path, np.uint8, "c").reshape(-1, size, size, 3)


def file_of(x: NDArray[np.uint8]) -> Path:
    """The file that an array of `mapped` lies in."""
    assert isinstance(x, np.memmap) and x.filename is not None
    return Path(x.filename)


def decode_all(
    root: Path,
    files: Sequence[tuple[Entry, Content]],
    reading: Reading,
    largest: int,
    stem: Path,
    report: Report | None,
) -> Squares:
    """Decode every photo once, on all cores, and keep the squares. Only a chunk of them is in memory at a time."""
    once = list({content.sha256: (entry, content) for entry, content in reversed(files)}.values())[::-1]
    by: dict[str, Square | Remark] = {}
    total, rows, done, everything = hashlib.sha256(), 0, 0, sum(entry.size for entry, _ in once)
    part = stem.with_name(f".{stem.name}.{'0' * 12}.part")
    with warnings.catch_warnings(), storage.opened(part) as write:
        warnings.simplefilter("ignore")  # odd metadata; set here, since filters are the process's, not the thread's
        work = in_threads(lambda pair: decoded(root, *pair, reading, largest), once)
        for (entry, content), photo in zip(once, work, strict=True):
            done += entry.size
            if report and everything:
                report(f"{root.name} · {reading.size}×{reading.size}", done, everything)
            if not isinstance(photo, Photo):
                by |= {content.sha256: photo} if photo[0] not in ("changed", "permission") else {}
                continue
            held = photo.x.tobytes()
            write(held)
            total.update(held)
            by[content.sha256] = Square(rows, photo.width, photo.height, photo.remarks, photo.pixels, photo.look)
            rows += 1
    storage.keep_file(part, stem.with_suffix(".pixels"))
    plain = {sha256: asdict(row) if isinstance(row, Square) else row for sha256, row in by.items()}
    record = {"by": plain, "bytes": rows * reading.size**2 * 3, "sha256": total.hexdigest()}
    storage.write_file(stem.with_suffix(".json"), json.dumps(record).encode())
    return Squares(mapped(stem.with_suffix(".pixels"), reading.size), by)
