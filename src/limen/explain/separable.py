"""Can one neuron do it? Whether a straight line (a plane, with more columns) parts two classes, and the proof.

A line w·x + b = 0 parts them when w·x + b > 0 on class 1 and < 0 on class 0. Two finite sets can be parted so exactly
when their convex hulls share no point. One linear programme decides, and proves its answer either way,

    maximise t   so that   s (w·x + b) ≥ t  for every row (s = ±1 its class),   |w_j| ≤ 1:

t > 0 comes with a line; t = 0 comes, as the multipliers of the rows, with weights for which the mean of class 1 and the
mean of class 0 are the same point. For XOR they are the midpoints of the two diagonals.

Where a line exists, Rosenblatt's perceptron rule w += (y - ŷ) x, begun at w = 0, finds one and errs at most (R/γ)²
times on the way, in whatever order the rows come: R is the length of the longest row, γ the widest margin. Novikoff
1962. There the bias is the weight of one more input that is always 1, so R and γ are those of the rows (x, 1), as they
are: neither centred nor scaled.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from limen.errors import LimenError
from limen.explain.two_classes import Floats, two_classes

NOTHING = 1e-9  # a gap below this share of the columns' spread counts as none
PASSES = 100  # for the bias of the widest line to settle; three or four are usual


@dataclass(frozen=True, eq=False)
class Line:
    """The widest line between two classes: w·x + b > 0 on class 1. And how soon a perceptron must have found one."""

    weights: Floats  # (p,), of length 1, so that w·x + b is a distance
    bias: float
    margin: float  # distance from the line to the nearest row of either class, in the units of x
    radius: float  # R: length of the longest row (x, 1)
    gamma: float  # γ: the widest margin of the rows (x, 1) from a plane through the origin

    @property
    def most_mistakes(self) -> float:
        """(R/γ)²: the perceptron rule errs no more often than this."""
        return (self.radius / self.gamma) ** 2

    def __str__(self) -> str:
        return f"a line parts the classes, margin {self.margin:.4g}; at most {self.most_mistakes:.6g} mistakes"


@dataclass(frozen=True, eq=False)
class Overlap:
    """Why no line can part two classes: weighted means of each that are the same point.

    A line with all of class 1 on one side has every mean of class 1 there, and every mean of class 0 on the other.
    """

    ones: NDArray[np.int64]  # rows of class 1, by their number in x
    ones_weights: Floats  # above 0, summing to 1
    zeros: NDArray[np.int64]  # rows of class 0
    zeros_weights: Floats  # above 0, summing to 1
    point: Floats  # (p,): the common mean

    def __str__(self) -> str:
        sides = zip((self.ones, self.zeros), (self.ones_weights, self.zeros_weights), strict=True)
        means = [" + ".join(f"{w:.4g}·row {i}" for i, w in zip(rows, ws, strict=True)) for rows, ws in sides]
        return f"no line parts the classes: {means[0]} (class 1) = {means[1]} (class 0)"


@dataclass(frozen=True)
class Separation:
    """Either a line or an overlap, never both."""

    line: Line | None
    overlap: Overlap | None

    @property
    def possible(self) -> bool:
        """Whether a line parts the classes."""
        return self.line is not None

    def __str__(self) -> str:
        return str(self.line or self.overlap)


def linear_programme(cost: Floats, above: Floats, least: Floats, low: Floats, high: Floats) -> Any:
    """Minimise cost·v where above v ≥ least and low ≤ v ≤ high, by the dual simplex method, which ends in a corner."""
    from scipy.optimize import linprog

    exact: Any = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    bounds = list(zip(low.tolist(), high.tolist(), strict=True))
    return linprog(cost, A_ub=-above, b_ub=-least, bounds=bounds, method="highs-ds", options=exact)


def least_distance(above: Floats, least: Floats) -> Floats:
    """The shortest u with above u ≥ least, through non-negative least squares. Lawson & Hanson 1974, chapter 23.

    It steps through finitely many sets of touched rows and solves each exactly, so it ends at rounding error, where
    the usual solver of support vector machines stops at a tolerance. The set it ends with is solved once more by a
    factorisation that keeps the digits of the small columns beside large ones.
    """
    from scipy.linalg import qr, solve_triangular
    from scipy.optimize import nnls

    rows = np.vstack([above.T, least])
    aim = np.zeros(len(rows))
    aim[-1] = 1
    multipliers, _ = nnls(rows, aim, maxiter=30 * rows.shape[1])
    touched = multipliers > 0
    q, r, order = qr(above[touched].T, mode="economic", pivoting=True)
    return np.asarray(q @ solve_triangular(r.T, least[touched][order], lower=True))


def widest(x: Floats, sign: Floats, weights: Floats, bias: float) -> tuple[Floats, float]:
    """The line of largest margin, as weights of length 1 and bias, from any line that parts the classes.

    The bias is free, but `least_distance` would weigh it too; so only its change from pass to pass is weighed, until
    it changes no more (the proximal point method).
    """
    centre = x.mean(0)
    rows = x - centre
    length = np.linalg.norm(weights)
    weights, bias = weights / length, float((bias + weights @ centre) / length)
    gap = (sign * (rows @ weights + bias)).min()  # asked of every row, so that the weights stay near length 1
    unit = np.linalg.norm(rows, axis=1).max()
    above = sign[:, None] * np.column_stack([rows, np.full(len(rows), unit)])
    for _ in range(PASSES):
        *found, change = least_distance(above, gap - sign * bias)
        weights, bias = np.array(found), bias + unit * change
        if abs(unit * change) <= 1e-13 * unit:
            break
    weights = weights / np.linalg.norm(weights)
    along = x @ weights
    return weights, float(-(along[sign > 0].min() + along[sign < 0].max()) / 2)


def origin_margin(x: Floats, sign: Floats, gap: float) -> float:
    """γ: the widest margin of the rows (x, 1) from a plane through the origin; `gap`: a margin that one plane reaches.

    The rows are turned so that the first axis points to their mean; then no digits are lost where they lie far out, as
    years do. More than some 100,000 times their spread out, `gap` may be all that is found: too small, never too large.
    """
    mean = x.mean(0)
    out = float(np.linalg.norm(mean))
    axes = np.linalg.qr(mean[:, None] if out else np.eye(len(mean), 1), mode="complete")[0]
    rest = (x - mean) @ axes
    along = rest[:, 0] * (1 if axes[:, 0] @ mean >= 0 else -1)
    far = float(np.hypot(out, 1))
    rows = sign[:, None] * np.column_stack([far + along * out / far, rest[:, 1:], along / far])
    plane = least_distance(rows, np.full(len(rows), gap))
    return max(gap, float((rows @ plane).min() / np.linalg.norm(plane)))


def parting(x: Floats, sign: Floats, weights: Floats, bias: float) -> Line:
    """The widest line, and the perceptron's bound, from any line that parts the classes."""
    weights, bias = widest(x, sign, weights, bias)
    margin = float((sign * (x @ weights + bias)).min())
    gamma = origin_margin(x, sign, margin / float(np.hypot(1, bias)))
    radius = float(np.hypot(np.linalg.norm(x, axis=1), 1).max())
    return Line(weights, bias, margin, radius, gamma)


