"""An experiment from start to finish: everything in its folder, repeated, interrupted and resumed bit for bit."""

import errno
import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch
from tests.conftest import contents, finish, small

from limen import storage
from limen.data.load import load
from limen.errors import LimenError
from limen.experiments import keeper
from limen.experiments.config import with_options
from limen.experiments.execute import Finished, Started, execute
from limen.experiments.keeper import Notice
from limen.experiments.present import present_again
from limen.experiments.record import command
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.experiments.summary import json_object, over_seeds
from limen.runs import checkpoint as checkpoints
from limen.runs.checkpoint import saved
from limen.runs.folder import Run
from limen.runs.seal import sealed
from limen.runs.tiers import tier_of
from limen.train.fit import Epoch, Progress
from limen.train.objectives import OBJECTIVES
from limen.train.state import State
from limen.train.stopping import keeps_best


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_runs_twice_to_the_same_bytes(tmp_path, small_data, name):
    first, events = finish(small(name), tmp_path, folder=small_data)
    second, _ = finish(small(name), tmp_path, folder=small_data)
    plan = small(name).plan
    assert contents(first) == contents(second)
    assert len(contents(first)) == 10 + keeps_best(plan.keep, plan.patience)  # the best weights lie beside the last
    assert [type(e) for e in events if not isinstance(e, Progress)] == [Started, Epoch, Epoch, Finished]
    result = first.result
    experiment = small(name)
    measured = {f"test_{measure}" for measure in ("loss", *OBJECTIVES[experiment.objective].measures)}
    assert {"validation_loss", "train_loss", *measured} <= set(result["metrics"])
    assert result["epochs"] == 2 and result["seed"] == experiment.plan.seed
    assert result["precision"] == ("fp64" if experiment.plan.precision == "fp64" else "fp32")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_interrupted_at_any_step_is_the_same_run(tmp_path, small_data, name, monkeypatch):
    """Stopped after a few steps, resumed, stopped again, … until it is done; then every byte is compared."""
    whole, events = finish(small(name), tmp_path, folder=small_data)
    total = sum(isinstance(e, Progress | Epoch) for e in events)
    many = name in ("iris", "digits-cnn", "mnist-conv3", "rbm", "delta-rule")  # one of each kind at more places
    for stop in sorted({1, 2, total // 3, total // 2, total // 2 + 1, total - 1} if many else {2, total // 2 + 1}):
        run = interrupted(small(name), tmp_path, stop, small_data)
        finished, _ = finish(run, tmp_path, folder=small_data)
        assert contents(finished) == contents(whole), f"stopped after {stop} of {total}"
    run = interrupted(small(name), tmp_path, 3, small_data)
    for _ in range(total):
        if run.result:
            break
        interrupted(run, tmp_path, 3, small_data)
    finished, _ = finish(run, tmp_path, folder=small_data)
    assert contents(finished) == contents(whole), "stopped every three steps"


def interrupted(what, root, steps, folder=None):
    """Break off after so many steps and epochs; the run."""
    events = execute(what, root, pictures=False, folder=folder)
    run = next(e for e in events if isinstance(e, Started)).run
    for _ in itertools.islice((e for e in events if isinstance(e, Progress | Epoch)), steps):
        pass
    events.close()
    return run


def test_the_folder_holds_everything(tmp_path):
    run, _ = finish(small("digits-cnn"), tmp_path, pictures=True)
    files = {str(p.relative_to(run.path)) for p in run.path.rglob("*") if p.is_file() and not p.name.startswith(".")}
    figures = {f"figures/{f}.png" for f in ("curves", "confusion", "examples", "filters")}
    assert figures | {"run.json", "metrics.jsonl", "times.jsonl", "result.json", "report.html",
                      "predictions.safetensors", "checkpoints/LATEST"} <= files  # fmt: skip
    record = run.record
    assert record["experiment"]["plan"]["epochs"] == 2 and record["machine"]["torch"] == torch.__version__
    assert record["data"]["digest"] == load(small("digits-cnn").data).digest()
    assert record["data"]["examples"] == [1150, 288, 359]
    assert json.loads((run.path / "metrics.jsonl").read_text().splitlines()[0])["epoch"] == 1
    answers = run.predictions()
    accuracy = (answers["outputs"].argmax(1) == answers["targets"]).float().mean().item()
    assert run.result["metrics"]["test_accuracy"] == pytest.approx(accuracy)


def test_a_run_goes_on_from_its_last_checkpoint_after_sigkill(tmp_path):
    """The process is killed at random moments, again and again; what comes out is what an undisturbed run gives."""
    experiment = with_options(EXPERIMENTS["digits-mlp"](), ["plan.epochs=12"])
    whole, _ = finish(experiment, tmp_path / "whole")
    script = """
import sys
from limen.experiments import keeper
keeper.SAVE_AFTER, keeper.SAVE_SHARE = 0.0, 0
import torch; torch.set_num_threads(1)
from limen.experiments.config import with_options
from limen.experiments.execute import execute
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import set_up
from limen.runs.folder import Run
from limen.runs.tiers import tier_of
what = Run.find("last", __import__("pathlib").Path(sys.argv[1])) if len(sys.argv) > 2 else with_options(EXPERIMENTS["digits-mlp"](), ["plan.epochs=12"])
for event in execute(what, sys.argv[1], pictures=False): print(type(event).__name__, flush=True)
"""
    root = tmp_path / "killed"
    kills = 0
    for wait in (0.05, 0.3, 0.1, 0.2, 0.4, None):
        resume = ["resume"] if (root / "digits-mlp-1" / "run.json").exists() else []
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(root), *resume], stdout=subprocess.PIPE, text=True
        )
        for line in process.stdout:
            if line.strip() in ("Started", "Finished"):
                break
        if wait is not None:
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.stdout.read()
        process.stdout.close()
        process.wait()
    run = Run.find("digits-mlp-1", root)
    assert run.result and kills == 5
    assert contents(run) == contents(whole)
    assert not list(run.path.rglob("*.part"))


