"""Photos as a data set: the division, where the squares lie, and that all of it repeats."""

import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
import torch
from PIL import Image
from tests.photo_files import encoded, scene, write_classes

from limen.data.load import load
from limen.data.own_photo import read_photo
from limen.data.own_photos import ways_of
from limen.data.photo_decode import Reading
from limen.data.photo_masks import check_masks
from limen.data.photo_split import divide
from limen.data.photos import survey
from limen.data.spec import Data
from limen.errors import LimenError
from limen.language import Text


def photos(root, seed=0, **options):
    settings = {
        name: options.pop(name) for name in ("validation", "test", "split", "limit", "mislabel") if name in options
    }
    return load(Data("photos", options=options, **settings), seed=seed, folder=root)


@pytest.fixture
def root(tmp_path):
    return write_classes(tmp_path / "photos", ("ants", "bees", "cows"), 20)


def test_a_folder_becomes_three_splits_with_equal_shares_of_every_class(root):
    data = photos(root)
    assert data.classes == ("ants", "bees", "cows") and data.shape == (3, 64, 64) and data.scale.divisor == (255.0,)
    for split, each in ((data.train, 13), (data.validation, 3), (data.test, 4)):
        assert split.x.dtype == torch.uint8 and set(Counter(split.y.tolist()).values()) <= {each - 1, each, each + 1}
    assert sum(map(len, (data.train, data.validation, data.test))) == 60
    seen = {x.numpy().tobytes() for split in (data.train, data.validation, data.test) for x in split.x}
    assert len(seen) == 60
    assert len(set(data.test.y[:6].tolist())) > 1  # the first examples, which are shown, are not all of one class


def test_the_division_repeats_with_its_seed_and_differs_with_another(root):
    assert photos(root).digest() == photos(root).digest() != photos(root, seed=1).digest()


def test_copies_and_near_copies_are_never_parted(root):
    for i in range(12):
        (root / f"ants/again{i}.bmp").write_bytes(encoded(scene(i), "BMP"))
        small = Image.fromarray(scene(1000 + i)).resize((32, 24), Image.Resampling.LANCZOS)
        (root / f"bees/small{i}.jpg").write_bytes(encoded(small, "JPEG", quality=90))
    ways = ways_of()
    found = survey(root, ways.reading, ways.rules, ways.limits)
    assert len(np.unique(found.groups)) == 60
    for seed in range(20):
        parts = divide(found, Data("photos"), seed, ways.limits)
        sides = [set(found.groups[part].tolist()) for part in (parts.train, parts.validation, parts.test)]
        assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
        assert set(found.labels[parts.train].tolist()) == {0, 1, 2}


@pytest.mark.parametrize("seed", range(10))
def test_every_class_is_taught_however_few_it_has(tmp_path, seed):
    root = write_classes(tmp_path / "photos", ("many",), 30)
    write_classes(root, ("few",), 2, start=700)
    write_classes(root, ("one",), 1, start=800)
    data = photos(root, seed=seed, rare="train", imbalance=100.0)
    assert set(data.train.y.tolist()) == {0, 1, 2} and not (data.test.y == 2).any()


def test_the_folders_own_splits_are_kept_and_what_it_lacks_is_drawn(tmp_path):
    write_classes(tmp_path / "Training", each=10)
    write_classes(tmp_path / "test", each=4, start=300)
    data = photos(tmp_path)
    assert (len(data.train), len(data.validation), len(data.test)) == (16, 4, 8)
    assert any("validation" in note.en and "drawn from train" in note.en for note in data.notes)
    alone = survey(tmp_path / "test")
    tested = {x.numpy().tobytes() for x in data.test.x}
    assert tested == {alone.x[s.row].tobytes() for s in alone.squares}


def test_what_was_found_is_told_in_both_languages(root):
    (root / "ants/x.jpg").write_bytes(b"<html>")
    (note,) = photos(root).notes
    assert "ants/x.jpg" in note.en and "download failed?" in note.en and "网页" in note.zh and "DATA-IMG" in note.zh


def test_an_error_is_one_line_that_says_how_many_more_there_are(root):
    (root / "emus").mkdir()
    (root / "owls").mkdir()
    with pytest.raises(LimenError) as error:
        photos(root)
    assert "\n" not in str(error.value) and "emus, owls" in str(error.value)
    (root / "ants/x.png").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(LimenError, match=r"1 more: `limen data check .*photos`"):
        photos(root)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"split": "last"}, "has none"), ({"szie": 3}, "Did you mean 'size'"), ({"limit": 0}, "keeps nothing")],
)
def test_settings_that_cannot_be_are_refused(root, settings, said):
    with pytest.raises(LimenError, match=said):
        photos(root, **settings)


def test_without_a_folder_the_error_says_how_to_name_one():
    with pytest.raises(LimenError, match="limen run photos --data FOLDER"):
        load(Data("photos"))


def test_a_path_is_looked_for_in_the_data_folder(root):
    assert photos(root.parent, path="photos").digest() == photos(root).digest()


