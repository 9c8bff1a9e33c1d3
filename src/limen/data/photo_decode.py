"""One photo from its bytes to the square of colours that a net sees.

Cameras, telephones and drawing programs store colour in many ways: turned by a note in the header, as printing inks,
with 16 bits a channel, with a palette, transparent, in several frames. All become upright RGB of one size, and each
change is remarked; what cannot be read says why. The header is judged before anything is unpacked.
"""

import functools
import hashlib
import importlib
import io
import zlib
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor, ImageOps, UnidentifiedImageError

from limen.data.decode import BROKEN, fit_into, lies_turned
from limen.data.photo_content import RASTER
from limen.data.photo_said import Remark
from limen.errors import LimenError, unknown

LARGEST_PICTURE = 50_000_000  # pixels
FITS = ("crop", "pad", "stretch")
ANIMATED = ("first", "refuse")
SMALL, LONG = 64, 10  # fewer pixels than this, and sides in a larger ratio, are remarked
FLAT = 2.0  # standard deviation in grey levels below which a picture shows nothing
LETTERBOX = 32  # side of the grey picture that is fingerprinted
END = b"\xff\xd9"  # the end marker of JPEG


@dataclass(frozen=True)
class Reading:
    """How a photo becomes `size`×`size` RGB: everything that a prediction must do alike.

    `fit`: "crop" takes the middle square, "pad" keeps all and fills up, "stretch" bends. Transparent parts are laid on
    `background`. `value_range` says which values of 32-bit pictures are black and white; without it they are refused.
    """

    size: int = 64
    fit: str = "crop"
    background: str = "white"
    animated: str = "first"
    value_range: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.fit not in FITS:
            raise unknown("way to fit a photo", self.fit, FITS)
        if self.animated not in ANIMATED:
            raise unknown("way with animated pictures", self.animated, ANIMATED)
        if not 8 <= self.size <= 1024:
            raise LimenError(f"data.size {self.size} is out of range. Allowed: 8 to 1024 pixels. Try data.size=64.")
        low, high = self.value_range or (0.0, 1.0) if len(self.value_range) in (0, 2) else (0.0, 0.0)
        if not low < high:
            raise LimenError(
                f"data.value_range {self.value_range} is no range. Allowed: black,white. Try data.value_range=0,1."
            )
        try:
            ImageColor.getrgb(self.background)
        except ValueError:
            raise LimenError(
                f"data.background {self.background!r} is no colour. Allowed: names and #rrggbb. Try white."
            ) from None


class UnreadableError(Exception):
    """A picture that cannot be used. `remark` says why."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.remark: Remark = (kind, detail)


@dataclass(frozen=True)
class Photo:
    """A decoded photo. x: (size, size, 3) uint8. `pixels`: a digest of x, `look`: 64 bits that similar photos share."""

    x: NDArray[np.uint8]
    width: int
    height: int
    remarks: tuple[Remark, ...]
    pixels: str
    look: int


def check_png(content: bytes) -> None:
    """Compare the checksum of every chunk, which decoders leave out for speed; refuse a file that ends early."""
    at = 8
    while True:
        if at + 12 > len(content):
            raise UnreadableError("truncated", f"{len(content):,}")
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(content):
            raise UnreadableError("truncated", f"{len(content):,}")
        if zlib.crc32(memoryview(content)[at + 4 : end]) != int.from_bytes(content[end : end + 4]):
            raise UnreadableError("checksum", f"{name.decode('ascii', 'replace')}, {at:,}")
        if name == b"IEND":
            return
        at = end + 4


@functools.cache
def has_heif() -> bool:
    """Whether the library that reads HEIC is installed; it then teaches Pillow."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except (ImportError, AttributeError):
        return False
    return True


def opened(content: bytes, kind: str, largest: int) -> Image.Image:
    """The picture with its header read and judged, nothing unpacked."""
    if kind == "AVIF" and "AVIF" not in Image.OPEN:
        Image.init()
    name = "HEIF" if kind == "HEIC" else kind
    if (kind == "HEIC" and not has_heif()) or (kind == "AVIF" and "AVIF" not in Image.OPEN):
        raise UnreadableError("no codec", kind)
    try:
        picture = Image.open(io.BytesIO(content), formats=(name,))
    except Image.DecompressionBombError:
        raise UnreadableError("bomb", f"> {largest:,}") from None
    if not picture.width or not picture.height:
        raise UnreadableError("no area", f"{picture.width}×{picture.height}")
    if picture.width * picture.height > largest:
        raise UnreadableError("bomb", f"{picture.width:,}×{picture.height:,}")
    return picture


def frames_of(picture: Image.Image, kind: str, reading: Reading) -> list[Remark]:
    """What is remarked of a file with several pictures; the first is taken."""
    frames = getattr(picture, "n_frames", 1) if kind in ("GIF", "WEBP", "PNG", "AVIF", "TIFF") else 1
    if frames < 2:
        return []
    if kind == "TIFF":
        return [("pages", str(frames))]
    if reading.animated == "refuse":
        raise UnreadableError("animated refused", str(frames))
    return [("animated", str(frames))]


def loaded(content: bytes, kind: str, reading: Reading, largest: int) -> tuple[Image.Image, tuple[int, int]]:
    """The first picture of a file with its pixels, and its width and height as stored.

    A JPEG is unpacked at a half, a quarter or an eighth where that is still twice what is wanted: up to ten times
    as fast.
    """
    picture = opened(content, kind, largest)
    size = picture.size
    if kind == "JPEG":
        picture.draft(picture.mode, (2 * reading.size, 2 * reading.size))
    picture.seek(0)
    picture.load()
    return picture, size


