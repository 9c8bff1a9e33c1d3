"""Pixels: fractions, bytes, channels, masks; beside scikit-image, Pillow and counting."""

import numpy as np
import pytest
from PIL import Image
from skimage import color, util
from tests.images.pictures import TEN, odd, ten

from limen.errors import LimenError
from limen.images import pixels

ODD = odd()


@pytest.mark.parametrize("name", TEN)
def test_fractions_bytes_and_brightness_are_scikit_images(name):
    picture = ten(name)
    np.testing.assert_array_equal(pixels.as_float(picture), util.img_as_float64(picture))
    np.testing.assert_array_equal(pixels.as_bytes(picture), picture)
    if picture.ndim == 3:
        np.testing.assert_array_equal(pixels.as_grey(picture), color.rgb2gray(picture))


def test_sixteen_bits_are_divided_by_their_white_and_opacity_lies_on_white():
    np.testing.assert_allclose(pixels.as_float(ODD["16 bits"]), ODD["16 bits"] / 65535, rtol=1e-15)
    rgba = ODD["colour and opacity"]
    white = Image.new("RGBA", rgba.shape[1::-1], "white")
    laid = np.asarray(Image.alpha_composite(white, Image.fromarray(rgba)).convert("RGB"))
    np.testing.assert_allclose(pixels.as_float(rgba), laid / 255, atol=1.01 / 255)  # Pillow rounds
    assert pixels.as_float(ODD["one channel"]).shape == (12, 14)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 2, 5), np.uint8), "An array of 2×2×5 is no picture"),
        (np.zeros(4, np.uint8), "An array of 4 is no picture"),
        (np.zeros((0, 4), np.uint8), "An array of 0×4 is no picture"),
        (np.zeros((2, 2), complex), "Pixels of the type complex128 have no white"),
        (np.array([[0.0, 871.3]]), "Pixels go from 0 to 871.3, where 0 (black) to 1 (white) is allowed"),
        (np.array([[0.0, np.nan]]), "Pixels go from nan to nan"),
    ],
)
def test_what_is_no_picture_is_refused(array, words):
    with pytest.raises(LimenError) as told:
        pixels.as_float(array)
    assert words in str(told.value)


def test_the_first_ten_rows_are_black_and_the_rest_is_as_it_was():
    picture = ten("camera")
    black = pixels.blacken(picture, slice(10))
    assert not black[:10].any() and np.array_equal(black[10:], picture[10:]) and picture[:10].any()


def test_every_pixel_below_80_becomes_white_as_the_histogram_counts():
    picture = ten("camera")
    lifted = pixels.as_bytes(pixels.lift(picture, 80))
    counted = Image.fromarray(picture).histogram()
    assert lifted.min() == 80 and (lifted == 255).sum() == sum(counted[:80]) + counted[255]


def test_red_above_160_becomes_pure_red_and_nothing_else_changes():
    picture = ten("chelsea")
    red, mask = pixels.redden(picture, 160)
    assert mask.sum() == sum(Image.fromarray(picture).histogram()[161:256]) > 0
    assert (pixels.as_bytes(red)[mask] == (255, 0, 0)).all()
    np.testing.assert_array_equal(pixels.as_bytes(red)[~mask], picture[~mask])


def test_channels_alone_and_in_the_other_order():
    picture = ten("astronaut")
    bands = [np.asarray(band) for band in Image.fromarray(picture).split()]
    for i in range(3):
        alone = pixels.as_bytes(pixels.one_channel(picture, i))
        np.testing.assert_array_equal(alone[..., i], bands[i])
        assert alone.sum() == bands[i].sum(dtype=np.int64)
    np.testing.assert_array_equal(pixels.swap_channels(picture), np.dstack(bands[::-1]))
    np.testing.assert_array_equal(pixels.swap_channels(pixels.swap_channels(picture)), picture)
