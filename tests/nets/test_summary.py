import pytest
import torch
from tests.conftest import made_small, some_input, suited
from tests.nets.patterns import PATTERNS
from torch import nn

from limen.errors import LimenError
from limen.nets.build import NETS, UNSUPERVISED, build, outline
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
    net = build(name, shape, 10, made_small(name))
    rows = summarize(net, shape)
    assert sum(r.parameters for r in rows) == count_parameters(net)
    if name in UNSUPERVISED - {"autoencoder"}:
        return  # told by their way up alone, and the layers that do not learn now are told without being passed
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net.eval()(some_input(name, shape, 1))
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


def test_each_way_through_a_net_has_its_rows():
    rows = summarize(PATTERNS["Residual"](), (3, 64, 64))
    assert [(r.path, r.kind, r.output) for r in rows if r.kind == "add"] == [
        ("layer1", "add", (4, 16, 16)), ("layer2", "add", (8, 8, 8)), ("layer3", "add", (8, 4, 4)),
    ]  # fmt: skip
    joined = [r for r in summarize(PATTERNS["DenselyConnected"](), (3, 16, 16)) if r.kind == "cat"]
    assert [r.output[0] for r in joined] == [6, 8, 10]
    assert sum(r.parameters for r in rows) == count_parameters(PATTERNS["Residual"]())


def test_memory_is_that_of_the_outputs_and_none_where_they_lie_in_the_input():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(72, 4))
    assert [r.memory for r in summarize(net, (1, 8, 8))] == [2 * 36 * 4, 0, 0, 16]
    assert [r.memory for r in summarize(net.double(), (1, 8, 8))] == [2 * 36 * 8, 0, 0, 32]


def test_a_layer_that_is_used_twice_counts_its_weights_once_and_its_work_twice():
    conv = nn.Conv2d(2, 2, 3, padding=1)
    rows = summarize(nn.Sequential(conv, nn.ReLU(), conv), (2, 6, 6))
    assert [r.parameters for r in rows] == [38, 0, 0] and rows[0].multiply_adds == rows[2].multiply_adds == 36 * 2 * 18
    tied = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    tied[1].weight = tied[0].weight
    assert [r.parameters for r in summarize(tied, (4,))] == [20, 4]


def test_layers_that_are_not_passed_in_use_are_told_last_without_work():
    rows = summarize(PATTERNS["Inception"](), (3, 33, 33))
    assert rows[-1].path == "aux" and rows[-1].parameters == 55 and rows[-1].multiply_adds == 0
    assert sum(r.parameters for r in rows) == count_parameters(PATTERNS["Inception"]())
    branches = {r.path: r for r in rows}
    assert branches["five.2"].sees[0] == max(r.sees[0] for r in rows[:-4]) and rows[-3].kind in ("cat", "MaxPool2d")


def test_weights_of_a_modules_own_and_lines_of_its_own_are_counted():
    rows = summarize(PATTERNS["ChannelsLast"](), (3, 12, 12))
    assert sum(r.parameters for r in rows) == count_parameters(PATTERNS["ChannelsLast"]())

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)
            self.weight = nn.Parameter(torch.ones(4, 2, 3, 3))

        def forward(self, x):
            return nn.functional.conv2d(self.conv(x), self.weight)

    rows = summarize(Own(), (1, 8, 8))
    assert [(r.path, r.kind, r.multiply_adds) for r in rows] == [
        ("conv", "Conv2d", 36 * 18), ("", "convolution", 16 * 4 * 18), ("", "Own", 0)
    ]  # fmt: skip
    assert sum(r.parameters for r in rows) == 20 + 72 and rows[-1].sees == (5, 5)


@pytest.mark.parametrize("name", [*PATTERNS])
def test_the_sums_of_small_patterns_are_torchs_own(name):
    from torch.utils.flop_counter import FlopCounterMode

    net, shape = PATTERNS[name]().eval(), (3, 40, 44)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.zeros(1, *shape))
    assert 2 * sum(r.multiply_adds for r in summarize(net, shape)) == counter.get_total_flops()


def test_attention_and_recurrence_are_counted():
    attention = nn.MultiheadAttention(8, 2, batch_first=True)

    class Read(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention, self.lstm = attention, nn.LSTM(8, 5, batch_first=True)

        def forward(self, x):
            return self.lstm(self.attention(x, x, x)[0])[0]

    for device in ("cpu", "meta"):
        rows = summarize(Read().to(device), (6, 8))
        own = sum(r.multiply_adds for r in rows if r.path.startswith("attention"))
        assert own == 6 * 8 * 32 + 2 * 6 * 6 * 8
        lstm = next(r for r in rows if r.path == "lstm")
        assert lstm.multiply_adds == 6 * (20 * 8 + 20 * 5) and lstm.output == (6, 5)


def test_a_net_without_memory_is_told_the_same():
    def told(net):
        return [(r.path, r.output, r.multiply_adds, r.memory, r.sees) for r in summarize(net, (3, 40, 40))]

    net = PATTERNS["Residual"]()
    assert told(net) == told(PATTERNS["Residual"]().to("meta"))


def test_the_first_layer_of_vgg():
    net = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1, bias=False))
    (row,) = summarize(net, (3, 224, 224))
    assert row.parameters == 1728 and row.multiply_adds == 1728 * 224 * 224 and row.output == (64, 224, 224)


def test_the_sizes_of_the_notes():
    """200 → conv 5 pad 1 stride 2 → 99 → pool 3 stride 1 → 97 → conv 3 pad 1 → 97."""
    net = nn.Sequential(nn.Conv2d(3, 4, 5, 2, 1), nn.MaxPool2d(3, 1), nn.Conv2d(4, 4, 3, padding=1))
    assert [r.output[1:] for r in summarize(net, (3, 200, 200))] == [(99, 99), (97, 97), (97, 97)]


def test_a_wrong_shape_is_told():
    with pytest.raises(LimenError, match=r"does not take inputs of shape 1×20×20.* --input"):
        summarize(build("mnist-cnn", (1, 28, 28), 10), (1, 20, 20))


@pytest.mark.parametrize("name", sorted(set(NETS) - UNSUPERVISED))
def test_every_net_is_told_without_memory_as_with(name):
    shape = suited(name, (3, 32, 32))

    def told(net):
        return [
            (r.path, r.kind, r.output, r.parameters, r.multiply_adds, r.memory, r.sees) for r in summarize(net, shape)
        ]

    assert told(outline(name, shape, 10, {})) == told(build(name, shape, 10))
