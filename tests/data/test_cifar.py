"""CIFAR-10 from its folder and its archive: small ones made here, and the genuine batches where they are at hand."""

import gzip
import io
import pickle
import tarfile

import numpy as np
import pytest

from limen.data.cifar import TEST, TRAIN, read_cifar_archive, read_cifar_folder
from limen.data.load import load
from limen.data.spec import Data
from limen.errors import LimenError


def batch(n, seed, keys=str, **changes):
    draw = np.random.default_rng(seed)
    value = {
        "data": draw.integers(0, 256, (n, 3072), dtype=np.uint8),
        "labels": draw.integers(0, 10, n).tolist(),
    } | changes
    return {keys(k): v for k, v in value.items()}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "cifar-10-batches-py"
    made.mkdir()
    for seed, name in enumerate((*TRAIN, TEST)):
        keys = str if seed % 2 else (lambda k: k.encode())
        (made / name).write_bytes(pickle.dumps(batch(20, seed, keys), 2 + seed % 4))
    return made


def archive_of(folder, path, extra=()):
    with tarfile.open(path, "w:gz") as archive:
        for file in sorted(folder.iterdir()):
            archive.add(file, f"cifar-10-batches-py/{file.name}")
        for member, content in extra:
            archive.addfile(member, io.BytesIO(content))
    return path


def test_a_row_is_red_then_green_then_blue(folder):
    parts = read_cifar_folder(*(folder / name for name in (*TRAIN, TEST)))
    assert parts.train[0].shape == (100, 32, 32, 3) and parts.test[0].shape == (20, 32, 32, 3)
    row = batch(20, 0)["data"][7]
    picture = parts.train[0][7]
    for channel in range(3):
        np.testing.assert_array_equal(picture[..., channel].ravel(), row[1024 * channel : 1024 * (channel + 1)])
    assert parts.train[1].tolist() == [label for seed in range(5) for label in batch(20, seed)["labels"]]


def test_archive_and_folder_are_the_same(folder, tmp_path):
    a = read_cifar_folder(*(folder / name for name in (*TRAIN, TEST)))
    b = read_cifar_archive(archive_of(folder, tmp_path / "cifar-10-python.tar.gz"))
    np.testing.assert_array_equal(a.train[0], b.train[0])
    np.testing.assert_array_equal(a.test[1], b.test[1])


def test_members_outside_are_never_written(folder, tmp_path):
    evil = tarfile.TarInfo("../../evil")
    evil.size = 4
    link = tarfile.TarInfo("cifar-10-batches-py/batches.meta")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    before = set(tmp_path.rglob("*"))
    path = archive_of(folder, tmp_path / "a.tar.gz", [(evil, b"evil"), (link, b"")])
    read_cifar_archive(path)
    assert set(tmp_path.rglob("*")) - before == {path}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1], "it holds a list"),
        (batch(5, 0, data=np.zeros((5, 30), np.uint8)), "not an array N×3072"),
        (batch(5, 0, data=np.zeros((5, 3072))), "not an array N×3072"),
        (batch(5, 0, labels=[1, 2]), "5 pictures without as many whole labels"),
        (batch(5, 0, labels=["a"] * 5), "without as many whole labels"),
    ],
)
def test_a_batch_that_is_none(folder, value, words):
    (folder / "data_batch_3").write_bytes(pickle.dumps(value))
    with pytest.raises(LimenError) as caught:
        read_cifar_folder(*(folder / name for name in (*TRAIN, TEST)))
    assert words in str(caught.value) and "data_batch_3" in str(caught.value)


def test_a_batch_that_is_missing_or_cut(folder, tmp_path):
    path = archive_of(folder, tmp_path / "a.tar.gz")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(LimenError, match="damaged or cut short"):
        read_cifar_archive(path)
    (folder / "data_batch_2").unlink()
    with pytest.raises(LimenError, match="lacks data_batch_2"):
        read_cifar_archive(archive_of(folder, tmp_path / "b.tar.gz"))


def test_a_batch_twice_is_refused(folder, tmp_path):
    again = tarfile.TarInfo("other/data_batch_1")
    with pytest.raises(LimenError, match="twice"):
        read_cifar_archive(archive_of(folder, tmp_path / "a.tar.gz", [(again, b"")]))


def test_no_archive_at_all(tmp_path):
    path = tmp_path / "cifar-10-python.tar.gz"
    path.write_bytes(gzip.compress(b"hello"))
    with pytest.raises(LimenError, match=r"damaged|lacks"):
        read_cifar_archive(path)


def test_the_genuine_photographs(cifar_folder):
    data = load(Data("cifar10", validation=5000, split="last"), folder=cifar_folder)
    assert [len(s) for s in (data.train, data.validation, data.test)] == [45_000, 5_000, 10_000]
    assert data.shape == (3, 32, 32) and data.test.y[:5].tolist() == [3, 8, 8, 0, 6]
    mean = data.train.x[:5000].float().div(255).mean((0, 1, 2))
    assert np.allclose(mean, [0.4914, 0.4822, 0.4465], atol=0.01)