def test_a_damaged_checkpoint_is_set_aside_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "SAVE_AFTER", 0.0)
    monkeypatch.setattr(keeper, "SAVE_SHARE", 0)
    whole, _ = finish(small("digits-mlp"), tmp_path)
    run = interrupted(small("digits-mlp"), tmp_path, 20)
    newest = checkpoints.saved(run.checkpoints)[0]
    path = newest / "training.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    finished, events = finish(run, tmp_path)
    notices = [e.text.en for e in events if isinstance(e, Notice)]
    assert len(notices) == 1 and "training.safetensors" in notices[0] and "set aside" in notices[0]
    assert (run.checkpoints / f"bad-{newest.name}").is_dir()
    assert contents(finished)["metrics.jsonl"] == contents(whole)["metrics.jsonl"]


def test_resuming_a_finished_run_changes_nothing_and_says_the_same(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    before = contents(run)
    again, events = finish(run, tmp_path)
    assert contents(again) == before and not any(isinstance(e, Progress | Epoch) for e in events)


def test_changed_data_are_refused_on_resume(tmp_path, small_data):
    run = interrupted(small("mnist-mlp"), tmp_path, 3, small_data)
    other = tmp_path / "other"
    (other / "mnist").mkdir(parents=True)
    for file in (small_data / "mnist").iterdir():
        (other / "mnist" / file.name).write_bytes((small_data / "fashion-mnist" / file.name).read_bytes())
    finish(run, tmp_path, folder=other)  # equal data in another place are the same data
    run = interrupted(small("mnist-mlp"), tmp_path, 3, small_data)
    pictures = other / "mnist" / "train-images-idx3-ubyte.gz"
    pictures.write_bytes(gzip.compress(gzip.decompress(pictures.read_bytes())[:-1] + b"\x07", 1))
    with pytest.raises(LimenError, match=r"The data changed since mnist-mlp-2 began .*--allow-changes"):
        finish(run, tmp_path, folder=other)
    finished, events = finish(Run(run.path), tmp_path, folder=other, allow_changes=True)
    notices = [e.text.en for e in events if isinstance(e, Notice)]
    assert len(notices) == 1 and notices[0].startswith("The data changed: digest ")
    (change,) = Run(run.path).record["changes"]
    assert change["data"] == [run.record["data"]["digest"], finished.record["data"]["digest"]]
    assert (change["epoch"], change["step"]) == (0, 3) and tier_of(finished.record).name == "T3"


def test_a_run_trained_longer_is_the_run_that_was_begun_longer(tmp_path):
    experiment = with_options(small("digits-mlp"), ["plan.schedule=constant"])
    longer = with_options(experiment, ["plan.epochs=4"])
    whole, _ = finish(longer, tmp_path)
    short, _ = finish(experiment, tmp_path)
    run, events = finish(short, tmp_path, settings=["plan.epochs=4"])
    assert contents(run) == contents(whole)
    assert run.result["epochs"] == 4 and Run(run.path).record["experiment"]["plan"]["epochs"] == 4
    (change,) = Run(run.path).record["changes"]
    assert change["settings"] == ["plan.epochs=4"] and change["before"] == ["plan.epochs=2"] and change["epoch"] == 2
    assert [e.text.en for e in events if isinstance(e, Notice)] == [
        "From here on: plan.epochs=4. It stands in run.json."
    ]
    again, _ = finish(Run(run.path), tmp_path)  # and it is finished now
    assert again.result == run.result


def test_a_longer_run_goes_on_when_it_is_stopped_too(tmp_path):
    experiment = with_options(small("iris"), ["plan.schedule=constant"])
    whole, _ = finish(with_options(experiment, ["plan.epochs=5"]), tmp_path)
    run, _ = finish(experiment, tmp_path)
    events = execute(run, tmp_path, pictures=False, settings=["plan.epochs=5"])
    for _ in itertools.islice((e for e in events if isinstance(e, Progress)), 4):
        pass
    events.close()
    assert Run(run.path).result is None
    finished, _ = finish(Run(run.path), tmp_path)
    assert contents(finished) == contents(whole) and len(finished.record["changes"]) == 1


def test_a_schedule_that_spans_all_epochs_is_told_when_there_are_more(tmp_path):
    run, _ = finish(with_options(small("iris"), ["plan.schedule=cosine"]), tmp_path)
    _, events = finish(run, tmp_path, settings=["plan.epochs=3"])
    notices = [e.text.en for e in events if isinstance(e, Notice)]
    assert any("The schedule cosine spans all epochs" in notice for notice in notices)


def test_other_settings_are_refused_on_resume_or_mark_the_run(tmp_path):
    run = interrupted(small("iris"), tmp_path, 3)
    with pytest.raises(LimenError, match=r"changed: plan.optimizer.lr=0.5\. .*`limen fork`.*--allow-changes"):
        finish(run, tmp_path, settings=["plan.optimizer.lr=0.5"])
    with pytest.raises(LimenError, match=r"plan.epochs 1 is less than the 2 epochs"):
        finish(finish(small("iris"), tmp_path)[0], tmp_path, settings=["plan.epochs=1"])
    finished, _ = finish(run, tmp_path, settings=["plan.optimizer.lr=0.5"], allow_changes=True)
    assert finished.metrics()[-1]["rate"] == 0.5
    (change,) = Run(run.path).record["changes"]
    assert change["settings"] == ["plan.optimizer.lr=0.5"] and change["step"] == 3
    finish(Run(run.path), tmp_path)


def test_a_change_is_told_once_though_the_process_died_before_it_saved_again(tmp_path):
    experiment = with_options(small("iris"), ["plan.schedule=constant"])
    whole, _ = finish(with_options(experiment, ["plan.epochs=3"]), tmp_path)
    run, _ = finish(experiment, tmp_path)
    events = execute(run, tmp_path, pictures=False, settings=["plan.epochs=3"])
    assert any(isinstance(e, Started) for e in events)
    del events  # nothing was saved since
    finished, _ = finish(Run(run.path), tmp_path)
    assert len(finished.record["changes"]) == 1 and contents(finished) == contents(whole)


def test_a_record_that_was_changed_by_hand_is_found(tmp_path):
    run = interrupted(small("iris"), tmp_path, 3)
    path = run.path / "run.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))
    with pytest.raises(LimenError, match=r"run\.json' is not what was written: its SHA-256 differs"):
        Run(run.path)
    changed = json.loads(path.read_text())
    del changed["sha256"]
    path.write_bytes(sealed(changed))
    with pytest.raises(LimenError, match=r"began with other settings; changed: .*plan.seed=1"):
        finish(Run(run.path), tmp_path)


def test_a_finished_run_that_was_damaged_can_be_finished_again(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    before = contents(run)
    for name in ("metrics.jsonl", "steps.jsonl", "predictions.safetensors"):
        content = bytearray((run.path / name).read_bytes())
        content[len(content) // 2] ^= 1
        (run.path / name).write_bytes(content)
    for ask in (run.metrics, run.steps, run.predictions):
        with pytest.raises(LimenError, match=r"is not what iris-1 ended with: its SHA-256 differs. Remove .*--resume"):
            ask()
    (run.path / "result.json").unlink()
    again, _ = finish(Run(run.path), tmp_path)
    assert contents(again) == before


def test_the_weights_of_a_finished_run_are_never_older_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "SAVE_AFTER", 0.0)
    monkeypatch.setattr(keeper, "SAVE_SHARE", 0)
    run, _ = finish(small("iris"), tmp_path)
    before = contents(run)
    (saved(run.checkpoints)[0] / "weights.safetensors").unlink()
    with pytest.raises(LimenError, match="lost the weights it ended with: .*weights.safetensors"):
        run.weights()
    (run.path / "result.json").unlink()
    again, events = finish(Run(run.path), tmp_path)
    assert contents(again) == before and any("set aside" in e.text.en for e in events if isinstance(e, Notice))


def test_another_machine_is_told_on_resume(tmp_path):
    run = interrupted(small("iris"), tmp_path, 3)
    record = run.record | {"machine": run.record["machine"] | {"threads": 64, "torch": "1.0"}}
    (run.path / "run.json").write_bytes(sealed(record))
    _, events = finish(Run(run.path), tmp_path)
    (notice,) = [e.text.en for e in events if isinstance(e, Notice)]
    assert "torch 1.0 →" in notice and "threads 64 → 1" in notice


def test_early_stopping_uses_and_tests_the_best_weights(tmp_path):
    experiment = with_options(
        EXPERIMENTS["digits-mlp"](),
        ["plan.epochs=60", "plan.patience=2", "plan.optimizer.lr=0.02", "plan.schedule=constant"],
    )
    run, _ = finish(experiment, tmp_path)
    losses = [line["validation_loss"] for line in run.metrics()]
    best = losses.index(min(losses))
    assert len(losses) == best + 3 < 60
    assert run.result["kept_epoch"] == best + 1 and run.result["metrics"]["validation_loss"] == losses[best]
    half = interrupted(experiment, tmp_path, 40 * (best + 2))
    finished, _ = finish(half, tmp_path)
    assert contents(finished) == contents(run)


def test_a_disk_that_refuses_costs_a_notice_not_the_training(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper, "SAVE_AFTER", 0.0)
    monkeypatch.setattr(keeper, "SAVE_SHARE", 0)
    whole, _ = finish(small("iris"), tmp_path)
    real = storage.write_folder
    calls = itertools.count()

    def full_at_first(path, files, *folders):
        if "epoch" in path.name and next(calls) < 3:
            raise storage.StorageError("Cannot write: the disk is full.", errno.ENOSPC)
        real(path, files, *folders)

    monkeypatch.setattr(storage, "write_folder", full_at_first)
    run, events = finish(small("iris"), tmp_path)
    notices = [e.text.en for e in events if isinstance(e, Notice)]
    assert len(notices) == 3 and "disk is full" in notices[0] and "Training goes on" in notices[0]
    assert contents(run)["metrics.jsonl"] == contents(whole)["metrics.jsonl"]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_place_that_cannot_be_written_to_is_found_before_the_first_step(tmp_path, monkeypatch, number):
    real = storage.operate

    def refusing(verb, path, act):
        def no():
            raise OSError(number, os.strerror(number))

        return real(verb, path, no if verb in ("make the folder", "write") else act)

    monkeypatch.setattr(storage, "operate", refusing)
    with pytest.raises(LimenError, match="Cannot make the folder"):
        next(execute(small("iris"), tmp_path / "runs"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            ["plan.batch_size=2000"],
            "plan.batch_size 2,000 is larger than the 1,150 training examples. Allowed: 1 to 1,150",
        ),
        (["plan.optimizer=adm"], "Unknown optimizer 'adm'"),
        (["plan.optimizer.momentun=1"], "Unknown option of adam 'momentun'. Did you mean 'momentum"),
        (["net=lenet"], "Unknown net 'lenet'. Did you mean 'lenet5'"),
        (["net.chanels=1,2"], "Unknown option of the net mnist-cnn 'chanels'. Did you mean 'channels'"),
        (["objective=clasification"], "Unknown objective 'clasification'. Did you mean 'classification'"),
        (["plan.precision=fp16"], "Unknown precision 'fp16'"),
        (["data.limit=5"], "batch_size 32 is larger than the 5 training examples"),
    ],
)
def test_what_cannot_be_is_told_before_a_folder_is_made(tmp_path, settings, words):
    with pytest.raises(LimenError) as caught:
        finish(with_options(EXPERIMENTS["digits-cnn"](), settings), tmp_path / "runs")
    assert words.removesuffix("Did you mean 'momentum") in str(caught.value) or words in str(caught.value)
    assert not (tmp_path / "runs").exists()


def test_a_blown_up_training_leaves_a_run_that_tells(tmp_path):
    experiment = with_options(
        small("digits-mlp"),
        ["net.activation=identity", "plan.optimizer=sgd", "plan.optimizer.lr=10000", "plan.schedule=constant"],
    )
    with pytest.raises(LimenError, match=r"Training stopped: the loss is .* at step \d+ of epoch 1, rate 10000"):
        finish(experiment, tmp_path)
    assert Run.find("last", tmp_path).result is None


def test_seeds_are_summed_up(tmp_path):
    results = []
    for seed in (0, 1, 2):
        run, _ = finish(with_options(small("iris"), [f"plan.seed={seed}"]), tmp_path)
        results.append((str(run.path), run.result))
    summed = over_seeds(results)["test_accuracy"]
    values = [r["metrics"]["test_accuracy"] for _, r in results]
    assert summed.mean == pytest.approx(sum(values) / 3) and summed.low <= summed.mean <= summed.high
    made = json_object(results, small("iris"))
    assert made["seeds"] == [0, 1, 2] and len(made["runs"]) == 3
    assert made["metrics"]["test_accuracy"]["mean"] == summed.mean
    assert made["published"][0]["measured"] == summed.mean
    assert json_object(results[:1], small("iris"))["run"] == results[0][0]


def test_the_report_can_be_written_anew_in_the_other_language(tmp_path):
    run, _ = finish(small("digits-mlp"), tmp_path, pictures=True)
    english = (run.path / "report.html").read_text()
    path = present_again(run, "zh")
    chinese = path.read_text()
    assert 'lang="en"' in english and 'lang="zh-Hans"' in chinese
    assert "A dense net reads handwritten digits" in english and "全连接网络识别手写数字" in chinese
    before = contents(run)
    assert contents(Run(run.path)) == before
    unfinished = interrupted(small("iris"), tmp_path, 2)
    with pytest.raises(LimenError, match="not finished. Go on with `limen run --resume"):
        present_again(unfinished, "en")


def test_the_command_that_repeats_a_run():
    experiment = with_options(EXPERIMENTS["iris"](), ["plan.epochs=3", "plan.seed=4"])
    assert command(experiment) == "limen run iris --set plan.epochs=3 --seed 4"
    assert command(EXPERIMENTS["iris"]()) == "limen run iris"


def test_the_users_data_folder_is_not_touched(tmp_path, small_data):
    def tree():
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in small_data.rglob("*") if p.is_file()}

    before = tree()
    finish(small("mnist-cnn"), tmp_path, folder=small_data, pictures=True)
    assert tree() == before


