"""Opening a data file, gzipped or plain, whatever its name says, with the refusals of gzip and of the disk in words."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from limen.errors import LimenError
from limen.regular import open_regular

RATIO, ALLOWANCE = 50, 16 << 20  # a gzip stream may grow by so much, and so many bytes more; MNIST grows by 5
PIECE = 16 << 20  # bytes read at a time
AGAIN = "Fetch it again, or check that this is the file you mean."


class Unpacked(gzip.GzipFile):
    """A gzip stream that is no bomb: it may grow by some factor, however it is read."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self.left = ALLOWANCE + RATIO * raw.seek(0, io.SEEK_END)
        raw.seek(0)

    def read(self, size: int | None = -1) -> bytes:
        """Some of what the stream unpacks to."""
        content = super().read(size)
        self.left -= len(content)
        if self.left < 0:
            raise LimenError(f"{str(self.name)!r} unpacks to more than {RATIO} times its size, and is refused. {AGAIN}")
        return content


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """A file opened for reading, unpacked as it is read.

    Raises:
        LimenError: it cannot be opened, or its gzip stream is damaged.
    """
    try:
        with open_regular(path) as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield cast(BinaryIO, Unpacked(raw)) if packed else raw
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LimenError(f"{str(path)!r} is damaged or cut short ({error}). {AGAIN}") from error
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error


def read_most(file: BinaryIO, most: int) -> bytes:
    """The bytes of an open file up to a number; memory is taken as they come, not for as many as there might be."""
    parts, left = [], most
    while left and (part := file.read(min(left, PIECE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def read_packed(path: Path, largest: int) -> bytes:
    """The bytes of a file, unpacked, and never more than `largest`."""
    with unpacked(path) as file:
        content = read_most(file, largest + 1)
    if len(content) > largest:
        raise LimenError(f"{str(path)!r} unpacks to more than {largest:,} bytes, and is refused. {AGAIN}")
    return content
