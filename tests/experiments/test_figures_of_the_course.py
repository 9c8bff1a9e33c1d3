"""The published figures, reached with the real data and the experiments as they stand (minutes; needs MNIST, CIFAR-10).

Each asks for what the experiment promises, never for what it happened to give.
"""

import json
import statistics
import time

import pytest

pytestmark = pytest.mark.real


@pytest.fixture
def measured(limen, tmp_path):
    """Run an experiment by the command line; its JSON object."""

    def run(*arguments, timeout=600):
        done = limen("run", *arguments, "--json", "--no-report", timeout=timeout, OMP_NUM_THREADS="2")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def mean(result, measure="test_accuracy"):
    value = result["metrics"][measure]
    return value["mean"] if isinstance(value, dict) else value


def test_digits_cnn_within_fifteen_seconds_of_the_keypress(limen, tmp_path):
    """With figures and report. The machine may be busy with other things: the best of three counts."""
    seconds = []
    while len(seconds) < 3 and min(seconds, default=99) > 15:
        began = time.perf_counter()
        done = limen("run", "digits-cnn", "--json", OMP_NUM_THREADS="2")
        seconds.append(time.perf_counter() - began)
        assert mean(json.loads(done.stdout)) >= 0.98
    assert min(seconds) <= 15


def test_digits_mlp(measured):
    assert mean(measured("digits-mlp", "--seeds", "3")) >= 0.95


def test_iris_over_ten_seeds(measured):
    result = measured("iris", "--seeds", "10")
    assert mean(result) >= 0.93 and result["published"][0]["reached"]


def test_mnist_cnn_over_five_seeds(measured, mnist_folder):
    result = measured("mnist-cnn", "--seeds", "5", "--data", str(mnist_folder))
    assert mean(result) >= 0.9886 and all(run["epochs"] <= 5 for run in result["runs"])
    assert result["published"][0] == {
        "measure": "test_accuracy", "value": 0.9886, "of": {"en": "notes D, handwritten digits", "zh": "讲义 D，手写数字"},
        "measured": mean(result), "reached": True,
    }  # fmt: skip


def test_mnist_mlp(measured, mnist_folder):
    assert mean(measured("mnist-mlp", "--data", str(mnist_folder))) >= 0.9687


def test_mnist_softmax(measured, mnist_folder):
    assert mean(measured("mnist-softmax", "--data", str(mnist_folder))) >= 0.92


def test_mnist_conv3(measured, mnist_folder):
    result = measured("mnist-conv3", "--data", str(mnist_folder))
    assert mean(result, "validation_loss") <= 0.1267 and result["epochs"] == 10
    assert result["published"][0]["reached"]


def test_cifar_cnn(measured, cifar_folder):
    assert mean(measured("cifar-cnn", "--data", str(cifar_folder))) >= 0.53


def test_cifar_fast_in_fifteen_minutes(measured, cifar_folder):
    """From the keypress to the tested net."""
    began = time.perf_counter()
    result = measured("cifar-fast", "--data", str(cifar_folder), timeout=1500)
    assert mean(result) >= 0.90 and result["published"][0]["reached"]
    assert time.perf_counter() - began <= 900


def test_transfer_beats_the_same_net_from_nothing(limen, cifar_folder, flowers_folder):
    """Over three divisions of the photos, in the mean, with its last block thawed."""
    done = limen(
        "run", "transfer", "--data", str(flowers_folder), "--json", "--no-report",
        timeout=2400, OMP_NUM_THREADS="2", LIMEN_DATA=str(cifar_folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    runs = json.loads(done.stdout)["runs"]
    means = {
        name: statistics.fmean(run["metrics"]["test_accuracy"] for run in runs if run["variant"] == name)
        for name in ("scratch", "thawed")
    }
    assert len(runs) == 13 and means["thawed"] > means["scratch"]
