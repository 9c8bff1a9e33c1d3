"""Kernels: small tables of weights that make a new picture out of a picture.

Weights that add up to 1 keep the mean brightness (blur, sharpen); weights that add up to 0 leave nothing of an even
area and answer to change (edges). Horizontal: the edge runs from left to right, and brighter above is positive.
"""

import numpy as np

from limen.errors import LimenError, shown, unknown
from limen.images.pixels import Floats

LARGEST = 31  # rows and columns of a kernel
KERNELS: dict[str, tuple[tuple[float, ...], ...]] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "box": ((1 / 9,) * 3,) * 3,
    "gaussian": ((1 / 16, 2 / 16, 1 / 16), (2 / 16, 4 / 16, 2 / 16), (1 / 16, 2 / 16, 1 / 16)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "diagonal-edges": ((1, 0, -1), (0, 0, 0), (-1, 0, 1)),
    "laplacian-4": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "laplacian-8": ((1, 1, 1), (1, -8, 1), (1, 1, 1)),
    "laplacian-of-gaussian": (
        (0, 0, 1, 0, 0),
        (0, 1, 2, 1, 0),
        (1, 2, -16, 2, 1),
        (0, 1, 2, 1, 0),
        (0, 0, 1, 0, 0),
    ),
    "prewitt-horizontal": ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
    "prewitt-vertical": ((1, 0, -1), (1, 0, -1), (1, 0, -1)),
    "prewitt-45": ((0, 1, 1), (-1, 0, 1), (-1, -1, 0)),
    "sobel-horizontal": ((1, 2, 1), (0, 0, 0), (-1, -2, -1)),
    "sobel-vertical": ((1, 0, -1), (2, 0, -2), (1, 0, -1)),
    "sobel-45": ((0, 1, 2), (-1, 0, 1), (-2, -1, 0)),
    "roberts-down": ((1, 0), (0, -1)),
    "roberts-up": ((0, 1), (-1, 0)),
}


def kernel(text: str) -> Floats:
    """A kernel by its name, or written out by rows: ``0 -1 0; -1 5 -1; 0 -1 0``; a fraction such as 1/9 is a number.

    Raises:
        LimenError: no such name (the nearest is told), a row of another length, no number, or too large.
    """
    if text in KERNELS:
        return np.array(KERNELS[text], np.float64)
    if ";" not in text and any(character.isalpha() for character in text.replace("e", "")):
        raise unknown("kernel", text, KERNELS)
    rows = [[number(part) for part in row.replace(",", " ").split()] for row in text.strip(" ;").split(";")]
    wide = {len(row) for row in rows}
    if len(wide) != 1 or 0 in wide:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise LimenError(
            f"Kernel {shown(text)} has rows of {lengths} numbers. Allowed: rows of one length. "
            "Write them as in '0 -1 0; -1 5 -1; 0 -1 0'."
        )
    if max(len(rows), *wide) > LARGEST:
        raise LimenError(
            f"The kernel has {len(rows)}×{wide.pop()} weights. Allowed: at most {LARGEST}×{LARGEST}. Cut it."
        )
    return np.array(rows, np.float64)


def number(text: str) -> float:
    """A weight: 2, -0.5, 1/9."""
    upper, _, lower = text.partition("/")
    try:
        value = float(upper) / (float(lower) if lower else 1.0)
    except (ValueError, ZeroDivisionError):
        value = np.nan
    if not np.isfinite(value):
        raise LimenError(f"{shown(text)} in the kernel is no number. Allowed: such as 2, -0.5 or 1/9. Mend it.")
    return value


def is_change(weights: Floats) -> bool:
    """Whether the weights cancel, so that only change is answered to."""
    return abs(float(weights.sum())) < 1e-9 * max(1.0, float(np.abs(weights).sum()))
