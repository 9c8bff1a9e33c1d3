"""What layers put out for a picture."""

import pytest
import torch
from tests.conftest import made_small
from torch import nn

from limen.errors import LimenError
from limen.explain.maps import feature_maps, for_figure, last_planes, planes_of
from limen.nets.build import build


def net_with_everything():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(27, 4),
    )  # fmt: skip


def test_the_planes_are_those_of_the_layers_one_by_one():
    net, x = net_with_everything(), torch.randn(1, 8, 8)
    found = feature_maps(net, x)
    assert [(m.path, m.kind) for m in found] == [
        ("0", "Conv2d"), ("1", "BatchNorm2d"), ("2", "ReLU"), ("3", "Dropout"), ("4", "MaxPool2d")
    ]  # fmt: skip
    assert net.training and net[1].running_mean.abs().sum() == 0  # in use while looked at, and put back
    net.eval()
    by_hand = net[0](x.unsqueeze(0))
    torch.testing.assert_close(found[0].planes, by_hand[0].detach())  # before the ReLU overwrote it
    torch.testing.assert_close(found[2].planes, net[1](by_hand).relu()[0].detach())


def test_every_hook_is_taken_off_again():
    net = net_with_everything()
    feature_maps(net, torch.zeros(1, 8, 8))
    assert all(not m._forward_hooks for m in net.modules())


@pytest.mark.parametrize(
    ("name", "side", "last"),
    [
        ("mnist-cnn", 28, "pool2"), ("vgg11", 64, "features"), ("resnet18", 32, "layer3"), ("mlp", 28, None),
        ("densenet121", 32, "relu"), ("googlenet", 64, "inception5b"), ("alexnet", 100, "features"),
    ],
)  # fmt: skip
def test_the_last_planes_of_every_family(name, side, last):
    shape = (3, side, side)
    options = made_small(name) | ({"pool": 7} if name == "vgg11" else {})
    assert last_planes(build(name, shape, 5, options), torch.rand(shape)) == last


def test_the_strongest_planes_come_first():
    found = feature_maps(net_with_everything(), torch.randn(1, 8, 8))[2]
    tops = found.planes.amax((1, 2))[found.strongest(3)]
    assert torch.equal(tops, tops.sort(descending=True).values)


def test_layers_for_a_figure_are_spread_from_first_to_last():
    maps = feature_maps(build("vgg19", (1, 64, 64), 5, made_small("vgg19")), torch.rand(1, 64, 64))
    shown = for_figure(maps, 6)
    paths = [m.path for m in shown]
    assert len(shown) == 6 and paths[0] == "features.1" and paths[-1] == "features.35"
    assert all(m.kind == "ReLU" for m in shown)


def test_planes_by_path():
    net, x = net_with_everything().eval(), torch.randn(1, 8, 8)
    torch.testing.assert_close(planes_of(net, x, "0"), net[0](x.unsqueeze(0))[0].detach())
    with pytest.raises(LimenError, match="no layer 'conv9' that puts out planes"):
        planes_of(net, x, "conv9")
