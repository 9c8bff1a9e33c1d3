import copy
import subprocess
import sys

import pytest
import torch

from limen.nets.build import build
from limen.train.optimizers import build as build_optimizer
from limen.train.plan import Optimizer
from limen.train.update import update_of


def descend(direct, spec, steps=6, frozen_bias=False):
    """A net after some steps at changing rates, by the optimizer's own step or by ours; and its memory."""
    torch.manual_seed(0)
    net = build("mnist-cnn", (1, 8, 8), 10)
    (optimizer,) = build_optimizer(spec, net)
    update = update_of(optimizer) if direct else optimizer.step
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 1e-3 * (step + 1)
        optimizer.zero_grad()
        net(torch.randn(4, 1, 8, 8)).square().mean().backward()
        if frozen_bias and step % 2:
            net[-1].bias.grad = None
        update()
    return [p.detach() for p in net.parameters()], optimizer.state_dict()["state"]


@pytest.mark.parametrize("frozen_bias", [False, True])
@pytest.mark.parametrize(
    "spec",
    [
        Optimizer("adam"),
        Optimizer("adam", 1e-3, {"weight_decay": 0.1, "betas": (0.8, 0.9), "eps": 1e-4}),
        Optimizer("adamw", 1e-3, {"weight_decay": 0.1}),
        Optimizer("adam", 1e-3, {"amsgrad": True}),
        Optimizer("sgd", 1e-1),
        Optimizer("sgd", 1e-1, {"momentum": 0.9}),
        Optimizer("sgd", 1e-1, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ],
    ids=str,
)
def test_equal_to_torchs_own_step_to_the_last_bit(spec, frozen_bias):
    ours, our_memory = descend(True, spec, frozen_bias=frozen_bias)
    theirs, their_memory = descend(False, spec, frozen_bias=frozen_bias)
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert our_memory.keys() == their_memory.keys()
    for number, memory in our_memory.items():
        for name, value in memory.items():
            assert torch.equal(torch.as_tensor(value), torch.as_tensor(their_memory[number][name])), name


def test_a_weight_whose_gradient_comes_late_gathers_speed_from_then_on():
    net = torch.nn.Linear(1, 2)
    (optimizer,) = build_optimizer(Optimizer("sgd", 0.1, {"momentum": 0.9}), net)
    update, bias = update_of(optimizer), net.bias.detach().clone()
    net.weight.grad = torch.ones(2, 1)
    update()
    assert torch.equal(net.bias, bias)
    for moved in (0.1, 0.1 + 0.19):
        net.bias.grad = torch.ones(2)
        update()
        torch.testing.assert_close(bias - net.bias.detach(), torch.full((2,), moved))


@pytest.mark.parametrize("change", ["loaded", "cleared"])
@pytest.mark.parametrize("spec", [Optimizer("adam"), Optimizer("sgd", 0.1, {"momentum": 0.9})], ids=str)
def test_a_memory_that_is_changed_between_steps_is_used(spec, change):
    def weights(direct):
        torch.manual_seed(0)
        net = build("mlp", (4,), 3)
        (optimizer,) = build_optimizer(spec, net)
        update = update_of(optimizer) if direct else optimizer.step
        for step in range(6):
            optimizer.zero_grad()
            net(torch.randn(4, 4)).square().mean().backward()
            if step == 3 and change == "cleared":
                optimizer.state.clear()
            elif step == 3:
                memory = copy.deepcopy(optimizer.state_dict()["state"])
                for parameter, held in zip(net.parameters(), memory.values(), strict=True):
                    optimizer.state[parameter] = {name: 2 * value for name, value in held.items()}
            update()
        return [p.detach() for p in net.parameters()]

    assert all(torch.equal(a, b) for a, b in zip(weights(True), weights(False), strict=True))


def test_each_weight_keeps_a_count_of_its_steps_in_the_memory():
    net = build("mlp", (4,), 3)
    (optimizer,) = build_optimizer(Optimizer("adam"), net)
    update = update_of(optimizer)
    for _ in range(3):
        net(torch.randn(4, 4)).sum().backward()
        update()
    assert [m["step"].item() for m in optimizer.state_dict()["state"].values()] == [3.0] * 4


def test_float64_has_the_same_bits_too():
    def weights(direct):
        torch.manual_seed(0)
        net = build("mlp", (4,), 3).double()
        (optimizer,) = build_optimizer(Optimizer("adam"), net)
        update = update_of(optimizer)
        assert update != optimizer.step
        for _ in range(3):
            optimizer.zero_grad()
            net(torch.randn(4, 4).double()).square().mean().backward()
            (update if direct else optimizer.step)()
        return [p.detach() for p in net.parameters()]

    assert all(torch.equal(a, b) for a, b in zip(weights(True), weights(False), strict=True))


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd", "rmsprop"])
def test_the_kernel_is_called_directly_where_there_is_one(name):
    (optimizer,) = build_optimizer(Optimizer(name), build("mlp", (4,), 3))
    assert (update_of(optimizer) != optimizer.step) == (name in ("adam", "adamw", "sgd"))


def test_training_loads_no_compiler():
    """A second and a half of every run's start."""
    code = (
        "import sys, limen; data = limen.load('iris'); net = limen.build('mlp', data.shape, 3)\n"
        "plan = limen.Plan(epochs=1, batch_size=16)\n"
        "list(limen.fit(net, data, plan)); sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
