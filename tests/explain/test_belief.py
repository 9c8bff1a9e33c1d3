"""The bound of a deep belief net's likelihood lies below the truth, and on it where the way up is the posterior."""

import pytest
import torch

from limen.errors import LimenError
from limen.explain.belief import likelihood_bound
from limen.explain.likelihood import log_partition, mean_log_likelihood, states
from limen.nets.build import build

V = torch.cat(list(states(6)))[::5]


def deep(hidden=(5, 4), spread=1.0):
    torch.manual_seed(0)
    net = build("stack", (6,), 2, {"kind": "rbm", "hidden": hidden})
    for layer in net.layers:
        for p in layer.parameters():
            torch.nn.init.normal_(p, std=spread)
    return net


def exact(net, v):
    """log p(v) of a net of two layers, by counting every state of the one between."""
    low, top = (layer.double() for layer in net.layers)
    h = torch.cat(list(states(low.hidden)))
    prior = -top.free_energy(h) - log_partition(top)
    p = low.visible_mean(h)
    given = v @ p.log().T + (1 - v) @ (1 - p).log().T
    return (given + prior).logsumexp(1)


@torch.no_grad()
def test_the_bound_lies_below_the_exact_likelihood_but_not_far():
    net = deep()
    many = V.repeat(500, 1)
    bound, annealed = likelihood_bound(net, many, particles=50, temperatures=500)
    mean, true = bound.view(500, -1).mean(0), exact(net, V)
    assert (mean <= true + 3 * annealed.error + 0.05).all() and (true - mean).mean() < 3


@torch.no_grad()
def test_the_bound_is_the_likelihood_where_the_second_layer_is_the_first_turned_over():
    """Such a net is the restricted Boltzmann machine itself, and its way up is the posterior."""
    net = deep((5, 6))
    low, top = net.layers
    top.weight.copy_(low.weight.T), top.visible_bias.copy_(low.hidden_bias), top.hidden_bias.copy_(low.visible_bias)
    bound, annealed = likelihood_bound(net, V.repeat(500, 1), temperatures=500)
    assert bound.mean().item() == pytest.approx(mean_log_likelihood(low, V).item(), abs=0.05 + 3 * annealed.error)


def test_gaussian_pixels_have_a_density():
    torch.manual_seed(0)
    net = build("stack", (6,), 2, {"kind": "rbm", "hidden": (5, 4), "units": "gaussian"})
    with torch.no_grad():
        net.layers[0].weight.zero_()
        bound, _ = likelihood_bound(net, V)
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(V).sum(1)  # pixels that the hidden units do not move
    assert bound.mean().item() == pytest.approx(expected.mean().item(), abs=0.2)


def test_autoencoders_are_no_model_of_chance():
    with pytest.raises(LimenError, match=r"net\.kind=rbm"):
        likelihood_bound(build("stack", (6,), 2, {"hidden": (5, 4)}), V.float())