def test_the_same_experiment_with_another_seed_is_another_run(tmp_path):
    a, _ = finish(small("digits-mlp"), tmp_path)
    b, _ = finish(replace(small("digits-mlp"), plan=replace(small("digits-mlp").plan, seed=1)), tmp_path)
    assert contents(a)["metrics.jsonl"] != contents(b)["metrics.jsonl"]


def test_a_finished_run_is_not_run_again(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    (only,) = execute(Run(run.path), tmp_path)
    assert isinstance(only, Finished) and only.result == run.result
    assert before == {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}


def test_a_journal_that_the_disk_refuses_is_written_later(tmp_path, monkeypatch):
    whole, _ = finish(small("iris"), tmp_path)
    real, calls = storage.append_line, itertools.count()

    def refuses_the_first(path, line):
        if next(calls) == 0:
            raise storage.StorageError("Cannot write: the disk is full.", errno.ENOSPC)
        real(path, line)

    monkeypatch.setattr(storage, "append_line", refuses_the_first)
    run, events = finish(small("iris"), tmp_path)
    (notice,) = [e.text.en for e in events if isinstance(e, Notice)]
    assert "Training goes on" in notice
    assert contents(run) == contents(whole) and len(run.times()) == 2


def test_a_checkpoint_never_holds_weights_that_have_blown_up(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    setup = set_up(small("iris"))
    kept = keeper.Keeper(run, State.begin(setup.net, setup.experiment.plan, 3), setup.experiment)
    before = sorted(run.checkpoints.iterdir())
    with torch.no_grad():
        next(setup.net.parameters())[0, 0] = float("nan")
    kept.save()
    assert sorted(run.checkpoints.iterdir()) == before


def test_the_command_that_repeats_a_run_tells_of_options_that_were_reset(tmp_path):
    for settings in (["net=mlp"], ["net=mlp", "net.hidden=5"]):
        changed = with_options(EXPERIMENTS["iris"](), settings)
        words = command(changed).split(" --set ")[1:]
        assert with_options(EXPERIMENTS["iris"](), words) == changed


def test_published_figures_are_not_held_against_other_data():
    assert with_options(EXPERIMENTS["mnist-cnn"](), ["data=fashion-mnist"]).published == ()
    assert with_options(EXPERIMENTS["mnist-cnn"](), ["data.limit=100"]).published


def test_a_resumed_run_keeps_its_threads_and_device(tmp_path):
    run = interrupted(small("iris"), tmp_path, 3)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2 if before == 1 else 1)
        _, events = finish(Run(run.path), tmp_path)
        assert torch.get_num_threads() == run.record["machine"]["threads"] == before
        assert not [e for e in events if isinstance(e, Notice)]
    finally:
        torch.set_num_threads(before)
