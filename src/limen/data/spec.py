"""Which data an experiment takes, how they are divided, and how they are varied.

Learning is judged on examples that were never learnt from. So every set is cut in three: the training split teaches,
the validation split steers (when to stop, what to choose), and the test split is looked at once, at the end.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limen.errors import LimenError, unknown

SPLITS = ("stratified", "last")
PIXELS = ("unit", "symmetric", "imagenet")


@dataclass(frozen=True)
class Data:
    """A data set by name, and its division.

    `validation` is held back from the training part: a share below 1 or a number of examples; `test` is the share held
    back for testing where the authors made no test split. `split="stratified"` draws both at random with equal shares
    of every class, from `seed` (None: the run's own seed); `split="last"` takes the last examples in file order.
    `options` are the set's own: ``Data("spiral", options={"noise": 0.3})``.
    """

    name: str
    validation: float = 0.2
    test: float = 0.2
    split: str = "stratified"
    seed: int | None = None
    limit: int | None = None  # training examples kept, with equal shares of every class; None keeps all
    mislabel: float = 0.0  # share of the training examples that get a wrong class, drawn at random
    form: str = "auto"  # which form of files to read; MNIST: idx, pkl, csv; CIFAR-10: batches, archive
    pixels: str = "unit"  # pixels as numbers from 0 to 1; symmetric: -1 to 1; imagenet: as published weights took them
    verify: bool = True  # refuse files whose SHA-256 is not the published one
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise unknown("split", self.split, SPLITS)
        if self.pixels not in PIXELS:
            raise unknown("pixels", self.pixels, PIXELS)
        if (
            not math.isfinite(self.validation)
            or self.validation <= 0
            or (self.validation >= 1 and self.validation != int(self.validation))
        ):
            raise LimenError(
                f"data.validation {self.validation:g} is not a part of the data. Allowed: a share between 0 and 1, "
                "or a whole number of examples. Try --set data.validation=0.2."
            )
        if not 0 < self.test < 1:
            raise LimenError(
                f"data.test {self.test:g} is not a share. Allowed: between 0 and 1. Try --set data.test=0.2."
            )
        if self.limit is not None and self.limit < 1:
            raise LimenError(f"data.limit {self.limit} keeps nothing. Allowed: 1 or more. Leave it out to keep all.")
        if not 0 <= self.mislabel <= 1:
            raise LimenError(
                f"data.mislabel {self.mislabel:g} is not a share. Allowed: 0 to 1. Try --set data.mislabel=0.2."
            )


BOUNDS = (  # of the changes to pictures: from, to, and how that is said
    ("rotate", 0, 180, "0 to 180 degrees"),
    ("crop", 0.05, 1, "0.05 to 1"),
    ("shift", 0, 10_000, "0 or more pixels"),
    ("colour", 0, 1, "0 to 1"),
    ("cutout", 0, 10_000, "0 or more pixels"),
    ("mixup", 0, 100, "0 (no mixing) to 100, for example 0.2"),
    ("cutmix", 0, 100, "0 (no mixing) to 100, for example 1"),
)


@dataclass(frozen=True)
class Augment:
    """Changes made to training pictures, in this order. What enters from outside a picture is 0."""

    flip: bool = False  # left and right, half of them
    rotate: float = 0.0  # degrees at most, to either side
    crop: float = 1.0  # the smallest side of a window that is cut out and enlarged, as a share; 1: the whole picture
    shift: int = 0  # pixels at most, in each direction; what leaves is lost
    colour: float = 0.0  # brightness, contrast and saturation change by this share at most
    cutout: int = 0  # side of a square that is blanked, in pixels
    mixup: float = 0.0  # two pictures over one another, in shares drawn from Beta(mixup, mixup)
    cutmix: float = 0.0  # a rectangle of another picture, its area drawn from Beta(cutmix, cutmix)

    def __str__(self) -> str:
        asked = {name: value for name, value in vars(self).items() if value != getattr(Augment, name)}
        return ", ".join(name if value is True else f"{name} {value:g}" for name, value in asked.items()) or "none"

    def __post_init__(self) -> None:
        for name, least, most, allowed in BOUNDS:
            value = getattr(self, name)
            if not least <= value <= most:
                raise LimenError(f"plan.augment.{name} {value:g} is out of range. Allowed: {allowed}.")
        if self.mixup and self.cutmix:
            raise LimenError("plan.augment.mixup and plan.augment.cutmix exclude each other. Set one of them to 0.")

    @property
    def mixes(self) -> bool:
        """Whether a picture becomes a mixture of two, and its label with it."""
        return self.mixup > 0 or self.cutmix > 0


def steps_of(examples: int, size: int, drop_last: bool) -> int:
    """Batches in a pass over so many examples."""
    whole, rest = divmod(examples, size)
    return whole + (rest > 0 and not drop_last)
