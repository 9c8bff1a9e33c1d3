"""Reading a person's picture, whatever it is, as a net's training pictures were.

The file is judged by its content, not its name; its header is read first, and a picture that would unpack to too much
is refused before it is unpacked. Whatever had to be changed (size, colours, orientation) is told.
"""

import struct
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from limen.data.idx import read_idx
from limen.errors import LimenError
from limen.language import Text
from limen.regular import open_regular

# what Pillow raises at files that are not what they say
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error
)  # fmt: skip
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
LARGEST_FILE = 64 << 20  # bytes
LARGEST_PICTURE = 50_000_000  # pixels
DARK, LIGHT = 0.25, 0.6  # a border darker or lighter than this (0 to 1) tells figure from ground


def open_picture(path: Path, formats: tuple[str, ...] = FORMATS) -> tuple[Image.Image, int]:
    """A picture file of one of the formats, checked by its header, then unpacked; and how many frames it has."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise LimenError(
                f"{str(path)!r} has {size:,} bytes; at most {LARGEST_FILE:,} are read. Shrink the picture."
            )
        with open_regular(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower; metadata may be odd
            picture = Image.open(file, formats=formats)
            if picture.width * picture.height > LARGEST_PICTURE:
                raise Image.DecompressionBombError
            frames = getattr(picture, "n_frames", 1)
            picture.seek(0)
            picture.load()
            return picture, frames
    except Image.DecompressionBombError:
        raise LimenError(
            f"{str(path)!r} would unpack to more than {LARGEST_PICTURE:,} pixels, and is refused. Shrink the picture."
        ) from None
    except UnidentifiedImageError:
        raise LimenError(
            f"{str(path)!r} is no picture that can be read. Allowed: {', '.join(formats)}"
            f"{', or an idx file' * (formats == FORMATS)}. Check the file."
        ) from None
    except BROKEN as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise LimenError(f"{str(path)!r} cannot be read: {' '.join(reason.split())}. Check the file.") from error


def on_white(picture: Image.Image) -> Image.Image:
    """A picture with transparent parts laid on white."""
    solid = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", solid.size, "white"), solid).convert("RGB")


def lies_turned(picture: Image.Image) -> bool:
    """Whether the camera noted that it was held another way; a note that cannot be read counts as none."""
    try:
        return picture.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
    except BROKEN:
        return False


def is_grey(picture: Image.Image) -> bool:
    """Whether a picture of few colours has greys only."""
    red, green, blue = np.moveaxis(np.asarray(picture.convert("RGB")), 2, 0)
    return bool((red == green).all() and (green == blue).all())


def fit_into(picture: Image.Image, height: int, width: int) -> Image.Image:
    """A picture shrunk or grown to (height, width) without bending it; the rest is filled with its border's colour."""
    grid = np.asarray(picture)
    edge = np.concatenate([grid[0], grid[-1], grid[:, 0], grid[:, -1]])
    ground = np.median(edge.reshape(len(edge), -1), axis=0).astype(int).tolist()
    colour = ground[0] if len(ground) == 1 else tuple(ground)
    share = min(width / picture.width, height / picture.height)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    canvas = Image.new(picture.mode, (width, height), colour)
    canvas.paste(picture.resize(size, Image.Resampling.LANCZOS), ((width - size[0]) // 2, (height - size[1]) // 2))
    return canvas


def read_picture(path: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], list[Text]]:
    """One picture as (H, W, C) uint8 of `shape` (C, H, W), and what had to be changed, a phrase each."""
    channels, height, width = shape
    notes: list[Text] = []
    picture, frames = open_picture(path)
    if frames > 1:
        notes.append(Text(f"first of {frames} frames taken", f"取 {frames} 帧中的第一帧"))
    if lies_turned(picture):
        picture = ImageOps.exif_transpose(picture)
        notes.append(Text("turned upright", "已转正"))
    if picture.mode in ("I", "I;16", "I;16B", "I;16L"):  # 16 bits a pixel: 0..65535 becomes 0..255
        deep = np.asarray(picture).astype(np.float64)
        picture = Image.fromarray((deep / 257).round().clip(0, 255).astype(np.uint8))
        notes.append(Text("16 bits reduced to 8", "16 位降为 8 位"))
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        picture = on_white(picture)
        notes.append(Text("transparent parts laid on white", "透明部分以白色为底"))
    wanted = "L" if channels == 1 else "RGB"
    if picture.mode != wanted:
        if wanted == "RGB" or picture.mode not in ("1", "P") or not is_grey(picture):
            grey = Text("colours turned to grey", "彩色转为灰度")
            notes.append(grey if wanted == "L" else Text("turned to RGB", "转为 RGB"))
        picture = picture.convert(wanted)
    if picture.size != (width, height):
        notes.append(
            Text(
                f"{picture.width}×{picture.height} resized to {width}×{height}",
                f"{picture.width}×{picture.height} 缩放为 {width}×{height}",
            )
        )
        picture = fit_into(picture, height, width)
    return np.asarray(picture, np.uint8).reshape(height, width, channels), notes


def looks_inverted(picture: NDArray[np.uint8], border: float | None) -> bool:
    """Whether a picture is dark on light where the training pictures, with this mean border, were light on dark."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    return border is not None and border < DARK and float(edge.mean()) / 255 > LIGHT


def is_idx(path: Path) -> bool:
    """Whether a file begins as an idx file of bytes does, plain or (by its name) gzipped."""
    try:
        with open_regular(path) as file:
            head = file.read(4)
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error
    return head[:3] == b"\0\0\x08" or (head[:2] == b"\x1f\x8b" and "idx" in path.name)


def read_pictures(path: Path, shape: tuple[int, ...]) -> tuple[NDArray[np.uint8], list[Text]]:
    """The pictures of a file, (N, H, W, C) uint8: one of a picture file, all of an idx file, which must fit `shape`."""
    if not is_idx(path):
        picture, notes = read_picture(path, shape)
        return picture[None], notes
    x = read_idx(path)
    if not len(x):
        raise LimenError(f"{str(path)!r} holds no pictures. Name a file that holds some.")
    channels, height, width = shape
    if x.dtype != np.uint8 or x.shape[1:] not in ((height, width), (height, width, channels)):
        raise LimenError(
            f"{str(path)!r} holds examples of {'×'.join(map(str, x.shape[1:]))} {x.dtype}, where pictures of "
            f"{height}×{width} with {channels} channels belong. Use a run that was trained on such pictures."
        )
    return x.reshape(-1, height, width, channels), []
