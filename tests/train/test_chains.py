"""A dense chain is trained without autograd, and nothing but the time shows it."""

import copy
import itertools
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from limen.data.dataset import Dataset, Split
from limen.nets.layers import ACTIVATIONS
from limen.train import step as steps
from limen.train.fit import fit
from limen.train.objectives import OBJECTIVES
from limen.train.plan import Optimizer, Plan, Schedule
from limen.train.state import State
from limen.train.watch import NonFiniteError

LOSSES = ("classification", "regression", "squares", "half-squares")
OPTIMIZERS = (
    Optimizer("adam", 0.01),
    Optimizer("adamw", 0.01, {"weight_decay": 0.1, "amsgrad": True}),
    Optimizer("sgd", 1e-3),
    Optimizer("sgd", 1e-3, {"momentum": 0.9, "nesterov": True}),
    Optimizer("rmsprop", 1e-3),
    Optimizer("muon", 1e-3),
    Optimizer("lbfgs", 1e-3, {"max_iter": 2}),
)


def table(n, columns, outputs, objective="classification", seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, columns, generator=generator)
    y = torch.randn(n, outputs, generator=generator)
    if objective == "classification":
        y = torch.randint(0, outputs, (n,), generator=generator)
    split = Split(x, y)
    return Dataset("table", split, split, split)


def chained(widths, bends=("relu",) * 9, biases=(True,) * 9, seed=0):
    torch.manual_seed(seed)
    layers = []
    for i, (before, after) in enumerate(itertools.pairwise(widths)):
        layers += [nn.Linear(before, after, bias=biases[i]), ACTIVATIONS[bends[i]]()]
    return nn.Sequential(*layers[:-1])


def trained(net, data, plan, objective="classification", precision="fp32"):
    """All that a run leaves behind: what it told, weights, the last gradients, the optimizers' memories."""
    state = State.begin(net, plan, plan.steps(len(data.train)))
    try:
        told = list(fit(net, data, plan, OBJECTIVES[objective], state=state, precision=precision))
    except NonFiniteError as error:
        told = [str(error)]
    gradients = [p.grad for p in net.parameters()]
    memories = [m for memory in state.memories() for m in memory["state"].values()]
    return told, [p.detach().clone() for p in net.parameters()], gradients, memories


def equal(a, b):
    if torch.is_tensor(a):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return len(a) == len(b) and all(map(equal, a, b)) if isinstance(a, list | tuple) else a == b


@pytest.fixture
def by_autograd(monkeypatch):
    """A call that trains as `trained` does, but by autograd."""

    def run(*arguments, **options):
        with monkeypatch.context() as patch:
            patch.setattr(steps, "gradient_of_chain", lambda state, objective, otherwise: otherwise)
            return trained(*arguments, **options)

    return run


@pytest.fixture
def asked(monkeypatch):
    """A list that grows by one with each backward pass of autograd."""
    calls, backward = [], torch.Tensor.backward
    monkeypatch.setattr(torch.Tensor, "backward", lambda *a, **k: (calls.append(1), backward(*a, **k))[1])
    return calls


