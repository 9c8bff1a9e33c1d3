"""First weights: their variances against the formulas, and what they leave alone."""

import math

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.nets.begin import drawn, load_matching
from limen.nets.build import build
from limen.nets.initialise import INITIALISERS, VARIANCES, fans, initialise

LAYERS = {
    "dense": (nn.Linear(300, 500), 300, 500),
    "convolution": (nn.Conv2d(24, 48, 5), 24 * 25, 48 * 25),
    "grouped": (nn.Conv2d(64, 128, 3, groups=4), 16 * 9, 32 * 9),
    "one-dimensional": (nn.Conv1d(40, 60, 7), 280, 420),
}
EXPECTED = {
    "zeros": lambda n, m: 0.0,
    "small": lambda n, m: 0.01**2,
    "large": lambda n, m: 1.0,
    "xavier": lambda n, m: 2 / (n + m),
    "he": lambda n, m: 2 / n,
}


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("name", EXPECTED)
def test_weights_have_the_variance_of_the_formula_and_biases_are_zero(name, kind):
    layer, into, onward = LAYERS[kind]
    torch.manual_seed(0)
    initialise(nn.Sequential(layer), name)
    wanted, n = EXPECTED[name](into, onward), layer.weight.numel()
    assert fans(layer) == (into, onward)
    assert layer.weight.var().item() == pytest.approx(wanted, rel=5 * math.sqrt(2 / n))
    assert abs(layer.weight.mean().item()) <= 5 * math.sqrt(wanted / n)
    assert not layer.bias.any()


@pytest.mark.parametrize("name", ["xavier", "he"])
def test_torchs_own_initialisers_draw_the_same_variance(name):
    ours, theirs = torch.empty(0), torch.empty(400, 200)
    layer = nn.Linear(200, 400)
    torch.manual_seed(0)
    initialise(layer, name)
    ours = layer.weight.detach()
    if name == "xavier":
        nn.init.xavier_normal_(theirs)
    else:
        nn.init.kaiming_normal_(theirs, nonlinearity="relu")
    assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.02)


def test_he_keeps_the_size_of_signals_through_a_deep_relu_net_and_xavier_halves_their_square():
    x = torch.randn(500, 300, generator=torch.Generator().manual_seed(1))
    for name, factor in (("he", 1.0), ("xavier", 0.5)):
        torch.manual_seed(0)
        net = build("mlp", (300,), 10, {"hidden": (300,) * 10, "init": name})
        with torch.no_grad():
            squares = [net[:3](x).square().mean().item(), net[:-1](x).square().mean().item()]
        assert squares[1] / squares[0] == pytest.approx(factor**9, rel=0.5)


def test_default_leaves_what_torch_draws_to_the_last_bit():
    def weights(options):
        torch.manual_seed(3)
        return build("mlp", (20,), 5, {"hidden": (7, 7), **options}).state_dict()

    plain, named = weights({}), weights({"init": "default"})
    assert plain.keys() == named.keys() and all(torch.equal(plain[k], named[k]) for k in plain)
    assert plain["dense1.weight"].var().item() == pytest.approx(1 / (3 * 20), rel=0.3)


def test_every_initialiser_is_in_the_table_and_others_are_refused():
    assert set(INITIALISERS) == {"default", *VARIANCES} == {"default", *EXPECTED}
    with pytest.raises(LimenError, match="Unknown initialiser 'xavir'. Did you mean 'xavier'"):
        build("mlp", (4,), 3, {"init": "xavir"})


def test_a_net_is_drawn_from_its_seed_alone_and_torchs_generator_is_left_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    a, b, c = (drawn("mlp", (4,), 3, {}, seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(a.dense1.weight, b.dense1.weight) and not torch.equal(a.dense1.weight, c.dense1.weight)


def test_weights_that_fit_are_taken_over_and_others_stay():
    first, second = drawn("mlp", (4,), 3, {}, 0), drawn("mlp", (4,), 5, {}, 1)
    out = second.out.weight.clone()
    load_matching(second, first.state_dict())
    assert torch.equal(second.dense1.weight, first.dense1.weight) and torch.equal(second.out.weight, out)
    with pytest.raises(LimenError, match="None of the weights to begin with"):
        load_matching(second, {"other": torch.zeros(2)})
