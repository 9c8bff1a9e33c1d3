"""A run is carried out again and compared: what is equal is proved, and what differs is named with its likely cause."""

import gzip
import json
import shutil

import pytest
import torch
from tests.conftest import finish, small
from tests.experiments.test_execute import interrupted

from limen.cli.main import main
from limen.errors import LimenError
from limen.experiments.execute import Started, execute
from limen.experiments.fork import fork
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.verify import verify
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.seal import digest, sealed, to_lines
from limen.runs.tiers import tier_between
from limen.train.fit import Progress


def verdict(run, *arguments, **how):
    """What verifying comes to."""
    events = verify(run, *arguments, **how)
    while True:
        try:
            next(events)
        except StopIteration as done:
            return done.value


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_is_proved_to_repeat_bit_for_bit(tmp_path, small_data, name):
    run, _ = finish(small(name), tmp_path, folder=small_data)
    before = {p: p.read_bytes() for p in run.path.rglob("*") if p.is_file()}
    said = verdict(run, folder=small_data)
    assert said.same and said.tier.name == "T1" and said.finished and said.epochs == 2 and said.difference is None
    assert said.steps == sum(len(line["losses"]) for line in run.steps())
    assert before == {p: p.read_bytes() for p in run.path.rglob("*") if p.is_file()}, "the run was changed"


def test_the_first_steps_alone_are_compared(tmp_path):
    run, _ = finish(small("digits-mlp"), tmp_path)
    said = verdict(run, 10)
    assert said.same and (said.steps, said.epochs, said.finished) == (10, 0, False)
    said = verdict(run, 36)  # an epoch
    assert (said.steps, said.epochs) == (36, 1)
    with pytest.raises(LimenError, match="--steps 0 compares nothing"):
        verdict(run, 0)


def test_a_run_that_was_stopped_is_compared_as_far_as_it_went(tmp_path):
    said = verdict(interrupted(small("digits-mlp"), tmp_path, 40))  # 36 steps, an epoch, 3 steps
    assert said.same and (said.steps, said.epochs) == (39, 1)
    with pytest.raises(LimenError, match="has finished no step"):
        run = interrupted(small("digits-mlp"), tmp_path, 1)
        for path in run.checkpoints.iterdir():
            path.rename(path.with_name(f"gone-{path.name}"))
        verdict(run)


def test_another_thread_count_is_named_as_the_cause(tmp_path, small_data):
    run, _ = finish(small("mnist-cnn"), tmp_path, folder=small_data)
    said = verdict(run, folder=small_data, threads=2)
    assert not said.same and said.tier.name == "T2"
    assert said.causes[0].en == "threads 1 → 2: sums are taken in another order"
    assert said.difference.epoch == 1 and said.difference.tensor in checkpoints.load(run.checkpoints)[0].weights


def test_a_weight_that_was_changed_while_it_ran_is_found_at_its_step(tmp_path):
    events = execute(small("digits-mlp"), tmp_path, pictures=False)
    for event in events:
        if isinstance(event, Started):
            run, net = event.run, event.net
        if isinstance(event, Progress) and (event.epoch, event.step) == (2, 5):
            with torch.no_grad():
                next(net.parameters())[:, 20].add_(0.5)
    said = verdict(Run(run.path))
    assert (said.difference.epoch, said.difference.step, said.difference.tensor) == (2, 6, "dense1.weight")
    assert "nothing that was recorded differs" in said.causes[0].en


def test_a_weight_that_was_changed_afterwards_is_named(tmp_path):
    run, _ = finish(small("digits-mlp"), tmp_path)
    newest = checkpoints.saved(run.checkpoints)[0]
    taken = checkpoints.read(newest)
    taken.weights["out.bias"][0] += 1
    for name, content in checkpoints.encode(taken).items():  # with a manifest that agrees
        (newest / name).write_bytes(content)
    said = verdict(run)
    assert not said.same and said.difference is None
    assert said.causes[0].en.startswith("the tensor out.bias of the newest checkpoint is not the one")


