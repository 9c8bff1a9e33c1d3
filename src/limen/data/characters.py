"""From bytes to characters, a piece at a time.

A file does not say in which encoding it was written. UTF-8 gives itself away: its bytes follow a pattern that other
text breaks at once. What is not UTF-8 and reads as common Chinese is taken for GB18030, the superset of GBK; of
anything else the first strange byte is named, and the reader has to say. Only one piece is in memory at a time, so a
file, or a line of it, may be of any length.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from limen.errors import LimenError, shown

Opener = Callable[[], BinaryIO]

CHUNK = 1 << 20  # bytes read at a time
WINDOW = 1 << 16  # bytes looked at to tell GB18030 from damage
SURE = 0.9  # share of the foreign characters that must agree before an encoding is believed
MARKED = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's mark does, so it is looked for first
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-16", "utf-32")  # encodings in which a zero byte is a part of most characters
BINARY = {
    b"\x7fELF": "a Linux program",
    b"%PDF-": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a zip archive, as docx and xlsx are",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"SQLite format 3\0": "a database",
}
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # one character, written as Java and MySQL do, in two halves


class DecodingError(LimenError):
    """A byte that does not belong to the encoding. `offset` counts from 0.

    `read` is how many bytes more than characters had been read before: 0 where all was ASCII.
    """

    def __init__(self, message: str, offset: int, read: int) -> None:
        super().__init__(message)
        self.offset, self.read = offset, read


def find_codec(name: str) -> str:
    """An encoding's own name, such as ``gb18030``, from any of its names."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # base64 and its like are codecs too, of bytes
    except (LookupError, TypeError, ValueError):
        raise LimenError(
            f"Unknown encoding {shown(name)}. Allowed: utf-8, gb18030, utf-16, latin-1, cp1252, big5, shift_jis and "
            "the others that Python knows. Leave it out to have it found."
        ) from None
    return found.name


def head_encoding(head: bytes, name: str) -> str | None:
    """The encoding that a file's first bytes state, if any.

    Raises:
        LimenError: they are those of a program, a picture or an archive.
    """
    for magic, kind in BINARY.items():
        if head.startswith(magic):
            raise LimenError(f"{name!r} is {kind}, not text. Name a text file, or export it as one.")
    return next((encoding for mark, encoding in MARKED if head.startswith(mark)), None)


def fault(name: str, encoding: str, byte: int, offset: int, read: int) -> DecodingError:
    """The error for a byte that does not belong."""
    return DecodingError(
        f"{name!r} is not {encoding}: byte 0x{byte:02x} at offset {offset:,}. State what it is written in with the "
        "option encoding (for example latin-1 or gb18030), or mend that place.",
        offset,
        read,
    )


def decoded(opened: Opener, name: str, encoding: str) -> Iterator[str]:
    """The characters of a file in pieces, lines ended by "\\n" whatever ended them in the file.

    Halves of characters (surrogates) come through alone only where they stood alone.

    Raises:
        DecodingError: a byte that is not of the encoding.
        LimenError: a zero byte, which no text holds.
    """
    lenient = "surrogatepass" if encoding.startswith(("utf-8", *WIDE)) else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(lenient)
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    done, read, half = 0, 0, ""
    with opened() as file:
        while True:
            chunk = file.read(CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                read += error.start - len(error.object[: error.start].decode(encoding, "ignore"))
                offset = done - waiting + error.start
                raise fault(name, encoding, error.object[error.start], offset, read) from None
            if "\0" in text and not encoding.startswith(WIDE):
                raise LimenError(
                    f"{name!r} is not text: byte {done + chunk.find(0):,} is zero. If it is UTF-16, state it with the "
                    "option encoding; else name a text file."
                )
            done, read = done + len(chunk), read + len(chunk) - len(text)
            text = newlines.decode(half + text, final=not chunk)
            half = text[-1:] if chunk and "\ud800" <= text[-1:] <= "\udbff" else ""
            text = text.removesuffix(half)
            if not text.isascii():
                text = PAIR.sub(join, text)
            if text:
                yield text
            if not chunk:
                return


def join(pair: "re.Match[str]") -> str:
    """The character whose two halves these are."""
    return pair.group().encode("utf-16", "surrogatepass").decode("utf-16")


def is_chinese(window: bytes) -> bool:
    """Whether bytes read as GB18030 are nearly all of the common characters and signs of Chinese (GB 2312, level 1)."""
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(window)
    except UnicodeDecodeError:
        return False
    foreign = [letter.encode("gb2312", "ignore") for letter in text if letter > "\x7f"]
    common = sum(b"\xa1" <= code[:1] <= b"\xd7" for code in foreign)
    return common >= 2 and common >= SURE * len(foreign)


def guess(opened: Opener, error: DecodingError) -> str:
    """The encoding of a file that is not UTF-8; the error again where it is UTF-8 with a damaged byte, or unknown."""
    with opened() as file:
        before = file.read(min(error.offset, CHUNK)) if error.offset <= CHUNK else b""
        line = before.rfind(b"\n") + 1 if before else 0
        file.seek(line if before else error.offset)
        window = file.read(WINDOW)
    text = window.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in text) - damaged + error.read
    if whole >= SURE * (whole + damaged) or not is_chinese(window):
        raise error
    return "gb18030"
