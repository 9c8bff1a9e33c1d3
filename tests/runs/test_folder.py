"""Run folders: named, locked, journalled, and refused in time where they cannot be."""

import multiprocessing
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.records import METRICS, TIMES, record

from limen import storage
from limen.errors import LimenError
from limen.runs import names
from limen.runs.folder import Run
from limen.runs.names import list_runs, runs_folder
from limen.runs.repeats import repeats
from limen.runs.seal import from_lines

RECORD = record()


def test_runs_are_numbered(tmp_path):
    assert [Run.create(tmp_path, "x", RECORD).path.name for _ in range(3)] == ["x-1", "x-2", "x-3"]
    assert Run.create(tmp_path, "x-1", RECORD).path.name == "x-1-1"
    assert Run.create(tmp_path, "x", RECORD).path.name == "x-4"


def create(root):
    return Run.create(Path(root), "x", RECORD).path.name


def test_many_processes_get_a_folder_each(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        names = pool.map(create, [str(tmp_path)] * 12)
    assert len(set(names)) == 12


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x\0", ".hidden", "a" * 101, "名"])
def test_a_name_that_is_no_folders_is_refused(tmp_path, name):
    with pytest.raises(LimenError, match="cannot name a run"):
        Run.create(tmp_path, name, RECORD)


def test_a_run_that_was_only_begun_to_be_created_is_none(tmp_path):
    run = Run.create(tmp_path, "x", RECORD)
    shutil.copytree(run.path, tmp_path / ".x-2.0123456789ab.part")
    assert list_runs(tmp_path) == [run.path] and Run.find("last", tmp_path).path == run.path


def test_too_little_room_is_found_before_anything_is_made(tmp_path):
    with pytest.raises(LimenError, match="Too little room"):
        Run.create(tmp_path / "runs", "x", RECORD, needed=10**18)
    assert list_runs(tmp_path / "runs") == []


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(LimenError, match="a file stands where a folder is needed"):
        Run.create(tmp_path / "runs", "x", RECORD)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_place_is_told(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(LimenError, match="may not write there"):
        Run.create(tmp_path / "runs", "x", RECORD)


HOLD = """
import sys, time
from pathlib import Path
from limen.runs.folder import Run
with Run(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_processes_cannot_write_one_run_and_a_dead_one_holds_nothing(tmp_path):
    run = Run.create(tmp_path, "x", RECORD)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(run.path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LimenError, match=f"Another process \\(number {holder.pid}\\) is writing"), run.locked():
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with run.locked() as left:
        assert left.process == str(holder.pid)
    with run.locked() as left:
        assert left.process == ""


def test_a_run_that_was_being_made_when_the_power_went_is_no_run(tmp_path):
    part = tmp_path / ".x-1.0123456789ab.part"
    part.mkdir()
    (part / "run.json").write_text("{}")
    run = Run.create(tmp_path, "x", RECORD, files={"snapshots/a/b": b"1"})
    assert run.path.name == "x-1" and not part.exists()
    assert (run.path / "snapshots" / "a" / "b").read_bytes() == b"1"


def test_a_run_is_not_made_while_another_process_is_making_one(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "PATIENCE", 0.1)
    part = tmp_path / ".x-1.0123456789ab.part"  # the other's, which is alive
    part.mkdir()
    with storage.locked(tmp_path, wait=0) as mine:
        assert mine
        with pytest.raises(LimenError, match="Another process has been making a run"):
            Run.create(tmp_path, "x", RECORD)
    assert part.exists()


def test_a_run_is_found_by_path_by_name_and_as_the_last(tmp_path):
    first, second = Run.create(tmp_path, "x", RECORD), Run.create(tmp_path, "y", RECORD)
    assert Run.find(str(first.path), Path("nowhere")).path == first.path
    assert Run.find("x-1", tmp_path).path == first.path
    assert Run.find("last", tmp_path).path == second.path
    with pytest.raises(LimenError, match=r"No run 'x-11' in .*Did you mean 'x-1'\? See `limen runs`"):
        Run.find("x-11", tmp_path)
    with pytest.raises(LimenError, match="No run 'last'"):
        Run.find("last", tmp_path / "empty")


def test_journals_are_cut_back_to_a_checkpoint(tmp_path):
    run = Run.create(tmp_path, "x", RECORD)
    for epoch in (1, 2, 3):
        run.append({"metrics": METRICS | {"epoch": epoch}, "times": TIMES | {"epoch": epoch}})
    run.rewrite({"metrics": [METRICS], "times": [TIMES]})
    assert run.metrics() == [METRICS] and run.times() == [TIMES]


def test_a_line_that_a_crash_cut_short_is_left_out(tmp_path):
    assert from_lines(b'{"epoch": 1}\n{"epoch": 2}\n{"epo') == [{"epoch": 1}, {"epoch": 2}]
    assert from_lines(b"") == [] and Run.create(tmp_path, "x", RECORD).metrics() == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_record_is_told(tmp_path, content):
    run = Run.create(tmp_path, "x", RECORD)
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(LimenError, match=r"run\.json' (is damaged|holds no record)"):
        Run(run.path)


def test_another_tools_record_is_told(tmp_path):
    for content in ('{"id": 7}', '{"format": "text"}'):
        (tmp_path / "run.json").write_text(content)
        with pytest.raises(LimenError, match="is no record of a Limen run"):
            Run(tmp_path)


def test_a_record_of_a_newer_limen_is_told(tmp_path):
    run = Run.create(tmp_path, "x", RECORD)
    (run.path / "run.json").write_text('{"format": 99}')
    with pytest.raises(LimenError, match="written by a newer Limen"):
        Run(run.path)


def test_a_run_without_weights_says_so(tmp_path):
    run = Run.create(tmp_path, "x", RECORD)
    with pytest.raises(LimenError, match="no good checkpoint: it has none yet"):
        run.weights()
    with pytest.raises(LimenError, match="answers of x-1 cannot be read"):
        run.predictions()


def test_where_runs_are_kept(monkeypatch):
    assert runs_folder() == Path("runs") and runs_folder("a") == Path("a")
    monkeypatch.setenv("LIMEN_RUNS", "b")
    assert runs_folder() == Path("b") and runs_folder("a") == Path("a")


def test_the_interval_is_students():
    from scipy import stats

    values = [0.98, 0.99, 0.985, 0.97, 0.991]
    low, high = stats.t.interval(0.95, 4, loc=stats.tmean(values), scale=stats.sem(values))
    summed = repeats(values)
    assert (summed.low, summed.high) == pytest.approx((low, high))
    assert summed.deviation == pytest.approx(stats.tstd(values))
    assert repeats([0.5]).mean == 0.5 and repeats([0.5]).low != repeats([0.5]).low
