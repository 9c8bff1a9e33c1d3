"""How well a net finds one of two classes: the spam among the messages, the ill among the healthy.

Accuracy says little where one class is rare: whoever calls everything ham is right in 87 of 100 messages. So two
questions are asked instead, of the examples that the net calls positive at a threshold t, p(positive) ≥ t:

    precision = right among those called positive,    recall = found among those that are positive,

and F1 is their harmonic mean. Moving t trades one for the other; the ROC and the precision-recall curve show every t
at once. And a probability should mean what it says: of the messages called spam with 0.8, eight in ten should be spam
(calibration). Computed by scikit-learn. Fawcett 2006; Davis & Goadrich 2006; Guo et al. 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from limen.errors import LimenError

BINS = 10
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Detection:
    """What a threshold does: the four counts, and the shares that are made of them (0 where there is nothing)."""

    threshold: float
    found: int  # positive, and called so
    missed: int  # positive, and not called so
    false_alarms: int  # not positive, and called so
    left_alone: int  # not positive, and not called so
    precision: float
    recall: float
    f1: float
    accuracy: float

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.4f}, recall {self.recall:.4f}, F1 {self.f1:.4f}, accuracy {self.accuracy:.4f} "
            f"at threshold {self.threshold:.3f}"
        )


@dataclass(frozen=True)
class Roc:
    """Receiver operating characteristic: of each threshold, the share of negatives called positive, and the recall.

    `area` (AUC) is the probability that a positive example gets a higher score than a negative one.
    """

    area: float
    false_alarms: Numbers = field(repr=False)
    recall: Numbers = field(repr=False)
    thresholds: Numbers = field(repr=False)  # falling; the first is infinite: nothing is called positive


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision and recall of each threshold. `average` weighs each precision by the gain in recall it brings."""

    average: float
    share: float  # of positives among all: the precision of guessing
    precision: Numbers = field(repr=False)  # one more than thresholds: 1 at recall 0 ends the curve
    recall: Numbers = field(repr=False)
    thresholds: Numbers = field(repr=False)  # rising


@dataclass(frozen=True)
class Calibration:
    """What was said and what happened, by equal ranges of the probability that hold any example.

    `error` is the mean distance of the two, weighted by examples (expected calibration error); `brier` the mean square
    of probability - outcome. `low` and `high` hold the share that endless examples would show (Wilson 1927, 95 %).
    """

    error: float
    brier: float
    said: Numbers = field(repr=False)  # mean probability of each range
    happened: Numbers = field(repr=False)  # share of positives in it
    sizes: tuple[int, ...] = field(repr=False)  # examples in it
    low: Numbers = field(repr=False)
    high: Numbers = field(repr=False)


@dataclass(frozen=True)
class Mistake:
    """An example answered wrongly: its place in the split, its text, the true class, the answer, how sure it was."""

    number: int
    text: str
    true: int
    answer: int
    probability: float  # of the answer


def chances(outputs: Tensor, positive: int = 1) -> NDArray[np.float64]:
    """The probability of the positive class that the softmax gives each example: (N,). outputs: (N, 2)."""
    if outputs.ndim != 2 or outputs.shape[1] != 2:
        raise LimenError(
            f"Detection is of one class out of two, and the net gives {'×'.join(map(str, outputs.shape))} outputs. "
            "Use the confusion matrix for more classes."
        )
    given: NDArray[np.float64] = outputs.detach().double().softmax(1)[:, positive].cpu().numpy()
    return given


def checked(chance: NDArray[np.float64], targets: Tensor, positive: int) -> NDArray[np.bool_]:
    """Which examples are positive; both kinds must occur, or nothing can be told apart."""
    happened: NDArray[np.bool_] = (targets == positive).cpu().numpy()
    if len(happened) != len(chance) or happened.all() or not happened.any():
        raise LimenError(
            f"{len(chance):,} probabilities for {len(happened):,} examples, {int(happened.sum()):,} of them positive. "
            "There must be one for each, and both classes must occur. Take a larger split."
        )
    return happened


def detection(outputs: Tensor, targets: Tensor, threshold: float = 0.5, positive: int = 1) -> Detection:
    """What calling positive from `threshold` on does. outputs: (N, 2) scores; targets: (N,) classes."""
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    chance = chances(outputs, positive)
    happened, called = checked(chance, targets, positive), chance >= threshold
    (left_alone, false_alarms), (missed, found) = confusion_matrix(happened, called, labels=[False, True]).tolist()
    precision, recall, f1, _ = precision_recall_fscore_support(happened, called, average="binary", zero_division=0)
    accuracy = (found + left_alone) / len(chance)
    return Detection(
        float(threshold), found, missed, false_alarms, left_alone, float(precision), float(recall), float(f1), accuracy
    )


