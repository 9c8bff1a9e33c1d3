"""The idx format: how MNIST and its relatives were published.

Big-endian: two zero bytes, a byte for the number type, a byte for the number of axes, four bytes for the length of
each axis, then the numbers, the last axis running fastest (LeCun, Cortes & Burges, the MNIST page).
"""

import math
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from limen.data.packed import AGAIN, read_most, unpacked
from limen.errors import LimenError

KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
LARGEST = 4 << 30  # bytes after unpacking; a larger claim is refused before anything is allocated


def read_idx(path: Path) -> NDArray[Any]:
    """The array of an idx file, plain or gzipped, in the machine's byte order.

    Raises:
        LimenError: wrong magic number, a length that does not fit the header, or a damaged gzip stream.
    """
    with unpacked(path) as file:
        return read_array(file, str(path))


def read_array(file: BinaryIO, name: str) -> NDArray[Any]:
    """The array of an open idx file. `name` is what the error calls it.

    Raises:
        LimenError: wrong magic number, or a length that does not fit the header.
    """
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in KINDS or not 1 <= head[3] <= 8:
        raise LimenError(
            f"{name!r} is no idx file: it begins with {head.hex() or 'nothing'}, "
            f"where 0000, a type (08 to 0e) and the number of axes (01 to 08) belong. {AGAIN}"
        )
    kind = np.dtype(KINDS[head[2]])
    sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise LimenError(f"{name!r} ends inside its header. {AGAIN}")
    shape = struct.unpack(f">{head[3]}I", sizes)
    wanted = math.prod(shape) * kind.itemsize
    claimed = math.prod(n or 1 for n in shape) * kind.itemsize  # an axis of none makes no others possible
    if claimed > LARGEST:
        raise LimenError(f"{name!r} claims {claimed:,} bytes; at most {LARGEST:,} are read. {AGAIN}")
    content = read_most(file, wanted + 1)
    if len(content) != wanted:
        found = f"{len(content):,}" if len(content) < wanted else f"more than {wanted:,}"
        raise LimenError(
            f"{name!r} does not fit its header: shape {'×'.join(map(str, shape))} needs {wanted:,} bytes, "
            f"{found} follow. {AGAIN}"
        )
    return np.frombuffer(content, kind).reshape(shape).astype(kind.newbyteorder("="), copy=kind.itemsize > 1)


def read_idx_pair(images: Path, labels: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (N, H, W, 1) or (N, H, W, C) as uint8, and labels (N,), from two idx files that belong together."""
    x, y = read_idx(images), read_idx(labels)
    if x.dtype != np.uint8 or x.ndim not in (3, 4):
        raise LimenError(
            f"{str(images)!r} holds {x.dtype} with {x.ndim} axes, not pictures: uint8 with 3 axes "
            "(number, rows, columns), or 4 with channels last. Check that this is the file you mean."
        )
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise LimenError(
            f"{str(labels)!r} holds {y.dtype} with {y.ndim} axes, not labels: whole numbers on 1 axis. "
            "Check that this is the file you mean."
        )
    if len(x) != len(y):
        raise LimenError(
            f"{str(images)!r} holds {len(x):,} pictures, but {str(labels)!r} holds {len(y):,} labels. "
            "Fetch both again; they must come from the same set."
        )
    return x.reshape(*x.shape[:3], -1), y.astype(np.int64)
