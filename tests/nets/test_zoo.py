"""The published nets: their sizes, their names, their first weights."""

import math

import numpy as np
import pytest
import torch
from tests.conftest import made_small
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from limen.errors import LimenError
from limen.nets.build import build, outline
from limen.nets.lenet import SEEN, Distances, Subsampling
from limen.nets.summary import count_parameters, summarize
from limen.train.fit import fit
from limen.train.plan import Plan

PARAMETERS = {  # of torchvision's, for 3×224×224 and 1,000 classes
    ("alexnet", ()): 61_100_840,
    ("vgg11", ()): 132_863_336,
    ("vgg13", ()): 133_047_848,
    ("vgg16", ()): 138_357_544,
    ("vgg19", ()): 143_667_240,
    ("vgg11", (("norm", "batch"),)): 132_868_840,
    ("vgg13", (("norm", "batch"),)): 133_053_736,
    ("vgg16", (("norm", "batch"),)): 138_365_992,
    ("vgg19", (("norm", "batch"),)): 143_678_248,
    ("googlenet", ()): 13_004_888,
    ("googlenet", (("auxiliary", False),)): 6_624_904,
    ("resnet18", ()): 11_689_512,
    ("resnet34", ()): 21_797_672,
    ("resnet50", ()): 25_557_032,
    ("resnet101", ()): 44_549_160,
    ("resnet152", ()): 60_192_808,
    ("densenet121", ()): 7_978_856,
    ("densenet169", ()): 14_149_480,
    ("densenet201", ()): 20_013_928,
}
OPERATIONS = {  # 10⁹ multiply-adds a picture, as torchvision prints them
    "alexnet": 0.71, "vgg11": 7.61, "vgg16": 15.47, "vgg19": 19.63, "googlenet": 1.50,
    "resnet18": 1.81, "resnet50": 4.09, "densenet121": 2.83,
}  # fmt: skip


@pytest.mark.parametrize(("name", "options"), PARAMETERS)
def test_the_published_numbers_of_weights(name, options):
    assert count_parameters(outline(name, (3, 224, 224), 1000, dict(options))) == PARAMETERS[name, options]


def test_lenet5_of_1998_has_the_sixty_thousand_weights_of_the_paper():
    net = build("lenet5-1998", (1, 28, 28), 10)
    sizes = {name: count_parameters(layer) for name, layer in net.named_children()}
    assert {name: n for name, n in sizes.items() if n} == {
        "c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164
    }  # fmt: skip
    assert count_parameters(net) == 60_000
    assert sorted(map(len, SEEN)) == [3] * 6 + [4] * 9 + [6] and len(set(SEEN)) == 16
    assert all(sum(plane in below for below in SEEN) == 10 for plane in range(6))  # each plane is seen ten times


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_published_numbers_of_multiply_adds(name):
    net = outline(name, (3, 224, 224), 1000, {}).eval()
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        net(torch.empty(1, 3, 224, 224))
    assert counter.get_total_flops() / 2e9 == pytest.approx(OPERATIONS[name], rel=0.01)


def shapes_inside(name, side, kinds, options=None):
    """The sides of what layers of some kinds put out, in order."""
    net, seen = outline(name, (3, side, side), 1000, options or {}).eval(), []
    for layer in net.modules():
        if isinstance(layer, kinds):
            layer.register_forward_hook(lambda _, __, out: seen.append(tuple(out.shape[1:3])))
    with torch.device("meta"):
        net(torch.empty(1, 3, side, side))
    return seen


def test_the_tables_of_the_papers():
    pools = [(64, 112), (128, 56), (256, 28), (512, 14), (512, 7)]
    assert shapes_inside("vgg16", 224, nn.MaxPool2d) == pools
    zf = [(96, 110), (96, 55), (256, 26), (256, 13), (384, 13), (384, 13), (256, 13), (256, 6)]
    assert shapes_inside("zfnet", 224, nn.Conv2d | nn.MaxPool2d) == zf
    assert len(shapes_inside("vgg16-1x1", 224, nn.Conv2d | nn.Linear)) == 0 + 16
    assert shapes_inside("alexnet", 224, nn.MaxPool2d) == [(64, 27), (192, 13), (256, 6)]
    assert shapes_inside("googlenet", 224, nn.AdaptiveAvgPool2d) == [(1024, 1)]


def test_the_first_layer_of_vgg_has_1728_weights_without_its_biases():
    assert outline("vgg16", (3, 224, 224), 1000, {}).features[0].weight.numel() == 1_728


def test_the_nets_for_small_pictures_have_the_sizes_that_their_papers_name():
    def millions(name, **options):
        return count_parameters(outline(name, (3, 32, 32), 10, {"stem": "small", **options})) / 1e6

    assert millions("resnet18", width=16, blocks=(3, 3, 3)) == pytest.approx(0.27, abs=0.005)  # He et al., table 6
    assert millions("resnet18", width=16, blocks=(9, 9, 9)) == pytest.approx(0.85, abs=0.01)
    assert millions("densenet121", growth=12, blocks=(16, 16, 16)) == pytest.approx(0.8, abs=0.05)  # Huang et al.


