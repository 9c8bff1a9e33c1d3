"""Logistic regression as statistics: not only the coefficients, but how sure they are.

The odds of class 1, p / (1 - p), are e^(θ·x): one more unit of x_j multiplies them by e^θ_j, the odds ratio, whatever
the other columns are. The likelihood Π p^y (1-p)^(1-y) is greatest where its gradient Xᵀ(y - p) is 0; Newton's method
goes there by θ += (XᵀWX)⁻¹ Xᵀ(y - p), W = p(1-p), which is a weighted least squares at every step. XᵀWX is the observed
information, and its inverse the covariance of θ: standard errors, z = θ / SE, p-values and intervals θ ± 1.96 SE are
those of Wald. McCullagh & Nelder 1989, chapter 4. `identifiable` tells when no θ is best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from limen.errors import LimenError, unknown
from limen.explain.identifiable import overlapping, separated, separating, standardised
from limen.explain.two_classes import Floats, numbers, two_classes
from limen.language import Text

MOST = 60  # Newton steps; five to eight are usual, and where classes are separated each goes one further for ever
CONVERGED = 1e-16  # square of the last step, in standard errors
EVENTS = 10  # rows of the rarer class for each column, below which estimates are rough: Peduzzi et al. 1996
Z_95 = 1.959963984540054  # 95 % of a normal distribution lies within so many standard deviations


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """What was estimated. Arrays begin with the intercept, so they have one number more than there are columns."""

    columns: tuple[str, ...]  # (p,)
    coefficients: Floats  # (p + 1,): change of the log-odds for one more unit
    covariance: Floats  # (p + 1, p + 1)
    log_likelihood: float
    null_log_likelihood: float  # of the share of class 1 alone
    iterations: int
    rows: int
    events: int  # rows of class 1
    notes: tuple[Text, ...]  # why the figures are to be taken with care

    @property
    def errors(self) -> Floats:
        """Standard errors."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def z(self) -> Floats:
        """Coefficients in standard errors."""
        return np.asarray(self.coefficients / self.errors)

    @property
    def p_values(self) -> Floats:
        """How likely so large a |z| would be, were the coefficient 0 (two-sided, normal)."""
        from scipy.special import ndtr

        return np.asarray(2 * ndtr(-np.abs(self.z)))

    @property
    def intervals(self) -> Floats:
        """The ends of the coefficients' 95 % intervals, (p + 1, 2)."""
        return np.asarray(self.coefficients[:, None] + Z_95 * self.errors[:, None] * np.array([-1, 1]))

    @property
    def odds_ratios(self) -> Floats:
        """What one more unit multiplies the odds by; for the intercept, the odds where every column is 0."""
        with np.errstate(over="ignore"):
            return np.exp(self.coefficients)

    @property
    def odds_intervals(self) -> Floats:
        """The ends of the odds ratios' 95 % intervals, (p + 1, 2)."""
        with np.errstate(over="ignore"):
            return np.exp(self.intervals)

    @property
    def deviance(self) -> float:
        """-2 log-likelihood."""
        return -2 * self.log_likelihood

    @property
    def pseudo_r2(self) -> float:
        """McFadden's: 1 - log-likelihood / that of the intercept alone. 0.2 to 0.4 is a very good fit. 1974."""
        return 1 - self.log_likelihood / self.null_log_likelihood

    @property
    def aic(self) -> float:
        """Akaike's criterion: deviance plus 2 for each coefficient. Lower is better."""
        return self.deviance + 2 * len(self.coefficients)

    def __str__(self) -> str:
        terms = "".join(f" {c:+.4g} {name}" for c, name in zip(self.coefficients[1:], self.columns, strict=True))
        return f"log-odds = {self.coefficients[0]:.4g}{terms} (rows {self.rows:,}, pseudo R² {self.pseudo_r2:.4f})"


@dataclass(frozen=True, eq=False)
class OddsMultiply:
    """What one more unit of a column did to the odds of every row, beside what its coefficient says."""

    column: str
    factor: float  # e^θ_j
    before: Floats  # (N,): p / (1 - p)
    after: Floats  # (N,): the same with one more unit

    @property
    def ratios(self) -> Floats:
        """What the odds of each row were multiplied by."""
        return self.after / self.before

    @property
    def error(self) -> float:
        """The largest deviation of a ratio from the factor, as a share of it."""
        return float(np.abs(self.ratios / self.factor - 1).max())

    def __str__(self) -> str:
        return f"one more {self.column}: odds × {self.factor:.6g} in {len(self.before):,} rows (to {self.error:.1e})"


def log_odds(fit: LogisticFit, x: ArrayLike) -> Floats:
    """θ·x of rows (N, p): (N,)."""
    rows = numbers(x, "x")
    if rows.ndim != 2 or rows.shape[1] != len(fit.columns):
        raise LimenError(f"x has the shape {rows.shape}. Allowed: (rows, {len(fit.columns)}), the columns of the fit.")
    return np.asarray(fit.coefficients[0] + rows @ fit.coefficients[1:])


