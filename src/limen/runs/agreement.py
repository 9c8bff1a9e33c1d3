"""Whether two nets err on the same examples.

Two nets with the same accuracy may be right about different examples. Of those that only one gets right, each would
have its half if both were equally good: McNemar's exact test asks how likely so unequal a division is (1947). For
numbers, the nearer answer takes the place of the right one (the sign test).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from limen.data.sources import SOURCES
from limen.errors import LimenError
from limen.language import Text
from limen.runs.differences import part, seed_of
from limen.runs.folder import Run

# options of the data that leave the test split as it is, its division being drawn before them
FREE = {"limit", "mislabel", "validation", "split", "pixels", "form", "verify", "seed"}


@dataclass(frozen=True)
class Agreement:
    """Of the test examples, how many both runs get right, only one of them, neither. `p` is McNemar's, exact."""

    first: str
    other: str
    both: int
    only_first: int
    only_other: int
    neither: int
    p: float


@dataclass(frozen=True)
class Nearness:
    """Of the test examples, how many each run comes nearer to; mean absolute errors; `p` is the sign test's."""

    first: str
    other: str
    first_error: float
    other_error: float
    nearer_first: int
    nearer_other: int
    equal: int
    p: float


@dataclass(frozen=True)
class Apart:
    """Two runs whose answers cannot be compared example by example, and why."""

    first: str
    other: str
    why: Text


UNFINISHED = Text("{name} is not finished and has no answers yet", "{name} 尚未完成，还没有预测结果")
TASK = Text("they have different objectives", "两者的任务不同")
DATA = Text("they were tested on other examples", "两者的测试样本不同")
FORM = Text("their answers have another form", "两者的预测形式不同")


def apart(first: Run, other: Run, names: tuple[str, str]) -> Text | None:
    """Why two runs' answers cannot be compared, as far as their records tell; None where they can."""
    for run, name in zip((first, other), names, strict=True):
        if run.result is None:
            return Text(UNFINISHED.en.format(name=name), UNFINISHED.zh.format(name=name))
    if part(first, "experiment").get("objective") != part(other, "experiment").get("objective"):
        return TASK
    return None if same_test_split(first, other) else DATA


def same_test_split(first: Run, other: Run) -> bool:
    """Whether two runs hold back the same test examples: the same data, divided by the authors or by the same draw.

    Equal targets would not show it: a class's share is the same in every division.
    """
    if part(first, "data").get("digest") == part(other, "data").get("digest"):
        return True
    options = [dict(part(run, "experiment", "data")) for run in (first, other)]
    seeds = [division_seed(run) for run in (first, other)]
    if options[0] == options[1] and seeds[0] == seeds[1]:
        return False  # the files themselves changed
    source = SOURCES.get(str(options[0].get("name")))
    by_authors = source is not None and source.examples[1] > 0
    free = FREE | ({"test"} if by_authors else set())
    fixed = [{name: value for name, value in own.items() if name not in free} for own in options]
    return fixed[0] == fixed[1] and (by_authors or seeds[0] == seeds[1])


def division_seed(run: Run) -> int:
    """The seed that the division of a run's data was drawn from."""
    own = part(run, "experiment", "data").get("seed")
    return seed_of(run) if own is None else int(own)


def answers(run: Run) -> tuple[Tensor, Tensor]:
    """A run's outputs for the test split, and the right answers."""
    stored = run.predictions()
    if "outputs" not in stored or "targets" not in stored or len(stored["outputs"]) != len(stored["targets"]):
        raise LimenError(f"The answers of {run.path.name} are damaged: outputs and targets do not belong together.")
    return stored["outputs"], stored["targets"]


def half(count: int, of: int) -> float:
    """The exact two-sided test that `count` of `of` is a draw with chance one half."""
    from scipy import stats

    return float(stats.binomtest(count, of).pvalue) if of else 1.0


def agree(first: Run, other: Run, names: tuple[str, str]) -> Agreement | Nearness | Apart:
    """Two runs' answers to the test examples, held against each other; or why they cannot be."""
    if why := apart(first, other, names):
        return Apart(*names, why)
    try:
        (a, targets), (b, others) = answers(first), answers(other)
    except LimenError as error:
        return Apart(*names, Text(str(error), f"无法读取预测结果：{error}"))
    if targets.dtype != others.dtype or not torch.equal(targets, others):
        return Apart(*names, DATA)
    if targets.ndim == 1 and a.ndim == b.ndim == 2 and not targets.is_floating_point():
        return count(a.argmax(1) == targets, b.argmax(1) == targets, names)
    if targets.is_floating_point() and a.numel() == b.numel() == targets.numel():
        errors = [(output.view_as(targets).double() - targets.double()).abs() for output in (a, b)]
        return nearness(errors[0].flatten(), errors[1].flatten(), names)
    return Apart(*names, FORM)


def count(first: Tensor, other: Tensor, names: tuple[str, str]) -> Agreement:
    """Right answers (N,) bool of two runs, counted together."""
    both, one, two = (int(n.sum()) for n in (first & other, first & ~other, ~first & other))
    return Agreement(*names, both, one, two, len(first) - both - one - two, half(one, one + two))


def nearness(first: Tensor, other: Tensor, names: tuple[str, str]) -> Nearness:
    """Absolute errors (N,) of two runs, held against each other."""
    one, two = int((first < other).sum()), int((other < first).sum())
    means = first.mean().item(), other.mean().item()
    return Nearness(*names, *means, one, two, len(first) - one - two, half(one, one + two))
