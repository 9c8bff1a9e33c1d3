"""One more photo, read as those were that a net has learnt from."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data.photo_cache import DRAWINGS
from limen.data.photo_content import HEAD, RASTER, kind_of
from limen.data.photo_decode import Reading, UnreadableError, decode_photo
from limen.data.photo_ledger import LARGEST_FILE
from limen.data.photo_said import Found
from limen.data.photo_words import note_of
from limen.errors import LimenError
from limen.language import Text
from limen.regular import read_regular

SPEAKING = frozenset({"LFS", "HTML", "empty"})  # kinds that have words of their own


def read_photo(path: Path, reading: Reading) -> tuple[NDArray[np.uint8], list[Text]]:
    """A photo as (size, size, 3) uint8, and what had to be changed, a phrase each.

    Raises:
        LimenError: it is no photo that can be read, with the reason.
    """
    try:
        content = read_regular(path, LARGEST_FILE)
    except OSError as error:
        raise LimenError(
            f"Cannot read {str(path)!r}: {error.strerror or error}. Check the name and the rights."
        ) from error
    kind = kind_of(content[:HEAD])
    try:
        if kind not in RASTER | {"HEIC"}:
            raise UnreadableError(
                "document" if kind in DRAWINGS else kind if kind in SPEAKING else "not a picture", kind
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # metadata may be odd
            photo = decode_photo(content, kind, reading)
    except UnreadableError as error:
        why = note_of(Found(error.remark[0], (("", error.remark[1]),)))
        detail = f" ({error.remark[1]})" if error.remark[1] else ""
        do = f" {why.do.en[:1].upper()}{why.do.en[1:]}." if why.do.en else " Check the file."
        raise LimenError(f"{str(path)!r}: {why.what.en}{detail}.{do}") from None
    notes = [note_of(Found(kind, (("", detail),))).what for kind, detail in photo.remarks]
    if (photo.width, photo.height) != (reading.size, reading.size):
        size = f"{photo.width}×{photo.height}"
        notes.append(
            Text(f"{size} resized to {reading.size}×{reading.size}", f"{size} 缩放为 {reading.size}×{reading.size}")
        )
    return photo.x, notes
