"""MNIST's three forms hold the same digits, made here from the published idx files or from small stand-ins."""

import gzip
import pickle

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from limen.data.idx import read_idx_pair
from limen.data.mnist import read_mnist_csv, read_mnist_pickle, read_numbers, to_pixels
from limen.errors import LimenError


@pytest.fixture(scope="module")
def three_parts():
    draw = np.random.default_rng(0)
    sizes = (50, 10, 10)
    return tuple((draw.integers(0, 256, (n, 784), dtype=np.uint8), draw.integers(0, 10, n)) for n in sizes)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("divisor", [1, 255, 256])
@pytest.mark.parametrize("packed", [False, True])
def test_a_pickle_is_read_whatever_wrote_it(tmp_path, three_parts, protocol, divisor, packed):
    parts = tuple((x / np.float32(divisor) if divisor > 1 else x, y) for x, y in three_parts)
    content = pickle.dumps(parts, protocol)
    path = tmp_path / "mnist.pkl"
    path.write_bytes(gzip.compress(content) if packed else content)
    read = read_mnist_pickle(path)
    for (x, y), got in zip(three_parts, (read.train, read.validation, read.test), strict=True):
        np.testing.assert_array_equal(got[0].reshape(-1, 784), x)
        np.testing.assert_array_equal(got[1], y)


def test_the_genuine_digits_survive_the_pickle(tmp_path, mnist_folder):
    x, y = read_idx_pair(mnist_folder / "train-images-idx3-ubyte.gz", mnist_folder / "train-labels-idx1-ubyte.gz")
    test = read_idx_pair(mnist_folder / "t10k-images-idx3-ubyte.gz", mnist_folder / "t10k-labels-idx1-ubyte.gz")
    flat = [
        (a.reshape(-1, 784) / np.float32(256), b) for a, b in ((x[:50_000], y[:50_000]), (x[50_000:], y[50_000:]), test)
    ]
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(tuple(flat), 2), 1))
    read = read_mnist_pickle(path)
    assert [len(p[1]) for p in (read.train, read.validation, read.test)] == [50_000, 10_000, 10_000]
    np.testing.assert_array_equal(read.validation[0], x[50_000:])
    np.testing.assert_array_equal(read.test[1], test[1])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((1, 2), "three parts"),
        ({"a": 1}, "three parts"),
        (((1, 2),) * 3, "not \\(pictures N×784"),
        (((np.zeros((2, 784)), np.zeros(3, int)),) * 3, "not \\(pictures N×784"),
        (((np.zeros((2, 700)), np.zeros(2, int)),) * 3, "not \\(pictures N×784"),
        (((np.full((2, 784), -3.0), np.zeros(2, int)),) * 3, "no pixels: -3.0 to -3.0"),
    ],
)
def test_another_pickle_is_refused(tmp_path, value, words):
    path = tmp_path / "mnist.pkl"
    path.write_bytes(pickle.dumps(value, 4))
    with pytest.raises(LimenError, match=words):
        read_mnist_pickle(path)


def write_csv(path, rows, heading=None):
    lines = ([",".join(heading)] if heading else []) + [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("heading", [False, True])
def test_the_csv_pair_is_divided_as_the_course_does(tmp_path, heading):
    draw = np.random.default_rng(1)
    x, y = draw.integers(0, 256, (61, 784)), draw.integers(0, 10, 61)
    write_csv(tmp_path / "x.csv", x, [f"p{i}" for i in range(784)] if heading else None)
    write_csv(tmp_path / "y.csv", y[:, None], ["label"] if heading else None)
    parts = read_mnist_csv(tmp_path / "x.csv", tmp_path / "y.csv")
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=1 / 6, random_state=1010)
    np.testing.assert_array_equal(parts.train[0].reshape(-1, 784), x_train)
    np.testing.assert_array_equal(parts.test[0].reshape(-1, 784), x_test)
    np.testing.assert_array_equal(parts.train[1], y_train)
    np.testing.assert_array_equal(parts.test[1], y_test)


def test_a_first_row_written_with_points_is_no_heading(tmp_path):
    np.savetxt(tmp_path / "x.csv", np.full((12, 784), 7), delimiter=",")
    np.savetxt(tmp_path / "y.csv", np.arange(12) % 10, delimiter=",")
    parts = read_mnist_csv(tmp_path / "x.csv", tmp_path / "y.csv")
    assert len(parts.train[0]) + len(parts.test[0]) == 12


def test_black_and_white_pictures_between_0_and_1_stay_black_and_white():
    x = np.array([[0.0, 1.0, 1.0]], np.float32)
    np.testing.assert_array_equal(to_pixels(x, "test"), [[0, 255, 255]])


def test_the_csv_division_of_sixty_thousand_is_a_sixth():
    _, test = train_test_split(np.arange(60_000), test_size=1 / 6, random_state=1010)
    order = np.random.RandomState(1010).permutation(60_000)
    np.testing.assert_array_equal(order[:10_000], test)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2\n3,4\n", "2 columns where 3 belong"),
        ("1,2,3\n4,5,6\n7,999,9\n", "row 3, column 2: '999' is not a whole number from 0 to 255"),
        ("1,2,3\n4,-5,6\n", "row 2, column 2: '-5'"),
        ("1,2,3\n4,5.5,6\n", "row 2, column 2: '5.5'"),
        ("1,2,3\n4,x,6\n", "row 2, column 2: 'x'"),
        ("1,2,3\n4,,6\n", "column 2: 'nan'"),
        ("1,2,3\n4,5,6,7\n", "no table of numbers"),
        ("", "no table of numbers"),
        ("a,b,c\n1,2,1e400\n", "column 3: 'inf'"),
    ],
)
def test_a_bad_table_is_told_by_row_and_column(tmp_path, text, words):
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(LimenError) as caught:
        read_numbers(path, 3)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_pictures_and_labels_must_agree(tmp_path):
    write_csv(tmp_path / "x.csv", np.zeros((3, 784), int))
    write_csv(tmp_path / "y.csv", np.zeros((2, 1), int))
    with pytest.raises(LimenError, match="3 rows, but .* 2"):
        read_mnist_csv(tmp_path / "x.csv", tmp_path / "y.csv")


def test_a_packed_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("limen.data.mnist.LARGEST", 1 << 20)
    from limen.data.packed import read_packed

    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(bytes(8 << 20)))
    with pytest.raises(LimenError, match="unpacks to more than"):
        read_packed(path, 1 << 20)
