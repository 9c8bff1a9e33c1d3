"""A power cut costs no run."""

import random
from pathlib import Path

from limen import storage
from tests.faults.disk import Disk, Trace
from tests.faults.power import power
from tests.faults.seam import through


def test_a_run_outlives_the_power_going_at_any_moment(memory):
    outcome = power(memory, 200, every=8)
    assert outcome.met and outcome.tried == 200, outcome


def trees(root: Path, act) -> list[dict[str, bytes | None]]:
    """Every state that the disk may hold at some time while `act` works under `root`."""

    root.mkdir()
    trace, disk, found = Trace(root), Disk(), []
    with through(trace):
        act()
    for changes in trace.steps:
        for change in changes:
            disk.change(change)
        found += disk.after_a_cut(random.Random(0), 5)
    return found


def test_the_model_keeps_what_was_flushed_and_may_lose_what_was_not(tmp_path):
    root = tmp_path / "disk"

    def careless():
        storage.operate("create", root / "a", (root / "a").touch)
        storage.operate("write", root / "a", lambda: (root / "a").write_bytes(b"long"))
        storage.operate("put in place", root / "b", lambda: (root / "a").rename(root / "b"))

    found = trees(root, careless)
    for state in ({}, {"a": b""}, {"b": b""}, {"b": b"long"}, {"b": bytes(4)}):
        assert state in found
    assert {"a": b"long", "b": b"long"} not in found  # a rename is one thing


def test_the_model_loses_nothing_of_a_file_put_in_place(tmp_path):
    root = tmp_path / "disk"

    def careful():
        storage.write_file(root / "a", b"old")
        storage.write_file(root / "a", b"new")

    found = trees(root, careful)
    assert {t.get("a") for t in found} == {None, b"old", b"new"}
    assert found[-1] == {"a": b"new"}
