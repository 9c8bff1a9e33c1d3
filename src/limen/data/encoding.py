"""From bytes to text: which encoding a file is in, found from its bytes alone.

A mark at the start says it outright. Else UTF-8 has it when every byte agrees, for text in another encoding almost
never agrees by chance. What is left is, for files from China, GB18030 (which holds GBK and GB2312); but that takes
nearly any bytes for characters, so it is believed only where it makes Chinese of them (`limen.data.gb18030`).
"""

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from limen.data.foreign import foreign_kind
from limen.data.gb18030 import BLOCK, blocks, strays, unclear
from limen.data.notes import TABLE, Note, place, refusal
from limen.errors import LimenError, unknown
from limen.language import Text
from limen.regular import open_regular

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "gb18030", "gbk",
    "gb2312", "big5", "big5hkscs", "latin-1", "iso8859-2", "iso8859-5", "iso8859-15", "cp1250", "cp1251", "cp1252",
    "koi8-r", "mac-roman", "shift_jis", "cp932", "euc-jp", "euc-kr", "cp949",
)  # fmt: skip


def stamp(file: BinaryIO) -> tuple[int, int, int]:
    """What tells that a file is still the same: its number, size and time of change."""
    state = os.fstat(file.fileno())
    return state.st_ino, state.st_size, state.st_mtime_ns


