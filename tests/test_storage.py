"""Nothing is ever half written, whichever operation fails."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from limen import storage
from limen.storage import StorageError


class Failing:
    """Stands in for `storage.operate` and fails the k-th operation."""

    def __init__(self, k: int, number: int) -> None:
        self.k, self.number, self.count, self.real = k, number, 0, storage.operate

    def __call__(self, verb, path, act):
        self.count += 1

        def failing():
            raise OSError(self.number, os.strerror(self.number))

        return self.real(verb, path, failing if self.count == self.k else act)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_file_is_old_or_new_whichever_operation_fails(tmp_path, monkeypatch, number):
    path = tmp_path / "a.json"
    k = 0
    while True:
        k += 1
        path.write_bytes(b"old")
        failing = Failing(k, number)
        monkeypatch.setattr(storage, "operate", failing)
        try:
            storage.write_file(path, b"new")
        except StorageError as error:
            assert error.errno == number
            assert path.read_bytes() in (b"old", b"new")
            assert set(tree(tmp_path)) == {"a.json"}  # no remains
        monkeypatch.undo()
        if failing.count < k:
            break
    assert k > 3 and path.read_bytes() == b"new"


def test_a_folder_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    files = {"a": b"1" * 100, "b": b"2" * 100}
    for k in range(1, 20):
        target = tmp_path / f"folder-{k}"
        failing = Failing(k, errno.EIO)
        monkeypatch.setattr(storage, "operate", failing)
        try:
            storage.write_folder(target, files)
        except StorageError:
            assert not target.exists() or tree(target) == files
        monkeypatch.undo()
        if failing.count < k:
            assert tree(target) == files
            return
    pytest.fail("the write never came to its end")


def test_a_short_write_is_written_to_the_end(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, view: real(handle, view[:7]))
    storage.write_file(tmp_path / "a", bytes(range(100)))
    storage.append_line(tmp_path / "a", "x" * 50)
    assert (tmp_path / "a").read_bytes() == bytes(range(100)) + b"x" * 50 + b"\n"


def test_a_folder_that_is_taken_is_left_alone(tmp_path):
    files = {"a": b"1", "b/c": b"2"}
    storage.write_folder(tmp_path / "x", files, ("empty",))
    assert (tmp_path / "x" / "b" / "c").read_bytes() == b"2" and (tmp_path / "x" / "empty").is_dir()
    with pytest.raises(StorageError) as caught:
        storage.write_folder(tmp_path / "x", {"a": b"other"})
    assert storage.is_taken(caught.value) and (tmp_path / "x" / "a").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir() if p.name != "cache"] == ["x"]


def test_a_lock_is_held_by_one(tmp_path):
    with storage.locked(tmp_path, wait=0) as mine, storage.locked(tmp_path, wait=0) as other:
        assert mine and not other
    with storage.locked(tmp_path, wait=0) as again:
        assert again


def test_sweeping_clears_what_a_kill_left_and_nothing_else(tmp_path):
    kept = [".x.part", "kept.json", ".half.json.0123.part", "a.0123456789ab.part"]  # names that a user may have chosen
    for name in kept:
        (tmp_path / name).write_text("x")
    (tmp_path / ".half.json.0123456789ab.part").write_text("x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ".folder.0123456789ab.part").mkdir()
    (tmp_path / "in" / ".folder.0123456789ab.part" / "inside").write_text("x")
    assert storage.sweep(tmp_path, below=False) == 1
    assert storage.sweep(tmp_path) == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "cache") == sorted([*kept, "in"])


def test_a_full_disk_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "operate", Failing(1, errno.ENOSPC))
    with pytest.raises(StorageError, match=r"^Cannot create .* the disk is full; free some space") as caught:
        storage.write_file(tmp_path / "a", b"x")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0 and not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device_is_a_storage_error():
    with pytest.raises(StorageError, match="disk is full"):
        storage.append_line(Path("/dev/full"), "x")


def test_a_full_disk_is_found_before_any_work(tmp_path, monkeypatch):
    storage.check_place(tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(storage.StorageError, match="the disk is full"):
        storage.check_place(tmp_path / "runs")


def test_a_read_only_disk_is_found_before_any_work(tmp_path, monkeypatch):
    real = os.statvfs(tmp_path)
    values = [os.ST_RDONLY if name == "f_flag" else getattr(real, name) for name in FIELDS]
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(values))
    with pytest.raises(storage.StorageError, match="the disk is read-only"):
        storage.check_place(tmp_path / "runs")


FIELDS = [
    "f_bsize",
    "f_frsize",
    "f_blocks",
    "f_bfree",
    "f_bavail",
    "f_files",
    "f_ffree",
    "f_favail",
    "f_flag",
    "f_namemax",
]
