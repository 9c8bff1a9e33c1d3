"""Comparing runs: what differs, which repeat each other, what is more than chance, who is right where."""

import json
import math
import warnings

import numpy as np
import pytest
import torch
from scipy import special, stats
from tests.records import made, outputs_for, record

from limen.errors import LimenError
from limen.runs.agreement import Agreement, Apart, Nearness
from limen.runs.compare import compare, plain
from limen.runs.contrast import best, welch
from limen.runs.differences import Unset, letter
from limen.runs.folder import Run
from limen.runs.seal import sealed

CHANGE = {"epoch": 2, "step": 0, "settings": [], "before": [], "machine": {}, "data": None}
TARGETS = [0, 1, 2] * 10


def pair(root, one, two, **both):
    return compare([made(root, "x-1", one, **both), made(root, "x-2", two, **both)])


def seeds(root, name, values, options=(), measure="test_accuracy", **changes):
    """A run a value, with seeds 0, 1, …"""
    return [
        made(root, f"{name}-{i}", record(seed=i, options=options, **changes), {measure: value})
        for i, value in enumerate(values)
    ]


def test_only_what_differs_is_told(tmp_path):
    found = pair(tmp_path, record(), record(options=["plan.optimizer.lr=0.1", "net.hidden=8,4"]))
    assert found.differences == {"net.hidden": [[[16]], [[8, 4]]], "plan.optimizer.lr": [[0.01], [0.1]]}


def test_runs_that_differ_in_nothing(tmp_path):
    found = pair(tmp_path, record(), record(created="2027-01-01T00:00:00+00:00"))
    assert found.differences == {} and [g.seeds for g in found.groups] == [(0,), (0,)]


def test_how_an_experiment_is_told_and_what_follows_from_the_options_is_no_difference(tmp_path):
    changed = record(**{"experiment.title": {"en": "t", "zh": "t"}, "net.parameters": 7, "data.folder": "/elsewhere"})
    assert pair(tmp_path, record(), changed).differences == {}


def test_an_option_that_is_not_set_is_the_default_of_the_same_net_and_nothing_of_another(tmp_path):
    runs = [
        made(tmp_path, "a", record(options=["net=mlp", "net.activation=tanh"])),
        made(tmp_path, "b", record(options=["net=mlp"])),
        made(tmp_path, "c", record(options=["net=softmax"])),
    ]
    assert compare(runs).differences["net.activation"] == [["tanh"], [Unset.DEFAULT], [Unset.ABSENT]]


@pytest.mark.parametrize(
    ("name", "value"), [("machine.processes", 2), ("parent", {"run": "x-7", "epoch": 3}), ("changes", [CHANGE])]
)
def test_fields_that_no_one_has_heard_of_are_compared_too(tmp_path, name, value):
    found = pair(tmp_path, record(), record(**{name: value}))
    assert found.differences and all(key.startswith(name) for key in found.differences)
    assert all(values[0] == [Unset.ABSENT] for values in found.differences.values())


def test_when_something_was_done_is_no_difference(tmp_path):
    def changed(at, epochs):
        return record(changes=[{**CHANGE, "at": at, "settings": [f"plan.epochs={epochs}"]}])

    assert pair(tmp_path / "a", changed("noon", 9), changed("night", 9)).differences == {}
    found = pair(tmp_path / "b", changed("noon", 9), changed("noon", 8)).differences
    assert found["changes"][0] == [[{**CHANGE, "settings": ["plan.epochs=9"]}]]


def test_the_machine_and_the_digest_are_compared_but_not_the_digest_of_other_data(tmp_path):
    other = {"machine.revision": "def", "data.digest": "e" * 64}
    found = pair(tmp_path / "a", record(options=["data.seed=0"]), record(options=["data.seed=0"], **other))
    assert list(found.differences) == ["data.digest", "machine.revision"]
    found = pair(tmp_path / "b", record(), record("digits-mlp", **other))
    assert "data" in found.differences and "data.digest" not in found.differences


