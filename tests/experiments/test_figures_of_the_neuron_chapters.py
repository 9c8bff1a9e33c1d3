"""The figures of chapters 3 to 6, reached by the experiments as they stand, on data that come with Limen.

Each asks for what the course prints or promises, never for what a run happened to give.
"""

import json

import pytest

from limen.runs.repeats import paired


@pytest.fixture
def told(limen):
    """Run an experiment by the command line; its JSON object."""

    def run(*arguments):
        done = limen("run", *arguments, "--json", "--no-report", timeout=400)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def of(result, variant, measure):
    """A measure of a variant's runs, by seed."""
    return [run["metrics"][measure] for run in result["runs"] if run["variant"] == variant]


def test_a_bend_parts_the_spirals_and_no_line_does(told):
    result = told("spiral")
    linear, relu = (of(result, name, "train_accuracy")[0] for name in ("linear", "relu"))
    assert relu >= 0.949 and 0.45 <= linear <= 0.55


@pytest.mark.parametrize("variant", ["plane"])
def test_an_autoencoder_loses_less_than_principal_components(told, variant):
    assert told("autoencoder", "--variant", variant)["metrics"]["relative_error"] < 1


def test_held_out_digits_become_likelier_to_a_boltzmann_machine(told):
    found = told("rbm", "--variant", "cd1")
    assert found["metrics"]["pseudo_likelihood_gain"] > 0


def test_layers_that_learnt_without_labels_do_better_from_five_hundred(told):
    """Over five seeds, in pairs; the whole interval of the mean difference lies above zero."""
    variants = [word for name in ("plain", "pretraining", "pretrained") for word in ("--variant", name)]
    result = told("stacked-500", "--seeds", "5", *variants)
    plain, pretrained = (of(result, name, "test_accuracy") for name in ("plain", "pretrained"))
    assert len(plain) == 5 and paired(plain, pretrained).low > 0


def test_spam_is_told_from_ham_by_both_nets(told, sms_folder):
    result = told("spam", "--seeds", "3", "--data", str(sms_folder))
    for variant in ("words", "net"):
        accuracy, recall = of(result, variant, "test_accuracy"), of(result, variant, "spam_recall")
        assert sum(accuracy) / 3 >= 0.98 and sum(recall) / 3 >= 0.90


def test_every_cure_closes_the_gap_and_all_together_do_better_on_new_digits(told):
    cures = ("plain", "dropout", "l1", "max-norm", "together")
    result = told("overfitting", *(word for name in cures for word in ("--variant", name)))
    gaps = {run["variant"]: run["metrics"]["accuracy_gap"] for run in result["runs"]}
    assert all(abs(gap) < gaps["plain"] for gap in gaps.values() if gap != gaps["plain"])
    assert of(result, "together", "test_accuracy")[0] > of(result, "plain", "test_accuracy")[0]
    assert of(result, "l1", "zero_weights")[0] > 0.3 and of(result, "max-norm", "largest_norm")[0] <= 0.6 * (1 + 1e-5)


def test_the_rate_one_is_usable_with_batch_norm_only(told):
    result = told("batchnorm", "--variant", "plain-large", "--variant", "norm-large")
    assert of(result, "plain-large", "test_accuracy")[0] < 0.3 < 0.9 < of(result, "norm-large", "test_accuracy")[0]


def test_the_first_layer_of_ten_hears_next_to_nothing_until_it_is_cured(told):
    variants = ("sigmoid", "relu", "auxiliary", "normalised")
    result = told("vanishing", *(word for name in variants for word in ("--variant", name)))
    ratio = {run["variant"]: run["metrics"].get("gradient_ratio") for run in result["runs"]}
    assert ratio["sigmoid"] < 1e-5
    assert all(ratio[cure] > 1e-3 for cure in ("relu", "auxiliary", "normalised"))
