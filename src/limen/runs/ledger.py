"""The ledger of a run: what it would take to prove that another run was the same.

Two runs are equal when the loss of every step is equal and every weight tensor is equal after every epoch, to the last
bit. The losses say at which step two runs part, the digests say in which tensor; neither needs the other run's weights.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
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
    exact = [float(str(loss)) for loss in losses.detach().cpu().numpy()]
    return {"epoch": epoch, "losses": exact, "weights": digests(weights)}


@dataclass(frozen=True)
class Difference:
    """Where two ledgers part: the first step (from 1) whose loss differs, or the first tensor, after an epoch."""

    epoch: int  # from 1
    step: int | None
    tensor: str | None
    then: str
    now: str


def unequal(then: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """The first tensor whose digest differs, in the order of the net."""
    return next((name for name in {**then, **now} if then.get(name) != now.get(name)), None)


def first_difference(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Difference | None:
    """The first place at which two ledgers differ, as far as both reach; None when they agree."""
    return next(differences(then, now), None)


def differences(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    """Every place at which two ledgers differ, in order."""
    repeated = {line["epoch"]: line for line in now}
    for line in then:
        other = repeated.get(line["epoch"])
        if other is None:
            continue
        for step, (a, b) in enumerate(zip(line["losses"], other["losses"], strict=False), start=1):
            if a != b:
                yield Difference(line["epoch"], step, None, repr(a), repr(b))
        name = unequal(line["weights"], other["weights"]) if line["weights"] and other["weights"] else None
        if name is not None:
            digest = line["weights"].get(name, "none"), other["weights"].get(name, "none")
            yield Difference(line["epoch"], None, name, *digest)
