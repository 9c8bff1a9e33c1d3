"""What each layer makes of one picture.

A convolution puts out a plane for each of its filters: bright where the picture has what the filter looks for. The
first planes are edges and patches of colour; further up they become fewer places and say more (Zeiler & Fergus 2013).
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from limen.errors import LimenError

POOLINGS = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.AvgPool2d)  # what they put out may be one place many times

Hook = Callable[[str, nn.Module, Tensor], Tensor | None]  # of a path, a module and what it puts out


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The planes (C, H, W) that a layer makes of a picture; `path` is the layer's name in the net."""

    path: str
    kind: str
    planes: Tensor = field(repr=False)

    def strongest(self, count: int) -> Tensor:
        """The numbers of the planes with the largest answers, the largest first."""
        return self.planes.flatten(1).amax(1).argsort(descending=True, stable=True)[:count]


@contextlib.contextmanager
def in_use(net: nn.Module) -> Iterator[None]:
    """The net as it is used: no dropout, norms with their running means; put back afterwards."""
    modes = {layer: layer.training for layer in net.modules()}
    net.eval()
    try:
        yield
    finally:
        for layer, training in modes.items():
            layer.training = training


@contextlib.contextmanager
def watched(net: nn.Module, hook: Hook) -> Iterator[None]:
    """Show `hook` what every module puts out; what it gives back, if anything, is used instead."""

    def show(path: str) -> Callable[..., Any]:
        return lambda layer, _, out: hook(path, layer, out) if isinstance(out, Tensor) else None

    handles = [layer.register_forward_hook(show(path)) for path, layer in net.named_modules() if path]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def feature_maps(net: nn.Module, x: Tensor) -> list[FeatureMaps]:
    """The planes of every layer without parts, in the order in which the picture x (C, H, W) passes them.

    Where a layer is passed several times, each pass is told. Nothing is drawn by chance, and the net stays as it was.
    """
    found: list[FeatureMaps] = []

    def keep(path: str, layer: nn.Module, out: Tensor) -> None:
        if out.ndim == 4 and not list(layer.children()):
            found.append(FeatureMaps(path, type(layer).__name__, out[0].detach().float().cpu().clone()))

    with in_use(net), watched(net, keep):
        net(x.unsqueeze(0))
    return found


@torch.no_grad()
def last_planes(net: nn.Module, x: Tensor) -> str | None:
    """The path of the last layer or part that puts out planes of more than one place; None in a net without."""
    last: list[str] = []

    def note(path: str, layer: nn.Module, out: Tensor) -> None:
        if out.ndim == 4 and out.shape[2] * out.shape[3] > 1 and not isinstance(layer, POOLINGS):
            last[:] = [path]

    with in_use(net), watched(net, note):
        net(x.unsqueeze(0))
    return last[0] if last else None


@torch.no_grad()
def planes_of(net: nn.Module, x: Tensor, path: str) -> Tensor:
    """The planes (C, H, W) that the layer or part at a path puts out for the picture x (C, H, W), on the CPU.

    Raises:
        LimenError: there is none at that path.
    """
    found: list[Tensor] = []

    def keep(here: str, _: nn.Module, out: Tensor) -> None:
        if here == path and out.ndim == 4:
            found[:] = [out[0].float().cpu().clone()]

    with in_use(net), watched(net, keep):
        net(x.unsqueeze(0))
    if not found:
        raise LimenError(f"The net has no layer {path!r} that puts out planes. See `limen summary`.")
    return found[0]


def for_figure(maps: list[FeatureMaps], most: int) -> list[FeatureMaps]:
    """At most so many layers to show, spread evenly from first to last: activations, or where there are none, all."""
    bends = [m for m in maps if m.kind in ("ReLU", "Tanh", "Sigmoid", "LeakyReLU", "ELU", "GELU", "SiLU", "Squash")]
    shown = [m for m in bends or maps if m.planes[0].numel() > 1] or maps
    if len(shown) <= most:
        return shown
    return [shown[round(i * (len(shown) - 1) / (most - 1))] for i in range(most)]
