"""Several runs of one experiment with different seeds: the mean, and how sure one may be of it.

The interval is Student's: mean ± t · s / √n, where t leaves 2.5 % on either side with n - 1 degrees of freedom. It
holds for the seeds' spread, nothing else; another data set may differ by more.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Repeats:
    """A measure over several seeds: mean, standard deviation, and the ends of the 95 % interval of the mean."""

    mean: float
    deviation: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} ± {self.deviation:.4f}, 95 % interval {self.low:.4f} to {self.high:.4f}"


def paired(first: Sequence[float], other: Sequence[float]) -> Repeats:
    """The summary of other - first, pair by pair; each pair shares a seed."""
    return repeats([b - a for a, b in zip(first, other, strict=True)])


def repeats(values: Sequence[float]) -> Repeats:
    """The summary of two or more values; of one, the value itself with no spread known (nan)."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return Repeats(mean, math.nan, math.nan, math.nan)
    from scipy.special import stdtrit

    deviation = statistics.stdev(values)
    half = float(stdtrit(len(values) - 1, 0.975)) * deviation / math.sqrt(len(values))
    return Repeats(mean, deviation, mean - half, mean + half)
