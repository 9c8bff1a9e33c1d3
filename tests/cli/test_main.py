"""The command line: what it prints, where, and with which exit status."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.conftest import contents

from limen.cli.main import main
from limen.runs.folder import Run


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here, capsys):
    """Run a command line within this process: (status, output, errors)."""

    def command(*arguments):
        status = main(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


QUICK = ("run", "digits-mlp", "--set", "plan.epochs=2")


def test_help_answers_at_once(limen):
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        done = limen("--help")
        seconds.append(time.perf_counter() - began)
    assert done.returncode == 0 and "Run an experiment" in done.stdout
    assert min(seconds) <= 0.3


def test_no_arguments_and_version(run):
    assert run()[0] == 0 and "Commands:" in run()[1]
    status, out, _ = run("--version")
    assert status == 0 and re.fullmatch(r"\d+\.\d+\.\d+\n", out)


def test_a_run_shows_epochs_and_what_came_out(run, here):
    status, out, err = run(*QUICK)
    assert status == 0 and err == ""
    assert "A dense net reads handwritten digits" in out and "1,150 for training" in out
    assert re.search(r"^ +1 +\d\.\d{4} +\d\.\d{4}", out, re.M) and "test accuracy" in out
    assert (here / "runs" / "digits-mlp-1" / "report.html").exists()
    assert "\x1b" not in out


def test_chinese(run, here):
    status, out, _ = run(*QUICK, "--lang", "zh")
    assert status == 0 and "全连接网络识别手写数字" in out and "测试准确率" in out and "验证损失" in out
    assert 'lang="zh-Hans"' in (here / "runs" / "digits-mlp-1" / "report.html").read_text()


def test_quiet_says_nothing_and_json_one_object(run, here):
    assert run(*QUICK, "--quiet", "--no-report") == (0, "", "")
    assert not (here / "runs" / "digits-mlp-1" / "report.html").exists()
    status, out, err = run(*QUICK, "--json", "--no-report", "--seed", "3")
    made = json.loads(out)
    assert status == 0 and err == "" and out.count("\n") == 1
    assert made["run"] == "runs/digits-mlp-2" and made["seed"] == 3 and made["epochs"] == 2
    assert {"device", "precision", "seconds", "published", "metrics"} <= set(made)
    assert {"test_accuracy", "test_loss", "validation_loss", "train_loss"} <= set(made["metrics"])


def test_several_seeds_give_an_interval(run):
    status, out, _ = run("run", "iris", "--set", "plan.epochs=2", "--seeds", "3", "--no-report", "--json")
    made = json.loads(out)
    assert status == 0 and made["seeds"] == [0, 1, 2] and len(made["runs"]) == 3
    measured = made["metrics"]["test_accuracy"]
    assert measured["low"] <= measured["mean"] <= measured["high"]
    status, out, _ = run("run", "iris", "--set", "plan.epochs=2", "--seeds", "2", "--no-report")
    assert "95 % confidence interval of the mean" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "Name an experiment, or a run with --resume"),
        (["run", "digits-cnn", "--resume", "x"], "Name an experiment, or a run with --resume"),
        (["run", "digts-cnn"], "Unknown experiment 'digts-cnn'. Did you mean 'digits-cnn'"),
        (["run", "iris", "--set", "plan.epoch=3"], "Unknown option 'plan.epoch'. Did you mean 'plan.epochs'"),
        (["run", "iris", "--set", "plan.epochs=0"], "plan.epochs 0 is out of range"),
        (["run", "iris", "--set", "plan.batch_size=1000"], "plan.batch_size 1,000 is larger than the 96"),
        (["run", "iris", "--set", "objective=regression"], "The objective 'regression' does not fit iris"),
        (["run", "iris", "--set", "plan.augment.flip=true"], "is for pictures, and iris holds tables"),
        (["run", "iris", "--set", "plan.optimizer.betas=0.9,abc"], "plan.optimizer.betas (0.9, 'abc')"),
        (["run", "iris", "--set", "plan.optimizer.betas=2,0.9"], "torch refuses it"),
        (["run", "digits-cnn", "--set", "net.channels=-2,4"], "net.channels -2 is out of range"),
        (["run", "iris", "--set", "data.validation=nan"], "data.validation nan"),
        (
            ["run", "mnist-cnn", "--runs", "/dev/null/x"],
            "Cannot write into '/dev/null/x': a file stands where a folder",
        ),
        (["run", "mnist-cnn", "--data", "~nosuch"], "The data folder '~nosuch' does not exist"),
        (["summary", "mlp", "--input", "100000x1000x1000"], "too large for this machine"),
        (["run", "iris", "--device", "cuda"], "No device 'cuda' on this machine"),
        (["run", "iris", "--device", "gpu"], "Unknown device 'gpu'"),
        (["run", "iris", "--precision", "fp8"], "Unknown precision 'fp8'"),
        (["run", "iris", "--threads", "0"], "0 threads cannot be used"),
        (["run", "iris", "--seed", "-1"], "plan.seed -1 is out of range"),
        (["run", "iris", "--seeds", "0"], "--seeds 0 repeats nothing"),
        (["run", "iris", "--lang", "fr"], "Unknown language 'fr'"),
        (["run", "iris", "--recipe", "notes"], "iris has no recipes"),
        (["run", "mnist-cnn", "--data", "nowhere"], "The data folder 'nowhere' does not exist"),
        (["run", "--resume", "nothing"], "No run 'nothing' in 'runs'"),
        (["run", "--resume", "x", "--seeds", "3"], "--resume goes on with the run's own plan"),
        (["run", "--resume", "x", "--snapshots", "log"], "--resume goes on with the run's own plan"),
        (["run", "iris", "--allow-changes"], "--allow-changes is for --resume"),
        (["run", "iris", "--snapshots", "every:0"], "--snapshots 'every:0' names no steps"),
        (["run", "iris", "--processes", "0"], "--processes 0 is none"),
        (["run", "iris", "--shard"], "--shard spreads a net over several processes"),
        (["verify", "nothing"], "No run 'nothing'"),
        (["fork", "nothing", "--at", "3"], "No run 'nothing'"),
        (["run", "iris", "--nope"], "No such option: --nope"),
        (["run", "iris", "--seed", "x"], "Invalid value for '--seed'"),
        (["show", "nothing"], "No run 'nothing'"),
        (["predict", "nothing", "x.png"], "No run 'nothing'"),
        (["predict"], "Missing argument"),
        (["summary", "lenet"], "Unknown net 'lenet'. Did you mean 'lenet5'"),
        (["summary", "mlp", "--input", "axb"], "--input 'axb' is no shape"),
        (["summary", "mlp", "--input", "0x3"], "--input '0x3' is no shape"),
        (["summary", "mlp", "--classes", "0"], "--classes 0"),
        (["summary", "mlp", "--set", "net.hiden=3"], "Did you mean 'hidden'"),
        (["summary", "mnist-cnn", "--input", "4"], "takes pictures"),
        (["data", "get", "minst"], "Unknown data set 'minst'. Did you mean 'mnist'"),
        (["list", "stuff"], "Invalid value"),
        (["frobnicate"], "No such command 'frobnicate'"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(run, here, arguments, words):
    status, out, err = run(*arguments)
    assert status == 2 and out == ""
    assert err.startswith("limen: ") and err.count("\n") == 1 and words in err
    assert "Traceback" not in err and not (here / "runs").exists()


def test_a_place_for_runs_that_is_a_file(run, here):
    (here / "file").write_text("")
    status, _, err = run(*QUICK, "--runs", "file")
    assert status == 2 and "a file stands where a folder is needed" in err


def test_runs_and_show(run, here):
    assert "No runs in 'runs' yet" in run("runs")[1]
    run(*QUICK, "--quiet")
    status, out, _ = run("runs")
    assert status == 0 and "digits-mlp-1" in out and "finished" in out and "test accuracy" in out
    assert json.loads(run("runs", "--json")[1])[0]["run"] == "digits-mlp-1"
    status, out, _ = run("show", "last")
    assert status == 0 and "test accuracy" in out and "runs/digits-mlp-1/report.html" in out
    assert json.loads(run("show", "digits-mlp-1", "--json")[1])["result"]["epochs"] == 2
    (here / "runs" / "digits-mlp-1" / "report.html").unlink()
    assert run("show", "last", "--report", "--lang", "zh")[0] == 0
    assert 'lang="zh-Hans"' in (here / "runs" / "digits-mlp-1" / "report.html").read_text()


def test_one_damaged_run_does_not_hide_the_others(run, here):
    run(*QUICK, "--quiet", "--no-report")
    run(*QUICK, "--quiet", "--no-report")
    (here / "runs" / "digits-mlp-1" / "run.json").write_text("{")
    status, out, err = run("runs")
    assert status == 0 and "digits-mlp-2" in out and "run.json' is damaged" in err


def test_lists_and_summaries(run):
    for kind, words in (
        ("experiments", "mnist-conv3"),
        ("nets", "lenet5"),
        ("data", "fashion-mnist"),
        ("optimizers", "rmsprop"),
    ):
        status, out, _ = run("list", kind)
        assert status == 0 and words in out
        assert isinstance(json.loads(run("list", kind, "--json")[1]), list)
    assert "用四个尺寸区分三种鸢尾花" in run("list", "--lang", "zh")[1]
    status, out, _ = run("summary", "mnist-cnn")
    assert status == 0 and "206,922" in out and "1,218,048" in out
    rows = json.loads(run("summary", "mlp", "--input", "4", "--classes", "3", "--set", "net.hidden=5", "--json")[1])
    assert [r["parameters"] for r in rows] == [0, 25, 0, 18]


def test_data_tells_what_is_here(run, small_data, monkeypatch):
    status, out, _ = run("data")
    assert status == 0 and "with scikit-learn" in out and "`limen data get mnist` fetches 12 MB" in out
    monkeypatch.setenv("LIMEN_DATA", str(small_data))
    rows = {row["name"]: row for row in json.loads(run("data", "--json")[1])}
    assert rows["mnist"]["state"] == rows["cifar10"]["state"] == "here" and "(idx)" in rows["mnist"]["where"]
    assert "there is nothing to fetch" in run("data", "get", "digits")[1] and rows["spiral"]["state"] == "here"


def test_predict(run, here):
    run("run", "digits-cnn", "--set", "plan.epochs=2", "--quiet", "--no-report")
    picture = np.full((16, 16), 255, np.uint8)
    picture[2:14, 7:9] = 0
    Image.fromarray(picture).save("one.png")
    status, out, _ = run("predict", "last", "one.png")
    assert status == 0 and "one.png" in out and "try --invert" in " ".join(out.split()) and "%" in out
    made = json.loads(run("predict", "last", "one.png", "--invert", "--json")[1])
    assert made[0]["file"] == "one.png" and set(made[0]["probabilities"]) == set("0123456789")
    status, _, err = run("predict", "last", "nothing.png")
    assert status == 2 and "No such file" in err


def test_completion_names_experiments_and_runs(here):
    from limen.cli.options import complete_experiments, complete_languages, complete_runs, complete_sources

    assert complete_experiments("digits") == ["digits-cnn", "digits-mlp"]
    assert complete_sources("m") == ["mnist"] and complete_languages("z") == ["zh"] and complete_runs("x") == ["last"]


def test_completion_through_the_shell(limen):
    done = limen(_LIMEN_COMPLETE="complete_bash", COMP_WORDS="limen run digits", COMP_CWORD="2")
    assert done.stdout.split() == ["digits-cnn", "digits-mlp"]


LONG = ("run", "digits-mlp", "--set", "plan.epochs=400", "--no-report")


def start(here, *arguments):
    command = [str(Path(sys.executable).parent / "limen"), *arguments]
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_it_saves_and_a_resumed_run_is_the_same(here, limen, number, status):
    process = start(here, *LONG)
    for line in process.stdout:
        if re.match(r"^ +1 ", line):
            break
    process.send_signal(number)
    began = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert process.returncode == status and time.monotonic() - began < 5
    assert err == "limen: stopped and saved. Go on with `limen run --resume runs/digits-mlp-1`.\n"
    run = Run(here / "runs" / "digits-mlp-1")
    assert run.result is None and 0 < len(run.metrics()) < 400
    stopped = limen("show", "last")
    assert "Not finished" in stopped.stdout
    resumed = limen("run", "--resume", "digits-mlp-1", "--no-report")
    assert resumed.returncode == 0 and "resumed after epoch" in resumed.stdout
    assert limen(*LONG, "-q").returncode == 0
    assert contents(Run(here / "runs" / "digits-mlp-1")) == contents(Run(here / "runs" / "digits-mlp-2"))


def test_a_second_interrupt_ends_at_once(here):
    process = start(here, "run", "digits-cnn", "--set", "plan.epochs=2000", "--no-report")
    for line in process.stdout:
        if re.match(r"^ +1 ", line):
            break
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode in (143, -signal.SIGTERM)


def test_a_second_writer_is_refused(here, limen):
    process = start(here, "run", "digits-mlp", "--set", "plan.epochs=4000", "--no-report")
    try:
        for line in process.stdout:
            if re.match(r"^ +1 ", line):
                break
        done = limen("run", "--resume", "digits-mlp-1")
        assert done.returncode == 2 and f"Another process (number {process.pid}) is writing" in done.stderr
    finally:
        process.kill()
        process.communicate()


def test_a_closed_pipe_is_no_error(here):
    done = subprocess.run(
        f"{Path(sys.executable).parent / 'limen'} list optimizers | head -1",
        cwd=here,
        shell=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == "" and "name" in done.stdout


def test_python_m_limen(here):
    done = subprocess.run(
        [sys.executable, "-m", "limen", "--version"], cwd=here, capture_output=True, text=True, check=True
    )
    assert done.stdout.count(".") == 2
