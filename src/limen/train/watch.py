"""Noticing that training has blown up, and saying where.

A rate too high makes weights grow until a number leaves the range of floats; one inf or nan then spreads through the
whole net in a step. On the CPU every loss is looked at before its gradient is used, so the weights are still the last
good ones. On a GPU looking means waiting, so a look is ordered every few steps and read when the next one is ordered.
"""

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.train.state import State
from limen.train.update import current_rate

EVERY = 5  # steps between two looks on a GPU; what one look finds is known by the next, so within 10


class NonFiniteError(LimenError):
    """A loss or a weight that is inf or nan, with the step (from 1), the rate and the layer."""

    def __init__(self, what: str, epoch: int, step: int, rate: float, layer: str) -> None:
        self.epoch, self.step, self.rate, self.layer = epoch, step, rate, layer
        super().__init__(
            f"Training stopped: {what} at step {step} of epoch {epoch}, rate {rate:g}; it began in {layer}. "
            f"Lower the rate (--set plan.optimizer.lr={rate / 10:g}) or clip the gradient (--set plan.clip=1)."
        )


def find_layer(net: nn.Module, x: Tensor) -> str:
    """The layer in which numbers first stop being finite: its weights, or its output for this batch."""
    layers = {layer: path for path, layer in net.named_modules() if not list(layer.children())}
    bad = [
        path for layer, path in layers.items() if not all(p.isfinite().all() for p in layer.parameters(recurse=False))
    ]
    if bad:  # gradients run backwards: the layer nearest to the loss was the first
        return f"the weights of layer {bad[-1]!r}"
    if not x.isfinite().all():
        return "the data"
    found: list[str] = []
    hooks = [
        layer.register_forward_hook(lambda layer, _, y: found.append(layers[layer]) if not y.isfinite().all() else None)
        for layer in layers
    ]
    try:
        with torch.no_grad():
            net(x)
    finally:
        for hook in hooks:
            hook.remove()
    return f"layer {found[0]!r}" if found else "the loss itself"


def blown_up(state: State, what: str, x: Tensor, step: int) -> NonFiniteError:
    """The error for `what` at a step (from 1) of the present epoch; x is a batch to find the layer with."""
    rate = current_rate(state.optimizers)
    return NonFiniteError(what, state.epoch + 1, step, rate, find_layer(state.net, x))


class Watch:
    """Looks at an epoch's losses on a device that the host runs ahead of. On the CPU the step itself looks."""

    def __init__(self, losses: Tensor) -> None:
        self.losses, self.kind = losses, losses.device.type
        self.fine: Tensor | None = None  # the last answer ordered, in the host's memory
        self.ordered: torch.cuda.Event | None = None

    def first_bad(self, done: int) -> int | None:
        """After `done` steps: the number of the first step whose loss is known not to be finite, or None."""
        if self.kind == "cpu" or done % EVERY:
            return None
        if self.kind != "cuda":
            return self.search(done)
        if self.ordered is not None and self.fine is not None:
            self.ordered.synchronize()  # ordered EVERY steps ago: done, unless the host ran far ahead
            if not self.fine.item():
                return self.search(done)
        self.fine = torch.empty((), dtype=torch.bool, pin_memory=True)
        self.fine.copy_(self.losses[:done].isfinite().all(), non_blocking=True)
        self.ordered = torch.cuda.Event()  # type: ignore[no-untyped-call]
        self.ordered.record()
        return None

    def search(self, done: int) -> int | None:
        """The first bad step among the first `done`, waiting for the device."""
        bad = (~self.losses[:done].isfinite()).nonzero()
        return int(bad[0]) if len(bad) else None
