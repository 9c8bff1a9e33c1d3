"""Pictures that units like best."""

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.explain.excite import answers, blurred, excite
from limen.nets.build import build


def net():
    torch.manual_seed(0)
    return build("mnist-cnn", (1, 12, 12), 4, {"channels": (4, 6), "hidden": 8})


@pytest.mark.parametrize("layer", [None, "relu2", "conv1"])
def test_each_unit_answers_more_to_its_own_picture_than_to_noise(layer):
    made, noise = net(), torch.rand(64, 1, 12, 12, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        units = [unit for unit in range(4) if answers(made, noise, [unit] * 64, layer).abs().max() > 0]  # not dead
        pictures = excite(made, (1, 12, 12), units, layer, steps=60)
        assert len(units) >= 2 and pictures.shape == (len(units), 1, 12, 12)
        assert pictures.min() >= 0 and pictures.max() <= 1
        for picture, unit in zip(pictures, units, strict=True):
            mine = answers(made, picture[None], [unit], layer).item()
            assert mine > answers(made, noise, [unit] * 64, layer).max().item()


def test_of_a_linear_net_the_picture_is_bright_where_the_weights_are_positive():
    weights = torch.zeros(1, 8, 8)
    weights[0, :4] = 1
    weights[0, 4:] = -1
    linear = nn.Sequential(nn.Flatten(), nn.Linear(64, 1, bias=False))
    with torch.no_grad():
        linear[1].weight.copy_(weights.view(1, 64))
    picture = excite(linear, (1, 8, 8), (0,), low=-1.0, high=1.0)[0, 0]
    assert picture[:3].min() > 0 > picture[5:].max()


def test_the_same_seed_makes_the_same_pictures_and_another_others():
    made = net()
    a, b, c = (excite(made, (1, 12, 12), (1,), seed=seed, steps=10) for seed in (0, 0, 1))
    assert torch.equal(a, b) and not torch.equal(a, c)


def test_the_net_and_torchs_generator_are_left_alone():
    made = net().train()
    before, state = {k: t.clone() for k, t in made.state_dict().items()}, torch.get_rng_state()
    excite(made, (1, 12, 12), (1,), steps=3)
    assert torch.equal(state, torch.get_rng_state()) and made.training
    assert all(torch.equal(before[k], t) for k, t in made.state_dict().items())


def test_the_blur_is_the_courses_gaussian():
    x = torch.zeros(1, 2, 5, 5)
    x[0, 1, 2, 2] = 16
    expected = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert blurred(x)[0, 1, 1:4, 1:4].tolist() == expected and blurred(x)[0, 0].abs().max() == 0
    torch.testing.assert_close(blurred(torch.ones(1, 3, 4, 1)), torch.ones(1, 3, 4, 1))


def test_a_silent_unit_is_woken():
    """Its ReLU has no slope at grey; only pictures that are bright on the left pass it."""
    net = nn.Sequential(nn.Conv2d(1, 1, 4), nn.ReLU(), nn.Flatten(), nn.Linear(1, 1))
    with torch.no_grad():
        net[0].weight.copy_(torch.tensor([1.0, 1, -1, -1]).expand(1, 1, 4, 4))
        net[0].bias.fill_(-1.5)
    picture = excite(net, (1, 4, 4), (0,), "1", steps=40)[0, 0]
    assert picture[:, 0].mean() > 0.8 and picture[:, 3].mean() < 0.2


def test_units_and_layers_that_are_not_there_are_refused():
    with pytest.raises(LimenError, match=r"The units \[9\] are not all there\. Allowed: 0 to 3\."):
        excite(net(), (1, 12, 12), (9,))
    with pytest.raises(LimenError, match="no layer 'conv7'"):
        excite(net(), (1, 12, 12), (0,), "conv7")
