"""A time line of snapshots, and other runs that begin on it."""

import json

import pytest
import torch
from tests.conftest import contents, finish, small
from tests.experiments.test_execute import interrupted

from limen.cli.main import main
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.fork import fork, starts
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.seal import sealed
from limen.runs.snapshots import check_spacing, is_due


def test_snapshots_stand_where_they_were_asked_for(tmp_path):
    run, _ = finish(small("digits-mlp"), tmp_path, snapshots="log")
    assert sorted(step for step in starts(run) if step not in (36, 72)) == [0, 1, 2, 4, 8, 16, 32, 64]
    run, _ = finish(small("digits-mlp"), tmp_path, snapshots="epochs")
    assert [p.name for p in reversed(checkpoints.saved(run.snapshots))] == [
        checkpoints.place(epoch, 0) for epoch in range(3)
    ]
    assert [s for s in range(70) if is_due("every:20", s, 36)] == [0, 20, 40, 60]
    assert [s for s in range(70) if is_due("3,36", s, 36)] == [3, 36]
    for wrong in ("", "every:", "every:x", "log,1", "-1", "1,,2"):
        with pytest.raises(LimenError, match="names no steps"):
            check_spacing(wrong)


def test_snapshots_do_not_change_a_run_and_are_the_states_it_passed(tmp_path):
    plain, _ = finish(small("digits-mlp"), tmp_path)
    run, _ = finish(small("digits-mlp"), tmp_path, snapshots="20")
    assert contents(run) == contents(plain)
    passed = checkpoints.load(interrupted(small("digits-mlp"), tmp_path, 20).checkpoints)[0]
    kept = checkpoints.load(run.snapshots)[0]
    assert all(torch.equal(kept.weights[name], passed.weights[name]) for name in passed.weights)


def test_a_run_that_is_resumed_keeps_its_time_line(tmp_path):
    whole, _ = finish(small("digits-mlp"), tmp_path, snapshots="log")
    events_run = interrupted(small("digits-mlp"), tmp_path, 10)
    record = events_run.record | {"snapshots": "log"}
    (events_run.path / "run.json").write_bytes(sealed(record))
    run, _ = finish(Run(events_run.path), tmp_path)
    names = {p.name for p in checkpoints.saved(whole.snapshots)}
    later = {p.name for p in checkpoints.saved(run.snapshots)}
    assert later == {name for name in names if name >= checkpoints.place(0, 16)}


@pytest.mark.parametrize("at", [0, 1, 16, 36, 64])
def test_a_fork_that_changes_nothing_is_the_same_run(tmp_path, at):
    parent, _ = finish(small("digits-mlp"), tmp_path, snapshots=["log", "epochs"][at == 36])
    child, _ = finish(fork(parent, at), tmp_path)
    assert contents(parent) == contents(child)
    assert child.record["parent"] == {
        "run": parent.path.name, "epoch": at // 36, "step": at % 36, "steps": at, "settings": []
    }  # fmt: skip


def test_a_fork_at_0_has_the_same_first_weights_whatever_is_changed(tmp_path):
    parent, _ = finish(small("digits-mlp"), tmp_path)  # it kept no snapshot
    for settings in (["plan.seed=7"], ["plan.optimizer=sgd"], ["plan.batch_size=16"], ["plan.epochs=1"]):
        child = fork(parent, 0, settings)
        first = checkpoints.load(child.snapshots)[0].weights
        again = checkpoints.load(fork(parent, 0).snapshots)[0].weights
        assert all(torch.equal(first[name], again[name]) for name in again)
        assert child.record["parent"]["settings"] == settings
        assert finish(child, tmp_path)[0].result


def test_only_the_change_differs(tmp_path):
    parent, _ = finish(small("digits-mlp"), tmp_path, snapshots="20")
    child, _ = finish(fork(parent, 20, ["plan.optimizer.lr=0.02"]), tmp_path)
    before, after = parent.steps()[0]["losses"], child.steps()[0]["losses"]
    assert before[:21] == after[:21] and before[21:] != after[21:]  # the loss of step 21 was of the weights after 20
    assert child.record["experiment"]["plan"]["optimizer"]["lr"] == 0.02
    assert parent.record == Run(parent.path).record, "the parent was changed"


def test_an_optimizers_options_are_the_forks_own(tmp_path):
    parent, _ = finish(with_options(small("digits-mlp"), ["plan.optimizer=sgd", "plan.optimizer.momentum=0.9"]), tmp_path, snapshots="20")  # fmt: skip
    settings = ["plan.optimizer.momentum=0.5"]
    child, _ = finish(fork(parent, 20, settings), tmp_path)
    plain, _ = finish(fork(parent, 20), tmp_path)
    assert child.steps()[0]["losses"][:21] == plain.steps()[0]["losses"][:21]
    assert child.steps()[0]["losses"][22:] != plain.steps()[0]["losses"][22:]


def test_what_cannot_be_forked_is_said(tmp_path):
    parent, _ = finish(small("digits-mlp"), tmp_path, snapshots="20")
    with pytest.raises(LimenError, match=r"no snapshot of step 21\. Allowed: 0 and its snapshots .*\(20, "):
        fork(parent, 21)
    with pytest.raises(LimenError, match="Step 20 of an epoch of 36 steps has no place in one of 72"):
        fork(parent, 20, ["plan.batch_size=16"])
    with pytest.raises(LimenError, match="The weights do not fit the net"):
        fork(parent, 20, ["net.hidden=5"])
    with pytest.raises(LimenError, match="Did you mean 'plan.epochs'"):
        fork(parent, 20, ["plan.epoch=5"])
    assert len([p for p in tmp_path.iterdir() if p.name.startswith("digits-mlp")]) == 1, "a folder was left"


def test_a_fork_whose_beginning_is_lost_is_not_begun_anew(tmp_path):
    parent, _ = finish(small("iris"), tmp_path, snapshots="3")
    child = fork(parent, 3)
    for path in checkpoints.saved(child.snapshots):
        (path / "weights.safetensors").write_bytes(b"")
    with pytest.raises(LimenError, match="is a fork of iris-1, and the weights it began with are lost"):
        finish(child, tmp_path)


def test_a_fork_goes_back_to_its_beginning_when_its_checkpoints_are_bad(tmp_path):
    parent, _ = finish(small("digits-mlp"), tmp_path, snapshots="20")
    whole, _ = finish(fork(parent, 20), tmp_path)
    child = interrupted(fork(parent, 20), tmp_path, 5)
    for path in checkpoints.saved(child.checkpoints):
        (path / "state.json").write_bytes(b"{}")
    run, _ = finish(Run(child.path), tmp_path)
    assert contents(run) == contents(whole)


def test_the_command_forks_and_runs(tmp_path, capsys):
    finish(small("digits-mlp"), tmp_path, snapshots="20")
    words = ["fork", "digits-mlp-1", "--at", "20", "--set", "plan.epochs=3", "--runs", str(tmp_path), "--no-report"]
    assert main([*words, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["run"].endswith("digits-mlp-2") and said["epochs"] == 3
    assert main(["show", "digits-mlp-2", "--runs", str(tmp_path)]) == 0
    assert "digits-mlp-1 at step 20" in capsys.readouterr().out
