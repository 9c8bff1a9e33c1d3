"""The ledger of a run: what it would take to prove that another run was the same.

Two runs are equal when the loss of every step is equal and every weight tensor is equal after every epoch, to the last
bit. The losses say at which step two runs part, the digests say in which tensor; neither needs the other run's weights.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

DIGITS = 16  # hexadecimal digits of a SHA-256: 64 bits tell tensors apart


def digests(weights: Mapping[str, Tensor]) -> dict[str, str]:
    """A digest of each tensor's bytes, in the order of its indices."""
    found = {}
    for name, tensor in weights.items():
        content = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
        found[name] = hashlib.sha256(content.data).hexdigest()[:DIGITS]
    return found


def entry(epoch: int, losses: Tensor, weights: Mapping[str, Tensor]) -> dict[str, Any]:
    """The line of a finished epoch. losses: (steps,) float32, written with as many digits as tell them apart."""
    return {"epoch": epoch, "losses": exact(losses, len(losses)), "weights": digests(weights)}


def exact(losses: Tensor, count: int) -> list[float]:
    """The losses of the first steps of an epoch, as a ledger holds them."""
    return [float(str(loss)) for loss in losses[:count].detach().cpu().numpy()]


@dataclass(frozen=True)
class Difference:
    """Where two ledgers part: the first epoch (from 1), its first step (from 1) and its first tensor, where known."""

    epoch: int
    step: int | None
    tensor: str | None
    then: str
    now: str


def unequal(then: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """The first tensor whose digest differs, in the order of the net; None where either side has no digests."""
    if not then or not now:
        return None
    return next((name for name in {**then, **now} if then.get(name) != now.get(name)), None)


def first_difference(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Difference | None:
    """The first place at which two ledgers differ, as far as both reach; None when they agree."""
    repeated = {line["epoch"]: line for line in now}
    for line in then:
        if (other := repeated.get(line["epoch"])) is None:
            continue
        pairs = enumerate(zip(line["losses"], other["losses"], strict=False), start=1)
        step, values = next(((i, pair) for i, pair in pairs if pair[0] != pair[1]), (None, None))
        name = unequal(line["weights"], other["weights"])
        if values is not None:
            return Difference(line["epoch"], step, name, repr(values[0]), repr(values[1]))
        if name is not None:
            digest = line["weights"].get(name, "none"), other["weights"].get(name, "none")
            return Difference(line["epoch"], None, name, *digest)
    return None


def reach(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How far two ledgers can be compared: (steps, epochs whose weights both know)."""
    repeated = {line["epoch"]: line for line in now}
    both = [(line, repeated[line["epoch"]]) for line in then if line["epoch"] in repeated]
    steps = sum(min(len(a["losses"]), len(b["losses"])) for a, b in both)
    return steps, sum(bool(a["weights"] and b["weights"]) for a, b in both)


def farthest(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> float:
    """The largest difference of two losses of one step, as a share of the loss."""
    repeated = {line["epoch"]: line for line in now}
    both = [(line["losses"], repeated[line["epoch"]]["losses"]) for line in then if line["epoch"] in repeated]
    pairs = [pair for a, b in both for pair in zip(a, b, strict=False)]
    return max((abs(a - b) / max(abs(a), abs(b), 1e-12) for a, b in pairs), default=0.0)
