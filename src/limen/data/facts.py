"""What can be known of a data set before anything learns from it.

A net that learns badly may be right: the labels may not belong to the examples. And one that learns too well may have
been told: an example that it learnt from stands in the test split too, or a column holds the answer. Three small
questions find that out, and their answers go into the record of a run as plain numbers:

copies       which share of a split's examples, with their targets, stand in the training split as well
neighbours   how often the nearest other example has the same class: above chance wherever inputs tell about labels
             (Cover & Hart 1967: its error is at most twice the least possible)
columns      how well the best single column of a table tells the target

and beside them the loss of the best answer that never looks at an example, which every net must come below.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from limen.data.dataset import Dataset, Scale, Split, as_input

ASKED, AMONG = 300, 1000  # examples whose nearest neighbour is looked for, and among how many of the training split
FEW = 20  # with fewer examples a share says nothing
WIDEST = 256  # columns of a table up to which each is looked at alone

Numbers = NDArray[np.float64]


def rows_of(split: Split) -> list[int]:
    """A number for each example and its target together; equal ones have equal numbers."""
    x, y = (t.cpu().contiguous().numpy().reshape(len(split), -1) for t in (split.x, split.y))
    return [hash((a.tobytes(), b.tobytes())) for a, b in zip(x, y, strict=True)]


def copies(data: Dataset) -> dict[str, float]:
    """The share of each split's examples that stand in the training split too; of its own, twice or more."""
    train = rows_of(data.train)
    known, again = set[int](), set[int]()
    for row in train:
        (again if row in known else known).add(row)
    shares = {"train": sum(row in again for row in train) / len(train)}
    for name, split in (("validation", data.validation), ("test", data.test)):
        rows = rows_of(split)
        same = len(rows) == len(train) and rows == train  # a truth table is all there is: it teaches and tests
        shares[name] = 0.0 if same else sum(row in known for row in rows) / len(rows)
    return shares


def some(split: Split, scale: Scale, most: int) -> tuple[Tensor, Tensor]:
    """At most so many examples, evenly taken: rows of numbers (N, …) and the targets (N,), of several the first."""
    count = min(most, len(split))
    rows = torch.arange(count) * len(split) // count
    x, y = split.x[rows.to(split.x.device)], split.y[rows.to(split.y.device)]
    return as_input(x, scale).flatten(1).float().cpu(), y.reshape(count, -1)[:, 0].cpu()


def agreement(mine: Tensor, theirs: Tensor, classes: int) -> float:
    """The share of equal classes, or the correlation of two columns of numbers."""
    if classes:
        return (mine == theirs).float().mean().item()
    if not mine.std() or not theirs.std():
        return 0.0
    return float(np.corrcoef(mine.double().numpy(), theirs.double().numpy())[0, 1])


def neighbours(data: Dataset) -> dict[str, list[float]]:
    """For training and validation examples: agreement with the nearest training example, that by chance, how many.

    Empty where examples are few or are ids of words, which have no distance.
    """
    if data.train.x.dtype == torch.int64 or len(data.train) < FEW:
        return {}
    x, y = some(data.train, data.scale, AMONG)
    found = {}
    for name, split in (("train", data.train), ("validation", data.validation)):
        rows = torch.arange(min(ASKED, len(x))) * len(x) // min(ASKED, len(x))
        asked, own = (x[rows], y[rows]) if name == "train" else some(split, data.scale, ASKED)
        distance = torch.cdist(asked, x)
        if name == "train":
            distance[torch.arange(len(rows)), rows] = torch.inf  # nobody is their own neighbour
        if len(asked) >= FEW:
            agreed = agreement(own, y[distance.argmin(1)], len(data.classes))
            found[name] = [round(agreed, 4), round(chance(own, y, len(data.classes)), 4), len(asked)]
    return found


def chance(mine: Tensor, theirs: Tensor, classes: int) -> float:
    """The agreement of two draws that know nothing of each other."""
    if not classes:
        return 0.0
    shares = [torch.bincount(y, minlength=classes).double() / len(y) for y in (mine, theirs)]
    return float(shares[0] @ shares[1])


def nearest_alone(column: Numbers, y: NDArray[np.int64]) -> float:
    """How often the nearest other value of one column belongs to the same class. column, y: (N,)."""
    order = np.argsort(column, kind="stable")
    values, labels = column[order], y[order]
    gap = np.diff(values)
    left, right = np.concatenate([[np.inf], gap]), np.concatenate([gap, [np.inf]])
    beside = np.arange(len(values)) + np.where(left <= right, -1, 1)
    return float((labels == labels[beside]).mean())


def best_column(data: Dataset) -> dict[str, Any] | None:
    """The column of a table that tells the target best when it stands alone; None where that is no question."""
    x = data.train.x
    if x.ndim != 2 or x.dtype == torch.int64 or not 2 <= x.shape[1] <= WIDEST or len(x) < 2 * FEW:
        return None
    rows, y = some(data.train, data.scale, AMONG)
    columns = rows.double().numpy().T
    if data.classes:
        told = [nearest_alone(column, y.numpy()) for column in columns]
    else:
        told = [abs(agreement(torch.from_numpy(column), y, 0)) for column in columns]
    best = int(np.argmax(told))
    name = data.columns[best] if best < len(data.columns) else str(best + 1)
    return {"name": name, "agreement": round(told[best], 4), "examples": len(rows)}


def constant_loss(data: Dataset) -> float:
    """The loss of the best answer that looks at no example: the entropy of the classes in nats, or the variance."""
    y = data.train.y
    if not data.classes:
        return float(y.double().var(0, unbiased=False).mean())
    shares = torch.bincount(y.cpu(), minlength=len(data.classes)).double() / len(y)
    return float(-torch.special.xlogy(shares, shares).sum())


def facts(data: Dataset) -> Mapping[str, Any]:
    """All of it, as plain values."""
    return {
        "constant_loss": constant_loss(data),
        "copies": {name: round(share, 4) for name, share in copies(data).items()},
        "neighbours": neighbours(data),
        "column": best_column(data),
    }