def unpacked(content: bytes, kind: str, reading: Reading, largest: int) -> tuple[Image.Image, tuple[int, int], bool]:
    """The picture with its pixels, its width and height as stored, and whether the file is whole to its last byte."""
    try:
        return *loaded(content, kind, reading, largest), True
    except OSError as error:
        if isinstance(error, UnidentifiedImageError) or "truncated" not in str(error):
            raise
        if kind != "JPEG":
            raise UnreadableError("truncated", f"{len(content):,}") from None
    # A JPEG that lost but its end marker is whole: it gives the same pixels whatever is put behind it.
    ends = [content + END, content + b"\x5a" * 4096 + END]
    (picture, size), (other, _) = (loaded(end, kind, reading, largest) for end in ends)
    if not np.array_equal(np.asarray(picture), np.asarray(other)):
        raise UnreadableError("truncated", f"{len(content):,}")
    return picture, size, False


def eight_bits(picture: Image.Image, reading: Reading, remarks: list[Remark]) -> Image.Image:
    """A picture of 16 or 32 bits a pixel brought to 8."""
    if picture.mode.startswith("I;16"):
        remarks.append(("16 bits", ""))
        return Image.fromarray((np.asarray(picture).astype(np.float64) / 257).round().astype(np.uint8))
    if not reading.value_range:
        raise UnreadableError("no range", "")
    low, high = reading.value_range
    values = np.asarray(picture, np.float64)
    if not np.isfinite(values).all():
        raise UnreadableError("not finite", "")
    remarks.append(("scaled", f"{low:g}, {high:g}"))
    return Image.fromarray(((values - low) / (high - low) * 255).round().clip(0, 255).astype(np.uint8))


def on_ground(picture: Image.Image, colour: str) -> Image.Image:
    """A picture with transparent parts laid on a colour: colour·α + ground·(1 - α)."""
    solid = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", solid.size, colour), solid).convert("RGB")


def upright(picture: Image.Image, remarks: list[Remark]) -> Image.Image:
    """The picture as the camera was held; Pillow has turned a TIFF already."""
    if not lies_turned(picture):
        return picture
    if ("turned", "") not in remarks:
        remarks.append(("turned", ""))
    return ImageOps.exif_transpose(picture)


def in_colour(picture: Image.Image, kind: str, reading: Reading, remarks: list[Remark]) -> Image.Image:
    """The picture in RGB."""
    profile = picture.info.get("icc_profile")
    if profile is not None and (len(profile) < 128 or profile[36:40] != b"acsp"):
        remarks.append(("profile", ""))
    if picture.mode.startswith(("I", "F")):
        picture = eight_bits(picture, reading, remarks)
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        remarks.append(("transparent", reading.background))
        return on_ground(picture, reading.background)
    if picture.mode == "CMYK":
        remarks.append(("inks", ""))
        if kind == "JPEG" and "adobe" not in picture.info:  # only Adobe stores them inverted; Pillow takes all for such
            picture = ImageChops.invert(picture)
    return picture.convert("RGB")


def fitted(picture: Image.Image, reading: Reading) -> Image.Image:
    """The picture as a square of the wanted size."""
    side = (reading.size, reading.size)
    if reading.fit == "pad":
        return fit_into(picture, *side)
    if reading.fit == "crop":
        return ImageOps.fit(picture, side, Image.Resampling.LANCZOS)
    return picture.resize(side, Image.Resampling.LANCZOS)


def look_of(picture: Image.Image) -> int:
    """A fingerprint of 64 bits: which of the slowest waves of the whole picture lie above their median (pHash).

    A picture that was resized, recompressed or slightly brightened keeps almost all of them (Zauner 2010).
    """
    grey = np.asarray(picture.convert("L").resize((LETTERBOX, LETTERBOX), Image.Resampling.BOX), np.float32)
    waves = scipy.fft.dctn(grey, norm="ortho")[:8, :8].ravel()
    return int.from_bytes(np.packbits(waves > np.median(waves[1:])).tobytes())


def decode_photo(content: bytes, kind: str, reading: Reading, largest: int = LARGEST_PICTURE) -> Photo:
    """The photo in a file's bytes, which are of that `kind`.

    Raises:
        UnreadableError: it cannot be used; the remark says why.
    """
    if kind not in RASTER | {"HEIC"}:
        raise UnreadableError("not a picture", kind)
    try:
        if kind == "PNG":
            check_png(content)
        header = opened(content, kind, largest)
        remarks = frames_of(header, kind, reading)
        remarks += [("turned", "")] if lies_turned(header) else []
        picture, size, whole = unpacked(content, kind, reading, largest)
        remarks += [] if whole else [("no end marker", "")]
        picture = in_colour(upright(picture, remarks), kind, reading, remarks)
    except BROKEN as error:
        reason = "" if isinstance(error, UnidentifiedImageError) else " ".join(str(error).split())
        if "truncated" in reason.lower() or (kind == "JPEG" and END not in content[-64:]):
            raise UnreadableError("truncated", f"{len(content):,}") from None
        raise UnreadableError("damaged", reason or kind) from error
    width, height = size if (size[0] > size[1]) == (picture.width > picture.height) else size[::-1]
    if width * height < SMALL:
        remarks.append(("tiny", f"{width}×{height}"))
    if max(width, height) > LONG * min(width, height):
        remarks.append(("long", f"{width:,}×{height:,}"))
    x = np.array(fitted(picture, reading), np.uint8)
    if x.std(axis=(0, 1)).max() < FLAT:
        remarks.append(("one colour", ""))
    return Photo(x, width, height, tuple(remarks), hashlib.sha256(x.tobytes()).hexdigest(), look_of(picture))
