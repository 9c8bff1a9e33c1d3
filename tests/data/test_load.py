"""From a name to a data set: found where it lies, checked, divided."""

import dataclasses
import gzip
import struct

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_iris

from limen.data import embedded
from limen.data.load import load, locate
from limen.data.sources import SOURCES
from limen.data.spec import Augment, Data
from limen.errors import LimenError


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes())


def write_mnist(folder, train=60, test=20, shape=(28, 28), labels=10, seed=0):
    """The four idx files with random digits."""
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, n in (("train", train), ("t10k", test)):
        images = draw.integers(0, 256, (n, *shape), dtype=np.uint8)
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(idx(images))
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(idx(np.arange(n, dtype=np.uint8) % labels))
    return folder


MINE = Data("mnist", verify=False)


def test_embedded_digits_are_scikit_learns():
    parts, bunch = embedded.read_digits(), load_digits()
    np.testing.assert_array_equal(parts.train[0][..., 0], bunch.images)
    np.testing.assert_array_equal(parts.train[1], bunch.target)
    assert parts.train[0].dtype == np.uint8


def test_embedded_iris_is_scikit_learns():
    parts, bunch = embedded.read_iris(), load_iris()
    np.testing.assert_array_equal(parts.train[0], bunch.data.astype(np.float32))
    np.testing.assert_array_equal(parts.train[1], bunch.target)


@pytest.mark.parametrize("read", [embedded.read_digits, embedded.read_iris])
def test_embedded_sets_are_found_through_scikit_learn_when_they_moved(read, monkeypatch):
    before = read()
    monkeypatch.setattr(embedded, "rows", lambda *_: None)
    after = read()
    np.testing.assert_array_equal(before.train[0], after.train[0])
    np.testing.assert_array_equal(before.train[1], after.train[1])


def test_digits_are_divided_by_class_and_scaled(digits):
    assert [len(s) for s in (digits.train, digits.validation, digits.test)] == [1150, 288, 359]
    assert digits.shape == (1, 8, 8) and digits.train.x.dtype == torch.uint8
    assert digits.scale(digits.train.x).max() == 1.0
    for split in (digits.train, digits.validation, digits.test):
        assert split.y.bincount().max() - split.y.bincount().min() <= 6


def test_a_table_gets_mean_0_and_deviation_1_from_its_training_rows(iris):
    x = iris.scale(iris.train.x)
    assert torch.allclose(x.mean(0), torch.zeros(4), atol=1e-5)
    assert torch.allclose(x.std(0, correction=0), torch.ones(4), atol=1e-5)
    assert not torch.allclose(iris.scale(iris.test.x).mean(0), torch.zeros(4), atol=1e-3)


def test_symmetric_pixels_go_from_minus_1_to_1():
    data = load(Data("digits", pixels="symmetric"))
    x = data.scale(data.train.x)
    assert x.min() == -1 and x.max() == 1 and data.scale.top == 16


def test_imagenets_pixels_are_scaled_channel_by_channel(small_data):
    data = load(Data("cifar10", pixels="imagenet", verify=False, validation=40), folder=small_data)
    stored = data.train.x[:9].numpy().astype(np.float64)
    expected = (stored / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(data.scale(data.train.x[:9]).numpy(), expected, atol=1e-5)
    assert data.scale.top == 255
    with pytest.raises(
        LimenError, match=r"data\.pixels=imagenet is for pictures in three colours, and digits has none"
    ):
        load(Data("digits", pixels="imagenet"))


@pytest.mark.parametrize("where", ["mnist", "."])
def test_files_are_found_under_the_sets_name_or_in_the_folder_itself(tmp_path, where):
    folder = write_mnist(tmp_path / "data" / where)
    data = load(MINE, folder=tmp_path / "data")
    assert len(data.train) + len(data.validation) == 60 and len(data.test) == 20
    form, paths = locate(SOURCES["mnist"], tmp_path / "data")
    assert form.name == "idx" and paths[0].parent == folder


def test_the_named_folder_comes_before_the_variable_and_that_before_the_cache(tmp_path, monkeypatch):
    for place, n in (("a", 60), ("b", 70), ("cache/mnist", 80)):
        write_mnist(tmp_path / place, train=n)
    total = lambda data: len(data.train) + len(data.validation)  # noqa: E731
    assert total(load(MINE)) == 80
    monkeypatch.setenv("LIMEN_DATA", str(tmp_path / "b"))
    assert total(load(MINE)) == 70
    assert total(load(MINE, folder=tmp_path / "a")) == 60


def test_a_named_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(LimenError, match="does not exist. Check --data and LIMEN_DATA"):
        load(MINE, folder=tmp_path / "nowhere")


def test_an_unpublished_file_is_refused_unless_asked_for(tmp_path):
    write_mnist(tmp_path / "d")
    with pytest.raises(LimenError, match="is not the published file: SHA-256 .* --set data.verify=false"):
        load("mnist", folder=tmp_path / "d")


def test_the_published_files_pass(mnist_folder):
    data = load(Data("mnist", validation=10_000, split="last"), folder=mnist_folder)
    assert [len(s) for s in (data.train, data.validation, data.test)] == [50_000, 10_000, 10_000]
    pixels = data.train.x.float().div(255)
    assert abs(pixels.mean() - 0.1307) < 1e-3 and abs(pixels.std() - 0.3081) < 1e-3


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"shape": (8, 8)}, "training|train examples have shape 8×8×1, where 28×28×1 belongs"),
        ({"labels": 12}, "label 10 of train example 11 has no class; 10 such labels. Allowed: 0 to 9"),
    ],
)
def test_data_that_do_not_fit_are_refused(tmp_path, how, words):
    write_mnist(tmp_path / "d", **how)
    with pytest.raises(LimenError, match=words):
        load(MINE, folder=tmp_path / "d")


