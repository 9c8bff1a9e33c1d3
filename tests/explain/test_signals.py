"""Activations and gradients by layer, against backpropagation written out in NumPy."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.explain.signals import gradient_ratio, signals
from limen.nets.begin import drawn
from limen.nets.build import build
from limen.train.objectives import OBJECTIVES
from limen.train.plan import Optimizer


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def batch(n=32, columns=5, classes=3, seed=0):
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(n, columns, generator=draw, dtype=torch.float64), torch.randint(0, classes, (n,), generator=draw)


def by_hand(net, x, y):
    """Activations, slopes and weight gradients of a net with two sigmoid layers under cross-entropy, in NumPy."""
    weights = [p.detach().numpy() for p in net.parameters()]
    h = [x.numpy()]
    for w, b in zip(weights[0:4:2], weights[1:4:2], strict=True):
        h.append(sigmoid(h[-1] @ w.T + b))
    scores = h[-1] @ weights[4].T + weights[5]
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    delta = (p - np.eye(scores.shape[1])[y.numpy()]) / len(y)
    gradients = [delta.T @ h[2]]
    for layer in (2, 1):
        delta = delta @ weights[2 * layer] * h[layer] * (1 - h[layer])
        gradients.insert(0, delta.T @ h[layer - 1])
    return [*h[1:], scores], gradients


@pytest.mark.parametrize("init", ["default", "large", "small"])
def test_both_ways_agree_with_backpropagation_by_hand(init):
    torch.manual_seed(0)
    net = build("mlp", (5,), 3, {"hidden": (7, 6), "activation": "sigmoid", "init": init}).double()
    x, y = batch()
    measured = signals(net, x, y)
    activations, gradients = by_hand(net, x, y)
    assert [layer.path for layer in measured] == ["dense1", "dense2", "out"]
    for layer, h, g in zip(measured, activations, gradients, strict=True):
        np.testing.assert_allclose(layer.activation.numpy(), h, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.gradient.numpy(), g, rtol=1e-9, atol=1e-16)
        assert layer.mean == pytest.approx(h.mean()) and layer.deviation == pytest.approx(h.std())
        assert layer.gradient_norm == pytest.approx(np.sqrt((g**2).sum()))
        assert layer.mean_gradient == pytest.approx(np.abs(g).mean())
    for layer, h in zip(measured[:2], activations, strict=False):
        assert layer.saturated == pytest.approx((h * (1 - h) < 0.025).mean())
    assert measured[-1].saturated == 0
    assert gradient_ratio(measured) == pytest.approx(np.abs(gradients[0]).mean() / np.abs(gradients[2]).mean())


def test_dead_units_of_a_relu_net_are_counted():
    net = build("mlp", (5,), 3, {"hidden": (4, 4)}).double()
    with torch.no_grad():
        net.dense1.bias[:3] = -100.0
    first = signals(net, *batch())[0]
    assert first.zeros == first.saturated and 0.75 <= first.zeros <= 1.0


def test_weights_of_zero_pass_nothing_back():
    net = build("mlp", (5,), 3, {"hidden": (4, 4), "init": "zeros", "activation": "tanh"}).double()
    measured = signals(net, *batch())
    assert all(layer.mean_gradient == 0 and layer.deviation == 0 for layer in measured)
    assert gradient_ratio(measured) == 0 and measured[0].update_ratio == 0


@pytest.mark.parametrize("spec", [Optimizer("sgd", 0.1), Optimizer("adam", 1e-3)], ids=str)
def test_the_update_is_what_the_optimizers_first_step_adds(spec):
    net = build("mlp", (5,), 3, {"hidden": (7,)}).double()
    x, y = batch()
    first = signals(net, x, y, optimizer=spec)[0]
    expected = -0.1 * first.gradient if spec.name == "sgd" else -1e-3 * first.gradient.sign()
    torch.testing.assert_close(first.update, expected, rtol=1e-3, atol=1e-8)
    assert first.update_ratio == pytest.approx((first.update.norm() / net.dense1.weight.norm()).item())
    with torch.no_grad():
        net.dense1.weight.zero_()
    assert signals(net, x, y, optimizer=spec)[0].update_ratio == math.inf


def test_a_net_is_left_as_it_was():
    net = build("mlp", (5,), 3, {"hidden": (7, 7), "norm": "batch", "dropout": 0.5, "noise": 0.1}).double().eval()
    before = {name: t.clone() for name, t in net.state_dict().items()}
    torch.manual_seed(1)
    state = torch.get_rng_state()
    a, b = (signals(net, *batch(), optimizer=Optimizer("adam", 0.1)) for _ in range(2))
    assert all(torch.equal(before[name], t) for name, t in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state) and not net.training
    assert all(p.grad is None for p in net.parameters())
    assert not any(layer._forward_hooks for layer in net.modules())
    assert torch.equal(a[0].gradient, b[0].gradient)  # nothing is left to chance


def test_norms_are_measured_as_training_sees_them():
    net = build("mlp", (5,), 3, {"hidden": (7, 7), "norm": "batch", "activation": "identity"}).double().eval()
    measured = signals(net, *batch())
    assert measured[0].deviation == pytest.approx(1, abs=1e-3) and measured[0].mean == pytest.approx(0, abs=1e-9)


def test_auxiliary_losses_reach_the_first_layer():
    options = {"hidden": (16,) * 8, "activation": "sigmoid", "init": "xavier"}
    x, y = batch()
    plain, helped = (
        gradient_ratio(signals(drawn("mlp", (5,), 3, options | more, 0).double(), x, y))
        for more in ({}, {"auxiliary": True})
    )
    assert plain < 1e-4 < 1e-3 < helped
    net = drawn("mlp", (5,), 3, options | {"auxiliary": True}, 0).double()
    assert [layer.path for layer in signals(net, x, y)] == [*(f"dense{n}" for n in range(1, 9)), "out"]
    assert gradient_ratio(signals(net, x, y, auxiliary=0.0)) == pytest.approx(plain, rel=1e-9)


def test_convolutions_and_other_objectives_are_measured_too():
    net = build("mnist-cnn", (1, 8, 8), 10, {"channels": (2, 3), "hidden": 4})
    measured = signals(net, torch.rand(4, 1, 8, 8), torch.arange(4))
    assert [layer.path for layer in measured] == ["conv1", "conv2", "dense1", "dense2"]
    assert measured[0].activation.shape == (4, 2, 8, 8) and measured[0].gradient.shape == (2, 1, 3, 3)
    line = signals(build("mlp", (2,), 1), torch.rand(4, 2), torch.rand(4), OBJECTIVES["regression"])
    assert len(line) == 2 and line[0].mean_gradient > 0
    assert str(line[0]).startswith("dense1: activation") and "\n" not in repr(line[0])


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(LimenError, match="no dense or convolutional layer"):
        signals(nn.Sequential(nn.Flatten(), nn.Embedding(3, 2)), torch.tensor([[0]]), torch.tensor([0]))
    with pytest.raises(LimenError, match="lbfgs looks at several points"):
        signals(build("mlp", (5,), 3).double(), *batch(), optimizer=Optimizer("lbfgs", 1.0))
