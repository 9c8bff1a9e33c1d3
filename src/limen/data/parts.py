"""What every reader hands over: the parts of a data set as the authors divided it."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Pair = tuple[NDArray[Any], NDArray[Any]]  # examples; classes as int64, or numbers as floats


@dataclass(frozen=True)
class Parts:
    """Examples and labels for training and, where the authors made them, for validation and testing."""

    train: Pair
    validation: Pair | None = None
    test: Pair | None = None
