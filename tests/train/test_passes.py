"""Several passes an epoch, float64, L1 to exact zeros, the norm bound, auxiliary outputs and penalties."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from limen.data.batches import Batches
from limen.data.dataset import Dataset, Split
from limen.data.load import load
from limen.data.spec import Data
from limen.nets.build import build
from limen.runs.checkpoint import Checkpoint
from limen.train.fit import Epoch, Progress, fit
from limen.train.objectives import OBJECTIVES
from limen.train.plan import Optimizer, Plan
from limen.train.state import State


def net_of(data, hidden=(8,), seed=0):
    torch.manual_seed(seed)
    return build("mlp", data.shape, data.outputs, {"hidden": hidden})


def test_an_epoch_of_three_passes_sees_every_example_three_times_in_three_orders(iris):
    batches = Batches(iris.train, 40, passes=3, seed=1)
    seen = torch.cat([y for _, y in batches.epoch(2)])
    assert len(batches) == 9 and batches.sizes() == [40, 40, 16] * 3 and len(seen) == 288
    orders = [batches.order(2, turn).tolist() for turn in range(3)]
    assert all(sorted(order) == list(range(96)) for order in orders) and len({tuple(o) for o in orders}) == 3
    assert torch.equal(seen, torch.cat([iris.train.y[torch.tensor(order)] for order in orders]))
    for start in range(9):
        rest = torch.cat([y for _, y in batches.epoch(2, start)])
        assert torch.equal(rest, seen[sum(batches.sizes()[:start]) :])


def test_passes_change_nothing_but_how_often_one_looks(iris):
    """Full batches: 6 epochs of one pass, and 2 of three, take the same steps."""
    made = []
    for epochs, passes in ((6, 1), (2, 3)):
        net = net_of(iris)
        plan = Plan(epochs=epochs, passes=passes, batch_size=96, optimizer=Optimizer("sgd", 0.1))
        list(fit(net, iris, plan))
        made.append(net.state_dict())
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])


@pytest.mark.parametrize("stop", [1, 4, 5, 7])
def test_a_run_stopped_within_a_pass_goes_on_to_the_same_bits(iris, stop):
    plan = Plan(epochs=2, passes=3, batch_size=40, optimizer=Optimizer("adam", 0.01))
    whole = net_of(iris)
    list(fit(whole, iris, plan))
    first = net_of(iris)
    for event in fit(first, iris, plan, progress=1):
        if isinstance(event, Progress) and event.step == stop:
            taken = Checkpoint.take(event.state)
            taken.weights = {name: w.clone() for name, w in taken.weights.items()}
            taken.losses = taken.losses.clone()
            break
    again = net_of(iris, seed=9)
    state = State.begin(again, plan, plan.steps(len(iris.train)))
    taken.restore(state)
    events = list(fit(again, iris, plan, state=state))
    assert isinstance(events[-1], Epoch)
    assert all(torch.equal(a, b) for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True))


def test_l1_makes_exact_zeros_and_l2_does_not(digits):
    def zeros(**penalty):
        net = net_of(digits, (32,))
        plan = Plan(epochs=6, batch_size=64, optimizer=Optimizer("sgd", 0.2), **penalty)
        list(fit(net, digits, plan))
        weights = torch.cat([p.detach().flatten() for p in net.parameters() if p.ndim == 2])
        return (weights == 0).float().mean().item()

    assert zeros(l1=0.005) > 0.3 and zeros(l2=0.005) == 0 and zeros() == 0


@pytest.mark.parametrize("name", ["mlp", "mnist-cnn"])
@pytest.mark.parametrize("optimizer", [Optimizer("adam", 0.05), Optimizer("sgd", 0.5, {"momentum": 0.9})])
def test_the_norm_of_the_weights_into_a_unit_is_bounded_after_every_step(digits, name, optimizer):
    net = build(name, digits.shape, 10)
    plan = Plan(epochs=1, batch_size=64, optimizer=optimizer, max_norm=0.7)
    reached = False
    for event in fit(net, digits, plan, progress=1):
        norms = [p.detach().flatten(1).norm(dim=1) for p in net.parameters() if p.ndim >= 2]
        assert max(float(n.max()) for n in norms) <= 0.7 * (1 + 1e-5)
        reached |= max(float(n.max()) for n in norms) > 0.69
        assert isinstance(event, Progress | Epoch)
    assert reached


def test_float64_keeps_digits_that_float32_loses():
    data = load(Data("neuron", seed=0)).double()
    net = build("neuron", data.shape, 1, {"activation": "sigmoid"}).double()
    weights = {name: p.detach().clone().numpy() for name, p in net.named_parameters()}
    plan = Plan(epochs=1, passes=20, batch_size=20, optimizer=Optimizer("sgd", 0.5))
    last = list(fit(net, data, plan, OBJECTIVES["regression"], precision="fp64"))[-1]
    x, y = data.train.x.numpy(), data.train.y.numpy()[:, None]
    w, b = weights["dense.weight"].T.copy(), weights["dense.bias"].copy()
    losses = []
    for _ in range(20):
        import numpy as np

        said = 1 / (1 + np.exp(-(x @ w + b)))
        losses.append(float(((said - y) ** 2).mean()))
        slope = 2 * (said - y) * said * (1 - said) / len(x)
        w, b = w - 0.5 * x.T @ slope, b - 0.5 * slope.sum(0)
    assert abs(net.dense.weight.detach().numpy().T - w).max() < 1e-14
    assert last.measures["train_loss"] == pytest.approx(sum(losses) / 20, rel=1e-13)


class Talkative(nn.Module):
    """Puts out a second answer while it trains, and asks a penalty for its weights."""

    def __init__(self, inputs, classes):
        super().__init__()
        self.hidden, self.head, self.early = nn.Linear(inputs, 6), nn.Linear(6, classes), nn.Linear(6, classes)
        self.penalty = None

    def forward(self, x):
        h = torch.tanh(self.hidden(x))
        self.penalty = 0.01 * self.hidden.weight.square().sum() if self.training else None
        return (self.head(h), self.early(h)) if self.training else self.head(h)


def test_auxiliary_outputs_and_a_penalty_are_learnt_from_and_not_reported(iris):
    torch.manual_seed(0)
    net, twin = Talkative(4, 3), Talkative(4, 3)
    twin.load_state_dict(net.state_dict())
    plan = Plan(epochs=1, batch_size=96, optimizer=Optimizer("sgd", 0.1), auxiliary=0.5)
    epoch = next(fit(net, iris, plan))
    x, y = iris.scale(iris.train.x), iris.train.y
    main, early = twin(x)
    loss = nn.functional.cross_entropy(main, y)
    (loss + 0.5 * nn.functional.cross_entropy(early, y) + twin.penalty).backward()
    for p, q in zip(net.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p, q - 0.1 * q.grad, rtol=1e-5, atol=1e-7)
    assert epoch.measures["train_loss"] == pytest.approx(loss.item(), rel=1e-6)


def test_the_objective_of_the_input_compares_with_the_input(digits):
    net = build("autoencoder", digits.shape, 64, {"hidden": (32,), "code": 8})
    plan = Plan(epochs=3, batch_size=64, optimizer=Optimizer("adam", 5e-3))
    first, *_, last = fit(net, digits, plan, OBJECTIVES["reconstruction"])
    assert last.measures["validation_loss"] < first.measures["validation_loss"]
    with torch.no_grad():
        x = digits.validation.x.permute(0, 3, 1, 2) / 16
        mine = (net.eval()(x) - x.flatten(1)).square().mean().item()
    assert last.measures["validation_loss"] == pytest.approx(mine, rel=1e-5)


def test_a_split_of_pictures_in_float64_has_the_same_numbers(digits):
    double = digits.double()
    assert double.train.x.dtype == torch.float64 and double.train.y.dtype == torch.int64
    assert torch.equal(double.train.x, digits.train.x.double()) and double.shape == digits.shape


def test_several_numbers_an_example_are_several_outputs():
    split = Split(torch.zeros(4, 2), torch.zeros(4, 3))
    assert Dataset("d", split, split, split).outputs == 3
    assert replace(Dataset("d", split, split, split), classes=("a", "b")).outputs == 2
