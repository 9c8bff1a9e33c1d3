"""By hand and by autograd: the same numbers to 1e-12, whatever the depth, the widths, the activation and the loss."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from limen.explain import microscope
from limen.explain.microscope import REFERENCES, examine
from limen.nets.dense import mlp
from limen.nets.layers import ACTIVATIONS
from limen.nets.losses import LOSSES


def targets(loss, n, k):
    return torch.randint(0, k, (n,)) if loss == "cross-entropy" else torch.randn(n, k, dtype=torch.float64)


def net_of(widths, bends, biases):
    layers = []
    for i in range(len(widths) - 1):
        layers += [nn.Linear(widths[i], widths[i + 1], bias=biases[i]), *(ACTIVATIONS[name]() for name in bends[i])]
    return nn.Sequential(*layers).double()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    widths=st.lists(st.integers(1, 17), min_size=2, max_size=7),
    n=st.integers(1, 9),
    bends=st.lists(st.lists(st.sampled_from(list(ACTIVATIONS)), max_size=2), min_size=6, max_size=6),
    biases=st.lists(st.booleans(), min_size=6, max_size=6),
    loss=st.sampled_from(list(LOSSES)),
    seed=st.integers(0, 10**6),
)
def test_random_nets_agree_to_twelve_digits(widths, n, bends, biases, loss, seed):
    torch.manual_seed(seed)
    net = net_of(widths, bends, biases)
    x = torch.randn(n, widths[0], dtype=torch.float64)
    seen = examine(net, x, targets(loss, n, widths[-1]), loss, rate=0.1)
    assert seen.difference <= 1e-12, max(seen.agreements, key=lambda a: a.difference)
    assert len(seen.agreements) == len({a.quantity.symbol for a in seen.agreements})
    for agreement in seen.agreements:
        assert agreement.quantity.values.shape == agreement.autograd.shape, agreement


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", range(1, 7))
def test_every_depth_activation_and_loss(loss, activation, depth):
    torch.manual_seed(depth)
    widths = [17, 1, 9, 5, 12, 2, 4][: depth + 1]
    for bias in (True, False):
        net = net_of(widths, [[activation]] * depth, [bias] * depth)
        x = torch.randn(6, widths[0], dtype=torch.float64)
        assert examine(net, x, targets(loss, 6, widths[-1]), loss).difference <= 1e-12


def test_all_that_was_computed_is_compared():
    seen = examine(mlp((4,), 3, (5,), "tanh").double(), torch.randn(6, 4).double(), torch.tensor([0, 1, 2, 0, 1, 2]))
    symbols = ["Z₁", "H₁", "Z₂", "H₂", "L", "∂L/∂Ŷ", "id′(Z₂)", "δ₂", "dW₂", "db₂", "∂L/∂H₁", "tanh′(Z₁)", "δ₁", "dW₁", "db₁", "∂L/∂X", "W₁⁺", "b₁⁺", "W₂⁺", "b₂⁺"]  # fmt: skip
    assert [a.quantity.symbol for a in seen.agreements] == symbols
    assert "Microscope(Pass(4→5→3, 6 examples" in repr(seen) and "\n" not in repr(seen)


def test_pictures_activations_first_and_in_place_and_frozen_layers():
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Flatten(), nn.Tanh(), nn.Linear(8, 5), nn.ReLU(inplace=True), nn.ELU(inplace=True), nn.Dropout(0.5),
        nn.Linear(5, 1), nn.Flatten(),
    ).double().eval()  # fmt: skip
    net[2].requires_grad_(False)
    x, y = torch.randn(4, 2, 4).double(), torch.randn(4).double()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.no_grad():
        seen = examine(net, x, y, "mean-squared-error", rate=3)
    assert seen.difference <= 1e-12 and seen.agreements[0].quantity.symbol == "H₀"
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert not net[2].weight.requires_grad and all(p.grad is None for p in net.parameters())
    assert net[3].inplace and not net[3]._forward_hooks and not net[2]._forward_hooks


def test_float32_agrees_as_far_as_it_reaches():
    torch.manual_seed(0)
    seen = examine(mlp((8,), 3, (32,)), torch.randn(32, 8), torch.randint(0, 3, (32,)))
    assert 0 < seen.difference < 1e-5


def test_a_wrong_formula_is_seen(monkeypatch):
    """The comparison can fail: with a loss of twice the size every gradient differs, and no forward value does."""
    monkeypatch.setitem(REFERENCES, "squared-error", microscope.REFERENCES["half-squared-error"])
    torch.manual_seed(0)
    seen = examine(mlp((3,), 2, (4,)).double(), torch.randn(5, 3).double(), torch.randn(5, 2), "squared-error")
    apart = {a.quantity.symbol for a in seen.agreements if a.difference > 1e-3}
    assert {"L", "δ₁", "δ₂", "dW₁", "dW₂", "∂L/∂X"} <= apart and not apart & {"Z₁", "H₁", "Z₂", "H₂", "ReLU′(Z₁)"}
