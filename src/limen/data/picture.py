"""Reading a person's picture as it is: its own size, its own colours, its own depth.

Where a net wants all pictures alike (`limen.data.decode`), here nothing is changed that need not be: 16 bits stay 16
bits, grey stays grey. What has to be changed, and what is odd about the picture, is told.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from limen.data.decode import FORMATS, is_grey, lies_turned, on_white, open_picture
from limen.errors import LimenError, shown
from limen.language import Text

READ = (*FORMATS, "TIFF")
THIN = 50  # a side so many times the other is odd
LONGEST = 2048  # pixels of the longer side that are worked on


@dataclass(frozen=True)
class OwnPicture:
    """A picture: `pixels` (H, W) or (H, W, 3), uint8, uint16 or float64 of 0..1; what the file held; what was done."""

    pixels: NDArray[Any]
    format: str
    mode: str
    size: tuple[int, int]  # width, height in the file
    notes: tuple[Text, ...]


def read_own(path: Path, black_white: tuple[float, float] | None = None, longest: int = LONGEST) -> OwnPicture:
    """A picture file as numbers.

    Args:
        path: PNG, JPEG, GIF, BMP, WEBP or TIFF, judged by its content.
        black_white: of a picture of real numbers, the number that is black and the one that is white.
        longest: pixels of the longer side; a larger picture is shrunk. 0: never.

    Raises:
        LimenError: it cannot be read; or it holds real numbers and nothing says what is white.
    """
    picture, frames = open_picture(path, READ)
    kind, mode, size = picture.format or "?", picture.mode, picture.size
    notes: list[Text] = []
    if frames > 1:
        notes.append(Text(f"first of {frames} frames taken", f"取 {frames} 帧中的第一帧"))
    if lies_turned(picture):
        picture = ImageOps.exif_transpose(picture)
        notes.append(Text("turned upright", "已转正"))
    if longest and max(picture.size) > longest:
        share = longest / max(picture.size)
        small = max(1, round(picture.width * share)), max(1, round(picture.height * share))
        notes.append(Text(f"shrunk to {small[0]}×{small[1]}", f"缩小为 {small[0]}×{small[1]}"))
        picture = picture.resize(small, Image.Resampling.BOX if mode in ("1", "P", "PA") else Image.Resampling.LANCZOS)
    pixels = numbers(picture, path, black_white, notes)
    notes += oddities(pixels)
    return OwnPicture(pixels, kind, mode, size, tuple(notes))


def numbers(
    picture: Image.Image, path: Path, black_white: tuple[float, float] | None, notes: list[Text]
) -> NDArray[Any]:
    """The numbers of a picture: grey (H, W) or colour (H, W, 3); what was done to get them is added to the notes."""
    if picture.mode == "F" or picture.mode == "I":
        return scaled(np.asarray(picture, np.float64), path, black_white, notes)
    if black_white is not None:
        raise LimenError(
            f"--range is for pictures of real numbers; {str(path)!r} has the mode {picture.mode}. Leave it out."
        )
    if picture.mode.startswith("I;16"):
        return np.asarray(picture).astype(np.uint16)
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        picture = on_white(picture)
        notes.append(Text("transparent parts laid on white", "透明部分以白色为底"))
        if is_grey(picture):
            picture = picture.convert("L")
    if picture.mode in ("1", "P"):
        picture = picture.convert("L" if picture.mode == "1" or is_grey(picture) else "RGB")
    elif picture.mode not in ("L", "RGB"):
        notes.append(Text(f"{picture.mode} turned to RGB", f"{picture.mode} 转为 RGB"))
        picture = picture.convert("RGB")
    return np.asarray(picture)


def scaled(
    numbers: NDArray[np.float64], path: Path, black_white: tuple[float, float] | None, notes: list[Text]
) -> NDArray[np.float64]:
    """Real numbers as fractions of 0 (black) to 1 (white); what lies beyond is cut.

    Raises:
        LimenError: nan or inf among them, or it is not said which number is white.
    """
    if not np.isfinite(numbers).all():
        row, column = np.argwhere(~np.isfinite(numbers))[0]
        value = numbers[row, column]
        raise LimenError(
            f"{str(path)!r} holds {value} at row {row}, column {column}. Allowed: finite numbers. Replace it."
        )
    low, high = float(numbers.min()), float(numbers.max())
    if black_white is None:
        raise LimenError(
            f"{str(path)!r} holds numbers from {low:g} to {high:g}, and nothing says which is white. "
            f"Say which are black and white, e.g. --range {low:g}:{high if high > low else low + 1:g}."
        )
    black, white = black_white
    notes.append(Text(f"{black:g} is black, {white:g} is white", f"{black:g} 为黑，{white:g} 为白"))
    beyond = int(((numbers < black) | (numbers > white)).sum())
    if beyond:
        notes.append(Text(f"{beyond:,} pixels beyond that are cut to it", f"超出范围的 {beyond:,} 个像素已截断"))
    return np.clip((numbers - black) / (white - black), 0.0, 1.0)


def oddities(pixels: NDArray[Any]) -> list[Text]:
    """What is odd about a picture and may explain an odd result."""
    height, width = pixels.shape[:2]
    found = []
    if height * width == 1:
        found.append(Text("a single pixel", "只有一个像素"))
    elif max(height, width) > THIN * min(height, width):
        found.append(Text(f"a strip of {width}×{height}", f"{width}×{height} 的细长条"))
    elif (pixels == pixels[0, 0]).all():
        found.append(Text("every pixel is the same", "所有像素都相同"))
    return found


def read_range(text: str) -> tuple[float, float]:
    """Which numbers are black and white, from ``LOW:HIGH``.

    Raises:
        LimenError: no two numbers, or the first is not below the second.
    """
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        low = high = float("nan")
    if not (low < high and np.isfinite([low, high]).all()):
        raise LimenError(f"--range {shown(text)} is no range. Allowed: LOW:HIGH in order. Try --range 0:1.")
    return low, high
