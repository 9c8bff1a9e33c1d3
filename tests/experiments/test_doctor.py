"""Runs are measured inside while they train: what lies in their folders, that it repeats, and what the doctor makes of it."""

import json

import pytest
import torch
from tests.conftest import contents, finish, small

from limen.cli.main import main
from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.doctor import advise, as_plain, diagnose
from limen.experiments.execute import Started, execute
from limen.experiments.fork import fork
from limen.experiments.registry import EXPERIMENTS
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.train.fit import Progress
from limen.train.watch import NonFiniteError


def stopped_after(experiment, root, steps):
    """A run whose watcher broke off after so many steps."""
    events, seen, run = execute(experiment, root, pictures=False), 0, None
    for event in events:
        run = event.run if isinstance(event, Started) else run
        seen += isinstance(event, Progress)
        if seen == steps and isinstance(event, Progress):
            break
    events.close()
    return Run(run.path)


def four_epochs():
    """Six steps in each; samples after the first and the sixteenth."""
    return with_options(small("iris"), ["plan.epochs=4"])


def test_a_run_keeps_its_statistics_and_repeats_them_bit_for_bit(tmp_path):
    run, _ = finish(four_epochs(), tmp_path)
    again, _ = finish(four_epochs(), tmp_path)
    lines = run.statistics()
    assert [(line["epoch"], sample["step"]) for line in lines for sample in line["samples"]] == [(1, 1), (3, 4)]
    assert (run.path / "statistics.jsonl").read_bytes() == (again.path / "statistics.jsonl").read_bytes()
    assert contents(run) == contents(again)


@pytest.mark.parametrize("steps", [1, 6, 9, 16, 20])
def test_a_resumed_run_has_its_statistics_whole(tmp_path, steps):
    whole, _ = finish(four_epochs(), tmp_path)
    run = stopped_after(four_epochs(), tmp_path, steps)
    assert sum(len(line["samples"]) for line in run.statistics()) == sum(
        steps > end for end in (6, 18)
    )  # of finished epochs
    finished, _ = finish(run, tmp_path)
    assert contents(finished) == contents(whole)


def test_without_statistics_nothing_is_measured_and_the_weights_are_the_same(tmp_path):
    measured, _ = finish(small("digits-cnn"), tmp_path)
    plain, _ = finish(small("digits-cnn"), tmp_path, statistics=False)
    assert plain.statistics() == [] and "facts" not in plain.record["data"] and measured.statistics()
    mine, theirs = plain.weights(), measured.weights()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine) and plain.steps() == measured.steps()
    resumed, _ = finish(plain, tmp_path, settings=["plan.epochs=3"])
    assert resumed.statistics() == []  # it goes on as it began


def test_a_fork_goes_on_from_its_parents_statistics(tmp_path):
    parent = stopped_after(four_epochs(), tmp_path, 17)
    child, _ = finish(fork(parent, 17), tmp_path)
    whole, _ = finish(four_epochs(), tmp_path)
    assert child.statistics() == whole.statistics()


def test_a_run_that_blew_up_says_where_and_is_examined(tmp_path):
    experiment = with_options(EXPERIMENTS["digits-mlp"](), ["plan.optimizer=sgd", "plan.optimizer.lr=10000", "plan.schedule=constant", "net.activation=identity"])  # fmt: skip
    with pytest.raises(NonFiniteError) as caught:
        finish(experiment, tmp_path)
    run = Run(tmp_path / "digits-mlp-1")
    stopped = run.statistics()[-1]["stopped"]
    assert (stopped["step"], stopped["layer"]) == (caught.value.step, caught.value.layer)
    (found,) = diagnose(run)
    assert found.name == "rate too high" and f"step {caught.value.step} " in found.evidence.en
    with pytest.raises(NonFiniteError):
        finish(run, tmp_path)
    assert len(Run(run.path).statistics()) == 1  # a resumed run forgets what it stopped at, and finds it again


def test_a_damaged_line_of_a_finished_run_is_refused(tmp_path):
    run, _ = finish(small("iris"), tmp_path)
    path = run.path / "statistics.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"moved": 0', b'"moved": 1', 1))
    with pytest.raises(LimenError, match=r"statistics\.jsonl is not what iris-1 ended with"):
        diagnose(Run(run.path))


@pytest.mark.parametrize("line", [b'{"epoch": 1}\n', b'{"epoch": 1, "samples": [{"step": 1}]}\n', b'{"epoch": 1, "samples": [{"step": 1, "loss": 1.0, "rate": 0.1, "layers": [{"name": "a", "kind": "b", "dead": "x"}]}]}\n', b'{"epoch": 1, "samples": [], "stopped": {"step": 0}}\n'])  # fmt: skip
def test_a_checkpoint_whose_statistics_are_none_is_refused(tmp_path, line):
    run, _ = finish(small("iris"), tmp_path)
    files = checkpoints.read_files(checkpoints.saved(run.checkpoints)[0])
    with pytest.raises(LimenError, match="cannot be read"):
        checkpoints.decode(files | {"statistics.jsonl": line})
    old = {name: content for name, content in files.items() if name != "statistics.jsonl"}
    assert checkpoints.decode(old).statistics == []  # as older checkpoints have none


def test_advice_is_a_command_that_is_understood_and_keeps_the_runs_own_settings(tmp_path):
    experiment = with_options(EXPERIMENTS["digits-mlp"](), ["net.hidden=20,20,20,20,20,20,20,20", "net.activation=sigmoid", "plan.epochs=2"])  # fmt: skip
    run, _ = finish(experiment, tmp_path)
    (advice,) = advise(run)
    assert advice.diagnosis.name == "vanishing"
    relu, fewer = advice.commands
    assert (
        relu
        == "limen run digits-mlp --set net.hidden=20,20,20,20,20,20,20,20 --set net.activation=relu --set plan.epochs=2"
    )
    assert "net.hidden=20,20 " in fewer and "net.activation=sigmoid" in fewer and "plan.epochs=2" in fewer
    plain = as_plain(advice)
    assert json.loads(json.dumps(plain)) == plain and plain["try"] == [relu, fewer]


def test_the_report_and_the_command_tell_it_in_both_languages(tmp_path, limen, capsys):
    """One run of the command: the line after it, `limen doctor`, and the section of the report."""
    ran = limen("run", "digits-mlp", "--set", "plan.optimizer=sgd", "--set", "plan.optimizer.lr=60", "--set", "plan.epochs=2")  # fmt: skip
    assert ran.returncode == 0 and "Doctor: rate too high. See `limen doctor runs/digits-mlp-1`." in ran.stdout
    assert main(["doctor", str(tmp_path / "runs" / "digits-mlp-1"), "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "学习率太高" in told and "依据" in told and "--set plan.optimizer.lr=" in told
    assert main(["doctor", str(tmp_path / "runs" / "digits-mlp-1"), "--json"]) == 0
    (fault,) = json.loads(capsys.readouterr().out)["diagnoses"]
    assert fault["name"] == "rate too high" and fault["severity"] == "severe" and fault["try"]
    page = (tmp_path / "runs" / "digits-mlp-1" / "report.html").read_text()
    assert "The doctor" in page and fault["evidence"]["en"] in page
