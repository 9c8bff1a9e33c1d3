"""A folder of photos: each bad input of section A (1 to 55) gets what its row says, and good ones come through."""

import hashlib
import io
import os
import shutil
import socket
import struct
import tempfile
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.photo_files import bomb, encoded, jpeg, png_of, scene, write_classes

from limen.data import photo_cache
from limen.data.own_photos import checked_ways
from limen.data.photo_decode import Reading, decode_photo
from limen.data.photo_tree import Rules, read_tree
from limen.data.photo_words import SAYINGS
from limen.data.photos import survey, weights
from limen.errors import LimenError


@pytest.fixture
def root(tmp_path):
    return write_classes(tmp_path / "photos")


def look(root, **options):
    ways = checked_ways(options)
    return survey(root, ways.reading, ways.rules, ways.limits)


def told(photos, kind):
    """The files that are told under a name, with their details; None where nothing is."""
    files = [file for found in photos.found if found.kind == kind for file in found.files]
    return dict(files) if any(found.kind == kind for found in photos.found) else None


def with_file(root, name, content, **options):
    (root / name).write_bytes(content)
    return look(root, **options)


def set_aside(root, content, kind, name="cats/x.jpg", **options):
    """Put a file into the folder; it must be set aside under that name, alone. Its detail."""
    photos = with_file(root, name, content, **options)
    assert list(told(photos, kind)) == [name] and SAYINGS[kind].action == "Q"
    assert len(photos) == 24 and not photos.errors
    return told(photos, kind)[name]


def taken(root, content, name="cats/x.jpg", **options):
    """Put a file into the folder; it must be used. Its square, and the survey."""
    photos = with_file(root, name, content, **options)
    assert len(photos) == 25 and not photos.errors
    at = [entry.path for entry in photos.files].index(name)
    return photos.x[photos.squares[at].row], photos


def stops(photos, kind):
    """The survey must stop for that reason. The line that is shown."""
    assert SAYINGS[kind].action == "E"
    (note,) = [n for n in photos.errors if n.what.en.startswith(SAYINGS[kind].what.en.partition("{")[0])]
    assert note.code == "DATA-IMG" and note.why.en and note.do.en and note.why.zh and note.do.zh
    return note.line("en")


def close(x, wanted, most=3.0):
    return np.abs(x.astype(float) - np.asarray(wanted, float)).mean() <= most


# --- files


def test_1_an_empty_file_is_set_aside(root):
    set_aside(root, b"", "empty")