def test_runs_that_differ_in_the_seed_alone_are_one_group(tmp_path):
    runs = seeds(tmp_path, "a", [0.9, 0.8, 0.7]) + seeds(tmp_path, "b", [0.5, 0.6], ["plan.l2=0.1"])
    found = compare(runs)
    assert [(g.letter, g.seeds) for g in found.groups] == [("A", (0, 1, 2)), ("B", (0, 1))]
    assert list(found.differences) == ["plan.l2"]  # the seeds that both have do not part them
    assert found.final == {"test_accuracy": [[0.9, 0.8, 0.7], [0.5, 0.6]]}


def test_a_seed_counts_once_in_a_group(tmp_path):
    runs = seeds(tmp_path / "x", "a", [0.9, 0.8]) + seeds(tmp_path / "x", "b", [0.9, 0.8])
    assert [g.seeds for g in compare(runs).groups] == [(0, 1), (0, 1)]


def test_a_division_drawn_from_the_seed_does_not_part_a_group_and_other_data_do(tmp_path):
    def both(folder, *options):
        first = made(tmp_path / folder, "a", record(seed=0, options=options))
        return [first, made(tmp_path / folder, "b", record(seed=1, options=options, **{"data.digest": "e" * 64}))]

    assert len(compare(both("drawn")).groups) == 1
    found = compare(both("fixed", "data.seed=0"))
    assert len(found.groups) == 2 and set(found.differences) == {"plan.seed", "data.digest"}


def test_another_revision_parts_a_group(tmp_path):
    runs = [made(tmp_path, "a", record(seed=0)), made(tmp_path, "b", record(seed=1, **{"machine.revision": "z"}))]
    assert len(compare(runs).groups) == 2


@pytest.mark.parametrize("draw", range(5))
def test_welchs_interval_is_the_books(draw):
    rng = np.random.default_rng(draw)
    a, b = rng.normal(0.9, 0.02, rng.integers(2, 8)), rng.normal(0.88, 0.05, rng.integers(2, 8))
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = special.stdtrit(freedom, 0.975) * math.sqrt(va + vb)
    difference = b.mean() - a.mean()
    assert welch(a.tolist(), b.tolist()) == pytest.approx((difference, difference - half, difference + half))
    assert (stats.ttest_ind(a, b, equal_var=False).pvalue > 0.05) == (difference - half <= 0 <= difference + half)


def test_seeds_that_do_not_scatter_say_nothing_of_chance():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        difference, low, high = welch([0.9, 0.9], [0.8, 0.8])
        assert difference == pytest.approx(-0.1) and math.isnan(low) and math.isnan(high)
        difference, low, high = welch([0.9667] * 3, [0.8, 0.9])  # one does: Student's interval of that one
    half = special.stdtrit(1, 0.975) * 0.05
    assert (low, high) == pytest.approx((0.85 - 0.9667 - half, 0.85 - 0.9667 + half))


def test_a_contrast_says_whether_zero_lies_inside(tmp_path):
    near = compare(seeds(tmp_path / "1", "a", [0.9, 0.8]) + seeds(tmp_path / "1", "b", [0.85, 0.88], ["plan.l2=1"]))
    far = compare(seeds(tmp_path / "2", "a", [0.9, 0.91]) + seeds(tmp_path / "2", "b", [0.5, 0.51], ["plan.l2=1"]))
    assert near.contrasts[0].chance is True and far.contrasts[0].chance is False
    assert (far.contrasts[0].first, far.contrasts[0].other) == ("A", "B") and far.contrasts[0].difference < 0
    alone = compare(seeds(tmp_path / "3", "a", [0.9, 0.8]) + seeds(tmp_path / "3", "b", [0.5], ["plan.l2=1"]))
    assert alone.contrasts == []


def test_the_best_is_the_lowest_loss_and_the_highest_accuracy_as_they_are_read():
    assert best("test_accuracy", [0.9, None, 0.95]) == {2} and best("test_loss", [0.9, 0.95, None]) == {0}
    assert best("test_absolute_error", [2.0, 1.0]) == {1}
    assert best("test_loss", [0.50001, 0.50002, 0.6]) == {0, 1}
    assert best("test_loss", [0.5, 0.5]) == set() and best("test_loss", [0.5, None]) == set()


