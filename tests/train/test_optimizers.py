"""Torch's optimizers by name: each trains as torch's own object does, and each option is checked."""

import copy

import pytest
import torch

from limen.errors import LimenError
from limen.nets.build import build
from limen.train.optimizers import OPTIMIZERS, options_of
from limen.train.optimizers import build as build_optimizer
from limen.train.plan import Optimizer
from limen.train.update import current_rate, set_rate

WORKING = [name for name in OPTIMIZERS if name != "sparse-adam"]


def train(net, optimizers, steps=5):
    x, y = torch.randn(32, 4, generator=torch.Generator().manual_seed(0)), torch.arange(32) % 3
    for _ in range(steps):

        def closure():
            for optimizer in optimizers:
                optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(x), y)
            loss.backward()
            return loss

        loss = optimizers[0].step(closure)
        for optimizer in optimizers[1:]:
            optimizer.step()
    return float(loss.detach())


def test_all_of_torchs_optimizers_are_here():
    theirs = {c for c in vars(torch.optim).values() if isinstance(c, type) and issubclass(c, torch.optim.Optimizer)}
    assert set(OPTIMIZERS.values()) == theirs - {torch.optim.Optimizer}


@pytest.mark.parametrize("name", WORKING)
def test_each_lowers_the_loss(name):
    torch.manual_seed(0)
    net = build("mlp", (4,), 3, {"hidden": (16,)})
    rate = {"lbfgs": 0.5, "adadelta": 1.0}.get(name, 0.01)
    optimizers = build_optimizer(Optimizer(name, rate), net)
    first = train(net, optimizers, 1)
    assert train(net, optimizers, 20) < first


@pytest.mark.parametrize("name", [n for n in WORKING if n != "muon"])
def test_each_is_torchs_own_with_the_same_result(name):
    torch.manual_seed(0)
    ours = build("mlp", (4,), 3, {"hidden": (16,)})
    theirs = copy.deepcopy(ours)
    train(ours, build_optimizer(Optimizer(name, 0.01), ours))
    train(theirs, [OPTIMIZERS[name](theirs.parameters(), lr=0.01)])
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-7)


def test_muon_takes_the_matrices_and_adamw_the_rest():
    net = build("mnist-cnn", (1, 8, 8), 10)
    matrices, others = build_optimizer(Optimizer("muon", 1e-3), net)
    assert type(matrices) is torch.optim.Muon and type(others) is torch.optim.AdamW
    taken = [p for o in (matrices, others) for g in o.param_groups for p in g["params"]]
    assert {id(p) for p in taken} == {id(p) for p in net.parameters()} and len(taken) == len(list(net.parameters()))


def test_options_reach_torch():
    net = build("mlp", (4,), 3)
    (made,) = build_optimizer(Optimizer("sgd", 0.1, {"momentum": 0.9, "nesterov": True}), net)
    assert made.defaults["momentum"] == 0.9 and made.defaults["nesterov"] is True and made.defaults["lr"] == 0.1
    assert made.defaults["fused"] is True
    (made,) = build_optimizer(Optimizer("adam", 0.1, {"betas": [0.8, 0.9]}), net)
    assert made.defaults["betas"] == (0.8, 0.9)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (Optimizer("adm"), "Unknown optimizer 'adm'. Did you mean 'adam'? See `limen list optimizers`."),
        (Optimizer("sgd", 0.1, {"momentun": 0.9}), "Unknown option of sgd 'momentun'. Did you mean 'momentum'?"),
        (Optimizer("adam", 0.1, {"fused": False}), "Unknown option of adam 'fused'"),
        (Optimizer("sgd", 0.1, {"momentum": "much"}), "plan.optimizer.momentum 'much'"),
        (Optimizer("sgd", 0.1, {"nesterov": 1}), "plan.optimizer.nesterov 1"),
        (Optimizer("adam", 0.1, {"betas": 0.9}), "plan.optimizer.betas 0.9"),
        (Optimizer("adam", 0.1, {"betas": (2.0, 0.9)}), "torch refuses it: Invalid beta parameter"),
        (Optimizer("sgd", 0.1, {"nesterov": True}), "torch refuses it"),
        (Optimizer("sparse-adam"), "sparse gradients"),
        (Optimizer("lbfgs", 0.1, {"line_search_fn": "wolfe"}), "line_search_fn is strong_wolfe or none"),
    ],
)
def test_wrong_names_options_and_values(spec, words):
    with pytest.raises(LimenError) as caught:
        build_optimizer(spec, build("mlp", (4,), 3))
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_frozen_net_has_nothing_to_train():
    net = build("mlp", (4,), 3).requires_grad_(False)
    with pytest.raises(LimenError, match="nothing to train"):
        build_optimizer(Optimizer(), net)


def test_the_rate_is_set_and_read():
    made = build_optimizer(Optimizer("muon", 0.1), build("mlp", (4,), 3))
    set_rate(made, 0.025)
    assert current_rate(made) == 0.025 and {g["lr"] for o in made for g in o.param_groups} == {0.025}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_engines_own_switches_are_not_offered(name):
    assert not {"fused", "foreach", "capturable", "lr", "params"} & set(options_of(name))
