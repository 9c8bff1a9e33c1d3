"""What is measured inside a net while it learns, held against NumPy; and that measuring changes no bit."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from limen.data.dataset import Dataset, Split
from limen.nets.build import build
from limen.train.fit import Epoch, Progress, fit
from limen.train.plan import Optimizer, Plan
from limen.train.state import State
from limen.train.statistics import PROBE, STEPS, Sampler, due_after, probe_of
from limen.train.step import autocast


class Noisy(nn.Module):
    """Batch normalisation, dropout, and noise that is drawn in use too."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.norm, self.act = nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU()
        self.drop, self.out = nn.Dropout(0.5), nn.Linear(16, 10)
        self.seen = 0

    def forward(self, x):
        x = self.act(self.norm(self.dense(x.flatten(1))))
        return self.out(self.drop(x + 0.1 * torch.randn_like(x)))


def few(data: Dataset, n: int = 160) -> Dataset:
    return replace(data, train=Split(data.train.x[:n], data.train.y[:n]))


def net_of(name, data):
    torch.manual_seed(1)
    options = {"dropout": 0.3} if name == "mlp" else {}
    return Noisy() if name == "noisy" else build(name, data.shape, data.outputs, options)


def trained(data, name, plan, statistics, precision="fp32"):
    net = net_of(name, data)
    state = State.begin(net, plan, plan.steps(len(data.train)))
    every = list(fit(net, data, plan, state=state, statistics=statistics, precision=precision))
    return net.state_dict(), every, state


WAYS = [
    ("mlp", Optimizer("adam", 3e-3), "fp32"),
    ("mlp", Optimizer("sgd", 0.1, {"momentum": 0.9}), "fp32"),
    ("mlp", Optimizer("lbfgs", 0.1, {"max_iter": 2}), "fp32"),
    ("mlp", Optimizer("muon", 3e-3), "fp32"),
    ("mnist-cnn", Optimizer("adam", 3e-3), "fp32"),  # by the faster way through it, which hooks would close
    ("mnist-cnn", Optimizer("adam", 3e-3), "bf16"),
    ("noisy", Optimizer("adam", 3e-3), "fp32"),
]


@pytest.mark.parametrize(("name", "optimizer", "precision"), WAYS, ids=str)
def test_a_net_that_is_measured_gets_the_bits_of_one_that_is_not(digits, name, optimizer, precision):
    data, plan = few(digits, 96), Plan(epochs=6, batch_size=32, optimizer=optimizer, clip=5.0, l2=1e-4)
    plain, before, _ = trained(data, name, plan, False, precision)
    measured, after, state = trained(data, name, plan, True, precision)
    assert all(torch.equal(plain[key], measured[key]) for key in plain) and before == after
    assert [sample["step"] for sample in state.samples] == [1]  # of the sixth epoch: the sixteenth step of all


def test_samples_are_taken_where_the_rule_says_and_nowhere_else(digits):
    data, plan = few(digits), Plan(epochs=26, batch_size=32)
    net, taken = net_of("mlp", data), []
    state = State.begin(net, plan, 5)
    for event in fit(net, data, plan, state=state, statistics=True):
        assert isinstance(event, Epoch)
        taken += [(event.number - 1) * 5 + sample["step"] for sample in state.samples]
    assert taken == [1, 16, 128]


def test_the_rule_is_sparse_and_never_long_silent():
    assert [due_after(n) for n in (0, 1, 15, 16, 511, 512, 724, 10**6)] == [1, 16, 16, 128, 512, 724, 1024, 1048576]
    for total in (700, 1000, 10_000, 1_000_000):
        count = sum(step <= total for step in STEPS)
        assert count <= 30 and max(s for s in STEPS if s <= total) >= 0.7 * total
        assert 4 * count <= 0.03 * total  # at four steps each
    assert list(STEPS) == sorted(set(STEPS))


def first_sample(net, data, plan):
    state = State.begin(net, plan, plan.steps(len(data.train)))
    next(iter(fit(net, data, plan, state=state, statistics=True, progress=1)))
    return state.samples[0]


