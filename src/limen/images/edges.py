"""Canny's edges, stage by stage: where brightness changes fast, one pixel wide and without gaps.

Smooth with a Gaussian; the gradient's length √(gx² + gy²) by Sobel; keep only what is largest across the edge; then two
thresholds: begin where the gradient is above the high one, follow it down to the low one. Canny 1986.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import feature

from limen.images.bounds import ordered, within
from limen.images.pixels import Floats, Picture, as_grey

Mask = NDArray[np.bool_]
EIGHT = np.ones((3, 3), bool)  # neighbours across corners count


@dataclass(frozen=True)
class Canny:
    """The stages, each (H, W). `strong` and `weak` are parts of the thinned; `edges` is the result."""

    smooth: Floats
    gradient: Floats
    thin: Floats
    strong: Mask
    weak: Mask
    edges: Mask


def smooth(grey: Floats, sigma: float) -> Floats:
    """A Gaussian blur of `sigma` pixels. Beyond the border there is nothing, and weights there do not count."""
    if sigma == 0:
        return grey
    covered = ndimage.gaussian_filter(np.ones_like(grey), sigma, mode="constant") + np.finfo(grey.dtype).eps
    blurred: Floats = ndimage.gaussian_filter(grey, sigma, mode="constant") / covered
    return blurred


def canny(picture: Picture, sigma: float = 1.0, low: float = 0.1, high: float = 0.2) -> Canny:
    """All stages; thresholds in units of the gradient, whose length is at most √32 for brightness 0..1.

    Raises:
        LimenError: a width below 0 or above 50 pixels, thresholds out of 0..6 or out of order.
    """
    within("sigma", sigma, 0, 50)
    within("low", low, 0, 6)
    within("high", high, 0, 6)
    ordered("low", low, "high", high)
    grey = as_grey(picture)
    blurred = smooth(grey, sigma)
    gradient = np.hypot(ndimage.sobel(blurred, axis=0), ndimage.sobel(blurred, axis=1))
    ridge = feature.canny(grey, sigma=sigma, low_threshold=0, high_threshold=0)  # thinned, and nothing dropped
    thin = np.where(ridge, gradient, 0.0)
    strong, reach = thin >= high, thin >= low
    if low == 0:
        reach = ridge
    return Canny(blurred, gradient, thin, strong & ridge, reach & ~strong, follow(strong & ridge, reach))


def follow(strong: Mask, reach: Mask) -> Mask:
    """The pieces of `reach` that hold a strong pixel somewhere: hysteresis."""
    pieces, count = ndimage.label(reach, EIGHT)
    good = np.zeros(count + 1, bool)
    good[np.unique(pieces[strong])] = True
    good[0] = False
    found: Mask = good[pieces]
    return found
