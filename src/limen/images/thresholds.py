"""Thresholds: one number that parts figure from ground.

Otsu 1979: the threshold t that sets the two sides furthest apart, by their variance between:
σ²(t) = w₀ w₁ (μ₀ - μ₁)², with the shares w and the means μ of the pixels up to t and above it.
"""

import numpy as np
from numpy.typing import NDArray
from skimage import exposure

from limen.images.bounds import within
from limen.images.contrast import in_levels
from limen.images.pixels import Floats, Picture, as_grey


def threshold(picture: Picture, level: float = 0.5, dark: bool = False) -> NDArray[np.bool_]:
    """Where a picture is brighter than `level` (0 to 1), or with `dark` where it is not: (H, W).

    Raises:
        LimenError: `level` is not in 0..1.
    """
    within("level", level, 0, 1)
    above: NDArray[np.bool_] = as_grey(picture) > level
    return ~above if dark else above


def between_variance(picture: Picture) -> tuple[Floats, Floats]:
    """The variance between the two sides for each threshold: places (n,) of 0..1, and σ² (n,).

    The places are the bytes themselves where the picture is grey and of bytes, else the middles of 256 bins. Of a
    picture of one brightness it is one place, and 0.
    """
    grey = as_grey(picture)
    if np.ptp(grey) == 0:
        return grey.reshape(-1)[:1], np.zeros(1)
    levels, top = in_levels(grey, picture.dtype) if picture.ndim == 2 else (grey, 1.0)
    histogram, found = exposure.histogram(levels, nbins=256, source_range="image")
    places = found / top
    share = histogram / histogram.sum()
    below, first = np.cumsum(share)[:-1], np.cumsum(share * places)[:-1]  # the last has nothing above it
    above, total = 1 - below, float((share * places).sum())
    inside = (below > 0) & (above > 0)
    means = np.zeros_like(below)
    np.divide(total * below - first, np.sqrt(below * above), out=means, where=inside)  # √w₀w₁ (μ₁ - μ₀) in one
    return places[:-1], means**2


def otsu(picture: Picture) -> float:
    """The threshold that sets the two sides furthest apart (0 to 1)."""
    places, variance = between_variance(picture)
    return float(places[np.argmax(variance)])
