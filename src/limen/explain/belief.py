"""How likely a deep belief net holds the data, at least.

Its top two layers are a restricted Boltzmann machine; each layer below is drawn from the one above. log p(v) sums over
all hidden states, which nobody can count, but any guess q(h | v) of what lies above bounds it from below:

    log p(v) ≥ Σ_h q(h | v) [log p(v | h) + log p(h)] + entropy of q

with q the way up of each layer. The bound is tight where q is the true posterior. Hinton, Osindero & Teh 2006;
with log Z of the top estimated by annealed importance sampling, as Salakhutdinov & Murray 2008 do.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from limen.errors import LimenError
from limen.explain.annealing import Annealed, annealed_importance
from limen.explain.likelihood import in_float64
from limen.nets.rbm import RBM
from limen.nets.stack import Stack


def log_given(layer: RBM, v: Tensor, h: Tensor) -> Tensor:
    """log p(v | h) of pairs: v (B, visible), h (B, hidden) to (B,), in nats."""
    field = functional.linear(h, layer.weight, layer.visible_bias)
    if layer.units == "gaussian":
        return -0.5 * ((v - field).square() + math.log(2 * math.pi)).sum(1)
    return (v * functional.logsigmoid(field) + (1 - v) * functional.logsigmoid(-field)).sum(1)


def likelihood_bound(
    net: Stack, v: Tensor, *, particles: int = 100, temperatures: int = 1000, seed: int = 0
) -> tuple[Tensor, Annealed]:
    """A lower bound of log p(v) for each v (B, visible) under a deep belief net, float64 (B,); and log Z of its top.

    Hidden states are drawn once an example, so that a single row is noisy and the mean over many is not. Draws from a
    generator of its own, begun at `seed`. Raises LimenError for a stack of autoencoders, which is no model of chance.
    """
    layers = [layer for layer in net.layers if isinstance(layer, RBM)]
    if len(layers) < len(net.layers):
        raise LimenError("A stack of autoencoders has no likelihood. Build it with net.kind=rbm.")
    draw = torch.Generator(v.device).manual_seed(seed)
    v = v.double()
    bound = v.new_zeros(len(v))
    for layer in layers[:-1]:
        exact = in_float64(layer)
        upward = exact.hidden_input(v)
        p = upward.sigmoid()
        h = torch.bernoulli(p, generator=draw)
        entropy = (functional.softplus(upward) - p * upward).sum(1)  # of independent bits with these log odds
        bound = bound + log_given(exact, v, h) + entropy
        v = h
    top = in_float64(layers[-1])
    annealed = annealed_importance(top, v, particles=particles, temperatures=temperatures, seed=seed)
    return bound - top.free_energy(v) - annealed.log_z, annealed
