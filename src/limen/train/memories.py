"""Whether an optimizer's memory, as it was read from a file, belongs to the optimizer at hand.

Adam keeps two numbers for each weight, and its fused kernel trusts that they are as many as the weights: a memory of
another shape is read and written past its end. So every tensor is held against what the same optimizer makes of one
step on a small stand-in whose axes all differ in length.
"""

import inspect
import math
from typing import Any

import torch
from torch import Tensor, nn

from limen.errors import LimenError, shown
from limen.train.update import update_of

SIDES = (2, 3, 5, 7, 11, 13)  # the stand-in's axes
FLAT = ("d", "prev_flat_grad", "old_dirs", "old_stps")  # what L-BFGS keeps: all parameters in one row


def no_fit(why: str) -> LimenError:
    """The error for a memory that belongs elsewhere."""
    return LimenError(
        f"The checkpoint's optimizer memory does not fit the plan: {why}. Resume with the plan, the net and the "
        "optimizer that the run began with."
    )


def stand_in_memory(optimizer: torch.optim.Optimizer, group: dict[str, Any], like: Tensor) -> dict[str, Any]:
    """What the optimizer remembers of a small parameter with as many axes as `like`, after one step."""
    kind = type(optimizer)
    options = {name: group[name] for name in inspect.signature(kind).parameters if name in group and name != "params"}
    if isinstance(options["lr"], Tensor):
        options["lr"] = options["lr"].clone()
    small = nn.Parameter(torch.zeros(SIDES[: like.ndim], dtype=like.dtype, device=like.device))
    small.grad = torch.zeros_like(small)
    twin = kind([small], **options)
    update_of(twin)()
    made: dict[str, Any] = twin.state[small]
    return made


def shape_like(pattern: Tensor, parameter: Tensor) -> tuple[int, ...]:
    """The shape that belongs to `parameter` where `pattern` belongs to the stand-in."""
    if pattern.ndim != parameter.ndim:
        return tuple(pattern.shape)
    return tuple(
        n if small == side else small for small, side, n in zip(pattern.shape, SIDES, parameter.shape, strict=False)
    )


def size_of(value: object) -> str:
    """How large a remembered value is, for a message."""
    return "×".join(map(str, value.shape)) or "a number" if isinstance(value, Tensor) else shown(value)


def check_values(held: dict[str, Any], usual: dict[str, Any], parameter: Tensor, where: str) -> None:
    """Hold what is remembered of one parameter against what would be."""
    if held.keys() != usual.keys():
        raise no_fit(f"of {where} it holds {', '.join(map(shown, held)) or 'nothing'}, not {', '.join(usual)}")
    for name, value in usual.items():
        shape = shape_like(value, parameter) if isinstance(value, Tensor) else None
        same = type(held[name]) is type(value) and (shape is None or held[name].shape == shape)
        if not same:
            wanted = shown(value) if shape is None else "×".join(map(str, shape)) or "a number"
            raise no_fit(f"{name} of {where} is {size_of(held[name])}, where {wanted} belongs")


def check_flat(held: dict[str, Any], usual: dict[str, Any], numbers: int) -> None:
    """The same for L-BFGS, which remembers directions through the space of all parameters together."""
    lists = [held.get(name) or [] for name in ("old_dirs", "old_stps", "ro")]
    if not all(isinstance(one, list) and len(one) == len(lists[0]) for one in lists) or not usual.keys() <= held.keys():
        raise no_fit("its directions, steps and weights are not equally many")
    for name, value in held.items():
        for tensor in value if isinstance(value, list) else [value]:
            shapes = ((numbers,),) if name in FLAT else ((), (1,))
            if isinstance(tensor, Tensor) and tuple(tensor.shape) not in shapes:
                raise no_fit(f"{shown(name)} is {size_of(tensor)}, the net has {numbers:,} numbers")
            if not isinstance(tensor, Tensor | int | float | None):
                raise no_fit(f"{shown(name)} is {shown(tensor)}")


def check_memory(optimizer: torch.optim.Optimizer, memory: Any) -> None:
    """Refuse a memory that is not this optimizer's: other parameters, another order, other shapes.

    Raises:
        LimenError: what does not fit.
    """
    own = optimizer.state_dict()["param_groups"]
    groups, states = (memory.get(name) if isinstance(memory, dict) else None for name in ("param_groups", "state"))
    if not isinstance(groups, list) or not isinstance(states, dict) or len(groups) != len(own):
        raise no_fit("it is none")
    for group, mine in zip(groups, own, strict=True):
        rate = group.get("lr") if isinstance(group, dict) else None
        if rate is None or group.get("params") != mine["params"]:
            raise no_fit("it belongs to other parameters")
        if isinstance(rate, Tensor) and rate.numel() == 1:
            rate = rate.item()
        if type(rate) not in (int, float) or not math.isfinite(rate) or rate < 0:
            raise no_fit(f"its rate is {shown(rate)}")
    parameters = [(p, group) for group in optimizer.param_groups for p in group["params"]]
    usual: dict[tuple[int, int], dict[str, Any]] = {}
    for number, held in states.items():
        if type(number) is not int or not 0 <= number < len(parameters) or not isinstance(held, dict):
            raise no_fit(f"it speaks of a parameter {shown(number)}")
        parameter, group = parameters[number]
        if held and isinstance(optimizer, torch.optim.LBFGS):
            check_flat(held, {"func_evals": 0, "n_iter": 0}, sum(p.numel() for p, _ in parameters))
        elif held:
            key = (id(group), parameter.ndim)
            usual[key] = usual.get(key) or stand_in_memory(optimizer, group, parameter)
            check_values(held, usual[key], parameter, f"parameter {number}")
