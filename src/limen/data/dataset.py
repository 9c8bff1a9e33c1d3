"""A data set in three parts, resident on the device.

Small data fit whole into the device's memory, and a batch is then one gather: no workers, no queues, no copying from
host to device. Pictures stay as the bytes they are (uint8, channels last) and become numbers when the batch is made.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from limen.data.features import Features
from limen.errors import LimenError
from limen.language import Text

if TYPE_CHECKING:
    from limen.data.encoder import Encoder
    from limen.data.photo_decode import Reading


@dataclass(frozen=True)
class Split:
    """Examples and what belongs to them. x: (N, H, W, C) uint8 pictures, (N, columns) floats, or (N, length) int64 ids.

    y: (N,) int64 classes, or (N,) or (N, outputs) floats.
    """

    x: Tensor
    y: Tensor

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise LimenError(f"{len(self.x):,} examples have {len(self.y):,} labels. Each needs one.")

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return f"Split({len(self):,} examples, {'×'.join(map(str, self.x.shape[1:]))} {self.x.dtype})".replace(
            "torch.", ""
        )

    def to(self, device: torch.device | str) -> "Split":
        """The same split on a device."""
        return Split(self.x.to(device), self.y.to(device))

    def double(self) -> "Split":
        """The same split with every number but ids and classes in float64."""
        x = self.x if self.x.dtype == torch.int64 else self.x.double()
        return Split(x, self.y if self.y.dtype == torch.int64 else self.y.double())


@dataclass(frozen=True)
class Scale:
    """How stored numbers become the net's input: (x - offset) / divisor, per channel or column.

    It is part of the data's record: a prediction must treat a new example as training treated the old.
    """

    offset: tuple[float, ...] = (0.0,)
    divisor: tuple[float, ...] = (1.0,)

    @property
    def top(self) -> float:
        """The stored value of a white pixel: of pictures in colours scaled one by one 255, else what becomes 1."""
        return 255.0 if len(self.offset) > 1 else self.offset[0] + self.divisor[0]

    def __call__(self, x: Tensor) -> Tensor:
        """Stored examples as float32; the last axis is the one that `offset` and `divisor` run along."""
        if self.offset == (0.0,) and len(self.divisor) == 1:
            return x / self.divisor[0]
        kind = x.dtype if x.is_floating_point() else torch.float32
        offset, divisor = constants(self, x.device, kind)
        return (x - offset) / divisor


# mean and deviation of red, green and blue, from 0 to 1, over ImageNet's photographs: torchvision's published weights
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def pixel_scale(pixels: str, planes: int, name: str, top: float = 255.0) -> Scale:
    """How stored pixels become the net's input: `pixels` as in `Data`; `top` is the stored value of white.

    Raises:
        LimenError: ImageNet's three colours for pictures that have not three planes.
    """
    if pixels == "unit":
        return Scale(divisor=(top,))
    if pixels == "symmetric":
        return Scale(offset=(top / 2,), divisor=(top / 2,))
    if planes != len(IMAGENET[0]):
        raise LimenError(
            f"data.pixels=imagenet is for pictures in three colours, and {name} has none. Allowed: unit, symmetric."
        )
    return Scale(tuple(255 * mean for mean in IMAGENET[0]), tuple(255 * deviation for deviation in IMAGENET[1]))


@functools.lru_cache(maxsize=64)
def constants(scale: Scale, device: torch.device, kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """Offset and divisor on the device, made once: making them for each batch would wait for the device."""
    return tuple(torch.tensor(values, device=device, dtype=kind) for values in (scale.offset, scale.divisor))  # type: ignore[return-value]


def as_input(x: Tensor, scale: Scale) -> Tensor:
    """Stored examples as a net takes them: pictures (B, C, H, W) in channels-last memory, tables (B, columns).

    Ids of words are numbers only by name; they stay as they are.
    """
    if x.dtype == torch.int64:
        return x
    x = scale(x)
    return x.permute(0, 3, 1, 2) if x.ndim == 4 else x


@dataclass(frozen=True)
class Dataset:
    """Training, validation and test splits, and what their numbers mean.

    Of a set of texts, `texts` holds them as they were, by the name of their split, and `features` is what made them
    numbers: called with new texts, it gives what the net takes. Of a person's own table, `encoder` does so for its
    rows, of own photos, `reading` for its files, and `notes` tell what was found.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...] = ()
    scale: Scale = Scale()
    columns: tuple[str, ...] = ()
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    features: Features | None = None
    encoder: "Encoder | None" = None
    notes: tuple[Text, ...] = ()
    reading: "Reading | None" = None

    def __repr__(self) -> str:
        parts = " + ".join(f"{len(s):,}" for s in (self.train, self.validation, self.test))
        kinds = f", {len(self.classes)} classes" if self.classes else ""
        return f"Dataset({self.name!r}, {parts} examples of {'×'.join(map(str, self.train.x.shape[1:]))}{kinds})"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example as the net takes it: (C, H, W) of a picture, (columns,) of a table row."""
        stored = tuple(self.train.x.shape[1:])
        return (stored[2], *stored[:2]) if len(stored) == 3 else stored

    @property
    def outputs(self) -> int:
        """How many numbers answer an example: one a class, or one for each number in its target."""
        return len(self.classes) or (self.train.y.shape[1] if self.train.y.ndim == 2 else 1)

    @property
    def device(self) -> torch.device:
        """Where the splits lie."""
        return self.train.x.device

    def to(self, device: torch.device | str) -> "Dataset":
        """The same data set on a device."""
        if torch.device(device) == self.device:
            return self
        splits = {name: getattr(self, name).to(device) for name in ("train", "validation", "test")}
        return replace(self, **splits)

    def double(self) -> "Dataset":
        """The same data set in float64."""
        return replace(self, **{name: getattr(self, name).double() for name in ("train", "validation", "test")})

    def digest(self) -> str:
        """SHA-256 over every number of the three splits: equal digests mean equal data, in equal order."""
        total = hashlib.sha256(repr((self.classes, self.scale.offset, self.scale.divisor)).encode())
        for split in (self.train, self.validation, self.test):
            for tensor in (split.x, split.y):
                total.update(repr((tensor.dtype, tuple(tensor.shape))).encode())
                total.update(tensor.cpu().contiguous().numpy())  # type: ignore[arg-type]
        return total.hexdigest()
