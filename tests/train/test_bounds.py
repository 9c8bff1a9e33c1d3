"""What acts on the weights after a step: the norm bound holds at every step, and only L1 makes exact zeros."""

import numpy as np
import pytest
import torch

from limen.data.load import load
from limen.data.spec import Data
from limen.nets.begin import drawn
from limen.train.fit import Progress, fit
from limen.train.plan import Optimizer, Plan

NETS = {
    "dense": ("mlp", {"hidden": (32, 16), "init": "he"}),
    "normalised": ("mlp", {"hidden": (32, 16), "norm": "batch"}),
    "heads": ("mlp", {"hidden": (16, 16), "auxiliary": True}),
    "convolution": ("mnist-cnn", {"channels": (4, 8), "hidden": 16}),
}


@pytest.fixture(scope="module")
def few():
    return load(Data("digits", seed=0, limit=100))


def into_units(net):
    """The length of the weights into every unit, in NumPy: a row of a matrix, a kernel with all its channels."""
    every = [p.detach().double().numpy() for p in net.parameters() if p.ndim >= 2]
    return np.concatenate([np.sqrt((w.reshape(len(w), -1) ** 2).sum(1)) for w in every])


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("spec", [Optimizer("adam", 1e-2), Optimizer("sgd", 0.3, {"momentum": 0.9})], ids=str)
def test_no_weight_vector_is_longer_than_the_bound_after_any_step(few, name, spec):
    kind, options = NETS[name]
    net = drawn(kind, few.shape, 10, options, 0)
    plan = Plan(epochs=2, batch_size=20, optimizer=spec, max_norm=0.4)
    steps = bound = 0
    for event in fit(net, few, plan, progress=1):
        if isinstance(event, Progress):
            lengths = into_units(net)
            assert lengths.max() <= 0.4 * (1 + 1e-5)
            steps, bound = steps + 1, bound + (lengths > 0.4 * (1 - 1e-5)).any()
    assert steps == 10 and bound == 10  # it is met, too: without it the weights would be longer


def zeros(net):
    every = [p.detach() for p in net.parameters() if p.ndim >= 2]
    return sum(int((w == 0).sum()) for w in every) / sum(w.numel() for w in every)


def test_exact_zeros_come_with_l1_and_not_with_l2(few):
    def trained(**penalty):
        net = drawn("mlp", few.shape, 10, {"hidden": (64,)}, 0)
        for _ in fit(net, few, Plan(epochs=15, batch_size=20, optimizer=Optimizer("adam", 3e-3), **penalty)):
            pass
        return net

    plain, l2, l1, strong = (trained(**p) for p in ({}, {"l2": 0.1}, {"l1": 0.05}, {"l1": 0.5}))
    assert zeros(plain) == zeros(l2) == 0
    assert 0.01 < zeros(l1) < 0.2 < zeros(strong) < 1
    assert l2.dense1.weight.norm() < plain.dense1.weight.norm()
    assert not (strong.dense1.bias == 0).any()  # biases are spared


def test_the_auxiliary_weight_counts_and_the_reported_loss_is_the_answers_alone(few):
    def first_loss(auxiliary):
        torch.manual_seed(0)
        net = drawn("mlp", few.shape, 10, {"hidden": (16, 16), "auxiliary": True}, 0)
        before = net.heads["act1"].weight.detach().clone()
        plan = Plan(epochs=1, batch_size=100, optimizer=Optimizer("sgd", 0.5), auxiliary=auxiliary)
        (epoch,) = fit(net, few, plan)
        return epoch.measures["train_loss"], (net.heads["act1"].weight - before).detach()

    (plain, still), (helped, moved), (twice, further) = (first_loss(a) for a in (0.0, 0.5, 1.0))
    assert plain == helped == twice and not still.any()
    torch.testing.assert_close(further, 2 * moved, rtol=1e-4, atol=1e-6)
