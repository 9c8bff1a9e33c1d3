"""Text files, and files of a label and a text a line, read for what they are.

A file is gone through once before anything is made of it: in which encoding it is, how long, and what is in it that
an eye does not see (control characters, marks of direction, characters of no width). What is found is told, and what
cannot be meant stops the reading with its line or its byte. Reading then goes on a piece at a time.
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from limen.data.characters import DecodingError, Opener, decoded, find_codec, guess, head_encoding
from limen.errors import LimenError, unknown
from limen.language import Text
from limen.regular import open_regular

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS = get_args(Form)
MOST_LEFT_OUT = 0.1  # share of the lines
LONGEST = 1 << 30  # characters that are put into memory at once
LISTED = 5  # lines named in a note

MARK = "\ufeff"  # the byte order mark; within a text, where files were joined, it means nothing
LONE = re.compile("[\ud800-\udfff]")
HIDDEN = {  # kept, and counted
    "control": re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
    "direction": re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"),
    "no width": re.compile("[\u200b-\u200d\u2060\u180e]"),
}
ASCII_CONTROL = bytes({*range(1, 9), 11, 12, *range(14, 32), 127})
SAID = {
    "control": Text("control characters", "个控制字符"),
    "direction": Text("marks of direction", "个书写方向标记"),
    "no width": Text("characters of no width", "个零宽字符"),
    "mark": Text("byte order marks within the text removed", "个文中的字节顺序标记（BOM）已删去"),
}
LINES = re.compile("[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class TextFile:
    """A text file that was gone through. `pieces` reads it again.

    `counts` tell of control characters, marks of direction, characters of no width, and of byte order marks within
    the text; these last are removed, the others kept. `lone` are the numbers (from 1) of lines that hold half a
    character, and are left out.
    """

    name: str
    encoding: str
    characters: int  # all, line ends included
    lines: int
    counts: tuple[tuple[str, int], ...] = ()
    lone: tuple[int, ...] = ()
    normal: Form | None = None
    opened: Opener = field(repr=False, compare=False, kw_only=True)

    def __str__(self) -> str:
        told = "".join(f", {note.en}" for note in self.notes())
        return f"{self.name}: {self.characters:,} characters in {self.lines:,} lines, {self.encoding}{told}"

    def notes(self) -> list[Text]:
        """What a person should know of the reading, a phrase each."""
        told = []
        if self.encoding != "utf-8":
            told.append(Text(f"read as {self.encoding}", f"按 {self.encoding} 读取"))
        told += [Text(f"{count:,} {SAID[kind].en}", f"{count:,} {SAID[kind].zh}") for kind, count in self.counts]
        if self.lone:
            places = ", ".join(map(str, self.lone[:LISTED])) + ("…" if len(self.lone) > LISTED else "")
            told.append(
                Text(
                    f"{len(self.lone):,} lines left out that hold half a character (line {places})",
                    f"{len(self.lone):,} 行含有残缺字符，已剔除（第 {places} 行）",
                )
            )
        if self.normal:
            told.append(Text(f"normalised to {self.normal}", f"已规范化为 {self.normal}"))
        return told

    def pieces(self) -> Iterator[str]:
        """The text in pieces of at most a few million characters, of whatever length its lines are."""
        pieces: Iterable[str] = decoded(self.opened, self.name, self.encoding)
        pieces = (piece.replace(MARK, "") for piece in pieces)
        pieces = without_lines(pieces, frozenset(self.lone)) if self.lone else pieces
        yield from normalised(pieces, self.normal) if self.normal else pieces


def without_lines(pieces: Iterable[str], numbers: frozenset[int]) -> Iterator[str]:
    """The text without the lines of those numbers, which count from 1."""
    number = 1
    for piece in pieces:
        kept = []
        for part in LINES.findall(piece):
            if number not in numbers:
                kept.append(part)
            number += part.endswith("\n")
        yield "".join(kept)


def starts(letter: str) -> bool:
    """Whether no character before this one can melt into it: it is no accent, and no part of a Korean syllable."""
    return letter.isascii() or (
        unicodedata.category(letter)[0] != "M"
        and not unicodedata.combining(letter)
        and not "\u1100" <= letter <= "\u11ff"
    )


def normalised(pieces: Iterable[str], form: Form) -> Iterator[str]:
    """The text with one way of writing each character, wherever it was cut into pieces."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        cut = next((i for i in range(len(text) - 1, 0, -1) if starts(text[i])), 0)
        rest = text[cut:]
        yield unicodedata.normalize(form, text[:cut])
    yield unicodedata.normalize(form, rest)


