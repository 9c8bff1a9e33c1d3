"""The pictures that the tests of this folder look at: ten that come with scikit-image, and odd ones."""

from functools import cache

import numpy as np
from skimage import data

TEN = ("camera", "coins", "moon", "page", "text", "brick", "clock", "astronaut", "coffee", "chelsea")


@cache
def ten(name):
    """One of the ten, every second pixel of it, so that tests are quick."""
    picture = np.ascontiguousarray(getattr(data, name)()[::2, ::2])
    picture.setflags(write=False)
    return picture


def odd():
    """Pictures that break careless code, by name."""
    draw = np.random.default_rng(0)
    return {
        "one pixel": np.array([[3]], np.uint8),
        "one row": np.arange(9, dtype=np.uint8)[None],
        "constant": np.full((20, 30), 9, np.uint8),
        "black": np.zeros((16, 17, 3), np.uint8),
        "white": np.full((9, 9), 255, np.uint8),
        "16 bits": draw.integers(0, 65536, (33, 40), dtype=np.uint16),
        "fractions": draw.random((30, 31)),
        "true and false": draw.random((30, 30)) > 0.5,
        "grey and opacity": draw.integers(0, 256, (30, 20, 2), dtype=np.uint8),
        "colour and opacity": draw.integers(0, 256, (40, 20, 4), dtype=np.uint8),
        "one channel": draw.integers(0, 256, (12, 14, 1), dtype=np.uint8),
        "two colours": np.array([[0, 255]] * 12, np.uint8).repeat(6, 1),
    }
