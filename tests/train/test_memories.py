"""An optimizer's memory is held against the optimizer: a fused kernel would read past the end of a smaller one."""

import copy
import subprocess
import sys

import pytest
import torch

from limen.errors import LimenError
from limen.nets.build import build
from limen.train.optimizers import OPTIMIZERS
from limen.train.plan import Optimizer, Plan
from limen.train.state import State
from limen.train.update import update_of


def begun(name, net="mlp", options=(), steps=2):
    torch.manual_seed(0)
    shape = (1, 12, 12) if net == "mnist-cnn" else (6,)
    state = State.begin(build(net, shape, 3), Plan(optimizer=Optimizer(name, 0.01, dict(options))), 4)
    x, y = torch.randn(8, *shape), torch.arange(8) % 3

    def closure():
        state.net.zero_grad()
        loss = torch.nn.functional.cross_entropy(state.net(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        for optimizer in state.optimizers:
            if name == "lbfgs":
                optimizer.step(closure)
            else:
                closure()
                update_of(optimizer)()
    return state


OPTIONS = [("sgd", ()), ("sgd", {"momentum": 0.9}.items()), ("adam", {"amsgrad": True}.items()),
           ("rmsprop", {"momentum": 0.5, "centered": True}.items())]  # fmt: skip


@pytest.mark.parametrize("net", ["mlp", "mnist-cnn"])
@pytest.mark.parametrize(
    ("name", "options"), [*((n, ()) for n in OPTIMIZERS if n != "sparse-adam"), *OPTIONS], ids=lambda o: str(o)[:40]
)
def test_every_optimizers_own_memory_is_accepted_and_that_of_other_shapes_is_not(name, options, net):
    state = begun(name, net, options)
    memories = copy.deepcopy(state.memories())
    fresh = begun(name, net, options, steps=0)
    fresh.restore_memories(copy.deepcopy(memories))
    spoilt = 0
    for number, memory in enumerate(memories):
        for key, held in memory["state"].items():
            for what, value in held.items():
                if not isinstance(value, torch.Tensor):
                    continue
                worse = copy.deepcopy(memories)
                worse[number]["state"][key][what] = torch.zeros(4, 3, 2, 1, 5)
                with pytest.raises(LimenError, match="does not fit the plan"):
                    begun(name, net, options, steps=0).restore_memories(worse)
                spoilt += 1
    assert spoilt or (name == "sgd" and not options)


def test_a_memory_that_misses_something_is_refused():
    memories = begun("adam").memories()
    del memories[0]["state"][0]["exp_avg"]
    with pytest.raises(LimenError, match="parameter 0 it holds 'step', 'exp_avg_sq', not step, exp_avg, exp_avg_sq"):
        begun("adam", steps=0).restore_memories(memories)


def test_memories_of_parameters_in_another_order_are_refused():
    memories = begun("adam").memories()
    memories[0]["state"][0], memories[0]["state"][1] = memories[0]["state"][1], memories[0]["state"][0]
    with pytest.raises(LimenError, match="exp_avg of parameter 0 is 128, where 128×6 belongs"):
        begun("adam", steps=0).restore_memories(memories)


@pytest.mark.parametrize("rate", ["x", float("nan"), -1.0, None, [1]])
def test_a_rate_that_is_none_is_refused(rate):
    memories = begun("adam").memories()
    memories[0]["param_groups"][0]["lr"] = rate
    with pytest.raises(LimenError, match="does not fit the plan"):
        begun("adam", steps=0).restore_memories(memories)


def test_without_the_check_the_process_would_end():
    """Why the check stands: torch's fused Adam trusts the shapes of its memory."""
    code = """
import torch
weight = torch.nn.Parameter(torch.zeros(1000, 1000))
adam = torch.optim.Adam([weight], fused=True)
weight.grad = torch.ones_like(weight)
adam.step()
memory = adam.state_dict()
memory["state"][0]["exp_avg"] = torch.zeros(1)
adam.load_state_dict(memory)
adam.step()
print(adam.state[weight]["exp_avg"].shape)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode < 0 or done.stdout.startswith("torch.Size([1])") or "Error" in done.stderr
