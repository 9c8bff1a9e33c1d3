"""`limen results` on the command line: a line an entry, the table, the page, the exit status, stopping and going on."""

import json
import os
import signal
from dataclasses import replace

import pytest

from limen.cli.main import main
from limen.experiments import lessons
from limen.views import results as views


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = main(["results", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_a_line_an_entry_then_the_table_and_the_page(run, tmp_path):
    status, out, err = run("losses", "mnist-cnn", "--write", "docs/results.md", "--seeds", "1")
    assert status == 0 and err == "" and "\x1b" not in out
    lines = out.splitlines()
    assert lines[0].startswith("losses  ✓") and lines[1].startswith(
        "mnist-cnn  ○ not run: mnist is not on this machine"
    )
    assert lines[-1] == "kept in runs/results-1; table written to docs/results.md"
    page = (tmp_path / "docs" / "results.md").read_text()
    assert "`limen results losses mnist-cnn --seeds 1`" in page and "| 2 Tensors" not in page
    status, out, err = run("--resume", "results-1", "--lang", "zh", "--write", "docs/results.zh.md", "--quiet")
    assert (status, out, err) == (0, "", "")
    assert "# 结果一览" in (tmp_path / "docs" / "results.zh.md").read_text()
    assert [path.name for path in (tmp_path / "runs").glob("[!.]*")] == ["results-1"]


def test_a_table_takes_in_what_is_named_when_it_goes_on(run):
    run("losses", "--quiet")
    status, out, _ = run("autograd", "losses", "--resume", "results-1", "--json")
    told = json.loads(out)
    assert status == 0 and told["command"] == "limen results losses; limen results autograd --resume results-1"
    assert [(entry["name"], entry["state"]) for entry in told["entries"]] == [("autograd", "done"), ("losses", "done")]


def test_json_is_one_object_and_other_folders_are_used(run, tmp_path, small_data):
    status, out, err = run("losses", "--json", "--runs", "kept", "--data", str(small_data))
    told = json.loads(out)
    assert status == 0 and err == "" and out.count("\n") == 1 and told["results"] == "kept/results-1"
    assert [e["state"] for e in told["entries"]] == ["done"] and told["data"] == str(small_data)


def test_a_failure_ends_with_status_1(run, monkeypatch):
    lesson = lessons.LESSONS["losses"]()
    expect = replace(lesson.steps[0].expect[0], reference={"mean": 1.25}, tolerance=0.0)
    steps = (replace(lesson.steps[0], expect=(*lesson.steps[0].expect, expect)), *lesson.steps[1:])
    monkeypatch.setitem(lessons.LESSONS, "losses", lambda: replace(lesson, steps=steps))
    status, out, _ = run("losses", "autograd")
    assert status == 1 and "losses  × short by 1" in out and "autograd  ✓" in out


def test_a_signal_leaves_all_saved_and_says_how_to_go_on(run, monkeypatch):
    moved = []
    monkeypatch.setattr(views.Meter, "move", lambda *_: moved.append(1) or os.kill(os.getpid(), signal.SIGINT))
    status, _, err = run("losses", "iris", "--seeds", "2")
    assert status == 130 and len(moved) == 1
    assert err == "limen: stopped and saved. Go on with `limen results --resume runs/results-1`.\n"
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["irs"], "Unknown experiment or lesson 'irs'. Did you mean 'iris'?"),
        (["iris", "--seeds", "0"], "--seeds 0 runs nothing"),
        (["--seeds", "2", "--resume", "results-1"], "Leave --seeds out"),
        (["--resume", "results-1"], "No results 'results-1' in 'runs'"),
        (["iris", "--write", "."], "--write '.' is a folder"),
        (["iris", "--lang", "fr"], "Unknown language 'fr'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(run, tmp_path, arguments, message):
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and message in err and not (tmp_path / "runs").exists()
