"""The pass by hand: a worked example, NumPy's own way, the net left alone, and no autograd anywhere."""

import copy
from unittest import mock

import numpy as np
import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.nets.backprop import backprop
from limen.nets.dense import mlp


def example():
    """Two inputs, two sigmoid units, one sigmoid unit; two examples."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid()).double()
    values = {
        "0.weight": [[0.15, 0.2], [0.3, -0.1]],
        "0.bias": [0.35, 0.05],
        "2.weight": [[0.4, -0.45]],
        "2.bias": [0.6],
    }
    net.load_state_dict({name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()})
    return net, torch.tensor([[0.5, 0.2], [1, 0]], dtype=torch.float64), torch.tensor([[1.0], [0]])


def test_two_layers_agree_with_numpy():
    net, x, y = example()
    seen = backprop(net, x, y.double(), "half-squared-error", rate=0.5)
    sigma = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    X, Y = x.numpy(), y.numpy()
    W1, b1, W2, b2 = np.array([[0.15, 0.3], [0.2, -0.1]]), [0.35, 0.05], np.array([[0.4], [-0.45]]), 0.6
    H1 = sigma(X @ W1 + b1)
    H2 = sigma(H1 @ W2 + b2)
    d2 = (H2 - Y) * H2 * (1 - H2)
    d1 = d2 @ W2.T * H1 * (1 - H1)
    first, second = seen.layers
    expected = [
        (first.z, X @ W1 + b1), (first.h, H1), (second.h, H2), (second.local, H2 * (1 - H2)), (second.upstream, H2 - Y),
        (second.delta, d2), (first.delta, d1), (first.dw, X.T @ d1), (second.dw, H1.T @ d2), (first.db, d1.sum(0)),
        (first.new_w, W1 - 0.5 * X.T @ d1), (second.new_b, b2 - 0.5 * d2.sum(0)), (seen.dx, d1 @ W1.T),
        (seen.value, ((H2 - Y) ** 2).sum() / 2), (seen.output, H2),
    ]  # fmt: skip
    for quantity, value in expected:
        np.testing.assert_allclose(quantity.values.numpy(), value, rtol=1e-13, atol=1e-15, err_msg=quantity.symbol)


def test_the_course_neuron_learns_as_published():
    """Six rows, one sigmoid unit, squares, 50 passes: the course's delta rule, to eight digits."""
    x = torch.tensor(
        [[float(c) for c in row] for row in ["0011", "0110", "1010", "1110", "1100", "0010"]], dtype=torch.float64
    )
    y = torch.tensor([0, 0, 1, 1, 1, 0], dtype=torch.float64)
    net = nn.Sequential(nn.Linear(4, 1, bias=False), nn.Sigmoid()).double()
    net[0].weight.data = torch.from_numpy(np.random.RandomState(1010).random_sample((4, 1)).T.copy())
    for _ in range(50):
        seen = backprop(net, x, y, "half-squared-error", rate=0.5)
        net[0].weight.data = seen.layers[0].new_w.values.T
    published = [0.10135551, 0.19205511, 0.83097217, 0.83590048, 0.95690312, 0.18660617]
    np.testing.assert_allclose(seen.output.values[:, 0].numpy(), published, atol=5e-9)
    weights = [3.08876206, 0.03274647, -1.48276799, -0.71465412]
    np.testing.assert_allclose(net[0].weight.detach()[0].numpy(), weights, atol=5e-9)


