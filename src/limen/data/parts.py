"""What every reader hands over: the parts of a data set as the authors divided it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pair = tuple[NDArray[Any], NDArray[np.int64]]


@dataclass(frozen=True)
class Parts:
    """Examples and labels for training and, where the authors made them, for validation and testing."""

    train: Pair
    validation: Pair | None = None
    test: Pair | None = None