def test_limit_and_wrong_labels_touch_the_training_split_only(root):
    whole, some = photos(root), photos(root, limit=9, mislabel=1.0)
    assert len(some.train) == 9 and len(some.test) == len(whole.test)
    assert torch.equal(some.test.y, whole.test.y)
    by_square = {x.numpy().tobytes(): y for x, y in zip(whole.train.x, whole.train.y.tolist(), strict=True)}
    assert all(by_square[x.numpy().tobytes()] != y for x, y in zip(some.train.x, some.train.y.tolist(), strict=True))


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_a_prediction_sees_what_training_saw(root, fit):
    data = photos(root, fit=fit, size=32)
    wide = root.parent / "wide.png"
    wide.write_bytes(encoded(scene(3, 90, 30)))
    taught = photos(write_classes(root.parent / "one", each=20), fit=fit, size=32)
    x, notes = read_photo(root.parent / "one/cats/3.png", data.reading)
    assert x.tobytes() in {row.numpy().tobytes() for s in (taught.train, taught.validation, taught.test) for row in s.x}
    assert notes == [Text("40×30 resized to 32×32", "40×30 缩放为 32×32")]
    x, _ = read_photo(wide, data.reading)
    reference = Image.fromarray(scene(3, 90, 30))
    reference = reference.crop((30, 0, 60, 30)) if fit == "crop" else reference
    size = (32, 11) if fit == "pad" else (32, 32)
    shrunk = np.asarray(reference.resize(size, Image.Resampling.LANCZOS), float)
    assert np.abs(x[10:21] - shrunk if fit == "pad" else x - shrunk).mean() < 1


def test_what_is_no_photo_is_refused_in_one_line(tmp_path):
    for name, content, said in (
        ("a.jpg", b"", "0 bytes"), ("b.jpg", b"<!doctype html><html>", "download failed"),
        ("c.jpg", encoded(scene(1), "JPEG")[:400], r"truncated at the byte in brackets \(400\)"),
        ("d.png", b"version https://git-lfs.github.com/spec/v1\n", "LFS"), ("e.png", b"\1\2\3", "no picture"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LimenError, match=said):
            read_photo(tmp_path / name, Reading())


def test_squares_that_do_not_fit_are_mapped_and_the_same(root):
    data, mapped = photos(root), photos(root, resident=1, size=64)
    assert data.digest() == mapped.digest()
    larger = photos(root, resident=1, size=256)
    files = list((root.parent / "cache/photos/pixels").glob("*.divided"))
    assert len(files) == 1 and files[0].stat().st_size == 60 * 256 * 256 * 3
    assert larger.digest() == photos(root, size=256).digest()
    photos(root, resident=1, size=256, seed=1)
    assert len(list((root.parent / "cache/photos/pixels").glob("*.divided"))) == 1


MEASURED = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from limen.data.batches import Batches
from limen.data.dataset import Scale, Split
from limen.data.load import load
from limen.data.spec import Data

def anonymous():  # KiB of memory that is no file's; what is mapped can be dropped at any time
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))

load(Data("photos", options={"size": 16}), folder=Path(sys.argv[1]))
for _ in Batches(Split(torch.zeros(8, 256, 256, 3, dtype=torch.uint8), torch.zeros(8)), 8, scale=Scale(divisor=(255.0,))):
    pass  # what a batch of that size takes wherever its squares lie
before = anonymous()
data = load(Data("photos", options={"size": 256, "resident": 8, "fit": "stretch"}), folder=Path(sys.argv[1]))
most = anonymous()
for x, y in Batches(data.train, 8, scale=data.scale):
    most = max(most, anonymous())
print(most - before, len(data.train))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts pages as Linux does")
def test_memory_stays_bounded_while_the_squares_are_more(tmp_path):
    """200 squares of 256×256 take 38 MiB; decoding, dividing and one epoch of batches take less than half of that."""
    root = tmp_path / "photos"
    for k, name in enumerate(("ants", "bees")):
        (root / name).mkdir(parents=True)
        for i in range(100):
            (root / name / f"{i}.png").write_bytes(encoded(scene(5000 * k + i, 12, 12)))
    frees = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}  # what is freed is given back
    command = [sys.executable, "-c", MEASURED, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | frees)
    grown, examples = map(int, done.stdout.split())
    assert examples == 128 and grown < 15 << 10, f"{grown:,} KiB"


# --- masks


def masked(root, mask, name="a/1", picture=(40, 30)):
    for folder, content, suffix in (("images", encoded(scene(1, *picture)), "jpg"), ("masks", mask, "png")):
        path = root / folder / f"{name}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root / "images", root / "masks"


def test_56_a_mask_of_another_size_is_set_aside_with_its_pair(tmp_path):
    (found,) = check_masks(*masked(tmp_path, encoded(np.zeros((30, 41), np.uint8))))
    assert (found.kind, found.files) == ("mask size", (("a/1.png", "41×30 ≠ 40×30"),))
    (tmp_path / "masks/b.png").write_bytes(b"")
    (tmp_path / "images/c.png").write_bytes(b"")
    assert [f.kind for f in check_masks(tmp_path / "images", tmp_path / "masks")] == [
        "mask size",
        "mask missing",
        "mask alone",
    ]


def test_57_values_of_a_mask_that_are_no_class_stop_and_are_listed(tmp_path):
    mask = np.zeros((30, 40), np.uint8)
    mask[3, 4], mask[5, 6], mask[7, 8] = 2, 7, 255
    folders = masked(tmp_path, encoded(mask))
    (found,) = check_masks(*folders, classes=3)
    assert (found.kind, found.files) == ("mask values", (("a/1.png", "7, 255"),))
    assert check_masks(*folders)[0].files == (("a/1.png", "255"),)
    assert check_masks(*folders, classes=8, ignore=255) == []
    palette = Image.fromarray(mask).convert("P")
    assert check_masks(*masked(tmp_path, encoded(palette)), ignore=255) == []
    assert check_masks(*masked(tmp_path, encoded(scene(2))), ignore=255)[0].kind == "mask colour"
