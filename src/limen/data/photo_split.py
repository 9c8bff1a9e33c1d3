"""Dividing photos: every class has its share in every part, and what looks alike stays together.

Ten photos of one vase, taken in one minute, are nearly one photo. If nine of them teach and the tenth is asked, the net
need not know what a vase is. So groups of equal and almost equal photos are never parted.
"""

from dataclasses import dataclass, replace

import numpy as np

from limen.data import split
from limen.data.photo_said import Found
from limen.data.photos import Index, Limits, Photos
from limen.data.spec import Data
from limen.errors import LimenError
from limen.machine import derive_seed

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Division:
    """Numbers of photos, by part, and what is to be told of it."""

    train: Index
    validation: Index
    test: Index
    found: tuple[Found, ...]


def drawn(photos: Photos, among: Index, wanted: float, seed: int) -> tuple[Index, Index]:
    """Draw a share, or a number, of some photos with equal shares of every class: (the rest, the drawn)."""
    count = round(len(among) * wanted) if wanted < 1 else int(wanted)
    keep, held = split.together(
        photos.labels[among].astype(np.int64), photos.groups[among], max(1, count), seed
    )  # a share of a handful is still one
    return among[keep], among[held]


def divide(photos: Photos, data: Data, seed: int, limits: Limits) -> Division:
    """The parts: those that the folder states, the others drawn from what teaches.

    Raises:
        LimenError: a part that would be empty.
    """
    if data.split != "stratified":
        raise LimenError(
            f"data.split={data.split} needs an order, and a folder of photos has none. Allowed: stratified. "
            "Leave data.split out."
        )
    stated = np.array(photos.splits)
    parts = {name: np.flatnonzero(stated == name) for name in PARTS}
    found = list[Found]()
    teaching = np.flatnonzero(np.isin(stated, ("", "train")))
    counts = np.bincount(photos.labels[teaching], minlength=len(photos.classes))
    few = teaching[counts[photos.labels[teaching]] < limits.fewest]  # of classes that are used for training only
    rest = np.setdiff1d(teaching, few)
    for name, wanted in (("test", data.test), ("validation", data.validation)):
        if not len(parts[name]):
            rest, parts[name] = drawn(photos, rest, wanted, derive_seed(seed, f"{name} split"))
            found += [Found("split drawn", (("", name),))] if len(parts["train"]) else []
    parts["train"] = np.sort(np.concatenate([rest, few]))
    parts, moved = taught(photos, parts)
    found += [Found("moved to train", ((photos.files[i].name, ""),)) for i in moved]
    for name in ("validation", "test"):
        if not len(parts[name]):
            raise LimenError(f"No photo is left for the {name} split: {len(photos)} are too few. Add photos.")
        lacking = np.setdiff1d(photos.labels, photos.labels[parts[name]])
        if "" in photos.splits:
            found += [Found("unmeasured", ((photos.classes[label], name),)) for label in lacking]
    return Division(parts["train"], parts["validation"], parts["test"], tuple(found))


def taught(photos: Photos, parts: dict[str, Index]) -> tuple[dict[str, Index], list[int]]:
    """The parts with a group of every class in train: of a class that drawing left out, one is moved back."""
    moved = list[int]()
    for label in np.setdiff1d(photos.labels, photos.labels[parts["train"]]):
        for name in ("validation", "test"):
            mine = parts[name][photos.labels[parts[name]] == label]
            if len(mine) and photos.splits[mine[0]] in ("", "train"):
                group = parts[name][photos.groups[parts[name]] == photos.groups[mine[0]]]
                parts = parts | {
                    name: np.setdiff1d(parts[name], group),
                    "train": np.union1d(parts["train"], group),
                }
                moved += group.tolist()
                break
    return parts, moved


def with_division(photos: Photos, division: Division) -> Photos:
    """The survey with what the division had to tell."""
    return replace(photos, found=(*photos.found, *division.found))
