"""Options by dotted names: typed, checked, suggested."""

import json

import pytest

from limen.errors import LimenError
from limen.experiments.config import from_plain, net_options, to_plain, with_options
from limen.experiments.experiment import Experiment, Published
from limen.experiments.record import recall, settings, to_record
from limen.experiments.registry import EXPERIMENTS, find_experiment
from limen.language import Text


def changed(*texts, name="mnist-cnn"):
    return with_options(EXPERIMENTS[name](), texts)


def test_every_kind_of_value():
    made = changed(
        "plan.epochs=3", "plan.optimizer.lr=0.5", "plan.drop_last=true", "plan.clip=none", "plan.clip=2", "data.form=idx",
        "plan.augment.shift=2", "plan.schedule.warmup=0.1", "net.channels=4,8", "net.hidden=7", "plan.batch_size=1_000",
        "plan.optimizer.betas=0.8,0.9", "data.validation=100",
    )  # fmt: skip
    plan = made.plan
    assert (plan.epochs, plan.optimizer.lr, plan.drop_last, plan.clip, plan.batch_size) == (3, 0.5, True, 2.0, 1000)
    assert made.data.form == "idx" and made.data.validation == 100.0
    assert plan.augment.shift == 2 and plan.schedule.warmup == 0.1
    assert made.net.options == {"channels": (4, 8), "hidden": 7}
    assert plan.optimizer.options == {"betas": (0.8, 0.9)}


def test_another_net_or_optimizer_begins_with_no_options():
    made = changed("net=lenet5", name="digits-mlp")
    assert made.net.name == "lenet5" and made.net.options == {}
    made = changed("plan.optimizer=adam", name="cifar-cnn")
    assert made.plan.optimizer.name == "adam" and made.plan.optimizer.options == {} and made.plan.optimizer.lr == 0.001
    assert changed("plan.schedule=linear").plan.schedule.name == "linear"
    assert changed("data=fashion-mnist").data.name == "fashion-mnist"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plan.epoch=3", "Unknown option 'plan.epoch'. Did you mean 'plan.epochs'?"),
        ("epochs=3", "Unknown option 'epochs'. Did you mean 'plan.epochs'?"),
        ("lr=3", "Did you mean 'plan.optimizer.lr'?"),
        ("plna.epochs=3", "Unknown option 'plna'. Did you mean 'plan'?"),
        ("name=x", "Unknown option 'name'"),
        ("story=x", "Unknown option 'story'"),
        ("plan.epochs=three", "plan.epochs='three' is not a whole number. Try --set plan.epochs=5."),
        ("plan.epochs=3.5", "plan.epochs='3.5' is not a whole number"),
        ("plan.optimizer.lr=fast", "plan.optimizer.lr='fast' is not a number"),
        ("plan.drop_last=maybe", "plan.drop_last='maybe' is not a true or false"),
        ("plan.epochs", "has no name and value"),
        ("=3", "has no name and value"),
        ("plan=3", "plan is a group of options"),
        ("plan.augment=flip", "plan.augment is a group of options"),
        ("plan.epochs.x=3", "plan.epochs has no parts"),
        ("plan.epochs=0", "plan.epochs 0 is out of range"),
        ("plan.optimizer.lr=-1", "plan.optimizer.lr -1"),
        ("data.split=lsat", "Unknown split 'lsat'"),
    ],
)
def test_wrong_settings_fail_with_the_way_out(text, words):
    with pytest.raises(LimenError) as caught:
        changed(text)
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_survives_its_record(name):
    made = EXPERIMENTS[name]()
    record = json.loads(json.dumps(to_record(made)))
    assert recall(record) == made
    assert settings(made) == []


def test_settings_lead_back_to_the_experiment():
    texts = ["plan.epochs=3", "net=mlp", "net.hidden=4,5", "plan.optimizer=sgd", "plan.optimizer.momentum=0.9",
             "plan.clip=1.5", "data.limit=100", "plan.schedule=cosine", "plan.drop_last=true"]  # fmt: skip
    made = changed(*texts)
    assert with_options(EXPERIMENTS["mnist-cnn"](), settings(made)) == made
    assert recall(json.loads(json.dumps(to_record(made)))) == made


@pytest.mark.parametrize(
    "damage",
    [
        lambda r: r.pop("plan"),
        lambda r: r["plan"].update(epoch=3),
        lambda r: r["plan"].update(epochs="3"),
        lambda r: r["plan"].update(epochs=-3),
        lambda r: r.update(plan=3),
        lambda r: r["net"].update(name=["os", "system"]),
    ],
)
def test_a_record_that_was_tampered_with_is_refused(damage):
    record = json.loads(json.dumps(to_record(EXPERIMENTS["iris"]())))
    damage(record)
    with pytest.raises(LimenError):
        recall(record)


def test_an_experiment_of_ones_own_can_be_recorded_too():
    made = changed("plan.epochs=3")
    own = from_plain(Experiment, {**to_plain(made), "name": "mine"})
    assert recall(json.loads(json.dumps(to_record(own)))).plan == own.plan
    assert settings(own) == []


def test_recipes():
    assert find_experiment("mnist-cnn", "notes").plan.epochs == 5
    with pytest.raises(LimenError, match="Unknown recipe of mnist-cnn 'nots'. Did you mean 'notes'"):
        find_experiment("mnist-cnn", "nots")
    with pytest.raises(LimenError, match="iris has no recipes"):
        find_experiment("iris", "notes")
    with pytest.raises(LimenError, match="Unknown experiment 'mnist-cn'. Did you mean 'mnist-cnn'"):
        find_experiment("mnist-cn")


def test_net_options_are_only_those_of_the_net():
    assert net_options(["net.hidden=4,5", "net.dropout=0.5"]) == {"hidden": (4, 5), "dropout": 0.5}
    with pytest.raises(LimenError, match="is no option of a net"):
        net_options(["plan.epochs=3"])


def test_what_is_better_depends_on_the_measure():
    assert Published("test_accuracy", (0.9,), of=Text("", "")).reached(0.95)
    assert not Published("validation_loss", (0.2, 0.1), of=Text("", "")).reached(0.15)
    per_epoch = Published("validation_loss", (0.2, 0.1), of=Text("", ""))
    assert per_epoch.comparable(2) and not per_epoch.comparable(3) and per_epoch.value == 0.1