def test_formulas_and_shapes_are_those_of_the_lecture():
    seen = backprop(mlp((4,), 3, (5,), "relu"), torch.randn(7, 4), torch.zeros(7, dtype=torch.int64))
    first, second = seen.layers
    told = [(q.formula, q.shape) for q in (*first.forward(), *first.backward(), *first.updated())]
    assert told == [
        ("Z₁ = X W₁ + b₁", "7×5"), ("H₁ = ReLU(Z₁)", "7×5"), ("∂L/∂H₁ = δ₂ W₂ᵀ", "7×5"),
        ("ReLU′(Z₁) = [Z₁ > 0]", "7×5"), ("δ₁ = (δ₂ W₂ᵀ) ⊙ ReLU′(Z₁)", "7×5"), ("dW₁ = Xᵀ δ₁", "4×5"),
        ("db₁ = Σₙ δ₁⁽ⁿ⁾", "5"), ("W₁⁺ = W₁ − η dW₁", "4×5"), ("b₁⁺ = b₁ − η db₁", "5"),
    ]  # fmt: skip
    assert second.h.formula == "Ŷ = H₂ = Z₂" and second.delta.formula == "δ₂ = (softmax(Ŷ) − Y) / N"
    assert (first.name, second.name) == ("dense1", "out") and seen.dx.formula == "∂L/∂X = δ₁ W₁ᵀ"
    for record in (seen, first, first.z):
        assert "\n" not in repr(record) and len(repr(record)) < 120


def test_formulas_of_unusual_chains():
    net = nn.Sequential(nn.Tanh(), nn.Linear(2, 2, bias=False), nn.Tanh(), nn.ReLU(), nn.Linear(2, 1), nn.Sigmoid())
    seen = backprop(net, torch.randn(3, 2), torch.randn(3, 1), "mean-squared-error")
    formulas = {q.symbol: q.formula for q in seen.quantities()}
    assert formulas["H₀"] == "H₀ = tanh(X)" and formulas["Z₁"] == "Z₁ = H₀ W₁" and "b₁⁺" not in formulas
    assert formulas["H₁"] == "H₁ = ReLU(tanh(Z₁))"
    assert formulas["δ₁"] == "δ₁ = (δ₂ W₂ᵀ) ⊙ tanh′(Z₁) ⊙ ReLU′(tanh(Z₁))"
    assert formulas["δ₂"] == "δ₂ = (2 (Ŷ − Y) / (N·K)) ⊙ σ′(Z₂)" and formulas["∂L/∂X"] == "∂L/∂X = (δ₁ W₁ᵀ) ⊙ tanh′(X)"
    assert len(formulas) == len(seen.quantities())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_net_is_left_as_it_was_and_autograd_is_not_asked(dtype):
    net = mlp((3, 2, 2), 3, (5, 4), "silu").to(dtype)
    before = copy.deepcopy(net.state_dict())
    x, y = torch.randn(6, 3, 2, 2, dtype=dtype, requires_grad=True), torch.tensor([0, 1, 2, 0, 1, 2])
    asked = AssertionError("autograd was asked")
    with mock.patch("torch.autograd.grad", side_effect=asked), mock.patch("torch.autograd.backward", side_effect=asked):
        seen = backprop(net, x, y)
    for quantity in seen.quantities():
        assert quantity.values.dtype == dtype and quantity.values.grad_fn is None
        assert not quantity.values.requires_grad
    assert all(p.grad is None for p in net.parameters()) and x.grad is None
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (torch.zeros(3, 5), "shape 3×5; layer 'dense1' takes N×4"),
        (torch.zeros(4), "shape 4;"),
        (torch.zeros(0, 4), "shape 0×4"),
        (torch.zeros(3, 4, dtype=torch.float64), "float64, dense1.weight is torch.float32"),
        (torch.zeros(3, 4, dtype=torch.uint8), "uint8"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(x, words):
    with pytest.raises(LimenError, match=words):
        backprop(mlp((4,), 2, (3,)), x, torch.zeros(len(x), dtype=torch.int64))


@pytest.mark.parametrize("rate", [-0.1, float("nan"), float("inf")])
def test_a_rate_that_descends_nowhere_is_refused(rate):
    with pytest.raises(LimenError, match="rate .* out of range"):
        backprop(mlp((4,), 2, (3,)), torch.zeros(3, 4), torch.zeros(3, dtype=torch.int64), rate=rate)
