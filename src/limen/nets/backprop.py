"""Backpropagation by hand: the forward and the backward pass of a chain of dense layers, written out.

Forward, layer by layer:          Zᵢ = Hᵢ₋₁ Wᵢ + bᵢ,  Hᵢ = f(Zᵢ),  H₀ = X,  Ŷ = the last H
Backward, from the loss L:        δᵢ = ∂L/∂Zᵢ = (δᵢ₊₁ Wᵢ₊₁ᵀ) ⊙ f′(Zᵢ),  the last δ = ∂L/∂Ŷ ⊙ f′(Z)
Gradients and descent:            dWᵢ = Hᵢ₋₁ᵀ δᵢ,  dbᵢ = Σₙ δᵢ,  Wᵢ ← Wᵢ - η dWᵢ

A row is an example, a column a unit: X is N×n, Wᵢ is (units before)×(units), which is torch's weight transposed.
Rumelhart, Hinton & Williams 1986. Nothing here asks autograd; `limen.explain.microscope` lays the two side by side.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.nets.chain import Chain, Dense, chain
from limen.nets.derivatives import DERIVATIVES, FUNCTIONS
from limen.nets.losses import checked, times
from limen.nets.notation import applied, sloped, sub
from limen.nets.passes import Bends, LayerPass, Pass, Quantity


def bend(z: Tensor, bends: Bends) -> Tensor:
    """H = f(Z), f being several activations, one after the other, or none."""
    for layer in bends:
        z = FUNCTIONS[type(layer)](z, layer)
    return z


def bend_slope(z: Tensor, bends: Bends) -> Tensor:
    """f′(Z). Of several activations in a row the slopes multiply, each taken at what comes in there."""
    slope = torch.ones_like(z)
    for layer in bends:
        slope = slope * DERIVATIVES[type(layer)](z, layer)
        z = FUNCTIONS[type(layer)](z, layer)
    return slope


def checked_input(x: Tensor, taken: Chain) -> Tensor:
    """The batch as N rows; LimenError where it does not fit the first dense layer."""
    first = taken.dense[0]
    x = x.detach().flatten(1) if taken.flattens and x.ndim > 1 else x.detach()
    if x.ndim != 2 or x.shape[1] != first.linear.in_features or not len(x):
        raise LimenError(
            f"The batch has the shape {times(x)}; layer {first.name!r} takes N×{first.linear.in_features}, N at least"
            " 1. Give one row an example."
        )
    for dense in taken.dense:
        for name, parameter in dense.linear.named_parameters():
            if parameter.dtype != x.dtype:
                raise LimenError(
                    f"The batch is {x.dtype}, {dense.name}.{name} is {parameter.dtype}. Make them equal: `x.to(…)`."
                )
    return x


@dataclass(frozen=True, eq=False)
class Sums:
    """The forward pass of one layer."""

    dense: Dense
    w: Quantity
    b: Quantity | None
    before: Quantity
    z: Quantity
    h: Quantity


def forward_pass(start: Quantity, layers: tuple[Dense, ...]) -> list[Sums]:
    """Zᵢ = Hᵢ₋₁ Wᵢ + bᵢ and Hᵢ = f(Zᵢ), from the first layer to the last."""
    found: list[Sums] = []
    before = start
    for number, dense in enumerate(layers, 1):
        i = sub(number)
        weight, bias = dense.linear.weight.detach().T, dense.linear.bias
        w, b = Quantity(f"W{i}", f"W{i}", weight), None if bias is None else Quantity(f"b{i}", f"b{i}", bias.detach())
        z, summed = before.values @ weight, f"{before.symbol} W{i}"
        if b is not None:
            z, summed = z + b.values, f"{summed} + b{i}"
        bent, last = applied(dense.bends, f"Z{i}"), number == len(layers)
        h = Quantity(f"H{i}", f"{'Ŷ = ' if last else ''}H{i} = {bent}", bend(z, dense.bends))
        found.append(Sums(dense, w, b, before, Quantity(f"Z{i}", f"Z{i} = {summed}", z), h))
        before = h
    return found


def descend(weights: Quantity, gradient: Quantity, rate: float) -> Quantity:
    """W⁺ = W - η dW: one step of plain gradient descent."""
    formula = f"{weights.symbol}⁺ = {weights.symbol} − η {gradient.symbol}"
    return Quantity(f"{weights.symbol}⁺", formula, weights.values - rate * gradient.values)


def backward_pass(sums: list[Sums], slope: Tensor, slope_formula: str, rate: float) -> list[LayerPass]:
    """δ, dW, db of every layer, from the last to the first; `slope` is ∂L/∂Ŷ. Returned from the first to the last."""
    found: list[LayerPass] = []
    upstream = Quantity("∂L/∂Ŷ", f"∂L/∂Ŷ = {slope_formula}", slope)
    for number in range(len(sums), 0, -1):
        i, at = sub(number), sums[number - 1]
        symbol, rule = sloped(at.dense.bends, f"Z{i}")
        local = Quantity(symbol, rule, bend_slope(at.z.values, at.dense.bends))
        came = upstream.formula.partition(" = ")[2]
        bracketed = f"({came})" if at.dense.bends and (" − " in came or "ᵀ" in came) else came
        text = f"δ{i} = {bracketed} ⊙ {symbol}" if at.dense.bends else f"δ{i} = {came}"
        delta = Quantity(f"δ{i}", text, upstream.values * local.values)
        dw = Quantity(f"dW{i}", f"dW{i} = {at.before.symbol}ᵀ δ{i}", at.before.values.T @ delta.values)
        db = None if at.b is None else Quantity(f"db{i}", f"db{i} = Σₙ δ{i}⁽ⁿ⁾", delta.values.sum(0))
        new_w, new_b = descend(at.w, dw, rate), None if at.b is None or db is None else descend(at.b, db, rate)
        found.append(
            LayerPass(
                number=number, name=at.dense.name, bends=at.dense.bends, w=at.w, b=at.b, before=at.before, z=at.z,
                h=at.h, local=local, upstream=upstream, delta=delta, dw=dw, db=db, new_w=new_w, new_b=new_b,
            )
        )  # fmt: skip
        back = f"∂L/∂{at.before.symbol}"
        upstream = Quantity(back, f"{back} = δ{i} W{i}ᵀ", delta.values @ at.w.values.T)
    return found[::-1]


def backprop(net: nn.Module, x: Tensor, y: Tensor, loss: str = "cross-entropy", rate: float = 0.1) -> Pass:
    """Both passes through a dense chain, and one step of descent with `rate`, by hand; the net is left as it was.

    x: (N, m), or (N, …) where the net begins with Flatten. y: labels (N,) for the cross-entropy, else (N, K). float32
    or float64, as the net is. LimenError names a layer that is no part of a dense chain.
    """
    if not (math.isfinite(rate) and rate >= 0):
        raise LimenError(f"The rate {rate:g} is out of range. Allowed: 0 and above.")
    taken = chain(net)
    given = Quantity("X", "X", checked_input(x, taken))
    start = given
    if taken.bends:
        start = Quantity("H₀", f"H₀ = {applied(taken.bends, 'X')}", bend(given.values, taken.bends))
    sums = forward_pass(start, taken.dense)
    minimised, targets = checked(loss, sums[-1].h.values, y)
    value = Quantity("L", f"L = {minimised.value_formula}", minimised.value(sums[-1].h.values, targets))
    slope = minimised.slope(sums[-1].h.values, targets)
    layers = backward_pass(sums, slope, minimised.slope_formula, rate)
    dx, text = layers[0].delta.values @ layers[0].w.values.T, "δ₁ W₁ᵀ"
    if taken.bends:
        dx, text = dx * bend_slope(given.values, taken.bends), f"({text}) ⊙ {sloped(taken.bends, 'X')[0]}"
    return Pass(given, start, tuple(layers), targets, loss, value, Quantity("∂L/∂X", f"∂L/∂X = {text}", dx), rate)
