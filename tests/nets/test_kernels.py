"""The gradients without autograd have autograd's bits."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from limen.errors import LimenError
from limen.nets.chain import opened
from limen.nets.dense import mlp
from limen.nets.kernels import BACKWARD, FORWARD, SLOPES, backward
from limen.nets.layers import ACTIVATIONS

TORCHS = {
    "cross-entropy": functional.cross_entropy,
    "mean-squared-error": functional.mse_loss,
    "squared-error": lambda output, y: functional.mse_loss(output, y, reduction="sum"),
    "half-squared-error": lambda output, y: functional.mse_loss(output, y, reduction="sum") / 2,
}


def same_bits(a, b):
    """Equal to the last bit, the sign of zero and all."""
    return (
        a.dtype == b.dtype
        and a.shape == b.shape
        and torch.equal(a[None].view(torch.int32), b.contiguous()[None].view(torch.int32))
    )


def assert_same(net, x, y, loss):
    net.zero_grad()
    reference = TORCHS[loss](net(x), y)
    reference.backward()
    value, gradients = backward([layer for _, layer in opened(net)], x, y, loss)
    assert same_bits(value, reference.detach())
    parameters = list(net.named_parameters())
    assert len(gradients) == len(parameters)
    for (name, parameter), gradient in zip(parameters, gradients, strict=True):
        assert same_bits(gradient, parameter.grad), (name, net, tuple(x.shape))
        assert not gradient.requires_grad


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    widths=st.lists(st.integers(1, 70), min_size=2, max_size=6),
    n=st.integers(1, 70),
    bends=st.lists(st.sampled_from([*ACTIVATIONS, "none"]), min_size=5, max_size=5),
    biases=st.lists(st.booleans(), min_size=5, max_size=5),
    last=st.booleans(),
    loss=st.sampled_from(list(TORCHS)),
    seed=st.integers(0, 10**6),
)
def test_bits_are_autograds_whatever_the_shape(widths, n, bends, biases, last, loss, seed):
    torch.manual_seed(seed)
    layers = []
    for i in range(len(widths) - 1):
        layers.append(nn.Linear(widths[i], widths[i + 1], bias=biases[i]))
        if bends[i] != "none" and (last or i < len(widths) - 2):
            layers.append(ACTIVATIONS[bends[i]]())
    x, k = torch.randn(n, widths[0]), widths[-1]
    y = torch.randint(0, k, (n,)) if loss == "cross-entropy" else torch.randn(n, k)
    assert_same(nn.Sequential(*layers), x, y, loss)


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "leaky-relu", "elu", "gelu", "silu"])
@pytest.mark.parametrize("loss", TORCHS)
def test_bits_of_nets_as_they_are_trained(name, loss):
    torch.manual_seed(0)
    for shape, hidden, n in (((8,), (32,), 32), ((1, 28, 28), (128, 64), 100), ((3, 8, 8), (513,), 65)):
        net = mlp(shape, 3, hidden, name, dropout=0.2).eval()
        x = torch.randn(n, *shape) * (torch.rand(n, *shape) > 0.3)
        assert_same(net, x, torch.randint(0, 3, (n,)) if loss == "cross-entropy" else torch.randn(n, 3), loss)


def test_bits_where_the_batch_lies_otherwise_in_memory():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 2))
    for x in (torch.randn(6, 9).T, torch.randn(18, 6)[::2], torch.randn(1, 6).expand(9, 6)):
        assert_same(net, x, torch.randint(0, 2, (9,)), "cross-entropy")


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    n=st.integers(250, 1500), columns=st.integers(1, 4), wide=st.integers(30, 200), double=st.booleans(),
    threads=st.integers(1, 2), seed=st.integers(0, 10**6),
)  # fmt: skip
def test_bits_of_points_in_a_plane_and_in_space(n, columns, wide, double, threads, seed):
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    net, x = nn.Sequential(nn.Linear(columns, wide), nn.Tanh(), nn.Linear(wide, 3)), torch.randn(n, columns)
    if double:
        net, x = net.double(), x.double()
    for given_x in (x, x.t().contiguous().t()):
        assert_same(net, given_x, torch.randint(0, 3, (n,)), "cross-entropy")


def test_activations_before_the_first_and_after_the_last_dense_layer():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Tanh(), nn.Linear(6, 4), nn.Sequential(nn.Tanh(), nn.ReLU()), nn.Linear(4, 2), nn.Sigmoid())
    assert_same(net, torch.randn(9, 6), torch.rand(9, 2), "mean-squared-error")


def test_zeros_and_large_numbers_keep_their_bits():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 4, bias=False), nn.ReLU(), nn.Linear(4, 3))
    for x in (torch.zeros(5, 6), 1e4 * torch.randn(5, 6), 1e-20 * torch.randn(5, 6)):
        assert_same(net, x, torch.randint(0, 3, (5,)), "cross-entropy")


def test_one_output_takes_targets_without_a_second_dimension():
    torch.manual_seed(0)
    net, x, y = nn.Sequential(nn.Linear(3, 1)), torch.randn(5, 3), torch.randn(5)
    one, two = (backward(list(net), x, targets, "mean-squared-error") for targets in (y, y[:, None]))
    assert same_bits(one[0], two[0]) and all(map(same_bits, one[1], two[1]))


def test_float64_too():
    torch.manual_seed(0)
    net = mlp((5,), 3, (4,), "tanh").double()
    x, y = torch.randn(6, 5).double(), torch.randint(0, 3, (6,))
    functional.cross_entropy(net(x), y).backward()
    _, gradients = backward([layer for _, layer in opened(net)], x, y, "cross-entropy")
    assert all(torch.equal(g, p.grad) for g, p in zip(gradients, net.parameters(), strict=True))


def test_every_layer_of_a_chain_has_its_kernels():
    assert set(FORWARD) == set(BACKWARD) and set(SLOPES) == set(TORCHS)
    assert {type(make()) for make in ACTIVATIONS.values()} <= set(BACKWARD)


@pytest.mark.parametrize(
    ("layers", "y", "loss", "words"),
    [
        ([nn.Linear(2, 2), nn.Softmax(1)], torch.zeros(3), "cross-entropy", "'2' is a Softmax"),
        ([nn.Linear(2, 2), nn.Dropout(0.1)], torch.zeros(3), "cross-entropy", "draws at random"),
        ([nn.ReLU()], torch.zeros(3), "cross-entropy", "no dense layer"),
        ([nn.Linear(2, 2)], torch.zeros(3, 1), "mean-squared-error", "the shape 3×1, the output 3×2"),
        ([nn.Linear(2, 2)], torch.zeros(3), "mean-squared-eror", "Did you mean 'mean-squared-error'"),
    ],
)
def test_what_has_no_kernel_is_refused(layers, y, loss, words):
    with pytest.raises(LimenError, match=words):
        backward(layers, torch.zeros(3, 2), y, loss)
