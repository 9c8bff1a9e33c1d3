"""Contrast: other brightnesses for the same picture, so that more of it can be told apart.

Stretching: (x - a) / (b - a) between two percentiles a and b. Equalising: x becomes c(x), the share of pixels that are
no brighter, so that every brightness comes equally often. CLAHE does so in tiles, each histogram clipped, so that noise
is not blown up (Zuiderveld 1994). Of a colour picture the brightest channel is changed and the hue kept.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import color, exposure

from limen.images.bounds import ordered, within
from limen.images.pixels import Floats, Picture, as_float


def on_brightness(picture: Picture, change: Callable[[Floats], Floats]) -> Floats:
    """Change a grey picture, or the value of a colour picture (its brightest channel) without its hue."""
    x = as_float(picture)
    if x.ndim == 2:
        return change(x)
    hsv = color.rgb2hsv(x)
    hsv[..., 2] = change(np.ascontiguousarray(hsv[..., 2]))
    changed: Floats = color.hsv2rgb(hsv)
    return np.clip(changed, 0.0, 1.0)


def brightness(picture: Picture) -> Floats:
    """What a change of contrast works on: a grey picture itself, the brightest channel of a coloured one."""
    x = as_float(picture)
    return x if x.ndim == 2 else x.max(axis=2)


def limits(picture: Picture, low: float, high: float) -> tuple[float, float]:
    """The brightnesses below which `low` and `high` per cent of the pixels lie.

    Raises:
        LimenError: percentages out of 0..100 or out of order.
    """
    within("low", low, 0, 100)
    within("high", high, 0, 100)
    ordered("low", low, "high", high)
    dark, light = np.percentile(brightness(picture), (low, high))
    return float(dark), float(light)


def stretch(picture: Picture, low: float = 2.0, high: float = 98.0) -> Floats:
    """The brightnesses between two percentiles spread over 0..1; what lies outside becomes black or white.

    A picture in which the two are the same is left as it is: there is nothing to spread.
    """
    dark, light = limits(picture, low, high)
    if dark == light:
        return as_float(picture)
    return on_brightness(picture, lambda x: exposure.rescale_intensity(x, in_range=(dark, light), out_range=(0.0, 1.0)))


def mapping(picture: Picture) -> tuple[Floats, Floats]:
    """What equalising makes of each brightness: places (n,) and the share of pixels no brighter (n,)."""
    levels, top = in_levels(brightness(picture), picture.dtype)
    share, places = exposure.cumulative_distribution(levels, nbins=256)
    return places / top, share


def in_levels(x: Floats, kind: np.dtype[Any]) -> tuple[NDArray[Any], float]:
    """Brightnesses as they are counted, and which of them is white: bytes one by one, others in 256 bins."""
    return (np.rint(x * 255).astype(np.uint8), 255.0) if kind == np.uint8 else (x, 1.0)


def equalise(picture: Picture) -> Floats:
    """Each pixel becomes the share of pixels that are no brighter than it."""
    return on_brightness(picture, lambda x: exposure.equalize_hist(in_levels(x, picture.dtype)[0], nbins=256))


def clahe(picture: Picture, clip: float = 0.03) -> Floats:
    """Equalised in tiles, an eighth of each side; no bin of a tile's histogram holds more than the share `clip`.

    A picture of one brightness, or one too small to have tiles, is left as it is.

    Raises:
        LimenError: `clip` is not in 0..1.
    """
    within("clip", clip, 0, 1)
    x = as_float(picture)
    if min(x.shape[:2]) < 8 or np.ptp(brightness(x)) == 0:
        return x
    return on_brightness(x, lambda v: exposure.equalize_adapthist(v, clip_limit=clip))


def local_contrast(picture: Picture, tile: int = 16) -> float:
    """How much the brightness scatters within tiles: the standard deviation, on average over whole tiles."""
    x = brightness(picture)
    tile = min(tile, *x.shape)
    rows, columns = x.shape[0] // tile, x.shape[1] // tile
    tiles = x[: rows * tile, : columns * tile].reshape(rows, tile, columns, tile)
    return float(tiles.std(axis=(1, 3)).mean())
