"""What a file is, told by its first bytes and never by its name.

A name says what somebody hoped for: a download that failed leaves a web page called rose.jpg, and a telephone calls
its HEIC files .JPG. Every format opens with bytes of its own (its magic number), so those are asked.
"""

import re
from dataclasses import dataclass

HEAD = 4096  # bytes that are looked at
SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".bmp", ".dib", ".webp", ".tif", ".tiff", ".avif"),
    *(".heic", ".heif", ".hif", ".jp2", ".svg", ".eps", ".pdf", ".psd", ".ico", ".raw", ".cr2", ".nef", ".arw", ".dng"),
)  # names that promise a picture

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"version https://git-lfs", "LFS"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"8BPS", "PSD"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)
BRANDS = {b"avif": "AVIF", b"avis": "AVIF"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"
)
PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL)
DRAWING = re.compile(rb"\s*(<\?xml.*?\?>\s*|<!--.*?-->\s*|<!doctype\s+svg.*?>\s*)*<svg\b", re.IGNORECASE | re.DOTALL)

RASTER = frozenset({"JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"})  # what is decoded
NAMES: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
}


@dataclass(frozen=True)
class Content:
    """A file's bytes in short: their SHA-256 in hexadecimal, and what they are (a format, "HTML", "text", "")."""

    sha256: str
    kind: str


def kind_of(head: bytes) -> str:
    """What a file is that begins so: a format's name, "HTML", "LFS", "text", "empty", or "" where it is not known."""
    if not head:
        return "empty"
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        brands = [head[8:12], *(head[i : i + 4] for i in range(16, min(64, int.from_bytes(head[:4])), 4))]
        found = [BRANDS[brand] for brand in brands if brand in BRANDS]
        return "AVIF" if "AVIF" in found else found[0] if found else "video"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if PAGE.match(text):
        return "HTML"
    if DRAWING.match(text):
        return "SVG"
    return "text" if is_text(text) else ""


def is_text(head: bytes) -> bool:
    """Whether bytes read as UTF-8 text without control characters; the last character may be cut."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
    return not any(byte < 9 or 13 < byte < 27 for byte in head)


def promises_picture(name: str) -> bool:
    """Whether a name ends as those of pictures do."""
    return name.lower().endswith(SUFFIXES)


def misnamed(name: str, kind: str) -> bool:
    """Whether a picture bears the suffix of another format."""
    return promises_picture(name) and not name.lower().endswith(NAMES.get(kind, ()))
