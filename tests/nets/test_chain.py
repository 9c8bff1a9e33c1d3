"""A dense chain is taken apart; what is no dense chain is refused by the name of the layer."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.nets.chain import chain, opened
from limen.nets.dense import mlp


def test_layers_keep_their_paths_and_activations():
    taken = chain(mlp((1, 4, 4), 3, (8, 5), "tanh", dropout=0.5).eval())
    assert [layer.name for layer in taken.dense] == ["dense1", "dense2", "out"]
    assert [[type(bend) for bend in layer.bends] for layer in taken.dense] == [[nn.Tanh], [nn.Tanh], []]
    assert taken.flattens and taken.bends == ()
    assert repr(taken) == "Chain(Dense('dense1', 16→8, Tanh), Dense('dense2', 8→5, Tanh), Dense('out', 5→3))"


def test_chains_within_chains_are_opened():
    inner = nn.Sequential(OrderedDict(dense=nn.Linear(2, 2), bends=nn.Sequential(nn.ReLU(), nn.Identity(), nn.Tanh())))
    taken = chain(nn.Sequential(nn.Sigmoid(), inner, nn.Linear(2, 1)))
    assert [layer.name for layer in taken.dense] == ["1.dense", "2"]
    assert [type(bend) for bend in taken.dense[0].bends] == [nn.ReLU, nn.Tanh]
    assert [type(bend) for bend in taken.bends] == [nn.Sigmoid] and not taken.flattens


def test_one_activation_may_stand_twice():
    bend = nn.Tanh()
    taken = chain(nn.Sequential(nn.Linear(2, 2), bend, nn.Linear(2, 2), bend))
    assert [layer.bends for layer in taken.dense] == [(bend,), (bend,)]


def test_a_single_dense_layer_is_a_chain():
    assert [layer.name for layer in chain(nn.Linear(2, 1)).dense] == ["Linear"]


class Doubled(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


SHARED = nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (nn.Sequential(OrderedDict(a=nn.Linear(2, 2), conv=nn.Conv2d(1, 1, 3))), "'conv' is a Conv2d"),
        (nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Softmax(1))), "'1.0' is a Softmax"),
        (nn.Sequential(Doubled(2, 2)), "'0' is a Doubled"),
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)), r"'1' \(Dropout\) draws at random.*net.eval"),
        (nn.Sequential(nn.Flatten(0), nn.Linear(2, 2)), "'0' flattens 0 to -1. Allowed: 1 to -1"),
        (nn.Sequential(SHARED, nn.ReLU(), SHARED), "'2' has its weights from layer '0'"),
        (nn.Sequential(nn.Flatten(), nn.ReLU()), "2 layers and none is dense"),
        (nn.Sequential(), "0 layers and none is dense"),
    ],
)
def test_what_is_no_dense_chain_is_refused(net, words):
    with pytest.raises(LimenError, match=words):
        chain(net)


def test_opened_gives_every_layer_in_the_order_of_the_net():
    net = mlp((6,), 2, (4,), "gelu", dropout=0.1).eval()
    x = torch.randn(3, 6)
    h = x
    for _, layer in opened(net):
        h = layer(h)
    assert torch.equal(h, net(x))
