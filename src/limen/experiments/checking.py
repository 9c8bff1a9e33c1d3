"""Is it what it must be? A value held against a reference that was got in another way.

Two numbers agree when |value - reference| ≤ tolerance · max(1, |reference|): an absolute error for small numbers, a
relative one for large. NaN agrees with NaN and an infinity with itself, since a lesson may be about either.
"""

import math
from collections.abc import Mapping
from typing import Any

SMALL = 36  # elements of an array that are printed, a plane of 6×6; a larger one is told by its shape and range
MANY = 4096  # elements of an array that JSON holds


def is_array(value: Any) -> bool:
    """Whether a value is a tensor or an array."""
    return hasattr(value, "dtype") and hasattr(value, "shape")


def as_array(value: Any) -> Any:
    """A tensor, an array or nested lists as a NumPy array."""
    import numpy as np

    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)


def difference(value: Any, reference: Any) -> float:
    """How far a value is from its reference, in units of max(1, |reference|); inf where they cannot be compared.

    A text agrees when it contains the reference.
    """
    import numpy as np

    if isinstance(reference, str):
        return 0.0 if isinstance(value, str) and reference in value else math.inf
    try:
        ours, theirs = as_array(value), as_array(reference)
    except ValueError:  # lists of unequal lengths
        return 0.0 if value == reference else math.inf
    if ours.shape != theirs.shape:
        return math.inf
    if ours.dtype.kind not in "biuf" or theirs.dtype.kind not in "biuf":
        return 0.0 if ours.tolist() == theirs.tolist() else math.inf
    if (ours.dtype.kind == "b") != (theirs.dtype.kind == "b"):
        return math.inf
    ours, theirs = ours.astype(np.float64), theirs.astype(np.float64)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
    apart = np.where(same, 0.0, np.where(np.isfinite(apart), apart, math.inf))
    return float(apart.max(initial=0.0))


def printed(value: Any) -> str:
    """A value as Python prints it; a large array by its kind, shape and range."""
    if isinstance(value, str):
        return value
    if not is_array(value) or math.prod(value.shape) <= SMALL:
        return repr(value)
    array, name = as_array(value), "tensor" if hasattr(value, "detach") else "array"
    return f"{name} {'×'.join(map(str, array.shape))}, {array.dtype}: {array.min():.4g} … {array.max():.4g}"


def plain(value: Any) -> Any:
    """A value as JSON holds it: lists for arrays, words for what is no number; a very large array by its shape."""
    if is_array(value):
        array = as_array(value)
        return plain(array.tolist()) if array.size <= MANY else {"shape": list(array.shape), "dtype": str(array.dtype)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
