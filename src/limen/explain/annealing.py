"""How large the sum over all states of a restricted Boltzmann machine is, estimated by annealed importance sampling.

Z = Σ_v exp(-F(v)) is the mean of exp(-F(v)) / q(v) over samples of any q, but a q that is easy to sample is far off.
So walk there: particles start at a machine without weights, whose Z is known, and the weights are turned up little by
little while Gibbs steps let the particles follow. The product of the ratios on the way is an unbiased estimate of Z
(Neal 2001; Salakhutdinov & Murray 2008). With log Z, log p(v) = -F(v) - log Z of any example follows.
"""

import copy
import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

from limen.errors import LimenError
from limen.explain.likelihood import in_float64
from limen.nets.rbm import RBM


@dataclass(frozen=True)
class Annealed:
    """An estimate of log Z in nats; `error` is its standard error, from how much the particles disagree."""

    log_z: float
    error: float
    particles: int
    temperatures: int

    def __str__(self) -> str:
        return f"log Z = {self.log_z:.3f} ± {self.error:.3f} ({self.particles} particles, {self.temperatures} steps)"


def annealed_importance(
    rbm: RBM, data: Tensor | None = None, *, particles: int = 100, temperatures: int = 1000, seed: int = 0
) -> Annealed:
    """An estimate of log Z by annealed importance sampling, in any size.

    Particles start as exact samples of a machine without weights whose Z is known, with the visible biases `base`, and
    are taken to this one in equal steps of the inverse temperature β, each with one Gibbs step that leaves

        p_β(v) ∝ exp((1 - β) base·v + β b·v) Π_j (1 + exp(β (c_j + v·W_j)))

    unchanged. `data` (n, visible) give base the data's own rates (the base-rate machine); without them it is the
    machine's visible biases. The error is true only if the particles reached every mode: more temperatures help.
    Draws from a generator of its own, begun at `seed`. Salakhutdinov & Murray 2008, section 4.
    """
    for name, value, least in (("particles", particles, 2), ("temperatures", temperatures, 1)):
        if value < least:
            raise LimenError(f"{name} {value} is out of range. Allowed: {least} or more.")
    exact = in_float64(rbm)
    W, b, c = exact.weight, exact.visible_bias, exact.hidden_bias
    base = copy.deepcopy(exact)
    if data is not None:
        base.start_at(data.double().mean(0))
    draw = torch.Generator(W.device).manual_seed(seed)

    def visible(field: Tensor) -> Tensor:
        if exact.units == "gaussian":
            return field + torch.empty_like(field).normal_(generator=draw)
        return torch.bernoulli(field.sigmoid(), generator=draw)

    def log_p(v: Tensor, upward: Tensor, beta: float) -> Tensor:
        seen = (1 - beta) * base.visible_energy(v) + beta * exact.visible_energy(v)
        return functional.softplus(beta * upward).sum(1) - seen

    a = base.visible_bias
    v = visible(a.expand(particles, -1))
    gains = v.new_zeros(particles)
    betas = torch.linspace(0, 1, temperatures + 1, dtype=torch.float64).tolist()
    for before, beta in pairwise(betas):
        upward = v @ W + c
        gains += log_p(v, upward, beta) - log_p(v, upward, before)
        h = torch.bernoulli((beta * upward).sigmoid(), generator=draw)
        v = visible((1 - beta) * a + beta * (b + h @ W.T))
    known = math.log(2 * math.pi) * rbm.visible / 2 if rbm.units == "gaussian" else functional.softplus(a).sum().item()
    log_mean = gains.logsumexp(0) - math.log(particles)
    error = (gains - log_mean).exp().std().item() / math.sqrt(particles)  # of log Z, as d log z = dz / z
    return Annealed(known + rbm.hidden * math.log(2) + log_mean.item(), error, particles, temperatures)