def test_a_number_that_is_none_is_told_by_row_and_column(monkeypatch):
    def bad():
        parts = embedded.read_iris()
        parts.train[0][7, 2] = np.nan
        return parts

    monkeypatch.setitem(load.__globals__["EMBEDDED"], "iris", bad)
    with pytest.raises(LimenError, match=r"train row 8, column 3 is nan\. Every number must be finite"):
        load("iris")


def test_unknown_names():
    with pytest.raises(LimenError, match="Unknown data set 'minst'. Did you mean 'mnist'"):
        load("minst")
    with pytest.raises(LimenError, match="fashion-mnist has no form 'pkl'"):
        load(Data("fashion-mnist", form="pkl"))


def test_a_limit_keeps_every_class():
    data = load(Data("digits", limit=50, seed=0))
    assert len(data.train) == 50 and data.train.y.bincount().tolist() == [5] * 10
    assert len(data.validation) == 288


@pytest.mark.parametrize(("name", "limit"), [("digits", 50), ("spiral", 90)])
def test_mislabelling_touches_the_training_labels_alone(name, limit):
    right, wrong = (load(Data(name, limit=limit, seed=0, mislabel=share)) for share in (0.0, 0.2))
    assert (right.train.y != wrong.train.y).sum() == limit / 5 and torch.equal(right.train.x, wrong.train.x)
    for part in ("validation", "test"):
        assert torch.equal(getattr(right, part).y, getattr(wrong, part).y)


def test_the_division_follows_the_runs_seed_unless_it_has_its_own():
    same = [load(Data("iris", seed=3), seed=s).digest() for s in (0, 1)]
    other = [load(Data("iris"), seed=s).digest() for s in (0, 1)]
    assert same[0] == same[1] and other[0] != other[1]
    assert load(Data("iris"), seed=1).digest() == other[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"validation": 0}, "data.validation 0"),
        ({"validation": 1.5}, "data.validation 1.5"),
        ({"validation": -3}, "data.validation -3"),
        ({"test": 0}, "data.test 0"),
        ({"test": 1}, "data.test 1"),
        ({"limit": 0}, "data.limit 0"),
        ({"mislabel": 1.2}, "data.mislabel 1.2 is not a share"),
        ({"split": "lats"}, "Unknown split 'lats'. Did you mean 'last'"),
        ({"validation": float("nan")}, "data.validation nan is not a part"),
        ({"validation": float("inf")}, "data.validation inf is not a part"),
        ({"pixels": "byte"}, "Unknown pixels"),
    ],
)
def test_impossible_choices_fail_when_they_are_made(options, words):
    with pytest.raises(LimenError) as caught:
        Data("mnist", **options)
    assert words in str(caught.value)


def test_more_held_back_than_there_is():
    with pytest.raises(LimenError, match="Cannot hold back 5,000 of 1,438"):
        load(Data("digits", validation=5000))


def test_a_negative_shift_is_refused():
    with pytest.raises(LimenError, match="plan.augment.shift -1"):
        Augment(shift=-1)


def test_without_a_network_the_files_and_their_place_are_named(monkeypatch, tmp_path):
    source = SOURCES["mnist"]
    monkeypatch.setitem(SOURCES, "mnist", dataclasses.replace(source, urls=("http://127.0.0.1:9/",)))
    with pytest.raises(LimenError) as caught:
        load("mnist")
    text = str(caught.value)
    assert all(file.name in text and file.sha256 in text for file in source.files[:1])
    assert str(tmp_path / "cache" / "mnist") in text and "LIMEN_DATA" in text and "\n" not in text


@pytest.mark.parametrize(("name", "words"), [("mnist", "Allowed: auto, idx, pkl, csv"), ("digits", "is embedded")])
def test_a_form_that_a_set_does_not_have(small_data, name, words):
    with pytest.raises(LimenError, match=words):
        load(Data(name, form="idz"), folder=small_data)


def test_two_sets_with_the_same_file_names_are_told_apart(mnist_folder, tmp_path):
    """MNIST's files in a folder by themselves are not Fashion-MNIST, packed or unpacked."""
    for path in mnist_folder.glob("*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    for folder in (mnist_folder, tmp_path):
        assert locate(SOURCES["mnist"], folder)[1][0].parent == folder
        found = locate(SOURCES["fashion-mnist"], folder)
        assert found is None or found[1][0].parent != folder
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x01")
    with pytest.raises(LimenError, match="not the published file"):
        load("mnist", folder=tmp_path)