def test_2_a_jpeg_cut_in_half_is_set_aside_with_the_byte(root):
    content = jpeg(7)
    assert set_aside(root, content[: len(content) // 2], "truncated") == f"{len(content) // 2:,}"


@pytest.mark.parametrize("progressive", [False, True])
def test_3_a_jpeg_without_its_end_marker_is_used_and_told(root, progressive):
    content = jpeg(7, progressive=progressive)
    x, photos = taken(root, content[:-2])
    assert list(told(photos, "no end marker")) == ["cats/x.jpg"] and SAYINGS["no end marker"].action == "W"
    assert np.array_equal(x, decode_photo(content, "JPEG", Reading()).x)


@pytest.mark.parametrize("lost", [4, 10, 60, 300])
def test_3_a_jpeg_that_lost_pixels_with_its_end_is_not_taken_for_whole(root, lost):
    set_aside(root, jpeg(7)[:-lost], "truncated")


def test_4_garbage_after_the_end_of_a_jpeg_changes_nothing(root):
    x, _ = taken(root, jpeg(7) + b"garbage" * 500)
    assert np.array_equal(x, decode_photo(jpeg(7), "JPEG", Reading()).x)


@pytest.mark.parametrize("name", [b"IHDR", b"IDAT", b"IEND"])
def test_5_a_png_with_a_wrong_checksum_is_set_aside(root, name):
    content = bytearray(encoded(scene(7)))
    at = content.index(name)
    end = at + 4 + int.from_bytes(content[at - 4 : at])
    content[end] ^= 1
    assert set_aside(root, bytes(content), "checksum").startswith(name.decode())


def test_5_a_png_cut_short_is_set_aside(root):
    assert set_aside(root, encoded(scene(7))[:-300], "truncated")


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>404", b"\n <!-- x --><HTML>", b"\xef\xbb\xbf<html lang=en>"])
def test_6_a_web_page_named_jpg_is_set_aside(root, page):
    set_aside(root, page, "HTML")
    assert "download failed?" in SAYINGS["HTML"].what.en


def test_7_a_png_named_jpg_is_used_and_its_format_told(root):
    x, photos = taken(root, encoded(scene(7)))
    assert told(photos, "misnamed") == {"cats/x.jpg": "PNG"}
    assert np.array_equal(x, decode_photo(encoded(scene(7)), "PNG", Reading()).x)


def test_8_a_git_lfs_pointer_stops(root):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    line = stops(with_file(root, "cats/x.png", pointer), "LFS")
    assert "git lfs pull" in line and "cats/x.png" in line


def test_9_crumbs_of_systems_are_ignored_and_counted(root):
    names = ["cats/._0.jpg", "cats/.DS_Store", "dogs/Thumbs.db", "Thumbs.db", "dogs/desktop.ini"]
    for name in names:
        (root / name).write_bytes(b"\0\5\x16\7")
    photos = look(root)
    assert set(told(photos, "crumbs")) == set(names) and len(photos) == 24


def test_10_a_folder_of_notebook_checkpoints_is_never_a_class(root):
    write_classes(root, (".ipynb_checkpoints", "cats/.ipynb_checkpoints", "__MACOSX"), 2, start=50)
    photos = look(root)
    assert photos.classes == ("cats", "dogs") and len(photos) == 24 and len(told(photos, "crumbs")) == 3


# --- colours


def cmyk(inverted):
    """A JPEG of four flat printing inks; Photoshop's are stored inverted and marked by Adobe's segment."""
    inks = np.array([[[255, 0, 0, 0], [0, 255, 0, 0]], [[0, 0, 255, 0], [0, 0, 0, 128]]], np.uint8)
    big = inks.repeat(32, 0).repeat(32, 1)
    content = encoded(Image.fromarray(big, "CMYK"), "JPEG", quality=100, subsampling=0)  # Pillow writes Adobe's way
    if inverted:
        assert b"Adobe" in content
        return content
    plain = encoded(Image.fromarray(255 - big, "CMYK"), "JPEG", quality=100, subsampling=0)
    at = plain.index(b"\xff\xee")
    return plain[:at] + plain[at + 2 + int.from_bytes(plain[at + 2 : at + 4]) :]


WITHOUT_INK = np.array([[[0, 255, 255], [255, 0, 255]], [[255, 255, 0], [127, 127, 127]]])  # RGB = (255 - ink)·(1 - k)


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")
def test_11_a_cmyk_jpeg_is_converted_and_counted(root):
    x, photos = taken(root, cmyk(inverted=False))
    assert list(told(photos, "inks")) == ["cats/x.jpg"] and "1" in SAYINGS["inks"].what.en.format(n=1)
    assert close(x, WITHOUT_INK.repeat(32, 0).repeat(32, 1), 4)


@pytest.mark.filterwarnings("ignore:'mode' parameter:DeprecationWarning")
def test_12_adobes_inverted_inks_give_the_same_pixels(root):
    x, _ = taken(root, cmyk(inverted=True))
    assert close(x, WITHOUT_INK.repeat(32, 0).repeat(32, 1), 4)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_13_sixteen_bits_are_divided_by_257(root, kind):
    deep = np.random.default_rng(0).integers(0, 65536, (64, 64), np.uint16)
    x, photos = taken(root, encoded(deep, kind), "cats/x.png")
    assert np.array_equal(x[..., 1], np.round(deep / 257).astype(np.uint8)) and told(photos, "16 bits")


def test_14_a_float_tiff_asks_for_its_value_range(root):
    values = np.random.default_rng(0).uniform(-1, 1, (64, 64)).astype(np.float32)
    content = encoded(values, "TIFF")
    set_aside(root, content, "no range", "cats/x.tif")
    assert "say the value range" in SAYINGS["no range"].do.en
    x, _ = taken(root, content, "cats/x.tif", value_range=(-1.0, 1.0))
    assert np.array_equal(x[..., 0], np.round((values.astype(np.float64) + 1) / 2 * 255).astype(np.uint8))
    values[3, 4] = np.nan
    set_aside(root, encoded(values, "TIFF"), "not finite", "cats/x.tif", value_range=(-1.0, 1.0))


def test_15_a_palette_with_transparency_is_laid_on_the_stated_background(root):
    picture = Image.fromarray(np.arange(4096, dtype=np.uint8).reshape(64, 64) % 2)
    palette = picture.convert("P")
    palette.putpalette([255, 0, 0, 0, 0, 255] + [0] * 762)
    content = encoded(palette, "PNG", transparency=0)
    for background, under in (("white", (255, 255, 255)), ("#00ff00", (0, 255, 0))):
        x, photos = taken(root, content, "cats/x.png", background=background)
        assert told(photos, "transparent") == {"cats/x.png": background}
        assert x[0, 0].tolist() == list(under) and x[0, 1].tolist() == [0, 0, 255]


def test_16_transparent_pixels_are_composited(root):
    colours = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    x, photos = taken(root, encoded(colours), "cats/x.png")
    share = colours[..., 3:] / 255
    assert np.abs(x - (colours[..., :3] * share + 255 * (1 - share))).max() <= 1 and told(photos, "transparent")


def test_17_a_picture_of_one_bit_is_black_and_white(root):
    bits = scene(7, 64, 64)[..., 0] > 127
    x, _ = taken(root, encoded(Image.fromarray(bits)), "cats/x.png")
    assert np.array_equal(x[..., 2], bits * 255)


def test_18_grey_with_alpha_is_composited(root):
    grey = np.random.default_rng(0).integers(0, 256, (64, 64, 2), np.uint8)
    x, _ = taken(root, encoded(grey), "cats/x.png")
    share = grey[..., 1] / 255
    assert np.abs(x[..., 0] - (grey[..., 0] * share + 255 * (1 - share))).max() <= 1


UPRIGHT = {  # how EXIF 2.32 says each orientation is stored: the picture, then the transformation that stored it
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.transpose(1, 0, 2),
    6: lambda x: np.rot90(x),
    7: lambda x: np.rot90(x[:, ::-1], -1),
    8: lambda x: np.rot90(x, -1),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_19_photos_are_turned_as_the_camera_noted(orientation, kind):
    picture, exif = scene(7, 64, 48), Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(UPRIGHT[orientation](picture))
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    photo = decode_photo(encoded(stored, kind, exif=exif, **options), kind, Reading(fit="stretch"))
    wanted = Image.fromarray(picture).resize((64, 64), Image.Resampling.LANCZOS)
    assert close(photo.x, np.asarray(wanted), 1.5 if kind == "JPEG" else 0) and (photo.width, photo.height) == (64, 48)
    assert (("turned", "") in photo.remarks) == (orientation > 1)


# --- more than one picture


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_20_of_an_animation_the_first_frame_is_taken_or_none(root, kind):
    frames = [Image.fromarray(np.full((64, 64, 3), 255 * i // 2, np.uint8)) for i in range(3)]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    x, photos = taken(root, content, "cats/x.gif")
    assert told(photos, "animated") == {"cats/x.gif": "3"} and SAYINGS["animated"].action == "W" and x.max() < 9
    set_aside(root, content, "animated refused", "cats/x.gif", animated="refuse")


def test_21_of_a_tiff_of_several_pages_the_first_is_taken(root):
    pages = [Image.fromarray(scene(i)) for i in (70, 71)]
    x, photos = taken(root, encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "cats/x.tif")
    assert told(photos, "pages") == {"cats/x.tif": "2"} and SAYINGS["pages"].action == "W"
    assert np.array_equal(x, decode_photo(encoded(scene(70)), "PNG", Reading()).x)


# --- other formats


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_22_heic_without_its_codec_is_set_aside_with_what_to_install(root, brand):
    assert set_aside(root, b"\0\0\0\x18ftyp" + brand + b"\0" * 400, "no codec", "cats/x.heic") == "HEIC"
    assert "install pillow-heif" in SAYINGS["no codec"].do.en


def test_22_avif_without_its_codec_is_set_aside(root, monkeypatch):
    Image.init()
    monkeypatch.delitem(Image.OPEN, "AVIF", raising=False)
    monkeypatch.setattr(Image, "init", lambda: None)
    assert set_aside(root, b"\0\0\0\x18ftypavif" + b"\0" * 400, "no codec", "cats/x.avif") == "AVIF"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg onload="x"/>'),
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("x.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run"),
        ("x.jpg", b"%PDF-1.7\n"),
    ],
)
def test_23_drawings_and_documents_are_never_parsed(root, name, content):
    set_aside(root, content, "document", f"cats/{name}")


def test_24_a_picture_of_one_pixel_is_told(root):
    _, photos = taken(root, encoded(np.full((1, 1, 3), 9, np.uint8)), "cats/x.png")
    assert told(photos, "tiny") == {"cats/x.png": "1×1"} and SAYINGS["tiny"].action == "W"


def test_25_a_gif_without_width_is_set_aside(root):
    content = (
        b"GIF89a" + struct.pack("<HHBBB", 0, 5, 0x80, 0, 0) + b"\0" * 6 + b"\x2c" + struct.pack("<4HB", 0, 0, 0, 5, 0)
    )
    photos = with_file(root, "cats/x.gif", content + b"\x02\x02\x44\x01\0;")
    assert (told(photos, "no area") or told(photos, "damaged")).keys() == {"cats/x.gif"} and len(photos) == 24


def test_26_a_bomb_is_set_aside_before_it_is_unpacked(root):
    content = bomb()
    assert len(content) < 200_000
    started, peak = time.perf_counter(), peak_memory()
    assert set_aside(root, content, "bomb", "cats/x.png").startswith(">")
    assert time.perf_counter() - started < 5 and peak_memory() - peak < 100 << 20
    set_aside(
        root, png_of(9000, 9000, 1, 0, b"\0" * (1126 * 9000)), "bomb", "cats/x.png"
    )  # Pillow's own limit is higher
    taken(root, png_of(2000, 2000, 1, 0, (b"\0" + b"\xaa" * 250) * 2000), "cats/x.png")
    assert "bomb" in {f.kind for f in look(root, largest=1_000_000).found}


def peak_memory():
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def test_27_a_long_strip_is_told(root):
    _, photos = taken(root, png_of(100_001, 1, 8, 0, b"\0" + bytes(range(256)) * 390 + b"\0" * 161), "cats/x.png")
    assert told(photos, "long") == {"cats/x.png": "100,001×1"} and SAYINGS["long"].action == "W"


def test_28_a_damaged_colour_profile_is_ignored_and_a_good_one_not_told(root):
    x, photos = taken(root, jpeg(7, icc_profile=b"no profile at all" * 20))
    assert list(told(photos, "profile")) == ["cats/x.jpg"]
    assert np.array_equal(x, decode_photo(jpeg(7), "JPEG", Reading()).x)
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert told(taken(root, jpeg(8, icc_profile=good))[1], "profile") is None


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_29_a_progressive_jpeg_cut_short_is_set_aside(root, share):
    content = jpeg(7, progressive=True)
    set_aside(root, content[: int(share * len(content))], "truncated")


@pytest.mark.parametrize("grey", [0, 255])
def test_30_a_picture_of_one_colour_is_told(root, grey):
    _, photos = taken(root, encoded(np.full((64, 64), grey, np.uint8)), "cats/x.png")
    assert list(told(photos, "one colour")) == ["cats/x.png"] and SAYINGS["one colour"].action == "W"


# --- copies


def test_31_one_file_in_two_classes_stops_with_the_pair_or_is_dropped(root):
    shutil.copy(root / "cats/3.png", root / "dogs/again.png")
    line = stops(look(root), "two classes")
    assert "dogs/again.png (= cats/3.png)" in line and "--drop-conflicts" in line
    photos = look(root, conflicts="drop")
    assert (
        len(photos) == 23
        and not photos.errors
        and {e.name for e in photos.files}.isdisjoint({"cats/3.png", "dogs/again.png"})
    )


def in_splits(tmp_path, held=("val", "test")):
    root = tmp_path / "splits"
    for k, split in enumerate(("train", *held)):
        write_classes(root / split, each=12 if split == "train" else 4, start=100 * k)
    return root


def test_32_the_same_pixels_in_train_and_val_stop_with_a_count(tmp_path):
    root = in_splits(tmp_path)
    for i in range(3):
        (root / f"val/cats/copy{i}.bmp").write_bytes(encoded(scene(i), "BMP"))  # other bytes, the same pixels
    photos = look(root)
    assert (
        "3 files" in stops(photos, "across splits")
        and told(photos, "across splits")["train/cats/0.png"] == "= val/cats/copy0.bmp"
    )
    dropped = look(root, leaks="drop")
    assert not dropped.errors and len(dropped) == len(photos) - 3 and dropped.splits.count("train") == 21


def test_33_a_near_copy_in_another_split_is_told_and_grouped(tmp_path, root):
    splits = in_splits(tmp_path)
    near = encoded(Image.fromarray(scene(0)).resize((60, 45)), "JPEG", quality=60)
    (splits / "val/cats/near.jpg").write_bytes(near)
    photos = look(splits)
    assert told(photos, "near across") == {"val/cats/near.jpg": "≈ train/cats/0.png"} and not photos.errors
    (root / "cats/near.jpg").write_bytes(near)
    photos = look(root)
    at = {entry.path: group for entry, group in zip(photos.files, photos.groups.tolist(), strict=True)}
    assert told(photos, "near") == {"cats/near.jpg": "≈ cats/0.png"} and at["cats/near.jpg"] == at["cats/0.png"]
    assert len(set(at.values())) == 24


def test_near_copies_in_two_classes_are_told(root):
    (root / "dogs/near.jpg").write_bytes(encoded(scene(0), "JPEG", quality=70))
    assert told(look(root), "near classes") == {"dogs/near.jpg": "≈ cats/0.png"}


# --- the tree


def test_34_an_empty_root_stops(tmp_path):
    assert "expected root/class/image" in stops(look(tmp_path), "empty root")


def test_35_pictures_in_the_root_stop_with_the_tree_that_is_expected(tmp_path):
    (tmp_path / "1.jpg").write_bytes(jpeg(1))
    assert "root/cats/1.jpg, root/dogs/1.jpg" in stops(look(tmp_path), "flat")


def test_36_one_class_stops(tmp_path):
    assert "need ≥ 2 classes" in stops(look(write_classes(tmp_path, ("cats",))), "one class")


def test_37_a_class_of_one_picture_stops_or_teaches_only(root):
    write_classes(root, ("emu",), 1, start=90)
    line = stops(look(root), "class rare")
    assert "emu (1)" in line and "data.rare=train" in line
    photos = look(root, rare="train")
    assert not photos.errors and told(photos, "train only") == {"emu": "1"}


def test_38_an_empty_class_folder_stops_with_its_name_or_is_ignored(root):
    (root / "emu").mkdir()
    line = stops(look(root), "class empty")
    assert "emu" in line and "--ignore-empty" in line
    photos = look(root, ignore_empty=True)
    assert not photos.errors and photos.classes == ("cats", "dogs") and list(told(photos, "class ignored")) == ["emu"]


def test_39_unequal_classes_are_told_with_weights(tmp_path):
    write_classes(tmp_path, ("many",), 200)
    write_classes(tmp_path, ("few",), 2, start=5000)
    photos = look(tmp_path)
    assert told(photos, "imbalance") == {"": "100"} and not photos.errors
    assert weights(photos.counts) == {"few": 202 / (2 * 2), "many": 202 / (2 * 200)}


def test_40_the_same_folder_in_two_classes_stops(root):
    write_classes(root / "cats", ("2023",), 2, start=70)
    assert told(look(root), "deeper") and not look(root).errors
    write_classes(root / "dogs", ("2023",), 2, start=80)
    line = stops(look(root), "nested")
    assert "cats/…/2023" in line and "dogs/…/2023" in line
    assert not look(root, nested="top").errors and len(look(root, nested="top")) == 28


@pytest.mark.parametrize("pair", [("Cat", "cat"), ("Straße", "STRASSE"), ("cat", "cat ")])
def test_41_names_that_differ_in_capitals_stop(tmp_path, pair):
    assert all(name in stops(look(write_classes(tmp_path, pair, 2)), "same name") for name in pair)


def test_42_one_name_composed_in_two_ways_stops(tmp_path):
    pair = [unicodedata.normalize(form, "café") for form in ("NFC", "NFD")]
    assert "NFD" in stops(look(write_classes(tmp_path, pair, 2)), "same name")


def test_43_odd_names_of_folders_are_classes_shown_in_one_line(tmp_path):
    names = ("cats ", "new\nline", "🐱", "猫")
    photos = look(write_classes(tmp_path, names, 3))
    assert not photos.errors and set(photos.classes) == {"cats", "new\\nline", "🐱", "猫"} and len(photos) == 12


def test_44_chinese_and_long_names_of_files(root):
    for name in ("照片一.png", "x" * 251 + ".png"):
        (root / "cats" / name).write_bytes(encoded(scene(len(name))))
    assert len(look(root)) == 26


def test_45_a_name_that_is_no_utf_8_is_read_and_shown_escaped(root):
    raw = os.fsencode(root / "cats") + b"/" + "照片".encode("gbk") + b".jpg"
    Path(os.fsdecode(raw)).write_bytes(jpeg(7)[:100])
    photos = look(root)
    (name,) = told(photos, "truncated")
    assert name == "cats/\\udcd5\\udcd5Ƭ.jpg" and photos.notes[0].line("zh").encode()
    Path(os.fsdecode(raw)).write_bytes(jpeg(7))
    assert len(look(root)) == 25


# --- what is no plain file


def test_46_a_link_out_of_the_folder_is_followed_only_when_asked(root, tmp_path):
    outside = tmp_path / "outside.png"
    outside.write_bytes(encoded(scene(99)))
    (root / "cats/x.png").symlink_to(outside)
    assert (
        list(told(look(root), "link outside")) == ["cats/x.png"] and "--follow-links" in SAYINGS["link outside"].do.en
    )
    assert len(look(root, follow_links=True)) == 25
    shutil.copytree(root / "dogs", tmp_path / "owls", dirs_exist_ok=True)
    for i, path in enumerate(sorted((tmp_path / "owls").iterdir())):
        path.write_bytes(encoded(scene(300 + i)))
    (root / "owls").symlink_to(tmp_path / "owls")
    assert look(root).classes == ("cats", "dogs") and look(root, follow_links=True).classes == ("cats", "dogs", "owls")


def test_47_links_in_a_circle_are_set_aside(root, tmp_path):
    (root / "cats/up").symlink_to(root)
    (root / "cats/self").symlink_to("self")
    (root / "cats/gone.png").symlink_to("nowhere.png")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "round").symlink_to(outside)
    (root / "dogs/outside").symlink_to(outside)
    photos = look(root, follow_links=True, most_aside=0.5)
    assert {"cats/up", "cats/self"} <= set(told(photos, "link loop")) and list(told(photos, "link broken")) == [
        "cats/gone.png"
    ]
    assert len(photos) == 24 and not photos.errors


def test_48_hard_links_are_told_and_kept_together(root):
    os.link(root / "cats/0.png", root / "cats/again.png")
    photos = look(root)
    assert (
        set(told(photos, "hard links")) == {"cats/0.png", "cats/again.png"} and len(set(photos.groups.tolist())) == 24
    )


def test_49_pipes_and_sockets_are_never_opened(root):
    os.mkfifo(root / "cats/pipe.jpg")
    here = Path.cwd()
    os.chdir(root / "cats")  # a socket's path may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.jpg")
    finally:
        os.chdir(here)
    photos = look(root)
    assert set(told(photos, "special")) == {"cats/pipe.jpg", "cats/socket.jpg"} and len(photos) == 24


def test_50_a_file_without_permission_is_set_aside(monkeypatch):
    place = Path(tempfile.mkdtemp())  # pytest's own folders are closed to other users
    try:
        monkeypatch.setenv("LIMEN_CACHE", str(place / "cache"))
        root = write_classes(place / "photos")
        (root / "cats/x.jpg").write_bytes(jpeg(7))
        (root / "cats/x.jpg").chmod(0)
        (place / "cache").mkdir()
        for path in (place, place / "cache"):
            path.chmod(0o777)
        rights = os.geteuid()
        if rights == 0:  # root reads everything: be nobody for a while
            os.seteuid(65534)
        try:
            photos = look(root)
        finally:
            os.seteuid(rights)
        assert list(told(photos, "permission")) == ["cats/x.jpg"] and len(photos) == 24
    finally:
        shutil.rmtree(place)


def test_51_a_file_that_changes_while_it_is_read_is_set_aside(root, monkeypatch):
    def indexed(*arguments):
        tree = read_tree(*arguments)
        (root / "cats/0.png").unlink()
        (root / "cats/1.png").write_bytes(encoded(scene(500)))
        return tree

    monkeypatch.setattr("limen.data.photos.read_tree", indexed)
    photos = look(root)
    assert set(told(photos, "changed")) == {"cats/0.png", "cats/1.png"} and len(photos) == 22
    monkeypatch.undo()


def test_51_a_file_replaced_between_index_and_decoding_is_seen_by_its_hash(root, monkeypatch, tmp_path):
    monkeypatch.setenv("LIMEN_CACHE", str(tmp_path / "cache"))
    decode_all = photo_cache.decode_all

    def late(*arguments):
        path = root / "cats/1.png"
        facts, content = path.stat(), bytearray(path.read_bytes())
        content[-30] ^= 1  # the same size and time, other bytes
        path.write_bytes(content)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        return decode_all(*arguments)

    monkeypatch.setattr(photo_cache, "decode_all", late)
    assert list(told(look(root), "changed")) == ["cats/1.png"]


def test_52_a_million_files_are_indexed_within_a_minute(tmp_path):
    """20,000 links to one file; the rate, times fifty."""
    (tmp_path / "many").mkdir()
    (tmp_path / "many/first.jpg").write_bytes(b"")
    for i in range(20_000):
        os.link(tmp_path / "many/first.jpg", tmp_path / "many" / f"{i}.jpg")
    started = time.process_time()
    tree = read_tree(tmp_path, Rules())
    seconds = time.process_time() - started
    assert len(tree.files) == 20_001 and seconds * 50 <= 60, f"a million would take {seconds * 50:.0f} s"


# --- splits of the folder's own


def test_53_a_class_of_val_that_train_lacks_stops(tmp_path):
    root = in_splits(tmp_path)
    write_classes(root / "val", ("emus",), 3, start=700)
    assert "emus (validation)" in stops(look(root), "class only held")


def test_54_a_class_of_train_that_val_lacks_is_told(tmp_path):
    root = in_splits(tmp_path)
    write_classes(root / "train", ("emus",), 5, start=700)
    photos = look(root)
    assert sorted(told(photos, "class only taught")) == ["emus"] and not photos.errors
    assert SAYINGS["class only taught"].action == "W"


def test_55_classes_are_matched_by_name_whatever_their_order(tmp_path):
    root = tmp_path / "splits"
    write_classes(root / "train", ("ant", "bee", "cow"), 5)
    write_classes(root / "val", ("cow", "bee"), 3, start=400)  # without ant, every number is another
    photos = look(root)
    for entry, label in zip(photos.files, photos.labels.tolist(), strict=True):
        assert photos.classes[label] == entry.path.split("/")[1]


def test_55_one_name_composed_in_two_ways_is_one_class_across_splits(tmp_path):
    for split, form in (("train", "NFC"), ("val", "NFD")):
        write_classes(tmp_path / split, (unicodedata.normalize(form, "café"), "thé"), 5, start=len(split) * 100)
    photos = look(tmp_path)
    assert not photos.errors and photos.classes == ("café", unicodedata.normalize("NFC", "thé"))


# --- the whole


def digest(root):
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        facts = path.lstat()
        total.update(f"{path} {facts.st_mode} {facts.st_size} {facts.st_mtime_ns}".encode(errors="surrogateescape"))
        if path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()


def test_the_folder_is_never_changed(root):
    (root / "cats/x.jpg").write_bytes(jpeg(7)[:50])
    before = digest(root)
    look(root)
    look(root, size=32)
    assert digest(root) == before


def test_too_many_bad_files_stop_and_the_limit_is_an_option(root):
    for i in range(3):
        (root / f"cats/bad{i}.jpg").write_bytes(b"")
    assert "3 / 27" in stops(look(root), "too many aside")
    assert not look(root, most_aside=0.2).errors


def test_the_second_look_decodes_nothing_and_sees_the_same(root, monkeypatch):
    first = look(root)

    def never(*_):
        raise AssertionError("decoded again")

    monkeypatch.setattr(photo_cache, "decoded", never)
    second = look(root)
    assert second.files == first.files and second.squares == first.squares and np.array_equal(second.x, first.x)
    (root / "cats/0.png").rename(root / "cats/renamed.png")  # the content is known
    assert len(look(root)) == 24


def test_a_damaged_cache_is_made_anew(root, tmp_path):
    first = np.array(look(root).x)
    (pixels,) = (tmp_path / "cache/photos/pixels").glob("*.pixels")
    content = bytearray(pixels.read_bytes())
    content[100] ^= 255
    pixels.write_bytes(content)
    assert np.array_equal(look(root).x, first)
    for path in (tmp_path / "cache/photos").rglob("*.json"):
        path.write_text("{")
    assert np.array_equal(look(root).x, first)


def test_a_folder_that_changed_leaves_no_old_pixels(root, tmp_path):
    look(root)
    (root / "cats/0.png").unlink()
    assert len(look(root)) == 23
    assert len(list((tmp_path / "cache/photos/pixels").glob("*.pixels"))) == 1


def test_a_root_that_is_none_is_refused(tmp_path):
    (tmp_path / "photos.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(LimenError, match="unpack the archive first"):
        look(tmp_path / "photos.zip")
    with pytest.raises(LimenError, match="does not exist"):
        look(tmp_path / "nowhere")


def test_files_that_claim_to_be_no_picture_are_passed_over(root):
    (root / "cats/notes.txt").write_text("fluffy")
    (root / "LICENSE").write_text("mine")
    (root / "cats/photo").write_bytes(jpeg(7))  # a picture without a suffix is a picture
    photos = look(root)
    assert set(told(photos, "other files")) == {"cats/notes.txt", "LICENSE"} and len(photos) == 25


def test_every_saying_is_in_both_languages_and_can_be_told():
    for name, said in SAYINGS.items():
        assert said.what.en and said.what.zh and bool(said.do.en) == bool(said.do.zh), name
        assert said.action in "EQFW" and (said.action != "E" or said.do.en), name


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"fit": "crpo"}, "Did you mean 'crop'"), ({"size": 4}, "8 to 1024"), ({"sise": 64}, "Did you mean 'size'"),
        ({"background": "blurple"}, "no colour"), ({"value_range": (1.0, 0.0)}, "no range"), ({"rare": "x"}, "refuse, train"),
        ({"most_aside": 2.0}, "0 to 1"), ({"animated": "all"}, "first, refuse"), ({"near": 40}, "1 to 16"),
    ],
)  # fmt: skip
def test_options_that_are_none_are_refused(options, said):
    with pytest.raises(LimenError, match=said):
        checked_ways(options)


def test_a_photo_is_shrunk_no_further_than_twice_what_is_wanted_before_it_is_filtered():
    """A large JPEG unpacked at a quarter gives the pixels that the whole gives, but for a few grey levels."""
    large = Image.fromarray(scene(7)).resize((1600, 1200), Image.Resampling.BICUBIC)
    content = encoded(large, "JPEG", quality=95)
    whole = Image.open(io.BytesIO(content)).convert("RGB")
    side = whole.crop((200, 0, 1400, 1200)).resize((64, 64), Image.Resampling.LANCZOS)
    photo = decode_photo(content, "JPEG", Reading())
    assert close(photo.x, np.asarray(side), 1.0) and (photo.width, photo.height) == (1600, 1200)