@dataclass(frozen=True)
class Decoded:
    """A text file whose every byte was read once and agrees with `encoding`. It is read again as a stream."""

    path: Path
    encoding: str
    mark: int = 0  # bytes of the mark at the start, which are no text
    code: str = TABLE
    stamp: tuple[int, int, int] = (0, 0, 0)
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"Decoded({self.path.name!r}, {self.encoding}, {self.size:,} bytes)"

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.stamp[1]

    def check(self, file: TextIO | BinaryIO) -> None:
        """Refuse to go on when somebody writes into the file meanwhile."""
        if stamp(file) != self.stamp:  # type: ignore[arg-type]
            raise refusal(
                self.code, "the file changed while it was read", place(self.path),
                "its parts would not belong together", "wait until it is written, then start again",
            )  # fmt: skip

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The text as a stream, line ends as they are; that the file is still the same is checked at both ends."""
        with opened(self.path, self.code) as file:
            self.check(file)
            file.seek(self.mark)
            with io.TextIOWrapper(file, self.encoding, newline="") as text:
                yield text
                self.check(text)

    def pieces(self, size: int = BLOCK) -> Iterator[str]:
        """The text in pieces of `size` characters, however long its lines are."""
        with self.open() as text:
            while piece := text.read(size):
                yield piece
                self.check(text)


@contextmanager
def opened(path: Path, code: str) -> Iterator[BinaryIO]:
    """The file, if it is a plain one that may be read."""
    try:
        file = open_regular(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refusal(
            code, f"cannot read {str(path)!r}", place(path), reason, "check the name and the rights"
        ) from error
    with file:
        yield file


@dataclass(frozen=True)
class Break:
    """Where bytes cease to agree with an encoding: offset and row in the file, the byte, and whether it is a NUL."""

    offset: int
    row: int
    byte: int
    nul: bool = False


def first_break(file: BinaryIO, encoding: str, mark: int = 0) -> Break | None:
    """Read a whole file as `encoding`: where that first fails, or a NUL stands; None where all is well."""
    file.seek(mark)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    at, ends = mark, {"\n": 0, "\r": 0}
    for block in blocks(file):
        pending = len(decoder.getstate()[0])  # bytes of a character that the block before began
        broken = None
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            broken = error
            text = error.object[: error.start].decode(encoding)
        nul = text.find("\0")
        for end in ends:
            ends[end] += text.count(end, 0, nul if nul >= 0 else len(text))
        row = 1 + (ends["\n"] or ends["\r"])
        if nul >= 0:
            return Break(at - pending + len(text[:nul].encode(encoding)), row, 0, nul=True)
        if broken is not None:
            return Break(at - pending + broken.start, row, broken.object[broken.start])
        at += len(block)
    return None


def find_mark(file: BinaryIO) -> tuple[int, str]:
    """(length, encoding) of the mark at the start of a file; (0, "") where there is none."""
    file.seek(0)
    head = file.read(4)
    return next(((len(mark), name) for mark, name in MARKS if head.startswith(mark)), (0, ""))


def find_unmarked(file: BinaryIO, path: Path, code: str) -> str:
    """UTF-8 or GB18030, whichever a file without a mark is in."""
    broken = first_break(file, "utf-8")
    if broken is None:
        return "utf-8"
    if broken.nul:
        raise nul_found(file, broken, path, code)
    stray, other = strays(file), first_break(file, "gb18030")
    if other is not None and other.nul:
        raise nul_found(file, other, path, code)
    at = f"byte {broken.offset:,} is 0x{broken.byte:02x}"
    if stray.mixed:
        offset, row = (stray.offset, stray.row) if stray.offset > broken.offset else (broken.offset, broken.row)
        raise refusal(
            code, "two encodings in one file", place(path, row),
            f"parts are UTF-8 and parts are not, which changes at byte {offset:,}",
            "save the file again, all of it as UTF-8",
        )  # fmt: skip
    odd = unclear(file, broken.offset) if other is None else None
    if other is not None or odd:
        raise refusal(
            code, "the encoding is not clear", place(path, broken.row),
            f"{at}, which is not UTF-8" + (f", and could be {odd}" if odd else " and not GB18030"),
            "say the encoding (--encoding latin-1, gb18030, big5, …), or save the file as UTF-8",
        )  # fmt: skip
    return "gb18030"


def nul_found(file: BinaryIO, broken: Break, path: Path, code: str) -> LimenError:
    """The error for a file with NUL in it, which may be UTF-16 that lost its mark."""
    file.seek(0)
    head = file.read(BLOCK)
    wide = next((name for k, name in ((1, "utf-16-le"), (0, "utf-16-be")) if head[k::2].count(0) * 3 > len(head)), "")
    do = f"it looks like UTF-16 without a mark: say --encoding {wide}" if wide else "mend the file, or name the text"
    return refusal(code, f"NUL at byte {broken.offset:,}", place(path, broken.row), "no text holds that byte", do)


def named(encoding: str, mark: tuple[int, str], path: Path, code: str) -> str:
    """The encoding that was asked for, when it is one and the file's own mark does not say another."""
    known = {codecs.lookup(name).name: name for name in ENCODINGS}
    asked = {"utf-8-sig": "utf-8"}.get(encoding.lower().replace("_", "-"), encoding)
    try:
        name = known[codecs.lookup(asked).name]
    except (LookupError, ValueError):
        raise unknown("encoding", encoding, ENCODINGS) from None
    if mark[0] and not mark[1].startswith(name):
        raise refusal(
            code, f"encoding {name} was asked for", place(path), f"the file begins with the mark of {mark[1]}",
            f"leave the encoding out, or say {mark[1]}",
        )  # fmt: skip
    return mark[1] or {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(name, name)


def notes_on(encoding: str, mark: int, asked: bool, path: Path, code: str) -> tuple[Note, ...]:
    """What a person should know of how the bytes were read; nothing for plain UTF-8."""
    if mark:
        what = Text(f"{encoding.upper()} with a byte order mark", f"{encoding.upper()}，带字节序标记（BOM）")
        return (Note(code, "F", what, place(path)),)
    if encoding == "utf-8" or asked:
        return ()
    do = Text("if words look wrong, say --encoding", "若文字显示不对，请用 --encoding 指定编码")
    return (Note(code, "F", Text(f"read as {encoding}", f"按 {encoding} 编码读取"), place(path), do),)


def decode(path: Path | str, encoding: str | None = None, *, code: str = TABLE) -> Decoded:
    """A text file whose encoding is found, or is the one that was asked for, and agrees with every byte.

    The file is read once from end to end, in blocks. `code` is what the messages begin with.

    Raises:
        LimenError: no plain file, no text, an encoding that is unknown, unclear or not the same throughout, NUL bytes.
    """
    path = Path(path)
    with opened(path, code) as file:
        before = stamp(file)
        if foreign := foreign_kind(file):
            raise refusal(code, "no text", place(path), f"it is {foreign[0]}, whatever its name says", foreign[1])
        mark = find_mark(file)
        if encoding is None and not mark[0]:
            name = find_unmarked(file, path, code)
        else:
            name = named(encoding, mark, path, code) if encoding else mark[1]
            if broken := first_break(file, name, mark[0]):
                if broken.nul:
                    raise nul_found(file, broken, path, code)
                raise refusal(
                    code, f"not {name} throughout", place(path, broken.row),
                    f"byte {broken.offset:,} is 0x{broken.byte:02x}, which {name} has no character for",
                    "mend the file, or say another --encoding",
                )  # fmt: skip
        decoded = Decoded(path, name, mark[0], code, before, notes_on(name, mark[0], encoding is not None, path, code))
        decoded.check(file)
    return decoded