def census(file: TextFile) -> TextFile:
    """The file with what is in it counted.

    Raises:
        LimenError: it holds nothing but blanks, or a byte of another encoding.
    """
    counts: Counter[str] = Counter()
    lone: list[int] = []
    characters, breaks, last, blank = 0, 0, "\n", True
    for piece in decoded(file.opened, file.name, file.encoding):
        if piece.isascii():
            counts["control"] += len(piece) - len(piece.encode().translate(None, ASCII_CONTROL))
        else:
            counts["mark"] += piece.count(MARK) - (not characters and piece[0] == MARK)
            lone += [breaks + piece.count("\n", 0, found.start()) + 1 for found in LONE.finditer(piece)]
            for kind, pattern in HIDDEN.items():
                counts[kind] += len(pattern.findall(piece))
        blank = blank and not piece.replace(MARK, "").strip()
        breaks, characters, last = breaks + piece.count("\n"), characters + len(piece), piece[-1]
    if blank:
        what = "only blanks" if characters else "nothing"
        raise LimenError(f"{file.name!r} holds {what}, where text belongs. Name a file that holds some.")
    lines = breaks + (last != "\n")
    found = tuple((kind, counts[kind]) for kind in SAID if counts[kind])
    left_out = tuple(dict.fromkeys(lone))
    if len(left_out) > MOST_LEFT_OUT * lines:
        raise LimenError(
            f"{file.name!r}: {len(left_out):,} of {lines:,} lines hold half a character (a lone surrogate; first "
            f"line {left_out[0]:,}). At most {MOST_LEFT_OUT:.0%} are left out. Export the text again as UTF-8."
        )
    return replace(file, characters=characters, lines=lines, counts=found, lone=left_out)


def look(
    path: Path, *, encoding: str | None = None, normal: Form | None = None, least: int = 1, content: bytes | None = None
) -> TextFile:
    """Go through a text file once, and tell what it is; `pieces` of the answer read it.

    `encoding` None finds it: by the mark at the file's begin, else UTF-8, else GB18030. `normal` (NFC, NFD, …) makes
    one of the several ways to write an accent. `least` is how many characters there must be (a context's length).
    `content` is read in the place of the file, which then only lends its name.

    Raises:
        LimenError: no text, or in an unknown encoding (the byte's offset is named), or shorter than `least`.
    """
    if normal is not None and normal not in FORMS:
        raise unknown("normal form", normal, FORMS)
    stated = find_codec(encoding) if encoding else None
    name = str(path)

    def opened() -> io.BufferedIOBase:
        return io.BytesIO(content) if content is not None else open_regular(path)  # type: ignore[return-value]

    try:
        with opened() as file:
            marked = head_encoding(file.read(16), name)
        found = TextFile(name, stated or marked or "utf-8", 0, 0, normal=normal, opened=opened)  # type: ignore[arg-type]
        try:
            found = census(found)
        except DecodingError as error:
            if stated or marked:
                raise
            found = census(replace(found, encoding=guess(opened, error)))  # type: ignore[arg-type]
    except OSError as error:
        raise LimenError(f"Cannot read {name!r}: {error.strerror or error}. Check the name and the rights.") from error
    if found.characters < least:
        raise LimenError(
            f"{name!r} has {found.characters:,} characters, and at least {least:,} are needed: the context and one "
            "more. Bring more text, or choose a shorter context."
        )
    return found


def read_text(
    path: Path, *, encoding: str | None = None, normal: Form | None = None, least: int = 1
) -> tuple[str, TextFile]:
    """The whole text of a file, and what was found in it; see `look`. Lines end with "\n"."""
    file = look(path, encoding=encoding, normal=normal, least=least)
    if file.characters > LONGEST:
        raise LimenError(
            f"{file.name!r} has {file.characters:,} characters; at most {LONGEST:,} are put into memory at once. "
            "Read it in pieces: look(path).pieces()."
        )
    return "".join(file.pieces()), file
