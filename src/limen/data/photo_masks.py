"""Pictures and their masks: for every pixel of a picture, the number of the class it shows.

A mask belongs to its picture pixel for pixel, so both must be of one size, and every number in it must be a class. The
number 255 often stands for "not to be counted"; whether it does must be said, since it may also be a mistake.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from limen.data.decode import BROKEN
from limen.data.notes import Note
from limen.data.photo_content import RASTER, Content
from limen.data.photo_ledger import content_of, in_threads
from limen.data.photo_said import Found
from limen.data.photo_tree import Entry, Rules, Tree, walk
from limen.data.photo_words import gathered, note_of

VOID = 255  # what many data sets write where no class is meant
Pair = tuple[Entry, Entry]


def stems(root: Path, tree: Tree) -> dict[str, Entry]:
    """The files below a folder by their path without its suffix."""
    return {str(Path(entry.path).with_suffix("")): entry for entry in walk(tree, "", "", "", Rules())}


def check_masks(pictures: Path, masks: Path, classes: int | None = None, ignore: int | None = None) -> list[Found]:
    """What is wrong with the masks of a folder of pictures, matched by name (a/1.jpg, a/1.png).

    Values from 0 to `classes` - 1 are allowed, and `ignore`; where `classes` is not said, all but 255.

    Raises:
        LimenError: a folder that is none.
    """
    trees = Tree(pictures), Tree(masks)
    of_pictures, of_masks = stems(pictures, trees[0]), stems(masks, trees[1])
    found = [*trees[0].found, *trees[1].found]
    found += [Found("mask missing", ((of_pictures[s].name, ""),)) for s in sorted(of_pictures.keys() - of_masks.keys())]
    found += [Found("mask alone", ((of_masks[s].name, ""),)) for s in sorted(of_masks.keys() - of_pictures.keys())]
    pairs = [(of_pictures[s], of_masks[s]) for s in sorted(of_pictures.keys() & of_masks.keys())]
    for faults in in_threads(lambda pair: faults_of(pair, pictures, masks, classes, ignore), pairs):
        found += faults
    return gathered(found)


def faults_of(pair: Pair, pictures: Path, masks: Path, classes: int | None, ignore: int | None) -> list[Found]:
    """What is wrong with one pair."""
    opened = []
    for root, entry in zip((pictures, masks), pair, strict=True):
        content = content_of(root, entry)
        if not isinstance(content, Content):
            return [Found(content[0], ((entry.name, content[1]),))]
        if content.kind not in RASTER:
            return [Found("not a picture", ((entry.name, content.kind),))]
        try:
            opened.append(Image.open(root / entry.path, formats=(content.kind,)))
        except (*BROKEN, Image.DecompressionBombError) as error:
            return [Found("damaged", ((entry.name, str(error)),))]
    with opened[0] as picture, opened[1] as mask:
        name = pair[1].name
        if picture.size != mask.size:
            sizes = " ≠ ".join(f"{image.width}×{image.height}" for image in (mask, picture))
            return [Found("mask size", ((name, sizes),))]
        if mask.mode not in ("1", "L", "P", "I;16", "I;16B", "I"):
            return [Found("mask colour", ((name, mask.mode),))]
        try:
            values = np.unique(np.asarray(mask)).astype(int).tolist()
        except BROKEN as error:
            return [Found("damaged", ((name, str(error)),))]
    wrong = [v for v in values if v != ignore and (v >= classes if classes is not None else v == VOID)]
    return [Found("mask values", ((name, ", ".join(map(str, wrong[:10]))),))] if wrong else []


def notes_of(found: list[Found]) -> tuple[Note, ...]:
    """The findings as notes."""
    return tuple(note_of(one) for one in found)
