"""How likely a restricted Boltzmann machine holds the data, exactly, where it is tiny.

    log p(v) = -F(v) - log Z,    Z = Σ_v exp(-F(v)) = Σ_h Σ_v exp(-E(v, h))

The slope of the mean log p(v) is a data term minus a model term: ⟨v hᵀ⟩ over p(h|v) of the data minus ⟨v hᵀ⟩ over
the model's own p(v, h), and the same with v and h alone for the biases. The sum over all states of the smaller side is
the other side's product, so a machine with up to 20 units on one side is summed exactly, in float64. `annealing`
estimates log Z of larger ones.
"""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from limen.errors import LimenError
from limen.nets.rbm import RBM

LARGEST = 20  # units that are summed over: a million states
BLOCK = 4096  # states at a time


@dataclass(frozen=True, eq=False)
class Moments:
    """What the slope of log p by each parameter is a difference of: ⟨v hᵀ⟩ (visible, hidden), ⟨v⟩, ⟨h⟩; float64."""

    weight: Tensor
    visible_bias: Tensor
    hidden_bias: Tensor

    def __sub__(self, other: "Moments") -> "Moments":
        return Moments(
            self.weight - other.weight,
            self.visible_bias - other.visible_bias,
            self.hidden_bias - other.hidden_bias,
        )

    def __repr__(self) -> str:
        visible, hidden = self.weight.shape
        return f"Moments({visible} visible, {hidden} hidden, largest |⟨v h⟩| {self.weight.abs().max().item():.4g})"


def in_float64(rbm: RBM) -> RBM:
    """A copy of the machine that counts in float64, without slopes."""
    return copy.deepcopy(rbm).double().requires_grad_(False)


def states(units: int) -> Iterator[Tensor]:
    """All 2^units settings of so many bits, in blocks (n, units) of float64."""
    place = torch.arange(units)
    for first in range(0, 2**units, BLOCK):
        numbers = torch.arange(first, min(first + BLOCK, 2**units))
        yield (numbers[:, None] >> place & 1).double()


def check_size(rbm: RBM, units: int, which: str) -> None:
    """Raises LimenError where a sum over the states of so many units would not end."""
    if units > LARGEST:
        raise LimenError(
            f"An exact sum over {which} of {rbm.visible} visible and {rbm.hidden} hidden units has 2^{units} terms. "
            f"Allowed: at most {LARGEST} units. Use annealed_importance for an estimate of log Z."
        )


def by_hidden(rbm: RBM) -> bool:
    """Whether the sum goes over the hidden side: the smaller one, or the only one that can be counted."""
    return rbm.units == "gaussian" or rbm.hidden <= rbm.visible


def log_weights(rbm: RBM) -> tuple[list[Tensor], Tensor]:
    """The states of the side that is summed over, in blocks, and log of the other side's sum for each: (states,)."""
    hidden = by_hidden(rbm)
    side = rbm.hidden if hidden else rbm.visible
    check_size(rbm, side, "the hidden states" if rbm.units == "gaussian" else "the smaller side")
    W, b, c = rbm.weight.double(), rbm.visible_bias.double(), rbm.hidden_bias.double()
    blocks = [block.to(W.device) for block in states(side)]
    if not hidden:
        return blocks, torch.cat([v @ b + functional.softplus(v @ W + c).sum(1) for v in blocks])
    if rbm.units == "bernoulli":
        return blocks, torch.cat([h @ c + functional.softplus(h @ W.T + b).sum(1) for h in blocks])
    pulls = [h @ W.T for h in blocks]  # ∫ exp(-½‖v - b‖² + v·p) dv = (2π)^(visible/2) exp(b·p + ½‖p‖²)
    known = rbm.visible / 2 * math.log(2 * math.pi)
    return blocks, torch.cat(
        [h @ c + p @ b + 0.5 * p.square().sum(1) + known for h, p in zip(blocks, pulls, strict=True)]
    )


def independent_log_likelihood(data: Tensor, v: Tensor) -> float:
    """The mean log likelihood of bits v (B, visible) if each were drawn by itself at its own rate in data (N, visible).

    It is what a machine without weights begins with, its rates held off 0 and 1 as `RBM.start_at` holds them; in nats.
    """
    p, v = data.double().mean(0).clamp(0.01, 0.99), v.double()
    return (v * p.log() + (1 - v) * (1 - p).log()).sum(1).mean().item()


def log_partition(rbm: RBM) -> Tensor:
    """log Z, exactly, by counting the smaller side's states: a float64 scalar with a slope by the parameters, in nats.

    Raises LimenError where that side (for gaussian visible units: the hidden one) has more than 20 units.
    """
    return log_weights(rbm)[1].logsumexp(0)


def mean_log_likelihood(rbm: RBM, v: Tensor) -> Tensor:
    """The mean of log p(v) = -F(v) - log Z over v (B, visible), exactly: a float64 scalar with a slope, in nats."""
    v = v.double()
    W, b, c = rbm.weight.double(), rbm.visible_bias.double(), rbm.hidden_bias.double()
    seen = -0.5 * (v - b).square().sum(1) if rbm.units == "gaussian" else v @ b
    return (seen + functional.softplus(v @ W + c).sum(1)).mean() - log_partition(rbm)


def data_term(rbm: RBM, v: Tensor) -> Moments:
    """⟨v hᵀ⟩, ⟨v⟩ and ⟨h⟩ with v from the data (B, visible) and h from p(h|v), in closed form."""
    exact, v = in_float64(rbm), v.double()
    h = exact.hidden_mean(v)
    return Moments(v.T @ h / len(v), v.mean(0), h.mean(0))


def model_term(rbm: RBM) -> Moments:
    """⟨v hᵀ⟩, ⟨v⟩ and ⟨h⟩ over p(v, h), exactly: each state of the smaller side with the means of the other."""
    exact = in_float64(rbm)
    blocks, logs = log_weights(exact)
    one = torch.cat(blocks)
    p = logs.softmax(0)
    v, h = (exact.visible_mean(one), one) if by_hidden(exact) else (one, exact.hidden_mean(one))
    return Moments((v * p[:, None]).T @ h, p @ v, p @ h)


def likelihood_gradient(rbm: RBM, v: Tensor) -> Moments:
    """The slope of the mean log p(v) by each parameter, in closed form: the data term minus the model term."""
    return data_term(rbm, v) - model_term(rbm)


def likelihood_gradient_by_counting(rbm: RBM, v: Tensor) -> Moments:
    """The same by counting every joint state (v, h), with nothing used but the energy: bits, up to 20 units in all."""
    if rbm.units == "gaussian":
        raise LimenError("Joint states can be counted of bits only. Build the machine with units='bernoulli'.")
    check_size(rbm, rbm.visible + rbm.hidden, "the joint states")
    exact, v = in_float64(rbm), v.double()
    joint = torch.cat(list(states(rbm.visible + rbm.hidden))).to(v.device)
    every, hidden = joint[:, : rbm.visible], joint[:, rbm.visible :]
    p = (-exact.energy(every, hidden)).softmax(0)
    model = Moments(torch.einsum("s,sv,sh->vh", p, every, hidden), p @ every, p @ hidden)
    h = torch.cat(list(states(rbm.hidden))).to(v.device)
    rows = [(-exact.energy(row.expand(len(h), -1), h)).softmax(0) @ h for row in v]  # ⟨h⟩ of each example
    means = torch.stack(rows)
    return Moments(v.T @ means / len(v), v.mean(0), means.mean(0)) - model
