"""What is measured of nets that learn without labels: how well they bring back what they saw, and how likely they
hold it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from limen.data.dataset import Split, as_input
from limen.experiments.setup import START, Setup
from limen.explain.annealing import annealed_importance
from limen.explain.belief import likelihood_bound
from limen.explain.components import principal_components
from limen.explain.likelihood import independent_log_likelihood
from limen.explain.noise import masked
from limen.nets.autoencoder import Autoencoder
from limen.nets.rbm import RBM, bits_of
from limen.nets.stack import Stack

MOST = 2000  # test examples whose likelihood is taken
TEMPERATURES = 500  # steps of annealed importance sampling

Metrics = Sequence[Mapping[str, Any]]


def rows(setup: Setup, split: Split) -> Tensor:
    """A split's examples laid flat: (N, inputs)."""
    return as_input(split.x, setup.data.scale).flatten(1)


def squared(a: Tensor, b: Tensor) -> float:
    """The mean squared difference, a pixel."""
    return (a - b).double().square().mean().item()


def reconstruct(net: nn.Module, x: Tensor) -> Tensor | None:
    """There and back without chance or noise, (N, inputs) both; None of a net that knows no way back."""
    if not isinstance(net, Autoencoder | RBM | Stack):
        return None
    with torch.no_grad():
        return net.eval().reconstruct(x)


def round_trip(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The error of test examples that went up through all layers and down again, a pixel."""
    x = rows(setup, setup.data.test)
    back = reconstruct(setup.net, x)
    return {} if back is None else {"round_trip_error": squared(back, x)}


def mending(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The error of what comes back of test examples that lack three tenths of their pixels."""
    x = rows(setup, setup.data.test)
    back = reconstruct(setup.net, masked(x))
    return {} if back is None else {"mending_error": squared(back, x)}


def against_components(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The test error of as many principal components as the code has units, and the net's error as a multiple of it."""
    x = rows(setup, setup.data.test)
    back = reconstruct(setup.net, x)
    if back is None or not isinstance(setup.net, Autoencoder):
        return {}
    train = rows(setup, setup.data.train)
    with torch.no_grad():
        code = setup.net.encode(x[:1]).shape[1]
    if code >= min(train.shape):  # so many components leave no error
        return {}
    pca = squared(principal_components(train, code).reconstruct(x.cpu()), x.cpu())
    return {"pca_error": pca, "relative_error": squared(back, x) / pca}


def activity(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The mean activation of the code's units on the test split, where they lie between 0 and 1."""
    if not isinstance(setup.net, Autoencoder | RBM):
        return {}
    with torch.no_grad():
        code = setup.net.eval().encode(rows(setup, setup.data.test))
    return {"code_activity": code.mean().item()} if code.min() >= 0 and code.max() <= 1 else {}


def likelihood(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """How likely machines of bits hold the test split, drawn as bits; in nats an example.

    Of one machine what the pseudo-likelihood has gained over pixels by themselves, each at its own rate (where training
    began), and the log likelihood with the standard error of its estimated log Z; of a deep belief net a
    lower bound of the latter.
    """
    net, v = setup.net, bits_of(rows(setup, setup.data.test)[:MOST])
    if isinstance(net, Stack) and all(isinstance(layer, RBM) for layer in net.layers):
        bound, annealed = likelihood_bound(net, v, temperatures=TEMPERATURES)
        return {"likelihood_bound": bound.mean().item(), "log_z_error": annealed.error}
    if not isinstance(net, RBM) or net.units != "bernoulli":
        return {}
    train = rows(setup, setup.data.train)
    annealed = annealed_importance(net, train, temperatures=TEMPERATURES)
    pseudo = net.pseudo_likelihood(v).double().mean().item()
    with torch.no_grad():
        log_likelihood = -net.free_energy(v).double().mean().item() - annealed.log_z
    return {
        "pseudo_likelihood_gain": pseudo - independent_log_likelihood(train[:START], v),
        "log_likelihood": log_likelihood,
        "log_z_error": annealed.error,
    }
