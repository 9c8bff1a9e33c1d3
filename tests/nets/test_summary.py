import pytest
import torch
from tests.conftest import some_input, suited
from torch import nn

from limen.errors import LimenError
from limen.nets.build import NETS, UNSUPERVISED, build
from limen.nets.summary import count_parameters, summarize


def test_the_courses_net_by_hand():
    rows = {r.path: r for r in summarize(build("mnist-cnn", (1, 28, 28), 10), (1, 28, 28))}
    assert rows["conv1"].output == (16, 28, 28) and rows["conv1"].parameters == 160
    assert rows["conv1"].multiply_adds == 28 * 28 * 16 * 9
    assert rows["pool2"].output == (32, 7, 7) and rows["pool2"].multiply_adds == 0
    assert rows["conv2"].multiply_adds == 14 * 14 * 32 * 16 * 9
    assert rows["dense1"].multiply_adds == 1568 * 128 and rows["dense1"].parameters == 1568 * 128 + 128
    assert [r.path for r in rows.values()][-1] == "dense2"


@pytest.mark.parametrize("name", NETS)
def test_the_sums_are_torchs_own(name):
    from torch.utils.flop_counter import FlopCounterMode

    shape = suited(name, (3, 32, 32))
    net = build(name, shape, 10)
    rows = summarize(net, shape)
    assert sum(r.parameters for r in rows) == count_parameters(net)
    if name in UNSUPERVISED - {"autoencoder"}:
        return  # told by their way up alone, and the layers that do not learn now are told without being passed
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(some_input(name, shape, 1))
    assert 2 * sum(r.multiply_adds for r in rows) == counter.get_total_flops()


def test_nets_without_labels_are_told_by_their_layers():
    row = summarize(build("rbm", (1, 8, 8), 10, {"hidden": 20}), (1, 8, 8))[0]
    assert (row.kind, row.output, row.parameters, row.multiply_adds) == ("RBM", (20,), 64 * 20 + 64 + 20, 64 * 20)
    rows = summarize(build("stack", (1, 8, 8), 10, {"kind": "rbm", "hidden": (20, 5)}), (1, 8, 8))
    assert [(r.path, r.output) for r in rows] == [("layers.0", (20,)), ("layers.1", (5,))]
    tied = summarize(build("autoencoder", (1, 8, 8), 10, {"hidden": (), "code": 5, "tied": True}), (1, 8, 8))
    way = {r.path: r for r in tied}["decoder.out"]
    assert (way.output, way.parameters, way.multiply_adds) == ((64,), 64, 5 * 64)


def test_groups_divide_the_work():
    rows = summarize(nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8)), (8, 5, 5))
    assert rows[0].multiply_adds == 5 * 5 * 8 * 9


def test_the_net_is_left_as_it_was():
    net = build("mlp", (4,), 3, {"dropout": 0.5})
    net.train()
    net.drop1.eval()
    summarize(net, (4,))
    assert net.training and not net.drop1.training
    assert all(not m._forward_hooks for m in net.modules())


def test_a_wrong_shape_is_told():
    with pytest.raises(LimenError, match=r"does not take inputs of shape 1×20×20.* --input"):
        summarize(build("mnist-cnn", (1, 28, 28), 10), (1, 20, 20))
