"""Linear regions are counted exactly on a line, and as they are met in a plane."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.explain.regions import most_pieces, regions_in_plane, regions_on_line
from limen.nets.dense import mlp
from limen.nets.sawtooth import sawtooth


def dense(*widths, seed=0):
    """A ReLU net with random weights and biases of the size of its weights."""
    torch.manual_seed(seed)
    layers = []
    for before, after in itertools.pairwise(widths):
        linear = nn.Linear(before, after).double()
        nn.init.normal_(linear.weight, std=(2 / before) ** 0.5)
        nn.init.normal_(linear.bias, std=0.5)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def sampled(net, a, b, points):
    """How often the activation pattern changes between points of a fine grid, in NumPy: a lower bound."""
    h = a + (b - a) * np.linspace(0, 1, points)[:, None]
    patterns = []
    for linear in (m for m in net if isinstance(m, nn.Linear)):
        z = h @ linear.weight.detach().double().numpy().T + linear.bias.detach().double().numpy()
        patterns.append(z > 0)
        h = np.maximum(z, 0)
    fires = np.concatenate(patterns[:-1], 1)
    return 1 + int((fires[1:] != fires[:-1]).any(1).sum())


@pytest.mark.parametrize("seed", range(10))
def test_one_hidden_layer_has_a_piece_more_than_bends_within_the_segment(seed):
    net = dense(1, 30, 1, seed=seed)
    weight, bias = net[0].weight.detach().flatten(), net[0].bias.detach()
    bends = (-bias / weight).sort().values
    within = bends[(bends > -1) & (bends < 2)]
    found = regions_on_line(net, [-1.0], [2.0])
    assert found.pieces == len(within) + 1 <= 31 == most_pieces([30])
    torch.testing.assert_close(found.bends * 3 - 1, within, rtol=1e-10, atol=1e-12)
    assert str(found) == f"{found.pieces:,} linear pieces along the segment"


@pytest.mark.parametrize(("depth", "teeth"), [(1, 2), (2, 2), (5, 2), (10, 2), (1, 5), (3, 3), (4, 6), (3, 7), (8, 3)])
def test_the_sawtooth_multiplies_its_pieces_from_layer_to_layer(depth, teeth):
    net = sawtooth(depth, teeth)
    found = regions_on_line(net, [0.0], [1.0])
    assert found.pieces == found.output_pieces == teeth**depth
    ends = torch.arange(teeth**depth + 1).double()
    torch.testing.assert_close(found.t, ends / teeth**depth, rtol=0, atol=1e-12)
    torch.testing.assert_close(found.outputs[:, 0], ends % 2, rtol=0, atol=1e-9)
    assert sum(m.out_features for m in net if isinstance(m, nn.Linear)) - 1 == teeth * depth
    assert regions_on_line(net, [0.0], [1.0]).pieces <= most_pieces([teeth] * depth)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("widths", [(2, 8, 1), (3, 6, 6, 2), (2, 10, 10, 10, 3), (1, 4, 4, 4, 4, 4, 1)], ids=str)
def test_the_pieces_are_those_that_dense_sampling_meets(widths, seed):
    net = dense(*widths, seed=seed)
    draw = np.random.default_rng(seed)
    a, b = draw.normal(size=(2, widths[0])) * 3
    found = regions_on_line(net, torch.from_numpy(a), torch.from_numpy(b))
    assert found.pieces <= most_pieces(widths[1:-1])
    shortest = float(found.t.diff().min())
    points = 200_001
    if shortest > 2 / points:
        assert sampled(net, a, b, points) == found.pieces
    else:  # sampling may miss a piece, never invent one; around the short ones it is told apart by its middle
        assert sampled(net, a, b, points) <= found.pieces
    middles = (found.t[:-1] + found.t[1:]) / 2
    places = torch.from_numpy(a) + torch.cat([found.t, middles])[:, None] * torch.from_numpy(b - a)
    outputs = net(places).detach()
    torch.testing.assert_close(outputs[: len(found.t)], found.outputs, rtol=1e-9, atol=1e-9)
    between = (found.outputs[:-1] + found.outputs[1:]) / 2  # linear: the middle is the mean of the ends
    torch.testing.assert_close(outputs[len(found.t) :], between, rtol=1e-9, atol=1e-9)
    gradients = [torch.autograd.functional.jacobian(net, place[None])[0, :, 0] for place in places[len(found.t) :]]
    unlike = [not torch.allclose(g, h, rtol=1e-9, atol=1e-12) for g, h in itertools.pairwise(gradients)]
    assert found.output_pieces == 1 + sum(unlike) <= found.pieces


def test_a_sum_that_touches_zero_and_turns_back_makes_no_bend():
    first = nn.Linear(1, 2, dtype=torch.float64)
    second = nn.Linear(2, 1, dtype=torch.float64)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        first.bias.zero_()
        second.weight.fill_(1.0)  # |x|, which touches 0 at 0
        second.bias.zero_()
    found = regions_on_line(nn.Sequential(first, nn.ReLU(), second, nn.ReLU()), [-1.0], [1.0])
    assert found.t.tolist() == [0, 0.5, 1] and found.outputs.flatten().tolist() == [1, 0, 1]


def test_a_unit_that_nobody_hears_parts_regions_but_does_not_bend_the_output():
    net = dense(1, 20, 20, 1)
    with torch.no_grad():
        net[2].bias.fill_(-1e6)
    found = regions_on_line(net, [-1.0], [1.0])
    assert found.pieces > 5 and found.output_pieces == 1


def test_units_that_bend_at_one_place_make_one_bend_and_a_point_is_one_piece():
    net = nn.Sequential(nn.Linear(1, 3, dtype=torch.float64), nn.ReLU(), nn.Linear(3, 1, dtype=torch.float64))
    with torch.no_grad():
        net[0].weight.copy_(torch.tensor([[1.0], [3.0], [-7.0]]))
        net[0].bias.copy_(-net[0].weight[:, 0] * 0.3)
    assert regions_on_line(net, [0.0], [1.0]).pieces == 2
    assert regions_on_line(net, [0.3], [0.3]).pieces == 1


def test_the_net_of_the_course_and_a_relu_used_twice_are_read_in_order():
    torch.manual_seed(0)
    net = mlp((2, 3), 4, (5, 5))
    a, b = torch.randn(2, 2, 3) * 5
    found = regions_on_line(net, a, b)
    assert 1 < found.pieces <= 36
    torch.testing.assert_close(found.outputs[-1].float(), net(b[None])[0], rtol=1e-4, atol=1e-5)
    relu = nn.ReLU()
    shared = nn.Sequential(net.flatten, nn.Sequential(net.dense1, relu), net.dense2, relu, net.out)
    assert torch.equal(regions_on_line(shared, a, b).t, found.t)


def test_regions_of_the_plane_are_the_activation_patterns_of_its_cells():
    net = dense(2, 6, 5, 3, seed=1)
    found = regions_in_plane(net, (-2, 1, -1, 3), (40, 30))
    x, y = -2 + 3 * (np.arange(30) + 0.5) / 30, -1 + 4 * (np.arange(40) + 0.5) / 40
    seen = {}
    for row, column in itertools.product(range(40), range(30)):
        place = torch.tensor([[x[column], y[row]]])
        first = net[0](place)
        second = net[2](first.relu())
        fires = torch.cat([first, second], 1)[0] > 0
        number = seen.setdefault(tuple(fires.tolist()), len(seen))
        assert found.pattern[row, column] == number and found.firing[row, column] == fires.sum()
        torch.testing.assert_close(found.outputs[row, column], net(place)[0].detach())
    assert found.count == len(seen) > 10
    assert str(found) == f"{len(seen)} linear regions met in 40 × 30 cells"


def test_lines_in_general_position_cut_the_plane_into_as_many_regions_as_zaslavsky_says():
    net = nn.Sequential(nn.Linear(2, 5, dtype=torch.float64), nn.ReLU(), nn.Linear(5, 1, dtype=torch.float64))
    turns = torch.arange(5) * torch.pi / 5 + 0.1
    with torch.no_grad():
        net[0].weight.copy_(torch.stack([turns.cos(), turns.sin()], 1))
        net[0].bias.copy_(torch.tensor([0.3, -0.2, 0.4, 0.1, -0.35]))
    assert regions_in_plane(net, (-4, 4, -4, 4), 600).count == 1 + 5 + 10


def test_a_net_that_does_not_bend_is_one_region():
    net = nn.Sequential(nn.Flatten(), nn.Linear(2, 1))
    assert regions_in_plane(net, (0, 1, 0, 1), 5).count == 1
    assert regions_on_line(net, [0.0, 0.0], [1.0, 1.0]).pieces == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: regions_on_line(nn.Sequential(nn.Linear(1, 2), nn.Tanh()), [0.0], [1.0]), "A net with Tanh here"),
        (lambda: regions_on_line(nn.Sequential(nn.Flatten()), [0.0], [1.0]), "without a Linear layer"),
        (lambda: regions_on_line(nn.Linear(2, 1), [0.0], [1.0, 2.0]), "a has 1 numbers. Allowed: 2 finite ones"),
        (lambda: regions_on_line(nn.Linear(1, 1), [0.0], [float("nan")]), "b has 1 numbers. Allowed: 1 finite ones"),
        (lambda: regions_in_plane(nn.Linear(3, 1), (0, 1, 0, 1), 9), "takes 3 numbers, and a plane has 2"),
        (lambda: regions_in_plane(nn.Linear(2, 1), (1, 0, 0, 1), 9), "is no rectangle"),
        (lambda: regions_in_plane(nn.Linear(2, 1), (0, 1, 0, 1), 1), "resolution 1 × 1 is out of range"),
        (lambda: regions_in_plane(nn.Linear(2, 1), (0, 1, 0, 1), 9000), "4,000,000 in all"),
        (lambda: sawtooth(0), "depth 0 with 2 teeth folds nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(call, words):
    with pytest.raises(LimenError) as caught:
        call()
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_weights_that_are_no_numbers_are_refused():
    net = nn.Linear(1, 1)
    nn.init.constant_(net.weight, float("nan"))
    with pytest.raises(LimenError, match="not finite"):
        regions_on_line(net, [0.0], [1.0])
