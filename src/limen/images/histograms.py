"""Histograms: how many pixels have each brightness, and nothing about where they are.

h(v) = number of pixels of brightness v; cumulative: c(v) = Σ_{u ≤ v} h(u) / N, from 0 to 1.
"""

import numpy as np
from numpy.typing import NDArray

from limen.images.pixels import CHANNELS, Floats, Picture, as_colour, as_float, as_grey

BINS = 256


def centres(bins: int = BINS) -> Floats:
    """The middle of each bin, as a fraction: (bins,). Of 256, number v holds the bytes v."""
    return (np.arange(bins) + 0.5) / bins


def counts(values: Picture, bins: int = BINS) -> NDArray[np.int64]:
    """How many of some fractions fall into each of `bins` equal parts of 0..1: (bins,)."""
    return np.histogram(values, bins=bins, range=(0.0, 1.0))[0].astype(np.int64)


def grey_histogram(picture: Picture, bins: int = BINS) -> NDArray[np.int64]:
    """Pixels of each brightness: (bins,)."""
    return counts(as_grey(picture), bins)


def channel_histograms(picture: Picture, bins: int = BINS) -> dict[str, NDArray[np.int64]]:
    """Pixels of each amount of red, green and blue: (bins,) each. A grey picture has one histogram, "grey"."""
    x = as_float(picture)
    if x.ndim == 2:
        return {"grey": counts(x, bins)}
    return {name: counts(x[..., i], bins) for i, name in enumerate(CHANNELS)}


def cumulative(histogram: NDArray[np.int64]) -> Floats:
    """The share of pixels that are no brighter than each bin: rises to 1."""
    share: Floats = np.cumsum(histogram) / histogram.sum()
    return share


def colour_histogram(picture: Picture, bins: int = 8) -> Floats:
    """The share of pixels in each of bins³ boxes of the colour cube: (bins, bins, bins), adding up to 1.

    As a feature it knows which colours a picture has and not where: turned, mirrored or shuffled it is the same.
    """
    x = as_colour(picture).reshape(-1, 3)
    found = np.histogramdd(x, bins=(bins,) * 3, range=((0.0, 1.0),) * 3)[0]
    return found / len(x)


def overlap(one: Floats, other: Floats) -> float:
    """How much of two histograms of shares is common: 0 nothing, 1 the same. Swain & Ballard 1991."""
    return float(np.minimum(one, other).sum())
