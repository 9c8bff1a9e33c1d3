"""A person's picture read as it is: every mode, every depth, and what is odd about it; or refused with a reason."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limen.data.bundled import PICTURES, bundled, find_picture
from limen.data.picture import read_own, read_range
from limen.errors import LimenError


@pytest.fixture
def grid():
    return np.random.default_rng(0).integers(0, 256, (12, 9), dtype=np.uint8)


def own(path, **how):
    """A picture as it is read, and its notes in English."""
    read = read_own(path, **how)
    assert all(note["zh"] for note in read.notes)
    return read, [note["en"] for note in read.notes]


def save(path, image, **how):
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **how)
    return path


def test_grey_and_colour_are_left_as_they_are(tmp_path, grid):
    read, notes = own(save(tmp_path / "a.png", grid))
    np.testing.assert_array_equal(read.pixels, grid)
    assert (read.format, read.mode, read.size, notes) == ("PNG", "L", (9, 12), [])
    colour = np.dstack([grid, grid // 2, 255 - grid])
    read, notes = own(save(tmp_path / "b.tif", colour))
    np.testing.assert_array_equal(read.pixels, colour)
    assert read.format == "TIFF" and notes == []


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_stay_sixteen(tmp_path, grid, suffix):
    deep = grid.astype(np.uint16) * 250 + 3
    read, notes = own(save(tmp_path / f"a.{suffix}", deep))
    np.testing.assert_array_equal(read.pixels, deep)
    assert read.pixels.dtype == np.uint16 and notes == []


def test_one_bit_becomes_black_and_white(tmp_path, grid):
    read, _ = own(save(tmp_path / "a.png", Image.fromarray(grid > 100)))
    np.testing.assert_array_equal(read.pixels, np.where(grid > 100, 255, 0))


def test_opacity_is_laid_on_white(tmp_path, grid):
    clear = np.dstack([grid, grid, 255 - grid, np.where(grid > 100, 255, 0).astype(np.uint8)])
    read, notes = own(save(tmp_path / "a.png", clear))
    np.testing.assert_array_equal(read.pixels, np.where(clear[..., 3:] > 0, clear[..., :3], 255))
    assert notes == ["transparent parts laid on white"]
    both = np.dstack([grid, np.where(grid > 100, 255, 0).astype(np.uint8)])
    read, notes = own(save(tmp_path / "b.png", both))
    np.testing.assert_array_equal(read.pixels, np.where(grid > 100, grid, 255))  # grey stays grey


def test_a_palette_is_looked_up_and_its_clear_colour_is_white(tmp_path):
    index = np.array([[0, 1], [1, 2]], np.uint8)
    palette = Image.fromarray(index, "P")
    palette.putpalette([10, 20, 30, 200, 100, 50, 7, 7, 7])
    read, _ = own(save(tmp_path / "a.png", palette))
    assert read.pixels.tolist() == [[[10, 20, 30], [200, 100, 50]], [[200, 100, 50], [7, 7, 7]]]
    read, notes = own(save(tmp_path / "b.png", palette, transparency=1))
    assert read.pixels[0, 1].tolist() == [255, 255, 255] and notes == ["transparent parts laid on white"]
    palette.putpalette([10, 10, 10, 200, 200, 200, 7, 7, 7])
    assert own(save(tmp_path / "c.png", palette))[0].pixels.tolist() == [[10, 200], [200, 7]]


def test_cmyk_is_turned_to_rgb_and_that_is_said(tmp_path, grid):
    image = Image.merge("CMYK", [Image.fromarray(grid)] * 3 + [Image.new("L", (9, 12), 0)])
    read, notes = own(save(tmp_path / "a.tif", image))
    np.testing.assert_allclose(read.pixels, np.repeat(255 - grid[..., None], 3, 2), atol=1)
    assert notes == ["CMYK turned to RGB"]


def test_real_numbers_need_to_be_told_which_is_white(tmp_path):
    real = np.array([[0.5, 2.0], [871.3, 4.0]], np.float32)
    path = save(tmp_path / "a.tif", real)
    with pytest.raises(LimenError, match=r"holds numbers from 0.5 to 871.3, .* e.g. --range 0.5:871.3"):
        read_own(path)
    read, notes = own(path, black_white=(0.0, 4.0))
    np.testing.assert_allclose(read.pixels, [[0.125, 0.5], [1, 1]])
    assert notes == ["0 is black, 4 is white", "1 pixels beyond that are cut to it"]
    real[1, 0] = np.nan
    with pytest.raises(LimenError, match="holds nan at row 1, column 0"):
        read_own(save(tmp_path / "b.tif", real), (0.0, 4.0))


def test_a_range_is_refused_where_it_means_nothing(tmp_path, grid):
    with pytest.raises(LimenError, match="--range is for pictures of real numbers; .* has the mode L"):
        read_own(save(tmp_path / "a.png", grid), (0.0, 1.0))
    assert read_range("-1:2.5") == (-1.0, 2.5)
    for wrong in ("", "1", "2:1", "1:1", "a:b", "0:inf", "nan:1", "1:2:3"):
        with pytest.raises(LimenError, match="is no range. Allowed: LOW:HIGH"):
            read_range(wrong)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_is_turned_upright(tmp_path, grid, orientation):
    undo = {2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud, 5: np.transpose, 6: np.rot90,
            7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, -1)}  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "a.png", np.ascontiguousarray(undo[orientation](grid)), exif=exif)
    read, notes = own(path)
    np.testing.assert_array_equal(read.pixels, grid)
    assert notes == ["turned upright"]


def test_several_frames_a_single_pixel_a_strip_and_one_colour_are_told(tmp_path):
    frames = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (10, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert own(tmp_path / "a.gif")[1] == ["first of 2 frames taken", "every pixel is the same"]
    assert own(save(tmp_path / "b.png", np.zeros((1, 1), np.uint8)))[1] == ["a single pixel"]
    assert own(save(tmp_path / "c.png", np.zeros((2, 500), np.uint8)))[1] == ["a strip of 500×2"]


def test_a_large_picture_is_shrunk_and_that_is_said(tmp_path):
    path = save(tmp_path / "a.png", np.zeros((30, 300), np.uint8))
    read, notes = own(path, longest=100)
    assert read.pixels.shape == (10, 100) and notes[0] == "shrunk to 100×10" and read.size == (300, 30)
    assert own(path, longest=0)[0].pixels.shape == (30, 300)


@pytest.mark.parametrize("content", [b"", b"<html>", b"%PDF-1.4", b"II*\0" + bytes(40)])
def test_what_is_no_picture_is_refused(tmp_path, content):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(LimenError) as told:
        read_own(path)
    assert str(path) in str(told.value) and "\n" not in str(told.value)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_of_a_tiff_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "a.tif"
    save(path, np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    try:
        assert read_own(path).pixels.ndim in (2, 3)
    except LimenError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_that_comes_along_is_read(name):
    read, _ = own(bundled(name))
    assert min(read.pixels.shape[:2]) > 100 and read.pixels.dtype == np.uint8


def test_a_file_comes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_picture("coins").name == "coins.png"
    save(tmp_path / "coins", np.zeros((2, 2), np.uint8), format="PNG")
    assert str(find_picture("coins")) == "coins" and str(find_picture("none.png")) == "none.png"
    (tmp_path / "moon").mkdir()
    assert find_picture("moon").name == "moon.png"
    with pytest.raises(LimenError, match="Unknown picture 'camra'. Did you mean 'camera'. See `limen image`"):
        find_picture("camra")
