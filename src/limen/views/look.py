"""A look into a net: what was asked of one picture, as the views see it."""

from dataclasses import dataclass

from torch import Tensor

from limen.explain.maps import FeatureMaps
from limen.views.finding import Finding


@dataclass(frozen=True, eq=False)
class Heat:
    """Which pixels an answer comes from. (H, W), `integrated` (C, H, W); `grad_cam` where the net has planes."""

    saliency: Tensor
    integrated: Tensor
    occlusion: Tensor
    grad_cam: Tensor | None


@dataclass(frozen=True, eq=False)
class Excited:
    """Pictures that units like best: of the classes (n, C, H, W), and of some planes of a layer (units, C, H, W)."""

    classes: Tensor
    planes: Tensor
    units: tuple[int, ...]
    layer: str | None


@dataclass(frozen=True, eq=False)
class Near:
    """The training examples most alike (k, C, H, W), their classes and cosines, and among how many they were found."""

    pictures: Tensor
    classes: tuple[int, ...]
    similar: tuple[float, ...]
    known: int


@dataclass(frozen=True, eq=False)
class Places:
    """Test examples in two planes (N, 2) with their classes (N,), -1: not known; `here` is the picture's row."""

    main: Tensor
    neighbours: Tensor
    labels: Tensor
    here: int


@dataclass(frozen=True, eq=False)
class Look:
    """One picture, the answer, and what explains it."""

    finding: Finding
    origin: str  # a file's name, or which test example
    notes: tuple[str, ...]  # what was changed of the file
    picture: Tensor  # (C, H, W), as the net takes it
    truth: int | None  # of a test example
    target: int  # the class that was asked about
    probabilities: Tensor  # (classes,)
    heat: Heat
    maps: tuple[FeatureMaps, ...]  # the layers to show, from first to last
    excited: Excited
    near: Near
    places: Places
    pairs: tuple[tuple[int, int, int], ...]  # (true, answer, how often)

    @property
    def answer(self) -> int:
        """The class the net finds likeliest."""
        return int(self.probabilities.argmax())
