"""`limen learn` on the command line: steps and checks, exit status, files, and how it refuses."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from limen.cli.main import main
from limen.experiments import lessons
from limen.experiments.lesson import Expect
from limen.language import Text


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = main(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def planted(monkeypatch):
    """The lesson on losses with one reference that is wrong."""
    made = lessons.LESSONS["losses"]()
    expect = replace(
        made.steps[0].expect[0], of=Text("a wrong book", "一本错书"), reference={"mean": 1.25}, tolerance=0.0
    )
    steps = (replace(made.steps[0], expect=(*made.steps[0].expect, expect)), *made.steps[1:])
    monkeypatch.setitem(lessons.LESSONS, "losses", lambda: replace(made, steps=steps))


def test_a_lesson_shows_code_results_and_checks(run, tmp_path):
    status, out, err = run("learn", "tensors")
    assert status == 0 and err == "" and "\x1b" not in out
    for words in ("8/14  A matrix times a vector", "m @ v    tensor([49., 47.])", "✓ notes A", "All 59 checks hold"):
        assert words in out
    assert "  m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])\n" in out and "runs/lesson-tensors/report.html" in out
    folder = tmp_path / "runs" / "lesson-tensors"
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "result.json"]
    told = json.loads((folder / "result.json").read_text())
    assert told["checks"] == 59 and told["failed"] == 0


def test_run_takes_a_lesson_too_and_anew(run, tmp_path):
    first = run("learn", "losses")
    assert run("run", "losses") == first
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["lesson-losses"]
    assert (tmp_path / "runs" / "lesson-losses" / "figures" / "lesson-stairs.png").exists()
    assert "No runs in 'runs' yet" in run("runs")[1]


def test_options_language_and_another_place(run, tmp_path):
    status, out, _ = run("learn", "autograd", "--set", "rate=0.2", "--set", "parts=8", "--lang", "zh", "--runs", "kept")
    assert status == 0 and "rate = 0.2" in out and "梯度会累加" in out and "核对全部通过" in out
    page = (tmp_path / "kept" / "lesson-autograd" / "report.html").read_text()
    assert 'lang="zh-Hans"' in page and "limen learn autograd --set rate=0.2 --set parts=8" in page


def test_json_is_one_object_and_without_a_report_nothing_is_written(run, tmp_path):
    status, out, err = run("learn", "autograd", "--json", "--no-report", "--set", "parts=8")
    told = json.loads(out)
    assert status == 0 and err == "" and out.count("\n") == 1 and not (tmp_path / "runs").exists()
    assert told["lesson"] == "autograd" and told["options"] == {"rate": 0.1, "parts": 8} and "run" not in told
    results = {r["name"]: r for step in told["steps"] for r in step["results"]}
    assert results["out"]["value"] == 27 and results["bytes kept"]["value"] == [3072, 384]
    assert all(check["holds"] for result in results.values() for check in result["checks"])
    assert run("learn", "losses", "--quiet", "--no-report") == (0, "", "")
    assert json.loads(run("learn", "losses", "--json")[1])["run"] == "runs/lesson-losses"


@pytest.mark.parametrize("how", [("learn", "losses"), ("run", "losses"), ("learn", "losses", "--json", "--no-report")])
def test_a_failed_check_ends_with_status_1_and_says_which(run, planted, how, tmp_path):
    status, out, err = run(*how)
    assert status == 1 and err.count("\n") == 1
    assert err == "limen: losses 1. Half the squared error · mean · a wrong book: differs by 0.025, allowed 0\n"
    if "--json" in how:
        assert json.loads(out)["failed"] == 1
    else:
        assert "× a wrong book" in out and "expected 1.25" in out and re.search(r"× 1 of \d+ checks fail", out)
    assert "--json" in how or "× a wrong book" in (tmp_path / "runs" / "lesson-losses" / "report.html").read_text()


def test_the_lessons_are_listed_among_the_experiments(run):
    status, out, _ = run("learn")
    assert status == 0 and "rate=0.1, steps=20, batch=32" in out
    assert [row["name"] for row in json.loads(run("learn", "--json")[1])] == list(lessons.LESSONS)
    listed = [row["name"] for row in json.loads(run("list", "--json")[1])]
    assert [name for name in listed if name in lessons.LESSONS] == list(lessons.LESSONS) and "iris" in listed
    assert "梯度下降" in run("list", "--lang", "zh")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["learn", "tensor"], "Unknown lesson 'tensor'. Did you mean 'tensors'? See `limen learn`."),
        (["learn", "digts-cnn"], "Did you mean 'digits-cnn'"),
        (["learn", "iris"], "'iris' is an experiment, not a lesson. Run it with `limen run iris`."),
        (["run", "autogard"], "Unknown experiment 'autogard'. Did you mean 'autograd'"),
        (["learn", "descent", "--set", "rte=1"], "Unknown option of descent 'rte'. Did you mean 'rate'"),
        (["run", "descent", "--set", "plan.epochs=3"], "Unknown option of descent 'plan.epochs'"),
        (["run", "descent", "--seeds", "3"], "descent is a lesson, and --seeds is for experiments"),
        (["run", "descent", "--allow-changes"], "--allow-changes is for"),
        (["learn", "--set", "rate=1"], "--set is for a lesson. Name one"),
        (["learn", "losses", "--lang", "fr"], "Unknown language 'fr'"),
        (["learn", "losses", "--runs", "/dev/null/x"], "a file stands where a folder is needed"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(run, tmp_path, arguments, words):
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and err.startswith("limen: ") and err.count("\n") == 1 and words in err
    assert not (tmp_path / "runs").exists()


def test_listing_the_lessons_does_not_import_torch():
    code = (
        "import sys; from limen.cli.main import main; main(['learn']); print('torch' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"


def test_a_lesson_is_completed():
    from limen.cli.options import complete_experiments, complete_lessons

    assert complete_lessons("d") == ["descent"] and "descent" in complete_experiments("d")
    assert Expect(Text("a", "甲"), 1).tolerance == 0
