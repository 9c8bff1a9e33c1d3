"""What chapters 3 and 6 measure: signals before training, gaps, zeros, norms."""

import pytest
import torch
from tests.conftest import finish
from tests.views.test_report import finding

from limen.data.dataset import as_input
from limen.experiments.config import with_options
from limen.experiments.findings import find
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.experiments.study import as_variant, find_variant
from limen.experiments.training_findings import before_training, first_signals
from limen.explain.signals import BATCH, batch_of, gradient_ratio, signals
from limen.runs.checkpoint import load_weights
from limen.views.signals import begun, both


def variant(name, of, *settings):
    made = EXPERIMENTS[name]()
    return as_variant(made, find_variant(made, of), ["plan.epochs=2", *settings])


@pytest.mark.parametrize(("name", "of"), [("vanishing", "auxiliary"), ("overfitting", "dropout")])
def test_before_training_is_the_net_that_training_begins_with(name, of):
    setup = set_up(variant(name, of))
    made = before_training(setup).state_dict()
    assert all(torch.equal(made[key], value) for key, value in setup.net.state_dict().items())


def test_a_net_begun_with_anothers_weights_is_measured_with_those(tmp_path):
    layers, _ = finish(variant("vanishing", "layers", "plan.epochs=10", "net.hidden=16,16"), tmp_path)
    run, _ = finish(variant("vanishing", "pretrained", "net.hidden=16,16"), tmp_path, start=layers)
    fresh, _ = finish(variant("vanishing", "pretrained", "net.hidden=16,16"), tmp_path)
    ratios = [r.result["metrics"]["gradient_ratio"] for r in (run, fresh)]
    assert ratios[0] != ratios[1] and "gradient_ratio" not in layers.result["metrics"]
    setup = set_up(variant("vanishing", "pretrained", "net.hidden=16,16"))
    setup.begin = run.begin_weights()
    assert gradient_ratio(first_signals(setup)) == pytest.approx(ratios[0])
    assert torch.equal(before_training(setup).dense1.weight, run.begin_weights()["dense1.weight"])
    load_weights(setup.net, run.weights())
    seen = finding(run, data=setup.data, net=setup.net)
    assert torch.equal(begun(seen).dense1.weight, run.begin_weights()["dense1.weight"])
    own = both(seen)
    assert gradient_ratio(own.before) == pytest.approx(ratios[0])
    assert gradient_ratio(own.after) == pytest.approx(
        gradient_ratio(signals(setup.net, *batch_of(setup.data), auxiliary=1.0))
    )
    assert both(finding(layers, data=setup.data, net=setup.net)) is None


def test_the_measured_batch_is_spread_over_the_training_split(digits):
    x, y = batch_of(digits)
    assert len(x) == BATCH and torch.equal(x[-1:], as_input(digits.train.x[-1:], digits.scale))
    assert y.bincount(minlength=10).min() > 10


def test_gaps_zeros_and_norms_are_those_of_the_kept_weights(tmp_path):
    made = variant("overfitting", "l1", "plan.epochs=3", "plan.l1=2")
    run, _ = finish(made, tmp_path)
    measured, setup = run.result["metrics"], set_up(made)
    load_weights(setup.net, run.weights())
    setup.net.eval()

    def accuracy_and_loss(split):
        with torch.no_grad():
            scores = setup.net(as_input(split.x, setup.data.scale)).double()
        right = (scores.argmax(1) == split.y).double().mean().item()
        return right, torch.nn.functional.cross_entropy(scores, split.y).item()

    train, held = accuracy_and_loss(setup.data.train), accuracy_and_loss(setup.data.validation)
    assert measured["accuracy_gap"] == pytest.approx(train[0] - held[0], abs=1e-6)
    assert measured["loss_gap"] == pytest.approx(held[1] - train[1], abs=1e-5)
    assert measured["train_accuracy"] == pytest.approx(train[0], abs=1e-6)
    weights = [setup.net.dense1.weight, setup.net.dense2.weight, setup.net.out.weight]
    zeros = sum(int((w == 0).sum()) for w in weights) / sum(w.numel() for w in weights)
    assert measured["zero_weights"] == pytest.approx(zeros) and zeros > 0.01
    assert measured["largest_norm"] == pytest.approx(max(w.norm(dim=1).max().item() for w in weights))


def test_signals_die_with_small_weights_and_explode_with_large_ones():
    found = {}
    for of in ("zeros", "small", "large", "xavier"):
        setup = set_up(variant("initialisation", of))
        found[of] = find(("first-signals", "gradient-ratio"), setup, [])
    assert found["zeros"] == {"last_deviation": 0, "first_gradient": 0, "gradient_ratio": 0}
    assert found["small"]["last_deviation"] < 1e-5 < 0.1 < found["xavier"]["last_deviation"] < 0.5
    assert found["large"]["last_deviation"] > 0.85 and found["large"]["gradient_ratio"] > 3
    assert 0.2 < found["xavier"]["gradient_ratio"] < 1


def test_the_gradient_vanishes_in_ten_sigmoid_layers_and_the_cures_bring_it_back():
    """Before training; the measured ratios stand in the study's table."""

    def ratio(of):
        return find(("gradient-ratio",), set_up(variant("vanishing", of)), [])["gradient_ratio"]

    assert ratio("small") < 1e-15 and ratio("sigmoid") < 1e-5
    assert all(ratio(of) > 0.05 for of in ("tanh", "relu", "auxiliary", "normalised"))


def test_only_the_mislabelled_share_differs_between_the_labels_of_the_overfitting_study():
    made = EXPERIMENTS["overfitting"]()
    wrong, right = (set_up(with_options(made, s)).data for s in ((), ("data.mislabel=0",)))
    assert (wrong.train.y != right.train.y).sum() == 60 and len(wrong.train) == 200
