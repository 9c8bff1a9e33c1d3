"""`limen compare` on the command line: what it prints, where it writes, and how it refuses."""

import json

import pytest
from tests.records import folder, made, outputs_for, record

from limen.cli.main import main

TARGETS = [0, 1, 2] * 10


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i, options in enumerate(([], ["plan.optimizer.lr=0.3"])):
        for seed in (0, 1):
            outputs = outputs_for(TARGETS, set(range(20 + 5 * i + seed)))
            metrics = {"test_accuracy": (20 + 5 * i + seed) / 30, "test_loss": 1.0 - 0.2 * i + 0.01 * seed}
            made(
                tmp_path / "runs",
                f"iris-{2 * i + seed + 1}",
                record(seed=seed, options=options),
                metrics,
                outputs=outputs,
                targets=TARGETS,
            )
    return tmp_path


@pytest.fixture
def run(here, capsys):
    def command(*arguments):
        status = main(["compare", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


ALL = ("iris-1", "iris-2", "iris-3", "iris-4")


def test_what_differs_what_came_out_and_who_is_right(run):
    status, out, err = run(*ALL)
    assert status == 0 and err == "" and "\x1b" not in out
    assert "plan.optimizer.lr" in out and "0.01" in out and "0.3" in out and "plan.epochs" not in out
    assert "* 0.8500" in out and "0 lies outside" in out and "McNemar p" in out


def test_chinese(run):
    status, out, _ = run(*ALL, "--lang", "zh")
    assert status == 0 and "不同之处" in out and "测试准确率" in out and "不含 0" in out and "What differs" not in out


def test_json_is_one_object(run):
    status, out, _ = run("runs/iris-1", "last", "--json")
    told = json.loads(out)
    assert status == 0 and out.count("\n") == 1
    assert told["differences"] == {"plan.optimizer.lr": {"A": [0.01], "B": [0.3]}, "plan.seed": {"A": [0], "B": [1]}}
    assert told["metrics"][0]["best"] == ["B"]


def test_a_page(run, here):
    status, out, err = run(*ALL, "--html", "page.html", "--lang", "zh")
    content = (here / "page.html").read_text()
    assert status == 0 and err == "" and "page.html" in out and 'lang="zh-Hans"' in content and "学习曲线" in content
    assert "无法显示样本" in content  # the digest was made up, so the data at hand are other ones
    status, out, _ = run(*ALL, "--html", "page.html", "--json")
    assert status == 0 and json.loads(out)["groups"] and 'lang="en"' in (here / "page.html").read_text()
    assert [path.name for path in here.glob("*page*")] == ["page.html"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["iris-1"], "One run alone cannot be compared"),
        (["iris-1", "iris-1"], "'iris-1' is named twice"),
        (["last", "iris-4"], "'iris-4' is named twice"),
        (["iris-1", "irs-2"], "No run 'irs-2' in 'runs'. Did you mean 'iris-2'"),
        (["iris-1", "iris-2", "--runs", "nowhere"], "No run 'iris-1' in 'nowhere'"),
        (["iris-1", "iris-2", "--lang", "fr"], "Unknown language 'fr'"),
        (["iris-1", "iris-2", "--html", "runs"], "--html 'runs' is a folder. Name a file"),
        (["iris-1", "iris-2", "--html", "photo.png"], "--html 'photo.png' is no page"),
        (["iris-1", "iris-2", "--html", "nowhere/x.html"], "The folder 'nowhere' for the page does not exist"),
        (["iris-1", "damaged"], "damaged/run.json' is damaged"),
        (["iris-1", "hollow"], "is damaged: experiment.plan is None, where a record belongs"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(run, here, arguments, words):
    made(here / "runs", "damaged", record()).path.joinpath("run.json").write_text("{")
    folder(here / "runs", "hollow", record(**{"experiment.plan": None}))
    last = here / "runs" / "iris-4" / "run.json"
    last.touch()
    status, out, err = run(*arguments)
    assert status == 2 and out == ""
    assert err.startswith("limen: ") and err.count("\n") == 1 and words in err


def test_the_shell_completes_runs(here, limen):
    done = limen(_LIMEN_COMPLETE="complete_bash", COMP_WORDS="limen compare iris-1 iri", COMP_CWORD="3")
    assert done.stdout.split() == list(ALL)
