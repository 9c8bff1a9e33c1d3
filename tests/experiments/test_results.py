"""The table of results: everything is carried out, held against its figures, and nothing that is missing is left out."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.conftest import contents

from limen import storage
from limen.data import fetch
from limen.errors import LimenError
from limen.experiments import lessons, registry
from limen.experiments import results as made
from limen.experiments.results import SEEDS, Ended, Moved, broken, carry_out, new_results
from limen.runs.folder import Run
from limen.runs.results import Results

SMALL = ("plan.epochs=2", "plan.passes=1", "data.verify=false", "data.validation=40")
NAMES = ("mnist-cnn", "iris", "spiral", "losses")


def finish(results, **how):
    """Carry out what is not done; the names in the order in which they ended."""
    return [event.entry["name"] for event in carry_out(results, **how) if isinstance(event, Ended)]


def entry_of(results, name, recipe=""):
    return next(e for e in results.entries if (e["name"], e["recipe"]) == (name, recipe))


@pytest.fixture
def planted(monkeypatch):
    """`buy-car` with a net that cannot be built, `losses` with a check that cannot hold."""
    sound, lesson = registry.EXPERIMENTS["buy-car"], lessons.LESSONS["losses"]()
    experiment = sound()
    monkeypatch.setitem(
        registry.EXPERIMENTS,
        "buy-car",
        lambda: replace(experiment, net=replace(experiment.net, options={"nonsense": 1})),
    )
    expect = replace(lesson.steps[0].expect[0], reference={"mean": 1.25}, tolerance=0.0)
    steps = (replace(lesson.steps[0], expect=(*lesson.steps[0].expect, expect)), *lesson.steps[1:])
    monkeypatch.setitem(lessons.LESSONS, "losses", lambda: replace(lesson, steps=steps))
    return lambda: monkeypatch.setitem(registry.EXPERIMENTS, "buy-car", sound)


@pytest.fixture(scope="module")
def done(tmp_path_factory, small_data):
    results = new_results(tmp_path_factory.mktemp("runs"), NAMES, seeds=2, settings=SMALL)
    assert finish(results, folder=small_data) == ["losses", "spiral", "iris", "mnist-cnn", "mnist-cnn"]
    return results


def test_a_row_is_the_mean_and_deviation_over_the_seeds_of_the_runs(done):
    root = done.path.parent
    entry = entry_of(done, "iris")
    values = [Run(root / name).result["metrics"]["test_accuracy"] for name in entry["runs"]]
    (row,) = entry["rows"]
    assert entry["seeds"] == [0, 1] and len(values) == row["count"] == 2
    assert row["measured"] == pytest.approx(np.mean(values)) and row["deviation"] == pytest.approx(
        np.std(values, ddof=1)
    )
    assert row["standing"] == ("reached" if np.mean(values) >= 0.93 else "short") and row["figure"] == 0.93
    seconds = [json.loads((root / name / "result.json").read_text())["seconds"] for name in entry["runs"]]
    assert entry["seconds"] == pytest.approx(sum(seconds)) and row["seconds"] == pytest.approx(sum(seconds), abs=0.01)


def test_of_a_study_every_variant_has_its_rows(done):
    entry = entry_of(done, "spiral")
    assert entry["seeds"] == [12345, 12346] and entry["runs"] == ["spiral-1"]
    assert [(row["variant"]["en"], row["figure"]) for row in entry["rows"]] == [
        ("no activation, SGD", 0.504),
        ("ReLU, Adam", 0.949),
    ]
    assert all(row["count"] == 2 for row in entry["rows"])


def test_of_a_lesson_every_check_must_hold(done):
    (row,) = entry_of(done, "losses")["rows"]
    assert (row["figure"], row["measured"], row["standing"]) == (18, 18, "reached") and broken(done) == []


def test_a_figure_printed_by_epoch_stands_with_the_recipe_that_trains_as_long(done):
    own, notes = (entry_of(done, "mnist-cnn", recipe) for recipe in ("", "notes"))
    assert [row["measure"] for row in own["rows"]] == ["test_accuracy"]
    told = {row["measure"]: row["standing"] for row in notes["rows"]}  # of two epochs where five were printed
    assert told["validation_accuracy"] == told["train_loss"] == "uncompared" and told["test_accuracy"] == "short"
    assert own["runs"] == ["mnist-cnn-1", "mnist-cnn-2"] and notes["runs"] == ["mnist-cnn-3", "mnist-cnn-4"]


def test_each_says_its_seeds_and_the_command_that_repeats_it(tmp_path):
    results = new_results(tmp_path, ["iris", "relu-vs-tanh", "mnist-cnn", "neuron", "tensors"])
    told = {(e["name"], e["recipe"]): (len(e["seeds"]), e["command"]) for e in results.entries}
    assert told == {
        ("tensors", ""): (0, "limen learn tensors"),
        ("neuron", ""): (1, "limen run neuron"),
        ("iris", ""): (10, "limen run iris --seeds 10"),
        ("relu-vs-tanh", ""): (5, "limen run relu-vs-tanh"),
        ("mnist-cnn", ""): (5, "limen run mnist-cnn --seeds 5"),
        ("mnist-cnn", "notes"): (5, "limen run mnist-cnn --recipe notes --seeds 5"),
    }
    assert entry_of(results, "neuron")["seeds"] == [3]
    few = new_results(tmp_path, ["iris", "relu-vs-tanh"], seeds=1)
    assert {e["command"] for e in few.entries} == {"limen run iris", "limen run relu-vs-tanh --seeds 1"}


def test_without_names_everything_is_there_in_the_order_of_the_chapters(tmp_path):
    results = new_results(tmp_path)
    assert {e["name"] for e in results.entries} == {*registry.EXPERIMENTS, *lessons.LESSONS} - {
        "photos",
        "transfer",
    }  # one's own
    chapters = [e["chapter"]["en"] for e in results.entries]
    assert chapters == sorted(chapters) and results.record["command"] == "limen results"
    assert set(SEEDS) <= {*registry.EXPERIMENTS, "stacked"}
    figures = {(e["name"], row["measure"]) for e in results.entries for row in e["rows"]}
    for name, make in registry.EXPERIMENTS.items():
        assert {(name, figure.measure) for figure in make().published} <= figures


def test_a_failure_is_told_and_the_others_go_on(tmp_path, planted):
    results = new_results(tmp_path, ["losses", "buy-car", "iris"], seeds=1, settings=SMALL[:2])
    assert finish(results) == ["losses", "buy-car", "iris"]
    entry = entry_of(results, "buy-car")
    assert entry["state"] == "failed" and entry["reason"].startswith("Unknown option of the net neuron 'nonsense'.")
    assert "Traceback" in entry["trace"] and entry["rows"][0]["standing"] == "waiting"
    assert entry_of(results, "losses")["rows"][0]["standing"] == "short"
    assert broken(results) == ["losses", "buy-car"]
    planted()
    again = Results.find("results-1", tmp_path)
    assert finish(again) == ["buy-car"] and broken(again) == ["losses"]
    assert entry_of(again, "buy-car")["state"] == "done" and entry_of(again, "buy-car")["trace"] == ""
    assert finish(again) == []


def test_a_fault_of_the_program_is_a_row_too(tmp_path, monkeypatch):
    def fault(*_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(made, "take", fault)
    results = new_results(tmp_path, ["losses"])
    assert finish(results) == ["losses"] and results.entries[0]["reason"] == "ZeroDivisionError: division by zero"


def test_a_disk_that_refuses_ends_all(tmp_path, monkeypatch):
    def refuse(*_):
        raise storage.StorageError("Cannot write: the disk is full.", 28)

    monkeypatch.setattr(made, "train", refuse)
    with pytest.raises(storage.StorageError, match="the disk is full"):
        finish(new_results(tmp_path, ["iris"]))


def test_missing_data_are_told_and_never_fetched_unasked(tmp_path, monkeypatch, small_data):
    def get(source, report):
        raise LimenError(f"asked for {source.name}")

    monkeypatch.setattr(fetch, "get", get)
    results = new_results(tmp_path, ["mnist-mlp", "losses"], seeds=1, settings=SMALL)
    assert finish(results) == ["losses", "mnist-mlp"]
    told = [(e["state"], e["reason"], e["rows"][0]["standing"]) for e in results.entries]
    assert told == [("done", "", "reached"), ("absent", "mnist", "waiting")] and broken(results) == []
    finish(results, fetch=True)
    assert results.entries[1]["reason"] == "asked for mnist" and broken(results) == ["mnist-mlp"]
    assert finish(results, folder=small_data) == ["mnist-mlp"] and results.waiting == []


def test_what_is_not_run_keeps_its_figures_in_the_table(tmp_path):
    results = new_results(tmp_path, ["spam"])
    finish(results)
    assert [(row["variant"]["en"][:8], row["figure"], row["standing"]) for row in results.entries[0]["rows"]] == [
        ("logistic", 0.98, "waiting"), ("logistic", 0.9, "waiting"),
        ("embeddin", 0.98, "waiting"), ("embeddin", 0.9, "waiting"),
    ]  # fmt: skip


def test_a_data_folder_that_is_not_there_is_refused_before_anything_is_run(tmp_path):
    results = new_results(tmp_path, ["iris", "mnist-cnn"], folder=tmp_path / "nowhere")
    with pytest.raises(LimenError, match="nowhere' does not exist"):
        finish(results)
    assert [path.name for path in tmp_path.glob("*-1")] == ["results-1"]


@pytest.mark.parametrize("stop", [4, 30])  # within the first run of the study, and within a run of iris
def test_what_was_stopped_goes_on_where_it_stood_and_ends_the_same(tmp_path, done, stop):
    results = new_results(tmp_path, ["iris", "spiral"], seeds=2, settings=SMALL)
    events = carry_out(results)
    for _ in range(stop):
        assert isinstance(next(events), Moved | Ended)
    events.close()
    again = Results.find("results-1", tmp_path)
    assert again.waiting
    finish(again)
    for name in ("iris", "spiral"):
        rows, wanted = ([{**row, "seconds": 0} for row in entry_of(r, name)["rows"]] for r in (again, done))
        assert rows == wanted
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [
        "iris-1", "iris-2", "results-1", "spiral-1",
    ]  # fmt: skip
    assert contents(Run(tmp_path / "iris-1")) == contents(Run(done.path.parent / "iris-1"))
    assert len(again.record["machines"]) == 1


def test_another_machine_is_told_beside_the_first(tmp_path):
    results = new_results(tmp_path, ["losses"])
    results.record["machines"].append({"cpu": "another"})
    finish(results)
    assert [m["cpu"] == "another" for m in results.record["machines"]] == [True, False]


def test_two_at_once_are_refused(tmp_path):
    results = new_results(tmp_path, ["losses"])
    with storage.locked(results.path, wait=0) as mine, pytest.raises(LimenError, match="Another process is at work"):
        assert mine
        finish(results)


def test_a_misspelt_name_and_a_misspelt_setting_are_refused_at_once(tmp_path):
    with pytest.raises(LimenError, match="Unknown experiment or lesson 'irs'. Did you mean 'iris'"):
        new_results(tmp_path, ["losses", "irs"])
    with pytest.raises(LimenError, match="Did you mean 'plan.epochs'"):
        new_results(tmp_path, ["spiral"], settings=["plan.epoch=2"])
    assert list(tmp_path.iterdir()) == []