def test_measures_of_other_data_are_not_ranked(tmp_path):
    one, two = record(), record("digits-mlp")
    found = pair(tmp_path, one, two, metrics={"test_accuracy": 0.5})
    assert not found.alike and plain(found)["metrics"][0]["best"] == [] and found.contrasts == []


def answered(root, first, second, right_first, right_second, targets=TARGETS):
    runs = [
        made(root, name, told, {"test_loss": 1.0}, outputs=outputs_for(targets, right), targets=targets)
        for name, told, right in (("a", first, right_first), ("b", second, right_second))
    ]
    return compare(runs).agreements[0]


def test_who_is_right_where(tmp_path):
    """Planted: both right on 15, the first alone on 8, the second alone on 2, neither on 5."""
    first, second = set(range(23)), set(range(15)) | {23, 24}
    found = answered(tmp_path, record(), record(options=["plan.l2=1"]), first, second)
    p = 2 * (1 + 10 + 45) / 2**10  # two tails of ten throws of a coin
    assert found == Agreement("a", "b", 15, 8, 2, 5, pytest.approx(p))


def test_equal_answers_are_no_evidence(tmp_path):
    found = answered(tmp_path, record(), record(options=["plan.l2=1"]), {1, 2}, {1, 2})
    assert found == Agreement("a", "b", 2, 0, 0, 28, 1.0)


def numbers(root, first, second, targets):
    told = [record(**{"experiment.objective": "regression"}) for _ in range(2)]
    runs = [
        made(root, name, t, {"test_loss": 1.0}, outputs=torch.tensor(o)[:, None], targets=torch.tensor(targets))
        for name, t, o in zip("ab", told, (first, second), strict=True)
    ]
    return compare(runs).agreements[0]


def test_numbers_are_compared_by_their_absolute_errors(tmp_path):
    found = numbers(tmp_path, [1.0, 2.0, 3.0, 0.0], [1.5, 2.0, 0.0, 4.0], [1.0, 2.0, 3.0, 4.0])
    assert isinstance(found, Nearness)
    assert (found.first_error, found.other_error) == (1.0, 0.875)
    assert (found.nearer_first, found.nearer_other, found.equal) == (2, 1, 1) and found.p == 1.0


OTHER = {"data.digest": "e" * 64}


@pytest.mark.parametrize(
    ("first", "second", "comparable"),
    [
        (record(), record(seed=1, **OTHER), False),  # equal targets, but another draw: class by class, in file order
        (record(options=["data.seed=0"]), record(seed=1, options=["data.seed=0"]), True),
        (record(), record(options=["data.limit=50"], **OTHER), True),
        (record(), record(options=["data.validation=0.1"], **OTHER), True),
        (record(), record(options=["data.test=0.3"], **OTHER), False),
        (record(), record(**OTHER), False),  # the same draw from files that changed
        (record("mnist-cnn"), record("mnist-cnn", seed=1, **OTHER), True),  # the authors' test split
        (record("mnist-cnn"), record("mnist-cnn", options=["data=fashion-mnist"], **OTHER), False),
    ],
)
def test_answers_are_compared_on_the_same_examples_only(tmp_path, first, second, comparable):
    found = answered(tmp_path, first, second, {1}, {2})
    assert isinstance(found, Agreement) if comparable else "other examples" in found.why.en and "样本" in found.why.zh