def common_point(x: Floats, scaled: Floats, sign: Floats, multipliers: Floats) -> Overlap:
    """The proof that the hulls meet: the rows that carry a multiplier, their weights solved for once more."""
    rows = np.flatnonzero(multipliers > 1e-9 * multipliers.max())
    side = sign[rows] > 0
    equations = np.vstack([(sign[rows, None] * scaled[rows]).T, side, ~side])
    wanted = np.zeros(len(equations))
    wanted[-2:] = 1
    weights = np.linalg.lstsq(equations, wanted)[0]
    if not (weights > 0).all():  # more rows than a corner needs: the multipliers themselves
        weights = multipliers[rows]
    weights = weights / np.where(side, weights[side].sum(), weights[~side].sum())
    point = (weights[side] @ x[rows[side]] + weights[~side] @ x[rows[~side]]) / 2
    return Overlap(rows[side], weights[side], rows[~side], weights[~side], point)


def separable(x: ArrayLike, y: ArrayLike) -> Separation:
    """Whether a line parts the rows of class 1 from those of class 0. x: (N, p) finite; y: (N,) of 0 and 1, both there.

    A gap below 1e-9 of the columns' spread counts as none. Raises `LimenError` for other input.
    """
    rows, classes = two_classes(x, y)
    sign = np.where(classes == 1, 1.0, -1.0)
    spread = np.ptp(rows, axis=0)
    spread[spread == 0] = 1
    scaled = (rows - rows.min(0)) / spread - 0.5
    columns = rows.shape[1]
    above = np.column_stack([sign[:, None] * scaled, sign, -np.ones(len(rows))])  # times (w, b, t) is at least 0
    most = np.append(np.ones(columns), [np.inf, np.inf])
    cost = np.zeros(columns + 2)
    cost[-1] = -1
    answer = linear_programme(cost, above, np.zeros(len(rows)), -most, most)
    if answer.status != 0:
        raise LimenError(f"The linear programme found no answer ({answer.message}). Scale the columns and try again.")
    *found, bias, gap = answer.x
    if gap <= NOTHING:
        return Separation(None, common_point(rows, scaled, sign, -answer.ineqlin.marginals))
    weights = np.array(found) / spread
    offset = float(bias - weights @ rows.min(0) - 0.5 * (weights @ spread))
    return Separation(parting(rows, sign, weights, offset), None)
