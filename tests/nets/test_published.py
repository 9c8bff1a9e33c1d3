"""Published weights fit the nets that have their names and shapes, and no others."""

import re

import pytest
import torch

from limen.errors import LimenError
from limen.nets.build import build, outline
from limen.nets.published import fit_to, renamed

SMALL = {"width": 8, "blocks": (1, 1)}


def weights_of(name, shape=(3, 32, 32), classes=5, options=None):
    torch.manual_seed(1)
    return dict(build(name, shape, classes, options or {}).state_dict())


def test_a_file_with_all_names_fits_whole():
    weights = weights_of("resnet18", options=SMALL)
    fitted = fit_to("resnet18", (3, 32, 32), 5, SMALL, weights)
    assert fitted.weights.keys() == weights.keys() and not fitted.anew and not fitted.unused
    assert all(torch.equal(fitted.weights[name], weights[name]) for name in weights)


def test_counters_of_norms_may_be_missing():
    weights = {k: t for k, t in weights_of("resnet18", options=SMALL).items() if not k.endswith("batches_tracked")}
    assert fit_to("resnet18", (3, 32, 32), 5, SMALL, weights).weights.keys() == weights.keys()


def test_other_pictures_and_other_classes_take_all_but_the_last_layer():
    weights = weights_of("vgg16", (3, 64, 64), 1000, {"width": 4, "hidden": (32,)})
    options = {"width": 4, "hidden": (32,), "norm": "none"}
    with pytest.raises(LimenError, match=r"classifier\.3\.weight is 1000×32 where 10×32 belongs.* --new-head"):
        fit_to("vgg16", (3, 32, 40), 10, options, weights)
    fitted = fit_to("vgg16", (3, 32, 40), 10, options, weights, new_head=True)
    assert fitted.anew == ("classifier.3.weight", "classifier.3.bias")
    assert weights.keys() - fitted.weights.keys() == set(fitted.anew)


def test_the_last_layers_of_every_family_are_known():
    heads = {
        "alexnet": {"classifier.6"}, "vgg19": {"classifier.6"}, "resnet50": {"fc"}, "densenet121": {"classifier"},
        "googlenet": {"fc", "aux1.fc2", "aux2.fc2"},
    }  # fmt: skip
    for name, layers in heads.items():
        weights = dict(outline(name, (3, 224, 224), 1000, {}).state_dict())
        fitted = fit_to(name, (3, 224, 224), 10, {}, weights, new_head=True)
        assert {key.rpartition(".")[0] for key in fitted.anew} == layers


def test_heads_in_the_file_may_be_left_there():
    weights = weights_of("googlenet", options={"width": 8})
    fitted = fit_to("googlenet", (3, 32, 32), 5, {"width": 8, "auxiliary": False}, weights)
    assert fitted.unused and all(name.startswith("aux") for name in fitted.unused)


def test_the_old_names_of_densely_connected_nets_are_known():
    own = weights_of("densenet121", options={"growth": 4})
    old = {re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", k): t for k, t in own.items()}
    old = {k: t for k, t in old.items() if not k.endswith("batches_tracked")}
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    assert renamed(old).keys() == {k for k in own if not k.endswith("batches_tracked")}
    assert fit_to("densenet121", (3, 32, 32), 5, {"growth": 4}, old).weights.keys() == renamed(old).keys()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.pop("layer1.0.conv1.weight"), "missing layer1.0.conv1.weight. Choose the net they were trained"),
        (lambda w: w.update({"layer9.weight": torch.ones(1)}), "unexpected layer9.weight"),
        (lambda w: w.update({"conv1.weight": torch.ones(8, 1, 7, 7)}), "conv1.weight is 8×1×7×7 where 8×3×7×7 belongs"),
        (lambda w: w.update({"fc.bias": torch.ones(5, dtype=torch.int64)}), "fc.bias holds torch.int64"),
        (lambda w: [w.pop(k) for k in list(w)[:9]], "and 3 more"),
    ],
)
def test_what_does_not_fit_is_named(change, words):
    weights = weights_of("resnet18", options=SMALL)
    change(weights)
    with pytest.raises(LimenError) as caught:
        fit_to("resnet18", (3, 32, 32), 5, SMALL, weights)
    assert words in str(caught.value) and "\n" not in str(caught.value)
