"""The rate at each step, in closed form.

A rate that is computed from the step's number alone needs no memory: a run that stops and resumes has it at once.
(Chained products, as most libraries keep them, drift and must be saved.)
"""

import math

from limen.train.plan import Schedule

RISE, FALL = 25.0, 1e4  # one-cycle starts at lr / 25 and ends 10,000 times lower still


def between(start: float, end: float, done: float) -> float:
    """Half a cosine from `start` to `end` as `done` goes from 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2


def one_cycle(step: int, steps: int, warmup: float) -> float:
    """Up during the warm-up, then down; torch's OneCycleLR, whose last rising step ends one before the fraction."""
    top, end = warmup * steps - 1, steps - 1
    if step <= top and top > 0:
        return between(1 / RISE, 1.0, step / top)
    return between(1.0, 1 / RISE / FALL, (step - top) / (end - top))


def rate_factor(schedule: Schedule, step: int, epochs: int, steps_per_epoch: int) -> float:
    """The share of the highest rate at a step (from 0) of a run of `epochs` × `steps_per_epoch` steps."""
    steps = epochs * steps_per_epoch
    if schedule.name == "one-cycle":
        return one_cycle(step, steps, 0.3 if schedule.warmup is None else schedule.warmup)
    warm = (schedule.warmup or 0.0) * steps
    rise = min(1.0, (step + 1) / warm) if warm >= 1 else 1.0
    match schedule.name:
        case "step":
            return rise * schedule.drop ** (step // steps_per_epoch // schedule.every)
        case "linear":
            return rise * (1 - step / steps)
        case "cosine":
            return rise * between(1.0, 0.0, step / steps)
    return rise