def test_other_targets_tasks_and_forms_are_told_apart(tmp_path):
    def against(name, told, **how):
        first = made(tmp_path / name, "a", record(), {}, outputs=outputs_for(TARGETS, {1}), targets=TARGETS)
        return compare([first, made(tmp_path / name, "b", told, **how)]).agreements[0]

    other = [*TARGETS[1:], 0]
    found = against("targets", record(), metrics={}, outputs=outputs_for(other, {1}), targets=other)
    assert isinstance(found, Apart) and "other examples" in found.why.en
    told = record(**{"experiment.objective": "regression"})
    assert "different objectives" in against("task", told, metrics={}).why.en
    found = against("form", record(), metrics={}, outputs=torch.zeros(30, 2, 2), targets=TARGETS)
    assert "another form" in found.why.en
    assert "b is not finished" in against("unfinished", record()).why.en
    assert "cannot be read" in against("lost", record(), metrics={}).why.en
    found = against("short", record(), metrics={}, outputs=torch.zeros(29, 3), targets=TARGETS)
    assert "damaged" in found.why.en


def test_unfinished_runs_are_named_and_compared_after_the_last_epoch_that_all_have(tmp_path):
    runs = [
        made(tmp_path, "a", record(), {"test_loss": 0.1}, epochs=5),
        made(tmp_path, "b", record(options=["plan.l2=1"]), epochs=2),
    ]
    found = compare(runs)
    assert found.unfinished == {"b": 2} and found.final == {"test_loss": [[0.1], []]}
    epoch, values = found.shared
    assert epoch == 2 and values["validation_loss"] == [[0.55], [0.55]] and "trace" not in values
    empty = compare([runs[0], made(tmp_path, "c", record(options=["plan.l2=2"]), epochs=0)])
    assert empty.shared == (0, {}) and compare([runs[0], *seeds(tmp_path, "d", [0.5])]).shared is None


def test_one_run_or_the_same_run_twice(tmp_path, monkeypatch):
    run = made(tmp_path, "a", record())
    with pytest.raises(LimenError, match="One run alone cannot be compared"):
        compare([run])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(run.path)
    for same in (run, Run(tmp_path / "link"), Run(run.path.relative_to(tmp_path))):
        with pytest.raises(LimenError, match="'a' is named twice"):
            compare([run, same])


def test_runs_of_one_name_are_called_by_their_path(tmp_path):
    found = compare(
        [made(tmp_path / "x", "a", record()), made(tmp_path / "y", "a", record()), made(tmp_path, "b", record())]
    )
    assert [n for g in found.groups for n in g.names] == [str(tmp_path / "x" / "a"), str(tmp_path / "y" / "a"), "b"]


@pytest.mark.parametrize("name", ["experiment", "experiment.plan", "experiment.data", "data"])
def test_a_damaged_record_is_told(tmp_path, name):
    with pytest.raises(LimenError, match=f"is damaged: {name} is 3, where a record belongs") as caught:
        pair(tmp_path, record(), record(**{name: 3}))
    assert "\n" not in str(caught.value)


def test_a_result_without_metrics_is_told(tmp_path):
    run = made(tmp_path, "a", record())
    (run.path / "result.json").write_bytes(sealed({}))
    with pytest.raises(LimenError, match="it lacks 'experiment'"):
        compare([run, made(tmp_path, "b", record())])


def test_as_plain_values_everything_is_json(tmp_path):
    runs = seeds(tmp_path, "a", [0.9, 0.9]) + seeds(tmp_path, "b", [0.5, 0.5], ["plan.l2=0.1", "net=softmax"])
    told = json.loads(json.dumps(plain(compare(runs)), allow_nan=False))
    assert told["differences"]["plan.l2"] == {"A": [0.0], "B": [0.1]}
    assert told["differences"]["net.hidden"] == {"A": [[16]]}
    assert told["groups"][1]["seeds"] == [0, 1] and told["metrics"][0]["best"] == ["A"]
    assert told["metrics"][0]["groups"]["A"] == {"mean": 0.9, "deviation": 0.0, "low": 0.9, "high": 0.9, "runs": 2}
    assert told["contrasts"][0]["low"] is None and told["contrasts"][0]["zero_inside"] is None
    assert {"first", "other", "why"} == set(told["answers"][0])


def test_letters_do_not_run_out():
    assert [letter(n) for n in (0, 25, 26, 51, 52)] == ["A", "Z", "A2", "Z2", "A3"]
    assert len({letter(n) for n in range(200)}) == 200
