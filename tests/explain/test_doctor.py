"""The training doctor: it finds what was planted, says nothing of healthy trainings, and its numbers are those recorded."""

import copy
import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from limen.experiments.config import with_options
from limen.experiments.registry import EXPERIMENTS
from limen.explain.case import Case
from limen.explain.diagnosis import SEVERITIES, percent, short
from limen.explain.doctor import EXPLAINS, RULES, examine

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SEED = 5  # neither one of those that chose the thresholds nor of the final count


@pytest.fixture(scope="module")
def rounds():
    """The benchmark's own trainings, and how it carries them out."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("patients"), importlib.import_module("doctor")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.mark.parametrize("kind", range(10))
def test_a_planted_fault_is_found(rounds, kind):
    patients, doctor = rounds
    patient = patients.FAULTS[kind](np.random.default_rng([SEED, kind]))
    found = doctor.diagnoses(patient)
    assert patient.fault in [diagnosis.name for diagnosis in found], patient
    for diagnosis in found:
        check(diagnosis)


@pytest.mark.parametrize("kind", ["digits", "flowers", "curve"])
def test_nothing_is_said_of_a_healthy_training(rounds, kind):
    patients, doctor = rounds
    patient = getattr(patients, f"healthy_{kind}")(np.random.default_rng([SEED, 99]))
    assert doctor.diagnoses(patient) == [], patient


def check(diagnosis):
    """Whatever is said is whole, in both languages, and every setting is understood by some net."""
    assert diagnosis.severity in SEVERITIES and 1 <= diagnosis.chapter <= 8
    for text in (diagnosis.what, diagnosis.evidence, diagnosis.remedy):
        assert text.en.endswith(".") and text.zh.endswith("。") and not re.search(r"[{}]|None|nan", text.en + text.zh)
    assert re.search(r"\d", diagnosis.evidence.en) and re.search(r"\d", diagnosis.evidence.zh)
    numbers = [sorted(re.findall(r"\d[\d.e+-]*\d|\d", text)) for text in (diagnosis.evidence.en, diagnosis.evidence.zh)]
    assert numbers[0] == numbers[1] or diagnosis.name in ("vanishing", "exploding")  # names of layers hold digits
    for setting in diagnosis.try_:
        with_options(EXPERIMENTS["digits-mlp"](), [setting])


# ------------------------------------------------------------------------------- rules on records written by hand

LN10 = 2.302585


def layer(name, gradient=0.3, weights=100, moved=1e-3, size=0.3, **more):
    return {"name": name, "kind": "Linear", "size": size, "deviation": size, "weights": weights, "gradient": gradient, "weight": 3.0, "moved": moved, **more}  # fmt: skip


def bend(name, kind="ReLU", **share):
    return {"name": name, "kind": kind, "size": 0.2, "deviation": 0.2, **share}


def recorded(layers=(), train=(1.0, 0.1), validation=(1.0, 0.2), losses=None, facts=(), settings=(), samples=4):
    """What a run of digits-mlp would record: ten steps an epoch, samples after steps 1, 16, 128, 512."""
    from limen.experiments.record import to_record

    experiment = with_options(EXPERIMENTS["digits-mlp"](), ["plan.batch_size=10", *settings])
    known = {
        "constant_loss": LN10, "copies": {"train": 0.0, "validation": 0.0, "test": 0.0}, "column": None,
        "neighbours": {"train": [0.97, 0.1, 300], "validation": [0.95, 0.1, 288]}, **dict(facts),
    }  # fmt: skip
    data = {"name": "digits", "examples": [100, 288, 359], "classes": list("0123456789"), "facts": known}
    metrics = [
        {"epoch": n, "train_loss": t, "validation_loss": v, "rate": 0.01}
        for n, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    ]
    steps = [{"epoch": n, "losses": [losses[0] if losses else LN10, *(losses or [t] * 9)]} for n, t in enumerate(train, 1)]  # fmt: skip
    every = layers or [layer("dense1"), bend("act1", dead=0.1), layer("out")]
    taken = [(1, 1), (2, 6), (13, 8), (52, 2)][:samples]
    statistics = [{"epoch": e, "samples": [{"step": s, "loss": 1.0, "rate": 0.01, "layers": every}]} for e, s in taken]
    return {"record": {"experiment": to_record(experiment), "data": data}, "metrics": metrics, "steps": steps, "statistics": statistics}  # fmt: skip


def names(**how):
    return [diagnosis.name for diagnosis in examine(**recorded(**how))]


def test_a_record_as_it_should_be_gives_nothing():
    assert names() == [] and names(samples=0) == []


def test_steps_are_counted_since_the_run_began():
    assert [sample.at for sample in Case.of(**recorded()).samples] == [1, 16, 128, 512]


def test_dead_units_count_from_three_quarters_or_from_half_where_little_was_learnt():
    def with_dead(share, **how):
        return names(layers=[layer("dense1"), bend("act1", dead=share), layer("out")], **how)

    assert with_dead(0.8) == ["dead"] and with_dead(0.74) == []
    assert with_dead(0.6, train=(2.2, 1.5), validation=(2.2, 1.5)) == ["dead"]


def test_saturation_is_told_with_its_layer_and_share():
    layers = [layer("dense1"), bend("act1", "Tanh", saturated=0.93), layer("out")]
    (found,) = examine(**recorded(layers=layers))
    assert found.name == "saturated" and "act1" in found.what.en and "93 %" in found.evidence.en
    assert "93%" in found.evidence.zh and found.severity == "moderate"


def test_a_gradient_that_fades_layer_by_layer_vanishes_and_one_that_is_blocked_does_not():
    fading = [layer(f"dense{n}", gradient=10.0**-n) for n in range(5, 0, -1)]
    (found,) = examine(**recorded(layers=fading, train=(2.3, 2.3), validation=(2.3, 2.3)))
    assert found.name == "vanishing" and "dense5 1.00e-06 → dense4 1.00e-05" in found.evidence.en
    blocked = [layer("dense1", 1e-6), bend("act1", dead=0.97), layer("dense2", 0.1), layer("out", 0.1)]
    assert names(layers=blocked) == ["dead"]
    healed = recorded(layers=fading)
    for line in healed["statistics"][1:]:
        line["samples"][0]["layers"] = [layer("dense1"), layer("dense2"), layer("out")]
    assert examine(**healed) == []


def test_a_first_gradient_that_is_too_large_explodes_and_explains_what_follows():
    loud = [layer("dense1", 3e4), bend("act1", dead=0.9), layer("out", 1e4, size=500.0)]
    assert names(layers=loud, train=(300.0, 200.0), validation=(300.0, 200.0)) == ["exploding"]
    beyond = [layer("dense1", None), layer("out", None, size=None)]
    (found,) = examine(**recorded(layers=beyond))
    assert found.name == "exploding" and "∞" in found.evidence.en
    large_targets = [layer("dense1", 3e3), layer("out", 3e3, size=0.2)]  # a steep loss over answers that are no louder
    assert names(layers=large_targets) == []


def test_a_loss_at_that_of_a_blind_answer_is_stuck():
    (found,) = examine(**recorded(train=(2.31, 2.303), validation=(2.303, 2.303)))
    assert found.name == "stuck" and "ln 10 = 2.3" in found.what.en and "net gives every example" in found.what.en
    uneven = recorded(train=(1.5, 1.45), validation=(1.5, 1.5), facts={"constant_loss": 1.45})
    assert "the entropy of the classes" in examine(**uneven)[0].what.en
    assert names(train=(2.31, 2.2), validation=(2.303, 2.2)) == []


@pytest.mark.parametrize("settings", [(), ("plan.optimizer.lr=40",)])
def test_a_loss_that_is_thrown_up_means_a_rate_too_high(settings):
    (found,) = examine(**recorded(train=(90.0, 5.0), validation=(9.0, 6.0), losses=[2.3, 400.0], settings=settings))
    lower = {(): "0.0003", ("plan.optimizer.lr=40",): "4"}[settings]
    assert found.name == "rate too high" and found.try_[0] == f"plan.optimizer.lr={lower}"
    assert "rose to 400" in found.evidence.en and found.severity == "severe"


def test_a_run_that_blew_up_is_told_with_step_rate_and_layer():
    told = recorded(train=(), validation=(), samples=1)
    told["statistics"][0]["stopped"] = {"step": 7, "rate": 3.0, "layer": "layer 'out'", "losses": [2.3, 80.0]}
    (found,) = examine(**told)
    assert found.name == "rate too high" and "step 7 of its epoch, rate 3" in found.evidence.en


def test_steps_that_lead_nowhere_mean_a_rate_too_low_unless_there_is_nothing_to_follow():
    creeping = [layer("dense1", moved=1e-6), layer("out", moved=3e-6)]
    how = {"train": (2.31, 2.303), "validation": (2.31, 2.303)}
    (found,) = examine(**recorded(layers=creeping, settings=("plan.optimizer.lr=0.00001",), **how))
    assert found.name == "rate too low" and found.try_ == (
        "plan.optimizer.lr=0.01",
    )  # from 3e-6 to 3e-3 of the weights
    decaying = [layer("dense1", 0.0, moved=1e-5), layer("out", 0.0, moved=1e-5)]  # weight decay alone
    assert names(layers=decaying, **how) == ["stuck"]
    assert names(layers=creeping) == []  # it has learnt all the same


def test_overfitting_is_judged_by_the_weights_that_are_kept():
    how = {"train": (1.0, 0.4, 0.001), "validation": (1.0, 0.5, 1.2)}
    (found,) = examine(**recorded(**how))
    assert found.name == "overfitting" and "lowest in epoch 2 (0.5)" in found.evidence.en
    assert names(settings=("plan.patience=1",), **how) == []


def test_a_small_validation_split_is_trusted_less():
    told = recorded(train=(1.0, 0.01), validation=(1.0, 0.45))
    assert [d.name for d in examine(**told)] == ["overfitting"]
    told["record"]["data"]["examples"] = [100, 20, 30]
    assert examine(**told) == []


def test_labels_that_do_not_belong_need_both_neighbours_and_a_loss_that_says_so():
    chance = {"neighbours": {"train": [0.11, 0.1, 300], "validation": [0.95, 0.1, 288]}}
    hopeless = {"train": (2.0, 0.1), "validation": (2.4, 8.0)}
    (found,) = examine(**recorded(facts=chance, **hopeless))
    assert found.name == "labels shuffled" and "training split" in found.what.en and "11 %" in found.evidence.en
    assert names(facts=chance) == [] and names(**hopeless) == ["overfitting"]


def test_few_photos_whose_neighbours_say_little_are_not_called_shuffled():
    """A hundred are held back; the training split's own agreement, in so few, would be within chance too."""
    weak = {"neighbours": {"train": [0.16, 0.1, 300], "validation": [0.13, 0.1, 96]}}
    strong = {"neighbours": {"train": [0.60, 0.1, 300], "validation": [0.13, 0.1, 96]}}
    hopeless = {"train": (2.4, 2.2), "validation": (2.4, 2.3)}
    assert "labels shuffled" not in names(facts=weak, **hopeless)
    assert "labels shuffled" in names(facts=strong, **hopeless)


