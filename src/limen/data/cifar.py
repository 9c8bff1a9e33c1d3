"""CIFAR-10's python batches: five files for training, one for testing, each a pickled dictionary.

`data` is (10000, 3072) uint8: a row is a picture, first all its red, then its green, then its blue pixels, row by row.
`labels` is a list of 10,000 whole numbers (Krizhevsky 2009).
"""

import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.packed import read_packed, unpacked
from limen.data.parts import Pair, Parts
from limen.data.pickles import read_pickle
from limen.errors import LimenError

TRAIN = tuple(f"data_batch_{n}" for n in range(1, 6))
TEST = "test_batch"
MEMBERS = 100  # of an archive, at most
LARGEST = 256 << 20  # bytes of one batch; a published one has 31 million


def to_pictures(batch: Any, name: str) -> Pair:
    """Pictures (N, 32, 32, 3) uint8 and labels (N,) of one unpickled batch."""
    if not isinstance(batch, Mapping):
        raise LimenError(
            f"{name!r} is no CIFAR batch: it holds a {type(batch).__name__}, not a dictionary. Fetch it again."
        )
    batch = {key.decode("latin-1") if isinstance(key, bytes) else key: value for key, value in batch.items()}
    x, y = batch.get("data"), batch.get("labels")
    if not isinstance(x, np.ndarray) or x.dtype != np.uint8 or x.ndim != 2 or x.shape[1] != 3072:
        raise LimenError(f"{name!r} is no CIFAR batch: 'data' is not an array N×3072 of bytes. Fetch it again.")
    if not isinstance(y, list) or len(y) != len(x) or not all(type(label) is int and abs(label) < 2**62 for label in y):
        raise LimenError(f"{name!r} holds {len(x):,} pictures without as many whole labels. Fetch it again.")
    pictures: NDArray[np.uint8] = x.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return pictures, np.array(y, np.int64)


def assemble(batches: Mapping[str, bytes], where: str) -> Parts:
    """The data set from the bytes of its six batches."""
    missing = [name for name in (*TRAIN, TEST) if name not in batches]
    if missing:
        raise LimenError(f"{where!r} lacks {', '.join(missing)}. Fetch the whole set: `limen data get cifar10`.")
    pairs = {
        name: to_pictures(read_pickle(content, f"{where}/{name}"), f"{where}/{name}")
        for name, content in batches.items()
    }
    x, y = (np.concatenate([pairs[name][i] for name in TRAIN]) for i in (0, 1))
    return Parts((x, y), None, (np.ascontiguousarray(pairs[TEST][0]), pairs[TEST][1]))


def read_cifar_folder(*paths: Path) -> Parts:
    """CIFAR-10 from its six batch files, given in any order."""
    return assemble({path.name: read_packed(path, LARGEST) for path in paths}, str(paths[0].parent))


def read_cifar_archive(path: Path) -> Parts:
    """CIFAR-10 from `cifar-10-python.tar.gz`. Members are read in memory; nothing is unpacked to the disk."""
    batches: dict[str, bytes] = {}
    try:
        with unpacked(path) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            for number, member in enumerate(archive):
                if number > MEMBERS:
                    raise LimenError(f"{str(path)!r} holds more than {MEMBERS} files, and CIFAR has 8. Fetch it again.")
                name = member.name.rpartition("/")[2]
                if name not in (*TRAIN, TEST) or not member.isreg():
                    continue
                if member.size > LARGEST or name in batches:
                    raise LimenError(f"{str(path)!r} holds {member.name!r} twice or too large. Fetch it again.")
                file = archive.extractfile(member)
                assert file is not None  # isreg() above
                batches[name] = file.read()
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise LimenError(f"{str(path)!r} is damaged or cut short ({error}). Fetch it again.") from error
    return assemble(batches, str(path))
