"""Every net by its name: shapes, sizes, options."""

import pytest
import torch
from tests.conftest import made_small, some_input, suited

from limen.errors import LimenError
from limen.nets.build import NETS, ONE_UNIT, UNSUPERVISED, build, check_options, net_options
from limen.nets.layers import ACTIVATIONS
from limen.nets.summary import count_parameters

CLASSIFIERS = [name for name in NETS if name not in UNSUPERVISED | ONE_UNIT]


def test_the_published_sizes():
    def parameters(name, shape, options=None):
        return count_parameters(build(name, shape, 10, options))

    assert parameters("softmax", (1, 28, 28)) == 7_850
    assert parameters("mnist-cnn", (1, 28, 28)) == 206_922
    assert parameters("mnist-conv3", (1, 28, 28)) == 160 + 2_320 + 1_450
    assert parameters("cifar-cnn", (3, 32, 32)) == 62_006
    assert parameters("lenet5", (1, 28, 28)) == 61_706
    assert parameters("mlp", (1, 28, 28), {"hidden": (128, 64)}) == 109_386


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_net_takes_other_sizes_and_class_counts(name):
    for shape, classes in (((1, 28, 28), 10), ((3, 40, 36), 4)):
        shape = suited(name, shape)
        net = build(name, shape, classes, made_small(name))
        assert net(some_input(name, shape, 5)).shape == (5, classes)


def test_the_same_seed_builds_the_same_net():
    def weights(seed):
        torch.manual_seed(seed)
        return build("mnist-cnn", (1, 8, 8), 10).state_dict()

    a, b, c = weights(0), weights(0), weights(1)
    assert all(torch.equal(a[k], b[k]) for k in a)
    assert not torch.equal(a["conv1.weight"], c["conv1.weight"])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_chosen(name):
    assert build("mlp", (4,), 3, {"hidden": (5, 5), "activation": name})(torch.randn(2, 4)).shape == (2, 3)


def test_a_net_with_no_hidden_layer_is_softmax_regression():
    assert count_parameters(build("mlp", (4,), 3, {"hidden": ()})) == count_parameters(build("softmax", (4,), 3))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("resnt18", {}, "Unknown net 'resnt18'"),
        ("mpl", {}, "Did you mean 'mlp'? See `limen list nets`."),
        ("mlp", {"hiden": (3,)}, "Unknown option of the net mlp 'hiden'. Did you mean 'hidden'?"),
        ("mlp", {"hidden": "wide"}, "net.hidden ('wide',) is not of the type tuple[int, ...]"),
        ("mlp", {"hidden": (3.5,)}, "net.hidden (3.5,)"),
        ("mlp", {"hidden": (0,)}, "net.hidden 0 is out of range. Allowed: 1 or more."),
        ("mnist-cnn", {"channels": (-2, 4)}, "net.channels -2 is out of range"),
        ("mnist-cnn", {"hidden": 0}, "net.hidden 0 is out of range"),
        ("mlp", {"dropout": 1.0}, "net.dropout 1 is out of range"),
        ("mlp", {"dropout": True}, "net.dropout True is not of the type float"),
        ("mlp", {"activation": "rleu"}, "Unknown activation 'rleu'. Did you mean 'relu'?"),
        ("mnist-cnn", {"channels": (3,)}, "--set net.channels=16,32"),
        ("softmax", {"hidden": 3}, "Unknown option of the net softmax 'hidden'"),
    ],
)
def test_wrong_names_and_options_fail_with_the_way_out(name, options, words):
    with pytest.raises(LimenError) as caught:
        build(name, (1, 28, 28), 10, options)
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["mnist-cnn", "mnist-conv3", "cifar-cnn", "lenet5"])
def test_a_net_for_pictures_says_so(name):
    with pytest.raises(LimenError, match="takes pictures .* Use the net 'mlp' for rows of numbers"):
        build(name, (4,), 3)


@pytest.mark.parametrize(("name", "side"), [("mnist-cnn", 3), ("cifar-cnn", 15), ("lenet5", 11)])
def test_a_picture_too_small_is_refused_and_one_larger_is_not(name, side):
    with pytest.raises(LimenError, match=f"Pictures of {side}×{side} are too small"):
        build(name, (1, side, side), 10)
    assert build(name, (1, side + 1, side + 1), 10)(torch.zeros(1, 1, side + 1, side + 1)).shape == (1, 10)


def test_a_lone_number_counts_as_one_of_several():
    assert check_options("mlp", {"hidden": 7}) == {"hidden": (7,)}
    assert check_options("mlp", {"hidden": [7, 8]}) == {"hidden": (7, 8)}
    assert list(net_options("mlp"))[:4] == ["hidden", "activation", "dropout", "init"]
