"""Texts with a label each: one a line, the label first, then a tab, then the text.

The form of the SMS Spam Collection (Almeida, Gómez Hidalgo & Yamakami 2011): ``ham<TAB>Ok lar...``. There are no
quotes and no escapes, so a tab within a text would shift its meaning: it is refused, not guessed at.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data.packed import AGAIN
from limen.data.parts import Parts
from limen.data.texts import Form, TextFile, look
from limen.errors import LimenError, nearest, shown
from limen.regular import open_regular

SMS_FILE, SMS_CLASSES = "SMSSpamCollection", ("ham", "spam")
LONGEST = 1 << 24  # characters of one labelled text
LARGEST = 64 << 20  # bytes of the member of an archive; the published one has 477,907


@dataclass(frozen=True)
class Labelled:
    """Texts, their labels as numbers (N,) int64, and the classes these stand for."""

    texts: tuple[str, ...] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False, compare=False)
    classes: tuple[str, ...]
    file: TextFile = field(repr=False)

    def __str__(self) -> str:
        counts = np.bincount(self.labels, minlength=len(self.classes))
        told = ", ".join(f"{count:,} {name}" for name, count in zip(self.classes, counts, strict=True))
        return f"{self.file.name}: {len(self.texts):,} texts ({told})"


def whole_lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    """The lines of a text that comes in pieces, without their ends."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        first, *others = piece.split("\n")
        waiting.append(first)
        length += len(first)
        for other in others:
            yield "".join(waiting)
            waiting, length = [other], len(other)
        if length > LONGEST:
            raise LimenError(f"{name!r} holds a line of more than {LONGEST:,} characters. Check the delimiter.")
    if length:
        yield "".join(waiting)


def divide_line(line: str, where: str, delimiter: str) -> tuple[str, str]:
    """The label and the text of one line."""
    sign = "TAB" if delimiter == "\t" else repr(delimiter)
    label, *texts = line.split(delimiter)
    if not texts or not label.strip():
        raise LimenError(
            f"{where} has no label: {shown(line)}. Each line is a label, a {sign}, and a text. Mend that line."
        )
    if len(texts) > 1:
        raise LimenError(
            f"{where} holds {len(texts)} times the delimiter {sign}, where one belongs between label and text: "
            f"{shown(line)}. Take it out of the text, or choose another delimiter."
        )
    if not texts[0].strip():
        raise LimenError(f"{where} has the label {shown(label)} and no text. Mend or remove that line.")
    return label.strip(), texts[0]


def read_labelled(
    path: Path,
    *,
    classes: Sequence[str] | None = None,
    delimiter: str = "\t",
    encoding: str | None = None,
    normal: Form | None = None,
    content: bytes | None = None,
) -> Labelled:
    """The texts and labels of a file with a label, a delimiter and a text a line; empty lines count for nothing.

    `classes` are the labels allowed, in the order of their numbers; None takes those that occur, in alphabetical order.

    Raises:
        LimenError: see `limen.data.texts.look`; or a line without a label or text, with a delimiter in its text, or
            with an unknown label: the line is named.
    """
    if not delimiter or "\n" in delimiter:
        raise LimenError(f"The delimiter {shown(delimiter)} cannot part a line. Allowed: a tab, or another sign.")
    file = look(path, encoding=encoding, normal=normal, content=content)
    rows: list[tuple[str, str]] = []
    skipped = frozenset(file.lone)
    numbers = (number for number in range(1, file.lines + 1) if number not in skipped)
    for number, line in zip(numbers, whole_lines(file.pieces(), file.name), strict=False):
        if not line.strip():
            continue
        label, text = divide_line(line, f"{file.name!r}, line {number:,}", delimiter)
        if classes is not None and label not in classes:
            hint = f" Did you mean {near!r}?" if (near := nearest(label, classes)) else ""
            raise LimenError(
                f"{file.name!r}, line {number:,} has the unknown label {shown(label)}.{hint} "
                f"Allowed: {', '.join(classes)}."
            )
        rows.append((label, text))
    names = tuple(classes) if classes is not None else tuple(sorted({label for label, _ in rows}))
    if len(names) < 2:
        raise LimenError(
            f"{file.name!r} has one class only ({', '.join(names)}). At least 2 are needed. Check the labels."
        )
    place = {name: number for number, name in enumerate(names)}
    labels = np.array([place[label] for label, _ in rows], np.int64)
    return Labelled(tuple(text for _, text in rows), labels, names, file)


def read_sms(path: Path, content: bytes | None = None) -> tuple[list[str], NDArray[np.int64]]:
    """The messages of the SMS Spam Collection in file order, and their labels (N,): 0 for ham, 1 for spam."""
    read = read_labelled(path, classes=SMS_CLASSES, content=content)
    return list(read.texts), read.labels


def to_parts(texts: Sequence[str], labels: NDArray[np.int64]) -> Parts:
    """Texts as what every reader hands over: an array of objects (N,), undivided."""
    array = np.empty(len(texts), object)
    array[:] = texts
    return Parts((array, labels))


def read_sms_file(path: Path) -> Parts:
    """The SMS Spam Collection from its text file."""
    return to_parts(*read_sms(path))


def read_sms_archive(path: Path) -> Parts:
    """The SMS Spam Collection from UCI's zip archive. The member is read in memory; nothing is unpacked to the disk."""
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            member = archive.getinfo(SMS_FILE)
            if member.file_size > LARGEST:
                raise LimenError(
                    f"{str(path)!r} claims {member.file_size:,} bytes for {SMS_FILE}; at most {LARGEST:,} are read. "
                    f"{AGAIN}"
                )
            content = archive.read(member)
    except KeyError:
        raise LimenError(f"{str(path)!r} holds no {SMS_FILE}. {AGAIN}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error) as error:
        raise LimenError(f"{str(path)!r} cannot be unpacked ({error}). {AGAIN}") from error
    return to_parts(*read_sms(path / SMS_FILE, content))