# a few of torchvision's names, from every part of each net
NAMED = {
    "alexnet": {"features.0.weight": (64, 3, 11, 11), "features.10.bias": (256,), "classifier.1.weight": (4096, 9216),
                "classifier.4.bias": (4096,), "classifier.6.weight": (1000, 4096)},
    "vgg16": {"features.0.weight": (64, 3, 3, 3), "features.28.weight": (512, 512, 3, 3),
              "classifier.0.weight": (4096, 25088), "classifier.3.bias": (4096,), "classifier.6.weight": (1000, 4096)},
    "googlenet": {"conv1.conv.weight": (64, 3, 7, 7), "conv3.bn.running_var": (192,),
                  "inception3a.branch2.1.conv.weight": (128, 96, 3, 3),
                  "inception4e.branch3.1.conv.weight": (128, 32, 3, 3), "inception5b.branch4.1.bn.bias": (128,),
                  "aux1.conv.conv.weight": (128, 512, 1, 1), "aux2.fc1.weight": (1024, 2048), "aux2.fc2.bias": (1000,),
                  "fc.weight": (1000, 1024)},
    "resnet18": {"conv1.weight": (64, 3, 7, 7), "bn1.num_batches_tracked": (), "layer1.1.conv2.weight": (64, 64, 3, 3),
                 "layer2.0.downsample.0.weight": (128, 64, 1, 1), "layer4.0.downsample.1.running_mean": (512,),
                 "fc.bias": (1000,)},
    "resnet50": {"layer1.0.conv3.weight": (256, 64, 1, 1), "layer1.0.downsample.0.weight": (256, 64, 1, 1),
                 "layer3.5.bn3.weight": (1024,), "fc.weight": (1000, 2048)},
    "densenet121": {"features.conv0.weight": (64, 3, 7, 7), "features.denseblock1.denselayer1.norm1.weight": (64,),
                    "features.denseblock4.denselayer16.conv2.weight": (32, 128, 3, 3),
                    "features.transition3.conv.weight": (512, 1024, 1, 1), "features.norm5.running_var": (1024,),
                    "classifier.weight": (1000, 1024)},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_names_and_shapes_are_torchvisions(name):
    shapes = {key: tuple(t.shape) for key, t in outline(name, (3, 224, 224), 1000, {}).state_dict().items()}
    assert NAMED[name].items() <= shapes.items()


def test_batch_normalised_vgg_counts_its_layers_as_torchvision_does():
    shapes = {k: tuple(t.shape) for k, t in outline("vgg16", (3, 32, 32), 10, {"norm": "batch"}).state_dict().items()}
    assert shapes["features.1.running_mean"] == (64,) and shapes["features.40.weight"] == (512, 512, 3, 3)
    assert shapes["features.41.weight"] == (512,) and len(shapes) == 13 * 7 + 6


@pytest.mark.parametrize(("name", "least"), [("alexnet", 63), ("zfnet", 63), ("vgg16", 32), ("densenet121", 29)])
def test_a_picture_too_small_is_refused_and_the_least_is_not(name, least):
    with pytest.raises(LimenError, match=f"Pictures of {least - 1}×{least - 1} are too small"):
        build(name, (1, least - 1, least - 1), 10)
    options = {k: v for k, v in made_small(name).items() if k not in ("stem", "blocks")}
    assert build(name, (1, least, least), 10, options).eval()(torch.zeros(2, 1, least, least)).shape == (2, 10)


def test_densely_connected_nets_say_how_small_pictures_are_taken():
    with pytest.raises(LimenError, match=r"too small .* Use --set net\.stem=small"):
        build("densenet121", (1, 28, 28), 10)


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "googlenet", "lenet5-1998"])
def test_these_take_very_small_pictures(name):
    side = {"googlenet": 15, "lenet5-1998": 12}.get(name, 2)
    assert build(name, (1, side, side), 3, made_small(name)).eval()(torch.zeros(1, 1, side, side)).shape == (1, 3)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("resnet18", {"stem": "tiny"}, "Unknown stem 'tiny'. Allowed: large, small."),
        ("resnet18", {"width": 4}, "net.width 4 is out of range. Allowed: 8 or more."),
        ("densenet121", {"stem": "tiny"}, "Unknown stem 'tiny'."),
        ("vgg16", {"norm": "layer"}, "Unknown norm 'layer'. Allowed: batch, none."),
        ("vgg16", {"dropout": 1.0}, "net.dropout 1 is out of range."),
        ("alexnet", {"init": "large-ish"}, "Unknown initialiser 'large-ish'."),
        ("googlenet", {"window": 4}, "net.window 4 has no middle."),
        ("resnet81", {}, "Unknown net 'resnet81'. Did you mean 'resnet18'?"),
    ],
)
def test_wrong_options_fail_with_the_way_out(name, options, words):
    with pytest.raises(LimenError) as caught:
        build(name, (3, 64, 64), 10, options)
    assert words in str(caught.value)


