"""MNIST's other two forms: the pickle of the first tutorials, and a pair of CSV files.

`mnist.pkl` holds three pairs (pictures, labels): 50,000 for training, 10,000 for validation, 10,000 for testing, each
picture a row of 784 numbers between 0 and 1. The CSV pair holds one row of 784 whole numbers from 0 to 255 a picture,
and one label a row, undivided.
"""

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from limen.data.packed import read_packed
from limen.data.parts import Parts
from limen.data.pickles import read_pickle
from limen.errors import LimenError
from limen.regular import open_regular

LARGEST = 2 << 30  # bytes of a pickle after unpacking
CSV_SEED, CSV_TEST = 1010, 6  # the course's division of the CSV pair: one sixth for testing, drawn with this seed


def to_pixels(x: NDArray[Any], name: str) -> NDArray[np.uint8]:
    """Pictures as whole numbers from 0 to 255, whether they were stored so or divided by 255 or 256."""
    if x.dtype == np.uint8:
        return x
    for whole in (1, 255, 256) if x.max(initial=0) > 1 or x.dtype.kind != "f" else (255, 256, 1):
        scaled = x.astype(np.float32) * whole
        rounded = scaled.round()
        if (
            rounded.min(initial=0) >= 0
            and rounded.max(initial=0) <= 255
            and np.abs(scaled - rounded).max(initial=0) < 1e-2
        ):
            return rounded.astype(np.uint8)
    raise LimenError(
        f"{name!r} holds numbers that are no pixels: {x.min()} to {x.max()}. Allowed: 0 to 255, or 0 to 1."
    )


def read_mnist_pickle(path: Path) -> Parts:
    """The three parts of `mnist.pkl` or `mnist.pkl.gz`, pictures (N, 28, 28, 1)."""
    value = read_pickle(read_packed(path, LARGEST), str(path))
    if not isinstance(value, tuple | list) or len(value) != 3:
        raise LimenError(
            f"{str(path)!r} does not hold three parts (training, validation, test). Check that it is MNIST."
        )
    parts = []
    for part in value:
        ok = isinstance(part, tuple | list) and len(part) == 2 and all(isinstance(a, np.ndarray) for a in part)
        if not ok or part[0].ndim != 2 or part[0].shape[1] != 784 or part[1].shape != part[0].shape[:1]:
            raise LimenError(
                f"{str(path)!r} holds a part that is not (pictures N×784, labels N). Check that it is MNIST."
            )
        parts.append((to_pixels(part[0], str(path)).reshape(-1, 28, 28, 1), part[1].astype(np.int64)))
    return Parts(*parts)


def is_number(cell: str) -> bool:
    """Whether a cell of a CSV file is a number in any of its ways of writing."""
    try:
        float(cell.strip().strip('"'))
    except ValueError:
        return False
    return True


def read_numbers(path: Path, columns: int) -> NDArray[np.uint8]:
    """A CSV file of whole numbers from 0 to 255, with or without a line of headings: (rows, columns)."""
    try:
        with open_regular(path) as file:
            return read_table(file, columns, str(path))
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error


def read_table(file: BinaryIO, columns: int, name: str) -> NDArray[np.uint8]:
    """The same of an open file. `name` is what the error calls it."""
    import pandas as pd  # takes longer to import than most sets take to read

    try:
        first = file.readline(1 << 20).decode("utf-8-sig", "replace").split(",")
        file.seek(0)
        skip = 0 if any(is_number(cell) for cell in first) else 1
        chunks, row = [], 1 + skip
        with pd.read_csv(file, header=None, skiprows=skip, chunksize=10_000, encoding="utf-8-sig") as reader:
            for chunk in reader:
                if chunk.shape[1] != columns:
                    raise LimenError(f"{name!r} has {chunk.shape[1]} columns where {columns} belong. Check the file.")
                texts = chunk.astype(dict.fromkeys(chunk.columns[chunk.dtypes == "bool"], str))  # True is no pixel
                values = texts.apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
                bad = ~((values >= 0) & (values <= 255) & (values == values.round()))  # nan is none of these
                if bad.any():
                    i, j = (int(n[0]) for n in bad.nonzero())
                    raise LimenError(
                        f"{name!r}, row {row + i}, column {j + 1}: {str(chunk.iat[i, j])[:40]!r} is not a whole "
                        "number from 0 to 255. Mend that cell."
                    )
                chunks.append(values.astype(np.uint8))
                row += len(values)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeError, OverflowError) as error:
        raise LimenError(f"{name!r} is no table of numbers: {' '.join(str(error).split())}. Mend it.") from error
    return np.concatenate(chunks)


def read_mnist_csv(images: Path, labels: Path) -> Parts:
    """The pair of CSV files, divided as the course does: one sixth, drawn with seed 1010, is for testing."""
    x, y = read_numbers(images, 784), read_numbers(labels, 1)
    if len(x) != len(y):
        raise LimenError(
            f"{str(images)!r} holds {len(x):,} rows, but {str(labels)!r} holds {len(y):,}. They must agree."
        )
    held = -(-len(x) // CSV_TEST)
    order = np.random.RandomState(CSV_SEED).permutation(len(x))  # the legacy generator: the notes' own draw
    test, train = order[:held], order[held:]
    pictures, numbers = x.reshape(-1, 28, 28, 1), y[:, 0].astype(np.int64)
    return Parts((pictures[train], numbers[train]), None, (pictures[test], numbers[test]))
