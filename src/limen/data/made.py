"""Sets that are made, not found: small, with a known answer, drawn from a stated seed.

When it is known how the data came about, it can be seen whether a net has found it out. A truth table has four rows and
no others, so those that teach are also those that test; a curve with noise is tested against the curve without it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.made_cars import buy_car
from limen.data.parts import Pair, Parts
from limen.errors import LimenError, unknown
from limen.machine import derive_seed
from limen.options import check, options_of

Array = NDArray[np.float64]

GATES: dict[str, tuple[int, ...]] = {  # the answers to 00, 01, 10, 11; of `not` to 0, 1
    "and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0), "xnor": (1, 0, 0, 1), "not": (1, 0),
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A made set: its three parts, its classes (none where targets are numbers), its columns."""

    parts: Parts
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    standardize: bool = False  # whether columns are to have mean 0 and deviation 1 on training rows


def whole(x: Array, y: NDArray[Any]) -> Parts:
    """A set whose few rows are all there are: they teach, steer and test."""
    pair = (x, y)
    return Parts(pair, pair, pair)


def draw_of(seed: int, part: str) -> np.random.Generator:
    """The chance of one part."""
    return np.random.default_rng(derive_seed(seed, "made", part))


def gates(seed: int, gate: str = "and") -> Made:
    """A truth table: and, or, nand, nor, xor, xnor of two inputs, not of one. x: (4, 2) or (2, 1)."""
    if gate not in GATES:
        raise unknown("gate", gate, GATES)
    answers = GATES[gate]
    inputs = 1 if len(answers) == 2 else 2
    x = np.array([[row >> i & 1 for i in reversed(range(inputs))] for row in range(2**inputs)], np.float64)
    return Made(whole(x, np.array(answers, np.int64)), ("0", "1"), ("a", "b")[:inputs])


def delta(seed: int, classes: int = 1) -> Made:
    """Six rows of four bits, with one 0/1 target or three one-hot ones: the delta rule's first lesson."""
    x = np.array([[*map(int, row)] for row in ("0011", "0110", "1010", "1110", "1100", "0010")], np.float64)
    if classes == 1:
        return Made(whole(x, np.array([0, 0, 1, 1, 1, 0], np.float64)), columns=("a", "b", "c", "d"))
    if classes == 3:
        return Made(whole(x, np.eye(3)[[0, 2, 1, 1, 0, 0]]), columns=("a", "b", "c", "d"))
    raise LimenError(f"data.classes {classes}: the six rows have targets for 1 or 3. Try --set data.classes=3.")


def cosine(seed: int, points: int = 1000, reach: float = 6.0, noise: float = 1.0) -> Made:
    """y = cos x + noise at evenly spaced x in [-reach, reach], beside a column of ones: (points, 2).

    Validation has noise of its own; the test targets are the cosine itself.
    """
    x = np.linspace(-reach, reach, points)
    rows, true = np.stack([x, np.ones(points)], axis=1), np.cos(x)
    noisy = [true + noise * draw_of(seed, part).standard_normal(points) for part in ("train", "validation")]
    return Made(Parts((rows, noisy[0]), (rows, noisy[1]), (rows, true)), columns=("x", "1"))


def spiral(seed: int, points: int = 1000, arms: int = 3, noise: float = 0.2) -> Made:
    """Interleaved spirals, `points` on each of `arms`: radius 0 to 1, two turns of a third, angle with normal noise."""

    def draw(part: str) -> Pair:
        chance, radius = draw_of(seed, part), np.linspace(0, 1, points)
        angles = [
            2 * math.pi / arms * (arm + 2 * radius) + noise * chance.standard_normal(points) for arm in range(arms)
        ]
        x = np.concatenate([radius[:, None] * np.stack([np.sin(a), np.cos(a)], axis=1) for a in angles])
        return x, np.repeat(np.arange(arms), points)

    names = tuple("ABCDEFGHIJ"[:arms]) if arms <= 10 else tuple(f"arm {i + 1}" for i in range(arms))
    return Made(Parts(draw("train"), draw("validation"), draw("test")), names, ("x", "y"))


def neuron(seed: int, rows: int = 20, noise: float = 0.05) -> Made:
    """Three inputs in [-2, 2] and what one sigmoid neuron (weights 2, -1, 0.5, bias 0.3) says of them, with noise."""

    def draw(part: str, count: int, noise: float) -> Pair:
        chance = draw_of(seed, part)
        x = chance.uniform(-2, 2, (count, 3))
        y = 1 / (1 + np.exp(-(x @ [2.0, -1.0, 0.5] + 0.3)))
        return x, y + noise * chance.standard_normal(count)

    return Made(
        Parts(draw("train", rows, noise), draw("validation", 200, noise), draw("test", 200, 0.0)),
        columns=("x1", "x2", "x3"),
    )


CURVES: dict[str, Callable[[Array], Array]] = {
    "wave": lambda x: np.sin(2 * math.pi * x) + 0.4 * np.sin(6 * math.pi * x),
    "step": lambda x: np.where(np.abs(x) < 0.5, 1.0, -1.0),
    "corner": lambda x: np.abs(x),
}


def curve(seed: int, kind: str = "wave", points: int = 200, noise: float = 0.0) -> Made:
    """A function of one variable on [-1, 1]: `wave` is continuous, `step` jumps twice, `corner` is |x|. x: (N, 1)."""
    if kind not in CURVES:
        raise unknown("curve", kind, CURVES)

    def at(x: Array, noise: float, part: str) -> Pair:
        return x[:, None], CURVES[kind](x) + noise * draw_of(seed, part).standard_normal(len(x))

    between = np.linspace(-1, 1, 401)
    return Made(
        Parts(
            at(np.linspace(-1, 1, points), noise, "train"),
            at(draw_of(seed, "places").uniform(-1, 1, 200), noise, "validation"),
            at(between, 0.0, "test"),
        ),
        columns=("x",),
    )


def cars(seed: int, rows: int = 600) -> Made:
    """Who buys a car, by age and income, drawn from stated coefficients (see `made_cars`): `rows` of them to learn."""
    parts = {"train": rows, "validation": max(2, rows // 3), "test": max(2, rows // 3)}
    drawn = Parts(*(buy_car(count, derive_seed(seed, "made", part)) for part, count in parts.items()))
    return Made(drawn, ("stays", "buys"), ("age", "income"), standardize=True)


MADE: dict[str, Callable[..., Made]] = {
    "gates": gates,
    "delta": delta,
    "cosine": cosine,
    "spiral": spiral,
    "neuron": neuron,
    "curve": curve,
    "cars": cars,
}


def make(name: str, seed: int, options: Mapping[str, Any]) -> Made:
    """The made set of that name, drawn from a seed.

    Raises:
        LimenError: an option it does not have, or a value that it cannot take.
    """
    checked = check(f"the data {name}", "data", options_of(MADE[name], skip=1), options)
    for key, value in checked.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise LimenError(f"data.{key} {value} is no number to make data with. Leave it out for the default.")
    return MADE[name](seed, **checked)
