"""Pictures of people: whatever they send is read as the training pictures were, or refused with a reason."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limen.data.decode import looks_inverted, read_picture, read_pictures
from limen.errors import LimenError

GREY, COLOUR = (1, 8, 8), (3, 8, 8)


def picture(path, shape):
    """A picture as it is read, and what was changed, in English."""
    read, notes = read_picture(path, shape)
    assert all(note["zh"] for note in notes)
    return read, [note["en"] for note in notes]


def save(path, array, mode=None, **options):
    image = Image.fromarray(array) if mode is None else Image.fromarray(array).convert(mode)
    image.save(path, **options)
    return path


@pytest.fixture
def grid():
    return np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)


def test_a_picture_of_the_right_kind_is_left_as_it_is(tmp_path, grid):
    read, notes = picture(save(tmp_path / "a.png", grid), GREY)
    np.testing.assert_array_equal(read[..., 0], grid)
    assert notes == []


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK", "LA", "1"])
def test_other_colours_are_converted(tmp_path, grid, mode):
    path = save(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), grid, mode)
    read, notes = picture(path, GREY)
    assert read.shape == (8, 8, 1)
    assert mode in ("1", "P") or notes
    if mode in ("RGB", "RGBA", "LA"):
        np.testing.assert_array_equal(read[..., 0], grid)


def test_grey_becomes_colour_where_the_net_wants_it(tmp_path, grid):
    read, notes = picture(save(tmp_path / "a.png", grid), COLOUR)
    np.testing.assert_array_equal(read, np.repeat(grid[..., None], 3, 2))
    assert notes == ["turned to RGB"]


def test_sixteen_bits_are_reduced(tmp_path, grid):
    path = tmp_path / "a.png"
    Image.fromarray(grid.astype(np.uint16) * 257).save(path)
    read, notes = picture(path, GREY)
    np.testing.assert_array_equal(read[..., 0], grid)
    assert notes == ["16 bits reduced to 8"]


def test_transparent_parts_lie_on_white(tmp_path):
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:4, :, 3] = 255
    read, notes = picture(save(tmp_path / "a.png", rgba), GREY)
    assert read[:4].max() == 0 and read[4:].min() == 255
    assert "transparent parts laid on white" in notes


@pytest.mark.parametrize("orientation", range(1, 9))
def test_cameras_orientation_is_undone(tmp_path, orientation):
    upright = np.zeros((8, 8), np.uint8)
    upright[0, 0:5], upright[0:3, 0] = 255, 200
    undo = {
        1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud, 5: np.transpose,
        6: lambda a: np.rot90(a, 1), 7: lambda a: np.rot90(a, 2).T, 8: lambda a: np.rot90(a, -1),
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "a.png", np.ascontiguousarray(undo[orientation](upright)), exif=exif)
    read, notes = picture(path, GREY)
    np.testing.assert_array_equal(read[..., 0], upright)
    assert ("turned upright" in notes) == (orientation != 1)


def test_another_size_is_fitted_without_bending(tmp_path):
    wide = np.full((10, 40), 30, np.uint8)
    wide[3:7, 15:25] = 220
    read, notes = picture(save(tmp_path / "a.png", wide), (1, 20, 20))
    assert read.shape == (20, 20, 1) and notes == ["40×10 resized to 20×20"]
    assert abs(int(read[0, 0, 0]) - 30) <= 1 and abs(int(read[-1, -1, 0]) - 30) <= 1  # filled with the border
    assert read.max() > 200


def test_the_first_of_several_frames_is_taken(tmp_path, grid):
    frames = [Image.fromarray(np.full((8, 8), v, np.uint8)) for v in (10, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    read, notes = picture(tmp_path / "a.gif", GREY)
    assert read.max() == 10 and notes[0] == "first of 2 frames taken"


def test_content_counts_not_the_name(tmp_path, grid):
    path = save(tmp_path / "a.png", grid).rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read_picture(path, GREY)[0][..., 0], grid)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side):
    """A PNG of a kilobyte or so that claims side × side pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no picture"),
        (b"<html>", "no picture"),
        (b"%PDF-1.4", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (bomb(30_000), "more than 50,000,000 pixels"),
        (bomb(9_000), "more than 50,000,000 pixels"),
        (bomb(100), "cannot be read"),
    ],
)
def test_what_is_no_good_picture_is_refused(tmp_path, content, words):
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(LimenError) as caught:
        read_picture(path, GREY)
    assert words in str(caught.value) and str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_cut_picture_is_refused(tmp_path, grid):
    path = save(tmp_path / "a.jpg", np.tile(grid, (20, 20)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LimenError, match="truncated|cannot be read"):
        read_picture(path, GREY)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(LimenError, match="No such file"):
        read_pictures(tmp_path / "nothing.png", GREY)
    with pytest.raises(LimenError, match="directory"):
        read_pictures(tmp_path, GREY)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "a.png"
    save(path, np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    try:
        read, _ = read_picture(path, GREY)
        assert read.shape == (8, 8, 1)
    except LimenError as error:
        assert "\n" not in str(error)


def test_dark_on_light_is_noticed_only_where_training_was_light_on_dark():
    dark_on_light = np.full((8, 8, 1), 250, np.uint8)
    dark_on_light[3:5, 3:5] = 5
    assert looks_inverted(dark_on_light, border=0.02)
    assert not looks_inverted(255 - dark_on_light, border=0.02)
    assert not looks_inverted(dark_on_light, border=0.9)
    assert not looks_inverted(dark_on_light, border=None)


def test_an_idx_file_gives_all_its_pictures(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (5, 8, 8), dtype=np.uint8)
    path = tmp_path / "images-idx3-ubyte"
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", *x.shape) + x.tobytes())
    read, notes = read_pictures(path, GREY)
    np.testing.assert_array_equal(read[..., 0], x)
    assert notes == []
    with pytest.raises(LimenError, match="holds examples of 8×8 uint8, where pictures of 28×28"):
        read_pictures(path, (1, 28, 28))


@pytest.mark.parametrize("garbage", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_a_camera_note_that_cannot_be_read_counts_as_none(tmp_path, garbage):
    path = tmp_path / "a.jpg"
    Image.new("L", (8, 8), 200).save(path, exif=garbage)
    read, notes = picture(path, GREY)
    assert read.shape == (8, 8, 1) and "turned upright" not in notes


@pytest.mark.parametrize("size", [(1000, 2), (2, 1000)])
def test_a_long_thin_picture_does_not_vanish(tmp_path, size):
    path = tmp_path / "a.png"
    grid = np.zeros(size[::-1], np.uint8)
    grid[grid.shape[0] // 2 :, grid.shape[1] // 2 :] = 255
    Image.fromarray(grid).save(path)
    read, _ = picture(path, (1, 28, 28))
    assert read.max() > 100


def test_a_palette_of_colours_turned_to_grey_is_told(tmp_path):
    path = tmp_path / "a.gif"
    Image.new("RGB", (8, 8), (200, 30, 30)).save(path)
    assert "colours turned to grey" in picture(path, GREY)[1]


def test_an_idx_file_without_pictures_is_refused(tmp_path):
    path = tmp_path / "none-idx3-ubyte"
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", 0, 8, 8))
    with pytest.raises(LimenError, match="holds no pictures"):
        read_pictures(path, GREY)