def test_answers_that_were_changed_afterwards_are_named(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    path = run.path / "metrics.jsonl"
    path.write_text(path.read_text().replace('"rate"', '"Rate"'))
    said = verdict(run)
    assert [cause.en for cause in said.causes] == ["metrics.jsonl was changed after the run"]


def test_other_data_are_named(tmp_path, small_data):
    run, _ = finish(small("mnist-softmax"), tmp_path, folder=small_data)
    record = run.record | {"data": run.record["data"] | {"digest": "0" * 64}}
    (run.path / "run.json").write_bytes(sealed(record))
    said = verdict(Run(run.path), folder=small_data)
    assert not said.same and said.causes[0].en.startswith("the data: digest 000000000000 → ")


def test_a_run_whose_data_changed_is_verified_up_to_that_step_on_the_old_data(tmp_path, small_data):
    run = interrupted(small("mnist-mlp"), tmp_path, 3, small_data)
    other = tmp_path / "other" / "mnist"
    shutil.copytree(small_data / "mnist", other)
    pictures = other / "train-images-idx3-ubyte.gz"
    pictures.write_bytes(gzip.compress(gzip.decompress(pictures.read_bytes())[:-1] + b"\x07", 1))
    finish(run, tmp_path, folder=other.parent, allow_changes=True)
    changed = Run(run.path)
    with pytest.raises(LimenError, match=r"changed at epoch 1, step 3, .* --steps 3 --data"):
        verdict(changed, folder=other.parent)
    said = verdict(changed, 3, folder=small_data)
    assert said.same and said.steps == 3
    assert verdict(changed, 3, folder=other.parent).causes[0].en.startswith("the data: digest ")


def test_changes_on_the_way_are_repeated_at_their_steps(tmp_path):
    run = interrupted(small("digits-mlp"), tmp_path, 20)
    finish(run, tmp_path, settings=["plan.optimizer.lr=0.01"], allow_changes=True)
    finish(Run(run.path), tmp_path, settings=["plan.epochs=3"])
    said = verdict(Run(run.path))
    assert said.same and said.epochs == 3 and said.finished


def test_a_fork_is_repeated_from_where_it_began(tmp_path):
    parent, _ = finish(small("digits-mlp"), tmp_path, snapshots="0,20")
    child, _ = finish(fork(parent, 20, ["plan.optimizer.lr=0.01"]), tmp_path)
    said = verdict(child)
    assert said.same and said.finished and said.epochs == 2


def test_tiers_say_why_they_are_no_higher():
    machine = {"device": "cpu", "torch": "2.13.0", "cpu": "A", "threads": 2, "system": "Linux x", "precision": "fp32"}
    assert tier_between(machine, machine).name == "T1"
    assert tier_between(machine, machine | {"threads": 4}).name == "T2"
    other = tier_between(machine, machine | {"cpu": "B"})
    assert other.name == "T2" and other.reason.en == "cpu A → B"
    assert tier_between(machine, machine | {"torch": "2.14.0"}).name == "T3"
    assert tier_between(machine, machine | {"device": "cuda"}).name == "T3"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_says_what_it_proved_and_exits_by_it(tmp_path, capsys, language):
    run, _ = finish(small("digits-mlp"), tmp_path)
    where = ["--runs", str(tmp_path), "--lang", language]
    assert main(["verify", "digits-mlp-1", *where]) == 0
    out = capsys.readouterr().out
    assert "T1" in out and ("has the same bits" in out or "每一位都相同" in out)
    path = run.path / "steps.jsonl"
    lines = run.steps()
    lines[1]["losses"][6] += 1e-7
    path.write_bytes(to_lines(lines))
    assert main(["verify", "digits-mlp-1", *where]) == 2, "a journal that was changed is found before anything is run"
    assert "steps.jsonl is not what digits-mlp-1 ended with" in capsys.readouterr().err
    ending = run.ending()
    ending["files"]["steps.jsonl"] = digest(path.read_bytes())  # someone who knows how
    (run.path / "result.json").write_bytes(sealed(ending))
    assert main(["verify", "digits-mlp-1", *where]) == 1
    out = capsys.readouterr().out
    assert ("epoch 2, step 7" in out or "第 2 轮第 7 步" in out) and ("likely cause" in out or "可能的原因" in out)
    assert main(["verify", "digits-mlp-1", "--json", *where]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["same"] is False and said["difference"]["step"] == 7
