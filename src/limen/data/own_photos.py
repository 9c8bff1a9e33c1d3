"""A person's own photos as a data set: a folder with a folder for each class.

``Data("photos", options={"path": "flowers"})``, or the folder that `--data` names; see `limen.data.photos` for what is
looked at, and `limen data check FOLDER` to see it before anything is trained.
"""

import shlex
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from limen.data import split
from limen.data.dataset import Dataset, Split, pixel_scale
from limen.data.fetch import Report
from limen.data.photo_decode import LARGEST_PICTURE, Reading
from limen.data.photo_split import divide, with_division
from limen.data.photo_tensors import tensors
from limen.data.photo_tree import NESTED, Rules
from limen.data.photo_twins import NEAR
from limen.data.photo_words import LISTED, SAYINGS, gathered, note_of
from limen.data.photos import Index, Limits, Photos, survey
from limen.data.spec import Data
from limen.errors import LimenError, unknown
from limen.language import Text
from limen.machine import derive_seed
from limen.options import check, options_of

NAMED = 100  # files that were set aside and are named in a run's record and report


@dataclass(frozen=True)
class Ways:
    """How a folder of photos is read. resident: MiB that decoded photos may take in memory; 0 is a quarter of it."""

    path: str
    reading: Reading
    rules: Rules
    limits: Limits
    resident: int


def ways_of(
    path: str = "",
    size: int = 64,
    fit: str = "crop",
    background: str = "white",
    animated: str = "first",
    value_range: tuple[float, ...] = (),
    follow_links: bool = False,
    ignore_empty: bool = False,
    nested: str = "refuse",
    conflicts: str = "refuse",
    leaks: str = "refuse",
    rare: str = "refuse",
    most_aside: float = 0.1,
    fewest: int = 2,
    imbalance: float = 10.0,
    near: int = NEAR,
    largest: int = LARGEST_PICTURE,
    resident: int = 0,
) -> Ways:
    """The options of `data=photos`. See `Reading`, `Rules` and `Limits` for what each does."""
    if nested not in NESTED:
        raise unknown("data.nested", nested, NESTED)
    reading = Reading(size, fit, background, animated, value_range)
    limits = Limits(conflicts, leaks, rare, most_aside, fewest, imbalance, near, largest)
    return Ways(path, reading, Rules(follow_links, ignore_empty, nested), limits, resident)


def checked_ways(options: dict[str, object]) -> Ways:
    """The ways that options name.

    Raises:
        LimenError: an option that there is not, or a value out of its range.
    """
    return ways_of(**check("the data photos", "data", options_of(ways_of, skip=0), options))


def root_of(path: str, folder: Path | None) -> Path:
    """The folder of photos: `path`, looked for in `folder` too, or `folder` itself."""
    if not path and folder is None:
        raise LimenError(
            "Which photos? data=photos needs a folder with a folder for each class. "
            "Name it: limen run photos --data FOLDER."
        )
    named = Path(path).expanduser() if path else None
    if named is None or (folder is not None and not named.is_absolute() and not named.exists()):
        assert folder is not None
        return folder / path
    return named


def mixed(photos: Photos, part: Index) -> Index:
    """A part in the order of its pictures' digests: whoever looks at its first examples sees all classes."""
    return part[np.argsort([photos.squares[i].pixels for i in part], kind="stable")]


def load_photos(data: Data, seed: int, folder: Path | None, report: Report | None = None) -> Dataset:
    """The photos of a folder, surveyed, decoded, divided; the notes tell what was found.

    Raises:
        LimenError: options that are unknown, and all that a folder is refused for, in one line.
    """
    ways = checked_ways(dict(data.options))
    root = root_of(ways.path, folder)
    photos = survey(root, ways.reading, ways.rules, ways.limits, report)
    if photos.errors:
        first, more = photos.errors[0], len(photos.errors) - 1
        others = f" · {more} more: `limen data check {shlex.quote(str(root))}`" if more else ""
        raise LimenError(f"{first.line('en')}{others}")
    parts = divide(photos, data, seed, ways.limits)
    photos = with_division(photos, parts)
    labels, train = photos.labels.astype(np.int64), parts.train
    if data.limit is not None and data.limit < len(train):
        train = train[split.stratified(labels[train], data.limit, derive_seed(seed, "limit"))[1]]
    test = mixed(photos, parts.test)
    held = tensors(photos, (train, parts.validation, test), ways.resident)
    y = [labels[part] for part in (train, parts.validation, test)]
    if data.mislabel:
        y[0] = split.mislabelled(y[0], data.mislabel, len(photos.classes), derive_seed(seed, "mislabel"))
    train_split, validation, last = (Split(x, torch.from_numpy(labels)) for x, labels in zip(held, y, strict=True))
    scale = pixel_scale(data.pixels, 3, "photos")
    told = [note_of(found, NAMED if SAYINGS[found.kind].action == "Q" else LISTED) for found in gathered(photos.found)]
    notes = tuple(Text(note.line("en"), note.line("zh")) for note in told)
    return Dataset("photos", train_split, validation, last, photos.classes, scale, notes=notes, reading=ways.reading)
