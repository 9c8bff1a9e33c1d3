"""Backpropagation under the microscope: every number by hand beside the same number by autograd.

The pass of `limen.nets.backprop` is written out in formulas; autograd keeps a graph of what was done and walks it
backwards. Both are exact, so they may differ by rounding alone: in float64 by less than 10⁻¹² where numbers are near 1.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.nets.backprop import backprop
from limen.nets.chain import Dense, chain
from limen.nets.passes import Pass, Quantity

REFERENCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "half-squared-error": lambda output, y: functional.mse_loss(output, y, reduction="sum") / 2,
    "squared-error": lambda output, y: functional.mse_loss(output, y, reduction="sum"),
    "mean-squared-error": functional.mse_loss,
    "cross-entropy": functional.cross_entropy,
}


@dataclass(frozen=True, eq=False)
class Agreement:
    """One quantity by hand, and the same by autograd, of the same shape."""

    quantity: Quantity
    autograd: Tensor

    @property
    def difference(self) -> float:
        """The largest absolute difference of any number; nan where one of the two is not finite."""
        return float((self.quantity.values - self.autograd).abs().max())

    def __repr__(self) -> str:
        return f"Agreement({self.quantity.symbol}, {self.quantity.shape}, largest difference {self.difference:.1e})"


@dataclass(frozen=True, eq=False)
class Microscope:
    """A pass by hand, and each of its quantities beside autograd's, in the order in which they were computed."""

    by_hand: Pass
    agreements: tuple[Agreement, ...]

    @property
    def difference(self) -> float:
        """The largest absolute difference of all; nan where any is."""
        return float(torch.tensor([a.difference for a in self.agreements], dtype=torch.float64).max())

    def __repr__(self) -> str:
        count = sum(a.autograd.numel() for a in self.agreements)
        return f"Microscope({self.by_hand!r}, {count:,} numbers, largest difference {self.difference:.1e})"


def recorded(net: nn.Module, dense: tuple[Dense, ...], x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """The net's own way from x: what goes into each dense layer and at last comes out, and what each one sums."""
    entering: list[Tensor] = []
    sums: list[Tensor] = []

    def note(_: nn.Module, inputs: tuple[Tensor], output: Tensor) -> None:
        entering.append(inputs[0])
        sums.append(output)

    hooks = [layer.linear.register_forward_hook(note) for layer in dense]
    entering.append(net(x))
    for hook in hooks:
        hook.remove()
    return entering, sums


def by_autograd(net: nn.Module, x: Tensor, seen: Pass) -> dict[str, Tensor]:
    """Every quantity of a pass by torch's own layers, losses, autograd and SGD, under the sign it has by hand.

    The net is changed by the step of descent: give a copy.
    """
    dense = chain(net).dense
    x = x.detach().clone().requires_grad_()
    entering, sums = recorded(net, dense, x)
    loss = REFERENCES[seen.loss](entering[-1], seen.targets)
    found = {seen.start.symbol: entering[0], seen.value.symbol: loss}
    for by_hand, z, h in zip(seen.layers, sums, entering[1:], strict=True):
        (slope,) = torch.autograd.grad(h.sum(), z, retain_graph=True)
        found |= {by_hand.z.symbol: z, by_hand.h.symbol: h, by_hand.local.symbol: slope}
    weights = [p for layer in dense for p in layer.linear.parameters()]
    slopes = iter(torch.autograd.grad(loss, [x, *entering[1:], *sums, *weights]))
    found[seen.dx.symbol] = next(slopes).view(seen.x.values.shape)
    found |= {by_hand.upstream.symbol: next(slopes) for by_hand in seen.layers}
    found |= {by_hand.delta.symbol: next(slopes) for by_hand in seen.layers}
    for parameter in weights:
        parameter.grad = next(slopes)
    torch.optim.SGD(weights, lr=seen.rate).step()
    for layer, by_hand in zip(dense, seen.layers, strict=True):
        weight, bias = layer.linear.weight, layer.linear.bias
        assert weight.grad is not None
        found |= {by_hand.dw.symbol: weight.grad.T, by_hand.new_w.symbol: weight.T}
        if by_hand.db is not None and by_hand.new_b is not None:
            assert bias.grad is not None
            found |= {by_hand.db.symbol: bias.grad, by_hand.new_b.symbol: bias}
    return {symbol: tensor.detach() for symbol, tensor in found.items()}


def loose(net: nn.Module) -> nn.Module:
    """A copy of the net that learns in every layer, and whose activations leave standing what comes in."""
    copied = copy.deepcopy(net)
    for layer in copied.modules():
        if hasattr(layer, "inplace"):
            setattr(layer, "inplace", False)  # noqa: B010, mypy takes a module's attribute for a tensor
    return copied.requires_grad_()


def examine(net: nn.Module, x: Tensor, y: Tensor, loss: str = "cross-entropy", rate: float = 0.1) -> Microscope:
    """A batch's whole pass through a dense chain by hand, each quantity beside autograd's; the net is left as it was.

    x: (N, m), or (N, …) where the net begins with Flatten. y: labels (N,) for the cross-entropy, else (N, K).
    LimenError where the net is no dense chain, or net, batch and loss do not fit.
    """
    seen = backprop(net, x, y, loss, rate)
    with torch.enable_grad():
        reference = by_autograd(loose(net), x, seen)
    return Microscope(seen, tuple(Agreement(q, reference[q.symbol]) for q in seen.quantities()))
