"""Published weights put into a net: what fits, what is missing, what is too much.

A net whose layers have the names and shapes of the one that was trained can begin where that ended. Only its last layer
may have to be another: a thousand kinds of things there, ten here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from limen.errors import LimenError
from limen.nets.build import outline

# what the densely connected nets' files of 2017 call norm1, conv1, …
OLD = re.compile(r"(.*denselayer\d+\.(?:norm|conv))\.([12]\.(?:weight|bias|running_mean|running_var))")
COUNTER = "num_batches_tracked"  # steps of a norm; not in files from before 2018, and used by nothing here
SPARE = ("aux1.", "aux2.")  # heads that only training asks


@dataclass(frozen=True)
class Fitted:
    """Weights for a net: those it takes over, the names it draws anew, and those in the file that it has no use for."""

    weights: dict[str, Tensor]
    anew: tuple[str, ...]
    unused: tuple[str, ...]


def renamed(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights by today's names."""
    return {OLD.sub(r"\1\2", name): tensor for name, tensor in weights.items()}


def shapes_of(
    name: str, shape: tuple[int, ...], outputs: int, options: Mapping[str, Any]
) -> dict[str, tuple[int, ...]]:
    """The shapes of a net's weights by their names; none is made."""
    return {key: tuple(t.shape) for key, t in outline(name, shape, outputs, options).state_dict().items()}


def times(shape: tuple[int, ...]) -> str:
    """A shape as people write it."""
    return "×".join(map(str, shape)) or "a number"


def fit_to(
    name: str,
    shape: tuple[int, ...],
    outputs: int,
    options: Mapping[str, Any],
    weights: Mapping[str, Tensor],
    new_head: bool = False,
) -> Fitted:
    """What the net called `name` takes over of published weights; every name and shape must agree.

    With `new_head` its last layers, those whose shape depends on the number of outputs, are left as they are drawn.

    Raises:
        LimenError: names that are missing or too many, or shapes that differ.
    """
    given, own = renamed(weights), shapes_of(name, shape, outputs, options)
    wider = shapes_of(name, shape, outputs + 1, options)
    head = [key for key in own if wider[key] != own[key]]
    anew = tuple(head) if new_head else ()
    taken = {key: given[key] for key in own if key in given and key not in anew}
    missing = [key for key in own if key not in given and key not in anew and not key.endswith(COUNTER)]
    unused = tuple(key for key in given if key not in own and key.startswith(SPARE))
    unexpected = [key for key in given if key not in own and key not in unused]
    other = [key for key, tensor in taken.items() if tuple(tensor.shape) != own[key]]
    kinds = [key for key, tensor in taken.items() if tensor.is_floating_point() == key.endswith(COUNTER)]
    odd = [f"missing {key}" for key in missing] + [f"unexpected {key}" for key in unexpected]
    odd += [f"{key} is {times(tuple(taken[key].shape))} where {times(own[key])} belongs" for key in other]
    odd += [f"{key} holds {taken[key].dtype}" for key in kinds if key not in other]
    if odd:
        only_head = not (missing or unexpected or kinds) and set(other) <= set(head)
        way = "Draw its last layer anew with --new-head" if only_head else "Choose the net they were trained in"
        more = f" and {len(odd) - 5} more" if len(odd) > 5 else ""
        raise LimenError(f"The weights do not fit the net {name!r}: {'; '.join(odd[:5])}{more}. {way}.")
    floats = {key: t.to(torch.float32) if t.is_floating_point() else t for key, t in taken.items()}
    return Fitted(floats, anew, unused)
