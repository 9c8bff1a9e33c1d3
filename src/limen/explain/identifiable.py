"""Whether logistic regression has a best answer at all, and if not, which columns are to blame.

Two things stand in its way. Columns that tell one another (collinear) share one effect in any way one likes. And where
some direction of x separates the classes, wholly or but for rows on the boundary, the likelihood grows for ever along
it and no θ is best; where none does, just one θ is. Albert & Anderson 1984.
"""

from collections.abc import Sequence

import numpy as np

from limen.errors import LimenError, shown
from limen.explain.separable import linear_programme
from limen.explain.two_classes import Floats, named

COLLINEAR = 1e-7  # a column of which less than this share is not told by those before it
AT_ONCE = 500  # rows that the linear programme takes in at once


def spreads(x: Floats) -> Floats:
    """Standard deviations of the columns, without overflow or underflow."""
    reach = np.ptp(x, axis=0)
    return np.asarray(reach * ((x - x.mean(0)) / np.where(reach > 0, reach, 1)).std(0))


def standardised(x: Floats, columns: Sequence[str]) -> tuple[Floats, Floats]:
    """Columns with mean 0 and deviation 1 beside a column of ones, (N, p + 1), and the matrix that turns coefficients
    of these into those of x. Constant columns are refused, and columns that the ones before them tell.
    """
    scale = spreads(x)
    constant = [name for name, s, most in zip(columns, scale, np.abs(x).max(0), strict=True) if s <= 1e-12 * most]
    if constant:
        one = len(constant) == 1
        raise LimenError(
            f"The {named(constant)} {'is' if one else 'are'} constant: what never changes shows no effect, and the "
            f"intercept is there already. Leave {'it' if one else 'them'} out."
        )
    mean = x.mean(0)
    design = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    own = np.abs(np.diag(np.linalg.qr(design, mode="r")))  # length of what the columns before do not tell of each
    if (collinear := np.flatnonzero(own < COLLINEAR * np.sqrt(len(x)))).size:
        last = int(collinear[0])
        told = np.linalg.lstsq(design[:, 1:last], design[:, last])[0]
        part = [name for name, share in zip(columns, told, strict=False) if abs(share) > 1e-6] + [columns[last - 1]]
        raise LimenError(
            f"The {named(part)} are collinear: {shown(part[-1])} can be worked out from the rest of them, so their "
            "effects cannot be told apart. Leave one of them out."
        )
    back = np.diag(np.append(1, 1 / scale))
    back[0, 1:] = -mean / scale
    return design, back


def overlapping(design: Floats, sign: Floats, theta: Floats) -> bool:
    """Whether the residuals at the maximum prove that it is one: weights a > 0 with Σ a s x = 0 leave no direction that
    separates (Stiemke 1915), and the residuals |y - p| are such weights. What rounding left of the sum is taken off.
    """
    from scipy.special import expit

    rest = sign * expit(-sign * (design @ theta))
    rest = rest - design @ np.linalg.lstsq(design, rest)[0]
    return bool((sign * rest).min() > 1e-12)


def direction(design: Floats, sign: Floats, *, whole: bool) -> Floats | None:
    """A θ with s (θ·x) ≥ 1 for every row (whole), or ≥ 0 with a mean of 1, and the least Σ |θ_j|: a linear programme.

    It begins with some of the rows and takes in those that its answer breaks, the worst first. None if there is no
    such θ, to within 1e-8 of the columns' spread. Konis 2007.
    """
    columns, asked = design.shape[1] - 1, float(whole)
    rows = sign[:, None] * np.column_stack([design, -design[:, 1:]])
    cost, low = np.append(0, np.ones(2 * columns)), np.append(-np.inf, np.zeros(2 * columns))
    taken = np.unique(np.linspace(0, len(rows) - 1, AT_ONCE).astype(int))
    while True:
        above, least = np.vstack([rows.mean(0), rows[taken]]), np.append(1, np.full(len(taken), asked))
        answer = linear_programme(cost, above, least, low, np.full(len(low), np.inf))
        if answer.status != 0:
            return None
        along = rows @ answer.x
        allowed = asked - 1e-8 * along.max()
        worst = np.argsort(along)[:AT_ONCE]
        worst = np.setdiff1d(worst[along[worst] < allowed], taken)
        if not worst.size:
            theta = np.append(answer.x[0], answer.x[1 : columns + 1] - answer.x[columns + 1 :])
            return theta if along.min() >= allowed else None
        taken = np.append(taken, worst)


def separating(design: Floats, sign: Floats) -> tuple[list[int], bool] | None:
    """Columns, by number, that separate the classes and would not without any one of them; and whether they do so for
    every row or but for those on the boundary. None where no direction separates.
    """
    for whole in (True, False):
        theta = direction(design, sign, whole=whole)
        if theta is None:
            continue
        sizes = np.abs(theta[1:])
        kept = [int(j) for j in np.argsort(sizes) if sizes[j] > 1e-9 * sizes.max()]
        for j in list(kept):
            fewer = [k for k in kept if k != j]
            if fewer and direction(design[:, [0, *(k + 1 for k in fewer)]], sign, whole=whole) is not None:
                kept = fewer
        return sorted(kept), whole
    return None


def separated(names: Sequence[str], whole: bool) -> LimenError:
    """The error for data without a best θ, by the columns that separate the classes."""
    one = len(names) == 1
    return LimenError(
        f"The {named(names)} {'separates' if one else 'together separate'} the classes "
        f"{'completely' if whole else 'but for rows on the boundary'}, so the likelihood grows for ever and no "
        f"coefficient is best. Leave {'it' if one else 'one of them'} out, bring rows where the classes overlap, or "
        "train a neuron with weight decay."
    )
