"""A stage of the work on a picture: what is seen after a step, with the curves and tables that belong to it.

An operation gives its stages in order, the last one the result. They are data only; drawing them is for the views.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

KINDS = ("picture", "mask", "signed", "amount", "labels")


@dataclass(frozen=True)
class Curve:
    """Numbers `y` (n,) along an axis `x` (n,)."""

    x: NDArray[Any]
    y: NDArray[Any]


@dataclass(frozen=True)
class Stage:
    """One stage, by a name that the views have words for.

    `kind` tells how `picture` is meant: "picture", bytes or 0 to 1; "mask", true or false; "signed", around 0;
    "amount", 0 and more; "labels", 0 for the ground and 1, 2, … for objects, which lie on `ground`. `mark` is a place
    on the axis of the curves, `rows` a table, `facts` single numbers by name.
    """

    name: str
    picture: NDArray[Any] | None = None
    kind: str = "picture"
    about: str = ""  # what the name alone does not say: a kernel, a window
    ground: NDArray[Any] | None = None
    curves: Mapping[str, Curve] = field(default_factory=dict)
    mark: float | None = None
    rows: Sequence[Mapping[str, float]] = ()
    facts: Mapping[str, float | int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.kind in KINDS, self.kind

    def __repr__(self) -> str:
        size = "×".join(map(str, self.picture.shape)) if self.picture is not None else "no picture"
        return f"Stage({self.name!r}: {size}, {', '.join(self.curves) or 'no curves'})"


Stages = tuple[Stage, ...]
