"""Pixels: a picture is a table of numbers, counted from the upper left; rows first, then columns, then colours.

grey (H, W), colour (H, W, 3) in the order red, green, blue. A byte counts from 0 (black) to 255 (white); as a fraction
it is v / 255. grey = 0.2125 R + 0.7154 G + 0.0721 B, since eyes see green the brightest.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import color
from skimage.util import img_as_float64, img_as_ubyte

from limen.errors import LimenError

Picture = NDArray[Any]
Floats = NDArray[np.float64]
CHANNELS = ("red", "green", "blue")


def as_float(picture: Picture) -> Floats:
    """A picture as fractions: (H, W) or (H, W, 3) float64 in 0..1.

    Whole numbers are divided by the largest their kind holds (255, 65535), true is 1. One channel in a third axis is
    taken out of it; a fourth channel, or a second, is opacity, and what shines through is white.

    Raises:
        LimenError: no picture by its shape or kind, or fractions that are not all between 0 and 1.
    """
    if picture.ndim not in (2, 3) or not picture.size or (picture.ndim == 3 and picture.shape[2] not in (1, 2, 3, 4)):
        raise LimenError(
            f"An array of {'×'.join(map(str, picture.shape))} is no picture. "
            "Allowed: height×width, or height×width×channels with 1 to 4 channels. Reshape it."
        )
    if picture.dtype.kind not in "buf":
        raise LimenError(
            f"Pixels of the type {picture.dtype} have no white. Allowed: bool, uint8, uint16, float. Convert."
        )
    x: Floats = img_as_float64(picture)
    if picture.dtype.kind == "f" and not (np.isfinite(x).all() and x.min() >= 0 and x.max() <= 1):
        raise LimenError(
            f"Pixels go from {x.min():g} to {x.max():g}, where 0 (black) to 1 (white) is allowed. Scale them."
        )
    if x.ndim == 3 and x.shape[2] in (2, 4):
        opacity = x[..., -1:]
        x = x[..., :-1] * opacity + (1 - opacity)
    return x[..., 0] if x.ndim == 3 and x.shape[2] == 1 else x


def as_bytes(picture: Picture) -> NDArray[np.uint8]:
    """A picture as bytes, rounded to the nearest: (H, W) or (H, W, 3) uint8."""
    ubytes: NDArray[np.uint8] = img_as_ubyte(as_float(picture))
    return ubytes


def as_grey(picture: Picture) -> Floats:
    """The brightness of a picture: (H, W) float64 in 0..1."""
    x = as_float(picture)
    grey: Floats = color.rgb2gray(x) if x.ndim == 3 else x
    return grey


def as_colour(picture: Picture) -> Floats:
    """A picture in three channels, (H, W, 3) float64; a grey one three times the same."""
    x = as_float(picture)
    return x if x.ndim == 3 else np.repeat(x[..., None], 3, axis=2)


def swap_channels(picture: Picture) -> Picture:
    """Red, green, blue to blue, green, red, or back: the order in which some libraries keep colours."""
    return picture[..., ::-1] if picture.ndim == 3 else picture


def one_channel(picture: Picture, channel: int) -> Floats:
    """One colour alone, the others black: (H, W, 3) float64."""
    x = as_colour(picture)
    alone = np.zeros_like(x)
    alone[..., channel] = x[..., channel]
    return alone


def blacken(picture: Picture, rows: slice, columns: slice = slice(None)) -> Picture:
    """A copy in which a rectangle is black."""
    copy = picture.copy()
    copy[rows, columns] = 0
    return copy


def lift(picture: Picture, below: int) -> Floats:
    """Every pixel that is darker than `below` (0 to 255) becomes white: (H, W) float64."""
    grey = as_grey(picture)
    return np.where(grey < below / 255, 1.0, grey)


def redden(picture: Picture, above: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Every pixel whose red is more than `above` (0 to 255) becomes pure red: (H, W, 3) float64; and which they are."""
    x = as_colour(picture)
    mask = x[..., 0] > above / 255
    return np.where(mask[..., None], (1.0, 0.0, 0.0), x), mask
