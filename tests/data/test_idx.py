"""The idx reader against NumPy, and against every way a file can be wrong."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from limen.data.idx import read_idx, read_idx_pair
from limen.errors import LimenError

CODES = {"uint8": 8, "int8": 9, "int16": 11, "int32": 12, "float32": 13, "float64": 14}


def to_idx(array):
    """An array as the bytes of an idx file, written from the format's description."""
    head = bytes([0, 0, CODES[array.dtype.name], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


@settings(max_examples=60, deadline=None)
@given(data=st.data(), packed=st.booleans())
def test_what_is_written_is_read(tmp_path_factory, data, packed):
    dtype = data.draw(st.sampled_from(sorted(CODES)))
    shape = data.draw(hnp.array_shapes(max_dims=4, max_side=5, min_side=0))
    array = data.draw(hnp.arrays(dtype, shape))
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(to_idx(array)) if packed else to_idx(array))
    read = read_idx(path)
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(content)
    try:
        read_idx(path)
    except LimenError as error:
        assert "\n" not in str(error) and "file" in str(error)


GOOD = to_idx(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no idx file"),
        (b"\x89PNG\r\n", "no idx file: it begins with 89504e47"),
        (b"\0\0\x07\x01\0\0\0\0", "no idx file"),
        (GOOD[:10], "ends inside its header"),
        (GOOD[:-1], "shape 2×3×4 needs 24 bytes, 23 follow"),
        (GOOD + b"x", "shape 2×3×4 needs 24 bytes, more than 24 follow"),
        (b"\0\0\x0e\x03" + b"\xff" * 12, "claims"),
        (gzip.compress(GOOD, mtime=0)[:-9], "damaged or cut short"),
        (gzip.compress(GOOD, mtime=0)[:20] + b"\0" + gzip.compress(GOOD, mtime=0)[21:], "damaged or cut short"),
    ],
)
def test_a_bad_file_is_named_with_the_reason(tmp_path, content, words):
    path = tmp_path / "train-images"
    path.write_bytes(content)
    with pytest.raises(LimenError) as caught:
        read_idx(path)
    assert words in str(caught.value) and str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LimenError, match="Cannot read .*No such file"):
        read_idx(tmp_path / "nothing")


def test_a_pair_must_agree(tmp_path):
    x, y = tmp_path / "x", tmp_path / "y"
    x.write_bytes(to_idx(np.zeros((3, 2, 2), np.uint8)))
    y.write_bytes(to_idx(np.zeros(2, np.uint8)))
    with pytest.raises(LimenError, match="3 pictures.* 2 labels"):
        read_idx_pair(x, y)


def test_pictures_and_labels_in_the_wrong_places(tmp_path):
    x, y = tmp_path / "x", tmp_path / "y"
    x.write_bytes(to_idx(np.zeros((3, 2, 2), np.uint8)))
    y.write_bytes(to_idx(np.zeros(3, np.uint8)))
    with pytest.raises(LimenError, match="not pictures"):
        read_idx_pair(y, x)
    with pytest.raises(LimenError, match="not labels"):
        read_idx_pair(x, x)


def test_the_published_files(mnist_folder):
    x, y = read_idx_pair(mnist_folder / "t10k-images-idx3-ubyte.gz", mnist_folder / "t10k-labels-idx1-ubyte.gz")
    assert x.shape == (10_000, 28, 28, 1) and y.shape == (10_000,)
    assert np.bincount(y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert y[:5].tolist() == [7, 2, 1, 0, 4]