@pytest.mark.parametrize(("bend", "act"), [("relu", lambda z: np.maximum(z, 0)), ("tanh", np.tanh), ("sigmoid", lambda z: 1 / (1 + np.exp(-z)))])  # fmt: skip
def test_what_is_measured_is_what_numpy_finds(iris, bend, act):
    """Forward, backward and one step of plain descent written out in float64."""
    torch.manual_seed(3)
    net = build("mlp", (4,), 3, {"hidden": (7,), "activation": bend})
    with torch.no_grad():
        net.dense1.weight.mul_(4)
        net.dense1.bias[:3] = -30  # three units at an end, or dead
    W1, b1, W2, b2 = (p.detach().double().numpy() for p in net.parameters())
    probe = probe_of(iris).double().numpy()
    plan = Plan(epochs=1, batch_size=96, optimizer=Optimizer("sgd", 0.5))
    dense, activation, out = first_sample(net, iris, plan)["layers"]
    z = probe @ W1.T + b1
    h = act(z)
    for told, value in ((dense, z), (activation, h), (out, h @ W2.T + b2)):
        assert told["size"] == pytest.approx(np.abs(value).mean(), rel=1e-5)
        assert told["deviation"] == pytest.approx(value.std(), rel=1e-4)
    if bend == "relu":
        assert activation["dead"] == pytest.approx((h == 0).all(0).mean(), rel=1e-5) and (h == 0).all(0).sum() >= 3
    else:
        end = np.minimum(1 - h, h) < 0.02 if bend == "sigmoid" else np.abs(h) > 0.98
        assert activation["saturated"] == pytest.approx(end.mean(), rel=1e-5) and end.mean() >= 3 / 7
    x, y = ((iris.train.x.double().numpy() - iris.scale.offset) / iris.scale.divisor), iris.train.y.numpy()
    z = x @ W1.T + b1
    h = act(z)
    p = np.exp(h @ W2.T + b2)
    p /= p.sum(1, keepdims=True)
    slope = (p - np.eye(3)[y]) / len(y)
    bent = {"relu": z > 0, "tanh": 1 - h**2, "sigmoid": h * (1 - h)}[bend]
    g2, g1 = slope.T @ h, ((slope @ W2) * bent).T @ x
    for told, w, g in ((dense, W1, g1), (out, W2, g2)):
        assert told["gradient"] == pytest.approx(np.linalg.norm(g), rel=1e-4)
        assert told["weight"] == pytest.approx(np.linalg.norm(w), rel=1e-5) and told["weights"] == w.size
        assert told["moved"] == pytest.approx(0.5 * np.linalg.norm(g) / np.linalg.norm(w), rel=1e-4)


def test_a_net_in_float64_is_measured_too(iris):
    data, net = iris.double(), build("mlp", (4,), 3).double()
    assert [row["name"] for row in first_sample(net, data, Plan(batch_size=96))["layers"]] == ["dense1", "act1", "out"]


def test_a_channel_is_dead_when_it_is_0_everywhere(digits):
    net = net_of("mnist-cnn", digits)
    with torch.no_grad():
        net.conv1.bias[:4] = -100
    layers = {row["name"]: row for row in first_sample(net, few(digits), Plan(batch_size=32))["layers"]}
    assert 0.25 <= layers["relu1"]["dead"] <= 0.5 and layers["conv1"]["kind"] == "Conv2d"
    assert list(layers) == ["conv1", "relu1", "conv2", "relu2", "dense1", "relu3", "dense2"]


def test_numbers_that_are_too_large_are_told_as_none(iris):
    net = build("mlp", (4,), 3, {"hidden": (8, 8)})
    with torch.no_grad():
        net.dense2.weight.fill_(1e30)  # its square is no float32
        net.out.weight.zero_()
    layers = first_sample(net, iris, Plan(batch_size=96))["layers"]
    dense = next(row for row in layers if row["name"] == "dense2")
    assert dense["size"] > 1e29 and dense["weight"] is None and dense["deviation"] is None


def test_weights_that_are_all_0_have_no_share_to_move(iris):
    net = build("mlp", (4,), 3)
    nn.init.zeros_(net.out.weight)
    assert first_sample(net, iris, Plan(batch_size=96))["layers"][-1]["moved"] is None


def test_measuring_leaves_modes_hooks_and_generators_as_they_were(digits):
    net = net_of("noisy", digits)
    net.train()
    net.norm.eval()
    plan = Plan(batch_size=32)
    sampler = Sampler(State.begin(net, plan, 5), digits, autocast(torch.device("cpu"), "fp32"))
    assert len(sampler.probe) == PROBE
    before, buffers = torch.get_rng_state(), [b.clone() for b in net.buffers()]
    sampler.take(lambda x, y: torch.zeros(()), sampler.probe, sampler.probe)
    assert torch.equal(before, torch.get_rng_state()) and net.training and net.drop.training and not net.norm.training
    assert all(torch.equal(a, b) for a, b in zip(buffers, net.buffers(), strict=True))
    assert not any(layer._forward_hooks for layer in net.modules())


def test_a_run_that_was_stopped_records_the_same(digits):
    data, plan = few(digits), Plan(epochs=4, batch_size=32)

    def taken(stop):
        net = net_of("mlp", data)
        state, found = State.begin(net, plan, 5), {}
        for event in fit(net, data, plan, state=state, statistics=True, progress=1):
            if isinstance(event, Epoch):
                found[event.number] = list(state.samples)
            elif isinstance(event, Progress) and (event.epoch - 1) * 5 + event.step == stop:
                break
        for event in fit(net, data, plan, state=state, statistics=True):
            found[event.number] = list(state.samples)
        return found

    whole = taken(None)
    assert [len(whole[epoch]) for epoch in (1, 2, 3, 4)] == [1, 0, 0, 1]
    for stop in (1, 3, 5, 15, 16, 17):
        assert taken(stop) == whole


def test_parameters_without_a_layer_of_their_own_are_measured_too(digits):
    class Bare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(64, 10).normal_())

        def forward(self, x):
            return x.flatten(1) @ self.weight

    (row,) = first_sample(Bare(), few(digits), Plan(batch_size=32))["layers"]
    assert row["weights"] == 640 and row["gradient"] > 0 and row["size"] > 0
