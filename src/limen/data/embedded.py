"""The two sets that come with scikit-learn, for a first experience without a network.

Importing `sklearn.datasets` takes a second, as long as everything else that a small experiment does; so the tables are
read from where they lie in the installed package, and through scikit-learn only if they do not lie there.
"""

import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data.parts import Parts


def rows(name: str, skip: int) -> NDArray[np.float64] | None:
    """A table of numbers from scikit-learn's own data folder, `skip` lines of headings left out; None if it moved."""
    spec = importlib.util.find_spec("sklearn")
    path = Path(spec.origin).parent / "datasets" / "data" / name if spec and spec.origin else None
    return np.loadtxt(path, delimiter=",", skiprows=skip) if path and path.is_file() else None


def read_digits() -> Parts:
    """1,797 digits of 8×8 in 17 grey levels, 0 to 16, kept as bytes: (N, 8, 8, 1)."""
    table = rows("digits.csv.gz", 0)
    if table is None:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        table = np.column_stack([bunch.data, bunch.target])
    return Parts((table[:, :64].reshape(-1, 8, 8, 1).astype(np.uint8), table[:, 64].astype(np.int64)))


def read_iris() -> Parts:
    """150 irises with four measures in cm (scikit-learn corrected two misprinted rows of the UCI file): (N, 4)."""
    table = rows("iris.csv", 1)
    if table is None:
        from sklearn.datasets import load_iris

        bunch = load_iris()
        table = np.column_stack([bunch.data, bunch.target])
    return Parts((table[:, :4].astype(np.float32), table[:, 4].astype(np.int64)))