def test_copies_beyond_what_the_data_repeat_anyway_are_leakage():
    def with_copies(train, test):
        return names(facts={"copies": {"train": train, "validation": 0.0, "test": test}})

    assert with_copies(0.0, 0.2) == ["leakage"] and with_copies(0.1, 0.2) == [] and with_copies(0.0, 0.03) == []


def test_a_column_that_tells_the_answer_is_leakage():
    column = {"name": "id", "agreement": 1.0, "examples": 96}
    (found,) = examine(**recorded(facts={"column": column}))
    assert found.name == "leakage" and "column id" in found.what.en and found.try_ == ()
    assert names(facts={"column": column | {"agreement": 0.98}}) == []
    assert names(facts={"column": column | {"examples": 20}}) == []


def test_without_facts_and_statistics_the_losses_are_judged_alone():
    told = recorded(train=(90.0, 50.0), validation=(9.0, 60.0), losses=[2.3, 400.0])
    del told["record"]["data"]["facts"]
    told["statistics"] = []
    assert [d.name for d in examine(**told)] == ["rate too high"]
    told["metrics"], told["steps"] = [], []
    assert examine(**told) == []


def test_examining_changes_nothing_and_repeats():
    told = recorded(train=(2.31, 2.303), validation=(2.303, 2.303))
    before = copy.deepcopy(told)
    assert examine(**told) == examine(**told) and told == before


def test_what_explains_and_is_explained_are_faults_that_rules_find():
    known = {name for how in EXPLAINS.values() for name in how} | set(EXPLAINS)
    assert len(RULES) == 10 and known <= {
        "dead", "saturated", "vanishing", "exploding", "stuck", "rate too high", "rate too low", "overfitting",
        "labels shuffled", "leakage",
    }  # fmt: skip


def test_numbers_are_short():
    assert [short(v) for v in (0.0, 0.5, 1234.5678, 3e-7, 2e9, None)] == ["0", "0.5", "1.23e+03", "3.00e-07", "2.00e+09", "∞"]  # fmt: skip
    assert percent(0.1234) == "12.3 %"
