"""Contrast and histograms beside scikit-image, Pillow and NumPy."""

import numpy as np
import pytest
from PIL import Image
from skimage import color, exposure
from tests.images.pictures import TEN, odd, ten

from limen.images import contrast, histograms

ODD = odd()
GREY = [name for name in TEN if ten(name).ndim == 2]


@pytest.mark.parametrize("name", TEN)
def test_histograms_count_as_pillow_does(name):
    picture = ten(name)
    counted = np.array(Image.fromarray(picture).histogram()).reshape(-1, 256)
    found = histograms.channel_histograms(picture)
    assert list(found) == (["grey"] if picture.ndim == 2 else ["red", "green", "blue"])
    np.testing.assert_array_equal(np.array(list(found.values())), counted)


def test_a_histogram_does_not_know_where_a_pixel_is():
    picture = ten("astronaut")
    shuffled = np.random.default_rng(1).permutation(picture.reshape(-1, 3)).reshape(picture.shape)
    one, other = histograms.colour_histogram(picture), histograms.colour_histogram(shuffled)
    assert one.shape == (8, 8, 8) and abs(one.sum() - 1) < 1e-12
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, histograms.colour_histogram(picture[::-1, ::-1]))
    assert histograms.overlap(one, other) == pytest.approx(1)
    assert histograms.overlap(one, histograms.colour_histogram(ten("coffee"))) < 0.7


def test_the_colour_histogram_counts_pixels_one_by_one():
    picture = ten("chelsea")[:40, :50]
    counted = np.zeros((8, 8, 8))
    for red, green, blue in picture.reshape(-1, 3).astype(int):
        counted[red // 32, green // 32, blue // 32] += 1 / 2000
    np.testing.assert_allclose(histograms.colour_histogram(picture), counted, atol=1e-12)


@pytest.mark.parametrize("name", GREY)
def test_equalising_gives_the_share_of_pixels_no_brighter(name):
    picture = ten(name)
    np.testing.assert_array_equal(contrast.equalise(picture), exposure.equalize_hist(picture))
    ranks = np.searchsorted(np.sort(picture, axis=None), picture, side="right") / picture.size
    np.testing.assert_allclose(contrast.equalise(picture), ranks, atol=1e-12)
    places, share = contrast.mapping(picture)
    np.testing.assert_allclose(np.interp(picture / 255, places, share), ranks, atol=1e-12)


@pytest.mark.parametrize("name", GREY)
def test_stretching_is_the_formula_and_scikit_images(name):
    picture = ten(name)
    dark, light = np.percentile(picture, (2, 98))
    wanted = exposure.rescale_intensity(picture / 255, in_range=(dark / 255, light / 255), out_range=(0, 1))
    np.testing.assert_allclose(contrast.stretch(picture), wanted, atol=1e-12)
    np.testing.assert_allclose(wanted, np.clip((picture - dark) / (light - dark), 0, 1), atol=1e-12)


@pytest.mark.parametrize("name", TEN)
def test_clahe_is_scikit_images(name):
    picture = ten(name)
    np.testing.assert_allclose(
        contrast.clahe(picture, 0.03), exposure.equalize_adapthist(picture, clip_limit=0.03), atol=1e-7
    )


@pytest.mark.parametrize("change", [contrast.stretch, contrast.equalise, contrast.clahe])
def test_the_hue_of_a_colour_picture_is_kept(change):
    picture = ten("chelsea")
    before, after = color.rgb2hsv(picture), color.rgb2hsv(change(picture))
    lively = (before[..., 1] > 0.1) & (after[..., 2] > 0.05)
    assert np.abs(before[..., :2] - after[..., :2])[lively].max() < 1e-6
    assert np.abs(before[..., 2] - after[..., 2]).max() > 0.05


@pytest.mark.parametrize("change", [contrast.stretch, contrast.clahe])
@pytest.mark.parametrize("name", ["one pixel", "constant", "white", "black"])
def test_a_picture_of_one_brightness_is_left_as_it_is(change, name):
    np.testing.assert_array_equal(change(ODD[name]), ODD[name] / 255)


def test_local_contrast_is_the_mean_deviation_of_whole_tiles():
    picture = ten("moon")
    tiles = [picture[i : i + 16, j : j + 16].std() / 255 for i in range(0, 256, 16) for j in range(0, 256, 16)]
    assert contrast.local_contrast(picture) == pytest.approx(np.mean(tiles))
    assert contrast.local_contrast(contrast.clahe(picture)) > 2 * contrast.local_contrast(picture)