def test_random_nets_losses_and_optimizers_end_with_the_same_bits(by_autograd):
    @settings(max_examples=12, deadline=None, derandomize=True)
    @given(
        widths=st.lists(st.integers(1, 40), min_size=2, max_size=5),
        bends=st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=4, max_size=4),
        biases=st.lists(st.booleans(), min_size=4, max_size=4),
        objective=st.sampled_from(LOSSES),
        optimizer=st.sampled_from(OPTIMIZERS),
        penalties=st.sampled_from([{}, {"l2": 0.01}, {"l1": 0.01, "clip": 0.1}, {"max_norm": 0.5}]),
        size=st.integers(1, 40),
        double=st.booleans(),
    )
    def check(widths, bends, biases, objective, optimizer, penalties, size, double):
        data, net = table(40, widths[0], widths[-1], objective), chained(widths, bends, biases)
        if double:
            data, net = data.double(), net.double()
        if optimizer.name == "lbfgs" and penalties:
            penalties = {}
        plan = Plan(epochs=2, batch_size=size, passes=1 + 24 * size // 40, optimizer=optimizer, **penalties)
        precision = "fp64" if double else "fp32"
        ours = trained(copy.deepcopy(net), data, plan, objective, precision)
        assert equal(ours, by_autograd(net, data, plan, objective, precision))

    check()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_large_batch_ends_with_the_same_bits(by_autograd, threads):
    torch.set_num_threads(threads)
    data, plan = table(3000, 2, 3), Plan(epochs=1, passes=3, batch_size=3000, l2=1e-5)
    ours = trained(chained((2, 100, 3)), data, plan)
    assert equal(ours, by_autograd(chained((2, 100, 3)), data, plan))


@pytest.mark.parametrize("objective", [*LOSSES, "reconstruction"])
def test_autograd_is_not_asked(asked, objective):
    outputs = 4 if objective == "reconstruction" else 3
    trained(chained((4, 5, outputs)), table(20, 4, outputs, objective), Plan(epochs=1, batch_size=8), objective)
    assert not asked


def test_one_output_and_flat_targets(asked, by_autograd):
    data = table(20, 4, 1, "regression")
    flat = Split(data.train.x, data.train.y[:, 0])
    data, plan = replace(data, train=flat, validation=flat), Plan(epochs=2, batch_size=8)
    ours = trained(chained((4, 3, 1)), data, plan, "regression")
    assert not asked and equal(ours, by_autograd(chained((4, 3, 1)), data, plan, "regression"))


class Doubled(nn.Sequential):
    """A chain that is more than its layers."""

    def forward(self, x):
        return 2 * super().forward(x)


def with_(change):
    net = chained((4, 5, 3))
    change(net)
    return net


def shared():
    layer = nn.Linear(4, 4)
    return nn.Sequential(layer, nn.ReLU(), layer)


ELSEWHERE = {
    "dropout": lambda: nn.Sequential(nn.Linear(4, 5), nn.Dropout(0.5), nn.Linear(5, 3)),
    "a norm": lambda: nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, 3)),
    "another class": lambda: Doubled(nn.Linear(4, 3)),
    "weights in common": shared,
    "a frozen layer": lambda: with_(lambda net: net[0].requires_grad_(False)),
    "a hook": lambda: with_(lambda net: net[0].register_forward_hook(lambda *_: None)),
    "a hook on a weight": lambda: with_(lambda net: net[0].weight.register_hook(lambda g: 2 * g)),
    "a hook after a gradient": lambda: with_(
        lambda net: net[0].weight.register_post_accumulate_grad_hook(lambda p: None)
    ),
    "a penalty": lambda: with_(lambda net: setattr(net, "penalty", net[0].weight.square().sum().detach())),
    "a replaced forward": lambda: with_(lambda net: setattr(net[0], "forward", lambda x: x[:, :1].expand(-1, 5) * 2)),
    "weight norm": lambda: with_(lambda net: nn.utils.parametrizations.weight_norm(net[0])),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_no_plain_chain_is_left_to_autograd(asked, name):
    trained(ELSEWHERE[name](), table(20, 4, 3), Plan(epochs=1, batch_size=8))
    assert len(asked) == 3


def test_other_losses_targets_and_precisions_are_left_to_autograd(asked):
    plan = Plan(epochs=1, batch_size=8)
    trained(chained((4, 5, 1)), table(20, 4, 2), plan, "logistic")
    assert len(asked) == 3
    trained(chained((4, 5, 3)), table(20, 4, 3), plan, precision="bf16")
    assert len(asked) == 6
    shares = Split(torch.randn(20, 4), torch.randn(20, 3).softmax(1))  # of the classes, instead of one
    list(zip(fit(chained((4, 5, 3)), Dataset("soft", shares, table(20, 4, 3).test, shares), plan), [0], strict=True))
    assert len(asked) == 9


