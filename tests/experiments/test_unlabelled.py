"""Learning without labels: what is measured of it, and that what is learnt arrives where labels finish it."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from tests.conftest import contents, finish

from limen.data.dataset import as_input
from limen.errors import LimenError
from limen.experiments import study as studies
from limen.experiments.config import with_options
from limen.experiments.execute import Started, execute
from limen.experiments.findings import FINDS, find
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.experiments.study import as_variant, find_variant
from limen.experiments.verify import verify
from limen.explain.likelihood import mean_log_likelihood
from limen.nets.rbm import bits_of
from limen.nets.stack import encoder_weights
from limen.runs import checkpoint as checkpoints
from limen.runs.study import Study

FEW = ["plan.epochs=3"]


def variant(name, which, *settings):
    made = EXPERIMENTS[name]()
    return with_options(as_variant(made, find_variant(made, which)), settings)


def measured(experiment, *names):
    return find(names, set_up(experiment, "cpu"), [])


def test_the_error_of_principal_components_is_scikit_learns_on_the_test_split():
    experiment = variant("autoencoder", "plain")
    setup = set_up(experiment, "cpu")
    train, test = (as_input(s.x, setup.data.scale).flatten(1).double() for s in (setup.data.train, setup.data.test))
    pca = PCA(8).fit(train.numpy())
    expected = np.mean((pca.inverse_transform(pca.transform(test.numpy())) - test.numpy()) ** 2)
    found = find(["components"], setup, [])
    own = (setup.net.reconstruct(test.float()) - test).square().mean().item()
    assert found["pca_error"] == pytest.approx(expected, rel=1e-5)
    assert found["relative_error"] == pytest.approx(own / expected, rel=1e-5)
    whole = variant("autoencoder", "plain", "net.code=64")
    assert measured(whole, "components") == {}  # as many components as pixels leave no error to divide by


@pytest.mark.parametrize("which", ["plain", "plane"])
def test_autoencoders_pass_principal_components_within_a_few_epochs(which, tmp_path):
    run, _ = finish(variant("autoencoder", which, "plan.epochs=20"), tmp_path)
    assert run.result["metrics"]["relative_error"] < 1


def test_an_error_there_and_back_is_that_of_the_outputs(tmp_path):
    run, _ = finish(variant("ae-vs-rbm", "autoencoder", *FEW), tmp_path)
    metrics = run.result["metrics"]
    assert metrics["round_trip_error"] == pytest.approx(metrics["test_loss"], rel=1e-5)
    assert metrics["mending_error"] > metrics["round_trip_error"] and 0 < metrics["code_activity"] < 1
    run, _ = finish(variant("ae-vs-rbm", "rbm", *FEW), tmp_path)
    metrics = run.result["metrics"]
    assert metrics["round_trip_error"] == pytest.approx(metrics["test_reconstruction_error"], rel=1e-5)


def test_the_pseudo_likelihood_of_held_out_bits_rises_from_pixels_by_themselves(tmp_path):
    run, _ = finish(variant("rbm", "cd1", "plan.epochs=6"), tmp_path)
    curve, found = [line["validation_pseudo_likelihood"] for line in run.metrics()], run.result["metrics"]
    assert curve[-1] > curve[0] and found["pseudo_likelihood_gain"] > 0
    setup = set_up(variant("rbm", "cd1"), "cpu")
    train, test = (as_input(s.x, setup.data.scale).flatten(1) for s in (setup.data.train, setup.data.test))
    checkpoints.load_weights(setup.net, run.weights())
    p, v = train.double().mean(0).clamp(0.01, 0.99), bits_of(test)
    alone = torch.distributions.Bernoulli(p).log_prob(v.double()).sum(1).mean().item()
    gained = setup.net.pseudo_likelihood(v).mean().item() - alone
    assert found["pseudo_likelihood_gain"] == pytest.approx(gained, abs=1e-4)


def test_the_log_likelihood_is_the_exact_one_of_a_machine_small_enough_to_count(tmp_path):
    run, _ = finish(variant("rbm", "cd1", "net.hidden=8", *FEW), tmp_path)
    setup = set_up(variant("rbm", "cd1", "net.hidden=8", *FEW), "cpu")
    checkpoints.load_weights(setup.net, run.weights())
    v = bits_of(as_input(setup.data.test.x, setup.data.scale).flatten(1))
    exact, found = mean_log_likelihood(setup.net, v).item(), run.result["metrics"]
    assert found["log_likelihood"] == pytest.approx(exact, abs=3 * found["log_z_error"] + 1e-3)


def test_findings_say_nothing_of_nets_they_do_not_fit():
    classifier = EXPERIMENTS["digits-mlp"]()
    assert measured(classifier, "round-trip", "mending", "components", "activity", "likelihood") == {}
    deep = measured(variant("rbm", "dbn"), "round-trip", "likelihood", "activity")
    assert deep.keys() == {"round_trip_error", "likelihood_bound", "log_z_error"}
    gaussian = variant("rbm", "cd1", "net.units=gaussian")
    assert measured(gaussian, "likelihood") == {} and measured(gaussian, "round-trip").keys() == {"round_trip_error"}
    assert set(deep) <= {measure for name in ("round-trip", "likelihood") for measure in FINDS[name]}


def test_a_stack_with_fewer_epochs_than_layers_is_told_before_anything_is_written(tmp_path):
    with pytest.raises(LimenError, match=r"plan\.epochs 2 is too few for a stack of 3 layers"):
        next(execute(variant("stacked", "pretraining", "plan.epochs=2"), tmp_path))
    assert not list(tmp_path.iterdir())


def carry_out(study, most=99):
    for _, member in zip(range(most), studies.members(study), strict=False):
        if member.run is None or member.run.result is None:
            what = member.run or member.experiment
            *_, _ = execute(what, study.path, name=member.variant.name, start=member.start, pictures=False)


@pytest.fixture(scope="module")
def stacked(tmp_path_factory):
    study = studies.new_study(EXPERIMENTS["stacked"](), tmp_path_factory.mktemp("stacked"), FEW, [0])
    carry_out(study)
    return study


@pytest.mark.parametrize(("before", "after"), [("pretraining", "pretrained"), ("dbn", "dbn-tuned")])
def test_fine_tuning_begins_with_the_layers_that_learnt_without_labels(stacked, tmp_path, before, after):
    first = stacked.finished(before, 0)
    setup = set_up(variant("stacked", before, *FEW), "cpu")
    checkpoints.load_weights(setup.net, first.weights())
    given, began = encoder_weights(setup.net), stacked.finished(after, 0).begin_weights()
    assert given.keys() == began.keys() and all(torch.equal(given[name], began[name]) for name in given)
    events = execute(variant("stacked", after, *FEW), tmp_path, start=first, pictures=False)
    started = next(e for e in events if isinstance(e, Started))
    net = dict(started.net.state_dict())
    assert all(torch.equal(net[name], given[name]) for name in given)  # before the first step
    events.close()
    fresh = set_up(variant("stacked", after, *FEW), "cpu").net.state_dict()
    assert torch.equal(net["out.weight"], fresh["out.weight"])  # the layer that answers is as it was drawn
    assert len(started.data.train) == 100 and len(setup.data.train) == 1150
    assert torch.equal(started.data.test.x, setup.data.test.x)


def test_a_study_that_was_stopped_in_fine_tuning_begins_with_the_same_weights(stacked, tmp_path):
    part = studies.new_study(EXPERIMENTS["stacked"](), tmp_path, FEW, [0])
    carry_out(part, most=2)
    member = list(zip(range(3), studies.members(part), strict=False))[2][1]
    assert member.variant.name == "pretrained"
    events = execute(member.experiment, part.path, name="pretrained", start=member.start, pictures=False)
    for _ in range(8):
        next(events)
    events.close()
    part = Study.find(part.path.name, tmp_path)
    carry_out(part, most=3)
    assert contents(part.run_of("pretrained", 0)) == contents(stacked.run_of("pretrained", 0))


def test_a_run_that_began_with_other_weights_repeats_bit_for_bit(stacked):
    events = verify(stacked.finished("dbn-tuned", 0))
    while True:
        try:
            next(events)
        except StopIteration as stop:
            assert stop.value.same and stop.value.tier.name == "T1" and stop.value.finished
            break


def test_a_stack_of_autoencoders_is_measured_by_its_reconstructions_and_has_no_free_energy(stacked):
    below = stacked.finished("pretraining", 0).result["metrics"]
    assert "test_free_energy" not in below and below["test_reconstruction_error"] > 0
    assert {"test_free_energy", "test_reconstruction_error"} <= stacked.finished("dbn", 0).result["metrics"].keys()
    with pytest.raises(LimenError, match="Use --set objective=coding"):
        set_up(variant("stacked", "pretraining", "objective=contrast"), "cpu")
