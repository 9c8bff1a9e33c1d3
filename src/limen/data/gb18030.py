"""When bytes that are not UTF-8 are Chinese, and when not.

GB18030 takes nearly any bytes for characters, Latin-1's ``Größe`` (Gr鲞e) and UTF-8's ``中文`` (涓枃) among them. So
it is believed only where the characters that come out are ones that people write, and where no part of the file reads
better as UTF-8: a file pasted together from two encodings would else be read without a word, and wrongly.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from limen.data.notes import printable

BLOCK = 1 << 20  # bytes read at a time
COMMON = 0.7  # share of characters in daily use (GB2312's first level and its signs) from which GB18030 is believed
STRAY = 0.01  # share of the pieces that read as UTF-8 from which a file counts as mixed
LONG = 4  # Chinese characters in a row that read as UTF-8 are no chance, whatever the share

PIECE = re.compile(rb"[^\x00-\x1f,;|\"]+")  # a stretch between separators
AS_CHINESE = re.compile(rb"(?:[\x20-\x7e]|[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf])+")
AS_LATIN = re.compile(rb"(?=.*[A-Za-z][\xc3][\x80-\xbf])(?:[\x20-\x7e]|[\xc2\xc3][\x80-\xbf])+")
THREES = re.compile(rb"[\xe3-\xef][\x80-\xbf]{2}")
LAST_COMMON = 0xD7  # the last lead byte of GB2312's first level, after its signs


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file block by block, and an empty one at its end."""
    while block := file.read(BLOCK):
        yield block
    yield b""


@dataclass(frozen=True)
class Stray:
    """What of a file reads as UTF-8 though the whole does not: pieces in all, such pieces, the first of them."""

    pieces: int = 0
    strays: int = 0
    surely: bool = False
    offset: int = 0
    row: int = 0

    @property
    def mixed(self) -> bool:
        """Whether that is more than chance."""
        return self.surely or self.strays > STRAY * self.pieces


def strays(file: BinaryIO) -> Stray:
    """Look for UTF-8 in a file that is not UTF-8 as a whole."""
    file.seek(0)
    found, at, rows = Stray(), 0, 1
    for block in blocks(file):
        pieces = [p for p in PIECE.finditer(block) if not p[0].isascii()]
        utf8 = [p for p in pieces if AS_CHINESE.fullmatch(p[0]) or AS_LATIN.fullmatch(p[0])]
        surely = any(len(THREES.findall(p[0])) >= LONG for p in utf8)
        first = found if found.strays or not utf8 else Stray(
            offset=at + utf8[0].start(), row=rows + block.count(b"\n", 0, utf8[0].start())
        )  # fmt: skip
        found = Stray(
            found.pieces + len(pieces), found.strays + len(utf8), found.surely or surely, first.offset, first.row
        )
        at += len(block)
        rows += block.count(b"\n")
    return found


def share_in_use(text: str) -> float:
    """Of the characters beyond ASCII, the share that GB2312 counts among its signs and its 3,755 commonest."""
    counts = Counter(character for character in text if character > "\x7f")
    common = 0
    for character, count in counts.items():
        code = character.encode("gb2312", "ignore")
        common += count * (len(code) == 2 and code[0] <= LAST_COMMON)
    return common / counts.total() if counts else 1.0


def unclear(file: BinaryIO, offset: int) -> str | None:
    """A piece that GB18030 makes odd characters of; None where what it makes is Chinese as people write it.

    `offset` is the first byte that is not UTF-8's. The header is asked for itself: it is short, and says the most.
    """
    file.seek(0)
    head = file.read(BLOCK)
    file.seek(offset if offset > BLOCK // 2 else 0)
    for part, least in ((re.split(rb"[\r\n]", head, maxsplit=1)[0], COMMON / 2), (file.read(BLOCK), COMMON)):
        odd = next((piece for piece in PIECE.findall(part) if not piece.isascii()), None)
        if odd and share_in_use(part.decode("gb18030", "ignore")) < least:
            ways = (f"{printable(odd.decode(way, 'replace'), 20)!r} as {way}" for way in ("gb18030", "latin-1"))
            return ", ".join(ways)
    return None
