"""The shorter way through a net gives what the long way gives."""

import copy

import pytest
import torch
from tests.conftest import ALIKE, made_small, some_input, suited
from torch import nn

from limen.nets.build import NETS, ONE_UNIT, TOKENS, UNSUPERVISED, build
from limen.nets.hasten import hasten, leaves, reorder

CLASSIFIERS = [
    name for name in NETS if name not in UNSUPERVISED | ONE_UNIT | ALIKE.keys()
]  # the others are no chains of layers


def through(forward, net, x, y):
    """Output, loss and the gradient of every parameter that learns."""
    net.zero_grad()
    out = forward(x)
    loss = nn.functional.cross_entropy(out, y)
    loss.backward()
    return out.detach(), loss.detach(), {name: p.grad.clone() for name, p in net.named_parameters() if p.requires_grad}


def batch(shape, n=16, classes=10, seed=0, name=""):
    draw = torch.Generator().manual_seed(seed)
    if name in TOKENS:
        return some_input(name, shape, n, seed), torch.randint(0, classes, (n,), generator=draw)
    x = torch.rand(n, *shape[1:], shape[0], generator=draw)
    x = (x * (torch.rand(x.shape, generator=draw) > 0.5)).permute(0, 3, 1, 2)  # much black: many ties in the pooling
    return x, torch.randint(0, classes, (n,), generator=draw)


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_every_net_agrees_with_itself_in_float64(name, shape):
    torch.manual_seed(0)
    shape = suited(name, shape)
    net = build(name, shape, 10, made_small(name)).double()
    x, y = batch(shape, name=name)
    x = x.double() if x.is_floating_point() else x
    plain, short = (through(f, net, x, y) for f in (net, hasten(net)))
    torch.testing.assert_close(plain[:2], short[:2], rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(plain[2], short[2], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_net_agrees_with_itself_in_float32(name):
    torch.manual_seed(0)
    shape = suited(name, (1, 28, 28))
    net = build(name, shape, 10, made_small(name))
    x, y = batch(shape, name=name)
    plain, short = (through(f, net, x, y) for f in (net, hasten(net)))
    torch.testing.assert_close(plain[:2], short[:2], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(plain[2], short[2], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "pool", [nn.MaxPool2d(2), nn.MaxPool2d(3, 1), nn.MaxPool2d(3, 2, padding=1), nn.MaxPool2d(2, ceil_mode=True)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_relu_after_max_pooling_is_equal_to_the_last_bit(pool, dtype):
    """Values and gradients both, with ties, zeros of either sign, infinities and nan among the numbers."""
    x = torch.randn(8, 5, 13, 11, generator=torch.Generator().manual_seed(0)).round(decimals=1).to(dtype)
    x[0, 0, 0, 0], x[0, 0, 2, 2], x[0, 1, 3, 3], x[0, 2, 5, 5] = torch.inf, -torch.inf, torch.nan, -0.0
    before, after = x.clone().requires_grad_(), x.clone().requires_grad_()
    a, b = pool(torch.relu(before)), torch.relu(pool(after))
    assert torch.equal(a.nan_to_num(7.0), b.nan_to_num(7.0)) and a.isnan().sum() == b.isnan().sum() > 0
    upstream = torch.randn(a.shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    upstream[a.isnan()] = 0
    a.backward(upstream)
    b.backward(upstream)
    assert torch.equal(before.grad, after.grad)


def test_parameters_and_layers_stay_the_nets_own():
    net = build("mnist-cnn", (1, 28, 28), 10)
    before = copy.deepcopy(net.state_dict())
    forward = hasten(net)
    assert forward is not net and [type(m).__name__ for m in net][:3] == ["Conv2d", "ReLU", "MaxPool2d"]
    assert all(torch.equal(before[k], v) for k, v in net.state_dict().items())
    with torch.no_grad():
        net.dense2.bias += 5.0
        torch.testing.assert_close(forward(torch.zeros(1, 1, 28, 28)), net(torch.zeros(1, 1, 28, 28)))


def test_only_a_relu_right_before_a_max_pooling_moves():
    layers = [nn.ReLU(), nn.MaxPool2d(2), nn.Tanh(), nn.MaxPool2d(2), nn.ReLU(), nn.AvgPool2d(2)]
    assert reorder(layers) == [layers[1], layers[0], *layers[2:]]


def test_chains_within_chains_are_opened():
    net = nn.Sequential(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU()), nn.MaxPool2d(2), nn.Flatten())
    assert [type(m).__name__ for m in leaves(net)] == ["Conv2d", "ReLU", "MaxPool2d", "Flatten"]
    x = torch.rand(2, 1, 9, 9)
    torch.testing.assert_close(hasten(net)(x), net(x))


def test_a_net_that_is_watched_or_no_chain_is_left_alone():
    net = build("mnist-cnn", (1, 28, 28), 10)
    handle = net.relu1.register_forward_hook(lambda *_: None)
    assert hasten(net) is net
    handle.remove()
    assert hasten(net) is not net

    class Branched(nn.Module):
        def forward(self, x):
            return x + 1

    branched = Branched()
    assert hasten(branched) is branched


@pytest.mark.parametrize("convolution", [
    nn.Conv2d(1, 3, 3, bias=False), nn.Conv2d(1, 3, 3, padding="same"), nn.Conv2d(2, 4, 3, groups=2),
    nn.Conv2d(1, 3, 3, padding=1, padding_mode="reflect"), nn.Conv2d(1, 3, 3, dilation=2, stride=2), nn.Conv2d(8, 3, 1),
])  # fmt: skip
def test_every_kind_of_convolution_agrees(convolution):
    for tail in ((nn.ReLU(), nn.MaxPool2d(2)), (nn.ReLU(),), ()):
        net = nn.Sequential(copy.deepcopy(convolution), *tail, nn.Flatten(), nn.LazyLinear(10)).double()
        x, y = batch((convolution.in_channels, 12, 12))
        net(x.double())
        plain, short = (through(f, net, x.double(), y) for f in (net, hasten(net)))
        torch.testing.assert_close(plain, short, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["mnist-cnn", "mlp", "mnist-conv3"])
def test_the_input_is_left_as_it_was(name):
    net, x = build(name, (1, 8, 8), 10), torch.randn(2, 1, 8, 8)
    before = x.clone()
    hasten(net)(x)
    assert torch.equal(x, before)


def test_a_relu_overwrites_only_what_nobody_needs():
    sigmoid_needs_its_output = nn.Sequential(nn.Linear(4, 4), nn.Sigmoid(), nn.ReLU(), nn.Linear(4, 1))
    x = torch.randn(3, 4)
    hasten(sigmoid_needs_its_output)(x).sum().backward()
    gradient = sigmoid_needs_its_output[0].weight.grad.clone()
    sigmoid_needs_its_output.zero_grad()
    sigmoid_needs_its_output(x).sum().backward()
    assert torch.equal(gradient, sigmoid_needs_its_output[0].weight.grad)
