"""Opening what may be no plain file."""

import os

import pytest

from limen.errors import LimenError, nearest, shown, unknown
from limen.regular import open_regular, read_regular


def test_a_plain_file_is_read_whole(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    with open_regular(path) as file:
        assert read_regular(path, 3) == file.read() == b"abc"
    with pytest.raises(LimenError, match="has 3 bytes; at most 2 are read"):
        read_regular(path, 2)


def test_pipes_devices_and_folders_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, "/dev/zero"):
        with pytest.raises((LimenError, IsADirectoryError), match="no plain file|directory"):
            read_regular(path if not isinstance(path, str) else tmp_path.__class__(path), 100)


def test_links_are_followed_where_they_may_be_and_only_there(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("x")
    assert read_regular(tmp_path / "link", 10) == b"abc"
    with pytest.raises(LimenError, match="is a link"):
        read_regular(tmp_path / "link", 10, links=False)


def test_a_sparse_file_costs_nothing(tmp_path):
    with (tmp_path / "x").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(LimenError, match="at most"):
        read_regular(tmp_path / "x", 1 << 20)


def test_a_value_of_any_size_is_shown_in_a_line():
    endless: list[object] = []
    endless.append(endless)
    for value in ("x" * 10**6, 10**5000, [0] * 10**5, endless, {"a": "\n" * 100}, "a\nb"):
        assert len(shown(value)) < 80 and "\n" not in shown(value)
    assert shown("abc") == "'abc'" and shown(5) == "5"
    assert nearest("x" * 10**6, ["x"]) is None and len(str(unknown("net", "x" * 10**6, ["mlp"]))) < 200
