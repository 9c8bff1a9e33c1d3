"""Which inputs a net takes: tried without memory and without work, on torch's "meta" device."""

import math

import torch
from torch import nn
from torch.func import functional_call

from limen.nets.trace import in_use

LARGEST = 1024  # the longest side that is tried
USUAL = (28, 32, 64, 96, 128, 160, 192, 224, 227, 231, 256, 299)  # sides of pictures


def takes(net: nn.Module, shape: tuple[int, ...]) -> bool:
    """Whether the net takes an input of this shape."""
    state = {name: t.to("meta") for name, t in (*net.named_parameters(), *net.named_buffers())}
    kind = next((t.dtype for t in state.values()), torch.float32)
    try:
        with in_use(net):
            functional_call(net, state, torch.zeros(1, *shape, device="meta", dtype=kind))
    except (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError):
        return False
    return True


def channels_of(net: nn.Module) -> int | None:
    """How many channels the first convolution takes."""
    first = next((m for m in net.modules() if isinstance(m, nn.Conv1d | nn.Conv2d | nn.Conv3d)), None)
    return first.in_channels if first else None


def flat_input(net: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """A row of numbers that a net of dense layers takes, or a square picture of as many."""
    first = next((m for m in net.modules() if isinstance(m, nn.Linear)), None)
    if first is None:
        return None
    tried: list[tuple[int, ...]] = []
    for channels in dict.fromkeys((shape[0], 1, 3)) if len(shape) == 3 else ():
        side = math.isqrt(first.in_features // channels)
        if channels * side * side == first.in_features:
            tried.append((channels, side, side))
    return next((t for t in [*tried, (first.in_features,)] if takes(net, t)), None)


def fitting_input(net: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """A shape near `shape` that the net takes: its own channels, then equal sides; None where none is found.

    The sides tried are those usual for pictures and then the ones about the given size.
    """
    channels = channels_of(net)
    if channels is None:
        return flat_input(net, shape)
    if len(shape) < 2:
        return next((square for side in USUAL if takes(net, square := (channels, side, side))), None)
    given: tuple[int, ...] = (channels, *shape[1:])
    if takes(net, given):
        return given
    usual = sorted(USUAL, key=lambda side: abs(side - shape[1]))
    near = [side for d in range(1, 9) for side in (shape[1] + d, shape[1] - d) if 0 < side <= LARGEST]
    for side in dict.fromkeys((*usual, *near)):
        tried = (channels, *[side] * (len(shape) - 1))
        if takes(net, tried):
            return tried
    return None
