"""Layers that keep what they have learnt elsewhere."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

from limen.data.dataset import Dataset, Scale, Split
from limen.errors import LimenError
from limen.explain.neighbours import features
from limen.nets.build import build
from limen.nets.frozen import layers_before
from limen.train.fit import fit
from limen.train.plan import Optimizer, Plan
from limen.train.state import State


def net_with_everything():
    torch.manual_seed(0)
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(1, 4, 3), norm=nn.BatchNorm2d(4), relu=nn.ReLU(), drop=nn.Dropout(0.5),
            flatten=nn.Flatten(), dense=nn.Linear(4 * 36, 3),
        )
    )  # fmt: skip


@pytest.fixture
def data():
    draw = torch.Generator().manual_seed(1)
    x = torch.randint(0, 256, (60, 8, 8, 1), generator=draw, dtype=torch.uint8)
    y = torch.randint(0, 3, (60,), generator=draw)
    split = Split(x, y)
    return Dataset("noise", split, split, split, ("a", "b", "c"), Scale(divisor=(255.0,)))


def names_before(net, first):
    names = {layer: name for name, layer in net.named_modules()}
    return [names[layer] for layer in layers_before(net, first)]


def test_the_layers_before_one_are_those_registered_before_it():
    assert names_before(net_with_everything(), "drop") == ["conv", "norm", "relu"]
    assert names_before(net_with_everything(), "conv") == []


def test_a_block_may_be_thawed_in_the_middle_and_what_contains_it_is_not_frozen():
    net = build("resnet18", (3, 32, 32), 10, {"width": 8, "stem": "small"})
    before = names_before(net, "layer4.1")
    assert "layer3.1.conv2" in before and "layer4.0.conv1" in before
    assert "layer4" not in before and not any(name.startswith(("layer4.1", "fc")) for name in before)


def test_a_misspelt_layer_is_told_the_nearest():
    with pytest.raises(LimenError, match=r"Unknown layer for plan\.thaw 'dens'\. Did you mean 'dense'"):
        layers_before(net_with_everything(), "dens")


def test_frozen_layers_keep_weights_and_means_to_the_bit_and_the_others_learn(data):
    net = net_with_everything()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    list(fit(net, data, Plan(epochs=2, batch_size=20, thaw="dense", l2=0.1, optimizer=Optimizer("sgd", 0.1))))
    same = {name for name, tensor in net.state_dict().items() if torch.equal(tensor, before[name])}
    assert same == {name for name in before if not name.startswith("dense")}


def test_a_frozen_net_with_a_new_last_layer_learns_what_that_layer_learns_from_its_features(data):
    net, plan = net_with_everything(), Plan(epochs=3, batch_size=20, thaw="dense", optimizer=Optimizer("sgd", 0.1))
    alone = nn.Sequential(OrderedDict(dense=nn.Linear(4 * 36, 3)))
    alone.load_state_dict({name: tensor.clone() for name, tensor in net.state_dict().items() if "dense" in name})
    split = Split(features(net, data.train, data.scale), data.train.y)
    list(fit(alone, Dataset("features", split, split, split, data.classes), Plan(**(vars(plan) | {"thaw": ""}))))
    list(fit(net, data, plan))  # dropout before the layer is at rest, or this would be another thing
    torch.testing.assert_close(net.dense.weight, alone.dense.weight, atol=1e-6, rtol=0)


def test_only_what_learns_has_a_memory():
    net = net_with_everything()
    state = State.begin(net, Plan(thaw="dense"), 1)
    assert state.trained() == [["dense.weight", "dense.bias"]]


def test_a_net_with_nothing_left_to_train_is_refused():
    with pytest.raises(LimenError, match="nothing to train"):
        State.begin(nn.Sequential(OrderedDict(dense=nn.Linear(2, 2), relu=nn.ReLU())), Plan(thaw="relu"), 1)
