"""The net of the lesson in NumPy alone: what each layer puts out, written out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float64]  # (N, C, H, W)


def convolved(x: Planes, weight: Planes, bias: NDArray[np.float64]) -> Planes:
    """Every 3×3 window of x, with a ring of zeros round it, times every filter (O, C, 3, 3)."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return np.asarray(np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True) + bias[:, None, None])


def halved(x: Planes) -> Planes:
    """The largest of every 2×2."""
    count, planes, high, wide = x.shape
    return np.asarray(x.reshape(count, planes, high // 2, 2, wide // 2, 2).max((3, 5)))


def passed(weights: dict[str, Any], x: Any) -> dict[str, NDArray[np.float64]]:
    """What the layers put out, by their names, for pictures x (N, 1, H, W); weights: the net's `state_dict`."""
    told = {name: np.asarray(value, np.float64) for name, value in weights.items()}
    found: dict[str, NDArray[np.float64]] = {}
    out = np.asarray(x, np.float64)
    for number in (1, 2, 3):
        found[f"conv{number}"] = convolved(out, told[f"conv{number}.weight"], told[f"conv{number}.bias"])
        found[f"relu{number}"] = out = np.maximum(found[f"conv{number}"], 0)
        if number < 3:
            found[f"pool{number}"] = out = halved(out)
    found["average"] = out.mean((2, 3))
    found["scores"] = found["average"] @ told["dense.weight"].T + told["dense.bias"]
    return found


def probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The softmax of scores (N, classes)."""
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))
