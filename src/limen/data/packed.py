"""Opening a data file, gzipped or plain, whatever its name says, with the refusals of gzip and of the disk in words."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from limen.errors import LimenError

AGAIN = "Fetch it again, or check that this is the file you mean."


@contextmanager
def unpacked(path: Path) -> Iterator[BinaryIO]:
    """A file opened for reading, unpacked as it is read.

    Raises:
        LimenError: it cannot be opened, or its gzip stream is damaged.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with (gzip.open if packed else open)(path, "rb") as file:
            yield cast(BinaryIO, file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LimenError(f"{str(path)!r} is damaged or cut short ({error}). {AGAIN}") from error
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error


def read_packed(path: Path, largest: int) -> bytes:
    """The bytes of a file, unpacked, and never more than `largest`."""
    with unpacked(path) as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise LimenError(f"{str(path)!r} unpacks to more than {largest:,} bytes, and is refused. {AGAIN}")
    return content