def roc(outputs: Tensor, targets: Tensor, positive: int = 1) -> Roc:
    """The ROC curve and the area below it."""
    from sklearn.metrics import auc, roc_curve

    chance = chances(outputs, positive)
    alarms, recall, thresholds = roc_curve(checked(chance, targets, positive), chance)
    return Roc(float(auc(alarms, recall)), *(tuple(row.tolist()) for row in (alarms, recall, thresholds)))


def precision_recall(outputs: Tensor, targets: Tensor, positive: int = 1) -> PrecisionRecall:
    """The precision-recall curve and the average precision."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    chance = chances(outputs, positive)
    happened = checked(chance, targets, positive)
    rows = precision_recall_curve(happened, chance)
    average = float(average_precision_score(happened, chance))
    return PrecisionRecall(average, float(happened.mean()), *(tuple(row.tolist()) for row in rows))


def calibration(outputs: Tensor, targets: Tensor, positive: int = 1, bins: int = BINS) -> Calibration:
    """The reliability curve over `bins` equal ranges of the probability, and how far it is from the diagonal."""
    from scipy.stats import binomtest
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    chance = chances(outputs, positive)
    happened = checked(chance, targets, positive)
    share, said = calibration_curve(happened, chance, n_bins=bins)
    edges = np.linspace(0, 1, bins + 1)[1:-1]
    sizes = np.bincount(np.searchsorted(edges, chance), minlength=bins)  # scikit-learn's own ranges: a < p <= b
    sizes = sizes[sizes > 0]
    error = float((np.abs(share - said) * sizes).sum() / len(chance))
    brier = float(brier_score_loss(happened, chance))
    counts = zip((share * sizes).round().astype(int).tolist(), sizes.tolist(), strict=True)
    bounds = [binomtest(true, size).proportion_ci(method="wilson") for true, size in counts]
    low, high = (tuple(float(bound[i]) for bound in bounds) for i in (0, 1))
    return Calibration(error, brier, tuple(said.tolist()), tuple(share.tolist()), tuple(sizes.tolist()), low, high)


def choose_threshold(outputs: Tensor, targets: Tensor, positive: int = 1, precision: float | None = None) -> float:
    """The threshold with the highest F1; or with the highest recall of those that reach a `precision`.

    Choose it on the VALIDATION split: chosen on the split it is judged by, it flatters.

    Raises:
        LimenError: no threshold reaches the precision.
    """
    curve = precision_recall(outputs, targets, positive)
    p, r = np.array(curve.precision[:-1]), np.array(curve.recall[:-1])
    worth = 2 * p * r / np.maximum(p + r, 1e-300) if precision is None else np.where(p >= precision, r, -1.0)
    best = int(worth.argmax())
    if worth[best] < 0:
        raise LimenError(
            f"No threshold reaches a precision of {precision:g}; the highest is {p.max():.4f}. Ask for less."
        )
    return curve.thresholds[best]


def mistakes(
    outputs: Tensor, targets: Tensor, texts: Sequence[str], threshold: float = 0.5, positive: int = 1, most: int = 20
) -> list[Mistake]:
    """The wrongly answered examples, the surest first: at most `most`. `texts` are those of the same split."""
    chance = chances(outputs, positive)
    if not len(chance) == len(targets) == len(texts):
        raise LimenError(
            f"{len(chance):,} answers, {len(targets):,} classes and {len(texts):,} texts do not fit. Take one split's."
        )
    called = chance >= threshold
    wrong = np.flatnonzero(called != (targets == positive).cpu().numpy())
    sure = np.where(called, chance, 1 - chance)
    order = wrong[np.argsort(-sure[wrong], kind="stable")][:most]
    other = 1 - positive
    return [
        Mistake(i, texts[i], int(targets[i]), positive if called[i] else other, float(sure[i])) for i in order.tolist()
    ]


def margins(outputs: Tensor, positive: int = 1) -> Tensor:
    """How far the positive class's score is above the other's, (N,): the log of its odds, ln p / (1 - p)."""
    return torch.sub(outputs[:, positive], outputs[:, 1 - positive])