def test_rows_of_rows_are_left_to_autograd(asked):
    rows = Split(torch.randn(20, 2, 4), torch.randn(20, 2, 3))
    trained(chained((4, 5, 3)), Dataset("rows", rows, rows, rows), Plan(epochs=1, batch_size=8), "regression")
    assert len(asked) == 3


def test_a_hook_hung_on_between_epochs_is_called():
    net, seen = chained((4, 5, 3)), []
    for epoch in fit(net, table(20, 4, 3), Plan(epochs=2, batch_size=8)):
        if epoch.number == 1:
            net[0].weight.register_hook(seen.append)
    assert len(seen) == 3


def test_the_gradient_of_the_last_step_stays_in_the_weights(by_autograd):
    data, plan = table(8, 4, 3), Plan(epochs=1, batch_size=8)
    ours, theirs = chained((4, 5, 3)), chained((4, 5, 3))
    trained(ours, data, plan)
    by_autograd(theirs, data, plan)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a.grad, b.grad) and not a.grad.requires_grad


def test_gradients_that_somebody_keeps_are_not_overwritten():
    net, kept, copies = chained((4, 5, 3)), [], []
    for _ in fit(net, table(20, 4, 3), Plan(epochs=1, batch_size=8), progress=1):
        kept.append(net[0].weight.grad)
        copies.append(kept[-1].clone())
    assert equal(kept, copies) and not torch.equal(kept[0], kept[1])


def test_a_loss_that_is_not_finite_changes_no_weight(by_autograd):
    net, data = chained((4, 5, 3)), table(24, 4, 3)
    with torch.no_grad():
        net[2].weight.fill_(3e38)
    before = [p.detach().clone() for p in net.parameters()]
    plan = Plan(epochs=2, batch_size=8, optimizer=Optimizer("sgd", 0.5))
    (told,), after, gradients, _ = trained(net, data, plan)
    assert "at step 1 of epoch 1, rate 0.5" in told and "layer '2'" in told
    assert equal(after, before) and gradients == [None] * 4
    assert equal(by_autograd(net, data, plan)[0], [told])


def test_a_rate_too_high_is_told_as_by_autograd(by_autograd):
    data, plan = table(24, 4, 3, "squares"), Plan(epochs=9, batch_size=8, optimizer=Optimizer("sgd", 1e4))
    (told,), after, _, _ = trained(chained((4, 5, 3)), data, plan, "squares")
    (expected,), weights, _, _ = by_autograd(chained((4, 5, 3)), data, plan, "squares")
    assert told == expected and "rate 10000" in told and str(after) == str(weights)


def test_stopped_after_any_step_and_resumed_it_is_the_same_run():
    data = table(40, 8, 3)
    plan = Plan(epochs=2, passes=2, batch_size=16, schedule=Schedule("cosine"), l2=1e-3)
    per_epoch = plan.steps(40)
    whole = trained(chained((8, 6, 3)), data, plan)
    for stop in range(1, 2 * per_epoch):
        net = chained((8, 6, 3))
        state = State.begin(net, plan, per_epoch)
        for _ in itertools.islice(fit(net, data, plan, state=state, progress=1), stop + stop // (per_epoch + 1)):
            pass
        carried = copy.deepcopy((net.state_dict(), state.memories(), state.losses, state.epoch, state.step))
        net = chained((8, 6, 3), seed=9)
        state = State.begin(net, plan, per_epoch)
        net.load_state_dict(carried[0])
        state.restore_memories(carried[1])
        state.losses.copy_(carried[2])
        state.epoch, state.step = carried[3], carried[4]
        told = list(fit(net, data, plan, state=state))
        assert told == whole[0][-len(told) :]
        assert equal([p.detach() for p in net.parameters()], whole[1]), f"stopped after {stop}"
