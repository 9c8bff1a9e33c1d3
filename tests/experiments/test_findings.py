"""What is found of a trained net, held against the notes, NumPy and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from tests.conftest import finish, small

from limen.experiments.config import with_options
from limen.experiments.findings import DELTA, FINDINGS, FINDS, rosenblatt
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.experiments.study import as_variant, find_variant
from limen.runs.folder import Run

NAMES = [name for name, make in EXPERIMENTS.items() if make().findings]


@pytest.mark.parametrize("name", ["delta-rule", "delta-rule-3"])
def test_the_delta_rule_agrees_with_the_notes_to_eight_digits(name, tmp_path):
    """Printed digits, and the rule by itself in NumPy."""
    experiment = EXPERIMENTS[name]()
    run, _ = finish(experiment, tmp_path)
    measures = run.result["metrics"]
    assert measures["outputs_error"] <= 5e-9 and measures["weights_error"] <= 5e-9
    assert all(row["reached"] for row in run.result["published"]) and len(run.result["published"]) == 3
    classes = 3 if name.endswith("3") else 1
    x = np.array([[*map(int, row)] for row in ("0011", "0110", "1010", "1110", "1100", "0010")], float)
    y = np.eye(3)[[0, 2, 1, 1, 0, 0]] if classes == 3 else np.array([[0, 0, 1, 1, 1, 0]], float).T
    weights = np.random.RandomState(1010).random((4, classes))
    for _ in range(50):
        said = 1 / (1 + np.exp(-x @ weights))
        weights += 0.5 * x.T @ ((y - said) * said * (1 - said))
    kept = run.weights()["dense.weight"].numpy().T
    np.testing.assert_allclose(kept, weights, atol=1e-14)
    printed = np.array([float(n) for n in DELTA[classes][0].split()]).reshape(6, classes)
    np.testing.assert_allclose(said, printed, atol=5e-9)


@pytest.mark.parametrize("gate", ["and", "or", "nand", "not", "nor"])
def test_a_perceptron_is_trained_by_rosenblatts_rule_and_keeps_to_its_bound(gate, tmp_path):
    experiment = with_options(EXPERIMENTS["neuron"](), [f"data.gate={gate}"])
    run, _ = finish(experiment, tmp_path)
    weights, mistakes = rosenblatt(set_up(experiment))
    kept = run.weights()
    np.testing.assert_array_equal(np.append(kept["dense.weight"].numpy().ravel(), kept["dense.bias"].numpy()), weights)
    measures = run.result["metrics"]
    assert measures["separable"] == 1 and measures["test_accuracy"] == 1
    assert measures["mistakes"] == mistakes <= measures["mistakes_bound"] and measures["epochs_to_convergence"] <= 25


def test_a_perceptron_never_learns_xor_and_two_layers_do(tmp_path):
    neuron = EXPERIMENTS["neuron"]()
    xor = with_options(as_variant(neuron, find_variant(neuron, "xor")), ["plan.epochs=300"])
    run, _ = finish(xor, tmp_path)
    measures = run.result["metrics"]
    assert measures["separable"] == 0 and "epochs_to_convergence" not in measures and measures["test_accuracy"] < 1
    two, _ = finish(as_variant(neuron, find_variant(neuron, "two-layers")), tmp_path)
    assert two.result["metrics"]["test_accuracy"] == 1


def test_logistic_regression_trained_is_that_of_scikit_learn(tmp_path):
    experiment = EXPERIMENTS["buy-car"]()
    run, _ = finish(experiment, tmp_path)
    data = set_up(experiment).data
    fitted = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(data.train.x.numpy(), data.train.y.numpy())
    measures = run.result["metrics"]
    assert measures["coefficients_error"] <= 1e-4
    for column, slope in zip(data.columns, fitted.coef_[0], strict=True):
        assert measures[f"odds_ratio_{column}"] == pytest.approx(np.exp(slope), rel=1e-3)


def test_backpropagation_by_hand_agrees_with_autograd_in_a_run(tmp_path):
    run, _ = finish(EXPERIMENTS["backprop"](), tmp_path)
    assert run.result["metrics"]["autograd_error"] <= 1e-12


def test_the_closed_form_is_no_worse_than_a_trained_plane(tmp_path):
    linear = EXPERIMENTS["linear-vs-neuron"]()
    run, _ = finish(as_variant(linear, find_variant(linear, "plane")), tmp_path)
    trained = run.result["metrics"]["test_loss"] ** 0.5
    assert trained == pytest.approx(run.result["metrics"]["least_squares_error"], rel=0.02)
    bent, _ = finish(as_variant(linear, find_variant(linear, "neuron")), tmp_path)
    assert bent.result["metrics"]["test_loss"] < 0.1 * run.result["metrics"]["test_loss"]


def test_straight_pieces_are_those_that_a_fine_grid_sees(tmp_path):
    approximation = EXPERIMENTS["approximation"]()
    run, _ = finish(with_options(approximation, ["plan.epochs=1", "net.hidden=6"]), tmp_path)
    setup = set_up(with_options(approximation, ["plan.epochs=1", "net.hidden=6"]))
    setup.net.load_state_dict(run.weights())
    x = torch.linspace(-1, 1, 200_001).double()
    with torch.no_grad():
        hidden = torch.relu(setup.net.double().dense1(x[:, None])) > 0
    changes = (hidden[1:] != hidden[:-1]).any(1).sum().item()
    assert run.result["metrics"]["linear_pieces"] == changes + 1


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_gives_only_what_it_says(name, tmp_path, small_data):
    """The table FINDS, by which published figures are checked, is the truth."""
    run, _ = finish(small(name), tmp_path, folder=small_data)
    experiment = small(name)
    told = {measure for finding in experiment.findings for measure in FINDS[finding]}
    found = {m for m in run.result["metrics"] if not m.startswith(("test_", "validation_")) and m != "train_loss"}
    assert found <= told, found - told
    assert isinstance(Run.find(run.path.name, tmp_path), Run) and set(experiment.findings) <= set(FINDINGS)