def probability(fit: LogisticFit, x: ArrayLike) -> Floats:
    """The fitted probability of class 1 of rows (N, p): (N,)."""
    from scipy.special import expit

    return np.asarray(expit(log_odds(fit, x)))


def odds(fit: LogisticFit, x: ArrayLike) -> Floats:
    """p / (1 - p) of rows (N, p), each of the two probabilities worked out for itself: (N,)."""
    from scipy.special import expit

    scores = log_odds(fit, x)
    with np.errstate(over="ignore", divide="ignore"):
        return np.asarray(expit(scores) / expit(-scores))


def odds_multiply(fit: LogisticFit, x: ArrayLike, column: str) -> OddsMultiply:
    """Each row (N, p) once as it is and once with one more unit of a column: the odds before and after."""
    if column not in fit.columns:
        raise unknown("column", column, fit.columns)
    place = fit.columns.index(column)
    more = np.array(numbers(x, "x"))
    before = odds(fit, more)
    more[:, place] += 1
    after = odds(fit, more)
    if not (np.isfinite(before) & np.isfinite(after) & (before > 0) & (after > 0)).all():
        raise LimenError(
            "The odds of a row are too large or too small to be held. Take rows nearer to the fitted ones."
        )
    return OddsMultiply(column, float(fit.odds_ratios[place + 1]), before, after)


def likelihood(design: Floats, sign: Floats, theta: Floats) -> float:
    """Σ log p of each row's own class."""
    from scipy.special import log_expit

    return float(log_expit(sign * (design @ theta)).sum())


def newton(design: Floats, sign: Floats) -> tuple[Floats, Floats, int] | None:
    """The most likely coefficients, the information there, and the steps it took; None if it did not settle."""
    from scipy.special import expit

    theta, information = np.zeros(design.shape[1]), np.eye(design.shape[1])
    likely, last = likelihood(design, sign, theta), np.inf
    for step in range(MOST + 1):
        scores = design @ theta
        information = design.T @ (design * (expit(scores) * expit(-scores))[:, None])
        if last <= CONVERGED:
            return theta, information, step
        gradient = design.T @ (sign * expit(-sign * scores))
        try:
            change = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            return None
        last = float(gradient @ change)
        for _ in range(40):  # a step too long is halved
            found = likelihood(design, sign, theta + change)
            if found >= likely - 1e-12 * abs(likely):
                break
            change /= 2
        theta, likely = theta + change, found
    return None


def cautions(events: int, columns: int) -> tuple[Text, ...]:
    """What to take with care."""
    if events >= EVENTS * columns:
        return ()
    of = "1 column" if columns == 1 else f"{columns} columns"
    return (
        Text(
            f"{events} rows of the rarer class for {of}: with fewer than {EVENTS} for each, coefficients tend to come "
            "out too large, and the intervals are unreliable",
            f"较少的一类只有 {events} 行，却有 {columns} 列：每列不足 {EVENTS} 行时，系数往往偏大，置信区间也不可靠",
        ),
    )


def fit_logistic(x: ArrayLike, y: ArrayLike, columns: Sequence[str]) -> LogisticFit:
    """The most likely coefficients with intercept and how sure they are. x: (N, p) float64; y: (N,) of 0 and 1.

    Raises `LimenError`, which says why and what to do, for numbers that are not finite, one class only, no more rows
    than columns + 1, constant or collinear columns, and classes that are separated wholly or but for their boundary.
    """
    rows, classes = two_classes(x, y, columns)
    count, width = rows.shape
    if count <= width + 1:
        raise LimenError(
            f"{count} rows are too few for {width} columns. Allowed: more rows than columns + 1, here {width + 2} or "
            "more. Bring more rows or leave columns out."
        )
    design, back = standardised(rows, columns)
    sign = np.where(classes == 1, 1.0, -1.0)
    found = newton(design, sign)
    if found is None or not overlapping(design, sign, found[0]):
        if blame := separating(design, sign):
            raise separated([columns[j] for j in blame[0]], whole=blame[1])
        if found is None:
            raise LimenError(
                f"Newton's method did not settle in {MOST} steps. Look for wild values in the columns, or scale them."
            )
    theta, information, steps = found
    ones = int(classes.sum())
    return LogisticFit(
        columns=tuple(columns),
        coefficients=back @ theta,
        covariance=back @ np.linalg.inv(information) @ back.T,
        log_likelihood=likelihood(design, sign, theta),
        null_log_likelihood=ones * float(np.log(ones / count)) + (count - ones) * float(np.log(1 - ones / count)),
        iterations=steps,
        rows=count,
        events=ones,
        notes=cautions(min(ones, count - ones), width),
    )