def test_a_batch_of_one_place_is_refused_where_norms_need_two():
    net = build("resnet18", (1, 8, 8), 3, {"width": 8})
    with pytest.raises(LimenError, match=r"here is one: 1 picture .* plan\.drop_last=true"):
        net(torch.zeros(1, 1, 8, 8))
    assert net.eval()(torch.zeros(1, 1, 8, 8)).shape == (1, 3)


def test_the_heads_answer_in_training_only_and_are_summarised():
    net = build("googlenet", (3, 32, 32), 5, {"width": 8})
    assert [tuple(out.shape) for out in net(torch.zeros(2, 3, 32, 32))] == [(2, 5)] * 3
    assert net.eval()(torch.zeros(2, 3, 32, 32)).shape == (2, 5)
    rows = summarize(net, (3, 32, 32))
    assert sum(row.parameters for row in rows) == count_parameters(net)
    assert [row.path for row in rows if row.path.startswith("aux")][-1] == "aux2.fc2" and not net.training


def test_a_net_with_heads_trains(digits):
    net = build("googlenet", (1, 15, 15), 10, {"width": 8})
    before = net.aux1.fc2.weight.clone()
    small = type(digits.train)(torch.nn.functional.pad(digits.train.x[:64], (0, 0, 0, 7, 0, 7)), digits.train.y[:64])
    data = type(digits)("padded", small, small, small, digits.classes, digits.scale)
    *_, last = fit(net, data, Plan(epochs=1, batch_size=32))
    assert last.measures["validation_loss"] > 0 and not torch.equal(before, net.aux1.fc2.weight)


def test_he_draws_as_many_as_go_in_and_alexnet_as_published():
    torch.manual_seed(0)
    conv = build("resnet18", (3, 32, 32), 10).layer2[1].conv1.weight
    assert conv.std().item() == pytest.approx(math.sqrt(2 / (128 * 9)), rel=0.01)
    net = build("alexnet", (3, 64, 64), 10, {"hidden": (64,)})
    assert net.classifier[1].weight.std().item() == pytest.approx(0.01, rel=0.01)
    ones = [name for name, p in net.named_parameters() if p.ndim == 1 and bool((p == 1).all())]
    assert ones == ["features.3.bias", "features.8.bias", "features.10.bias", "classifier.1.bias"]
    assert not build("zfnet", (3, 64, 64), 10, {"hidden": (64,)}).features[4].bias.any()


def test_a_residual_block_agrees_with_numpy():
    """relu(x + B₂ conv₂ relu(B₁ conv₁ x)) in float64, norms with running means, against sums by hand."""
    torch.manual_seed(0)
    block = build("resnet18", (1, 8, 8), 3, {"width": 8, "stem": "small"}).layer1[0].double().eval()
    for norm in (block.bn1, block.bn2):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
    x = torch.randn(1, 8, 5, 5, dtype=torch.float64)

    def by_hand(image, conv, norm):
        padded, kernel = np.pad(image, ((0, 0), (1, 1), (1, 1))), conv.weight.detach().numpy()
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
        out = np.einsum("chwij,ocij->ohw", windows, kernel)
        mean, var = norm.running_mean.numpy()[:, None, None], norm.running_var.numpy()[:, None, None]
        return (out - mean) / np.sqrt(var + 1e-5)

    inner = np.maximum(by_hand(x[0].numpy(), block.conv1, block.bn1), 0)
    expected = np.maximum(x[0].numpy() + by_hand(inner, block.conv2, block.bn2), 0)
    np.testing.assert_allclose(block(x)[0].detach().numpy(), expected, rtol=1e-10, atol=1e-12)


def test_the_parts_of_lenet5_agree_with_numpy():
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64)
    pool = Subsampling(3).double()
    nn.init.normal_(pool.weight)
    nn.init.normal_(pool.bias)
    sums = x.numpy().reshape(2, 3, 2, 2, 3, 2).sum((3, 5))
    expected = sums * pool.weight.detach().numpy()[:, None, None] + pool.bias.detach().numpy()[:, None, None]
    np.testing.assert_allclose(pool(x).detach().numpy(), expected)
    codes = Distances(84, 10).codes
    assert set(codes.unique().tolist()) == {-1.0, 1.0} and torch.equal(codes, Distances(84, 10).codes)
    seen = torch.randn(4, 84)
    scores = Distances(84, 10)(seen)
    np.testing.assert_allclose(scores.numpy(), -((seen.numpy()[:, None] - codes.numpy()) ** 2).sum(2), rtol=1e-5)
