"""Thresholds, edges and objects beside scikit-image and counting."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import data, feature, filters, measure
from tests.images.pictures import TEN, odd, ten

from limen.images import edges, objects, parts, thresholds
from limen.images.pixels import as_grey

ODD = odd()


@pytest.mark.parametrize("name", TEN)
def test_otsus_threshold_is_scikit_images_and_the_best_of_all(name):
    picture, grey = ten(name), as_grey(ten(name))
    level = thresholds.otsu(picture)
    theirs = filters.threshold_otsu(picture) / 255 if picture.ndim == 2 else filters.threshold_otsu(grey)
    assert level == theirs
    places, variance = thresholds.between_variance(picture)
    half = 0 if picture.ndim == 2 else (places[1] - places[0]) / 2
    for place, found in list(zip(places, variance, strict=True))[::17]:  # from the pixels themselves
        above = grey > place + half
        share = above.mean()
        apart = share * (1 - share) * (grey[above].mean() - grey[~above].mean()) ** 2 if 0 < share < 1 else 0
        assert found == pytest.approx(apart, rel=1e-9 if picture.ndim == 2 else 0.02, abs=1e-5)
    assert variance.max() == variance[np.searchsorted(places, level)]


@pytest.mark.parametrize("name", ["one pixel", "constant", "white"])
def test_otsu_of_one_brightness_is_that_brightness_and_nothing_lies_above(name):
    assert thresholds.otsu(ODD[name]) == ODD[name].flat[0] / 255
    assert not parts.otsu(ODD[name])[-1].picture.any()


def test_a_fixed_threshold_either_way():
    grey = as_grey(ten("coins"))
    np.testing.assert_array_equal(thresholds.threshold(ten("coins"), 0.5), grey > 0.5)
    np.testing.assert_array_equal(thresholds.threshold(ten("coins"), 0.5, dark=True), grey <= 0.5)


@pytest.mark.parametrize(
    ("sigma", "low", "high"), [(1.0, 0.1, 0.2), (2.5, 0.05, 0.4), (0.0, 0.3, 1.5), (1.5, 0.0, 0.3)]
)
@pytest.mark.parametrize("name", TEN)
def test_cannys_edges_are_scikit_images(name, sigma, low, high):
    grey = as_grey(ten(name))
    wanted = feature.canny(grey, sigma=sigma, low_threshold=low, high_threshold=high)
    np.testing.assert_array_equal(edges.canny(ten(name), sigma, low, high).edges, wanted)


@pytest.mark.parametrize("name", ODD)
def test_cannys_edges_of_odd_pictures_are_scikit_images(name):
    wanted = feature.canny(as_grey(ODD[name]), sigma=1, low_threshold=0.1, high_threshold=0.2)
    np.testing.assert_array_equal(edges.canny(ODD[name]).edges, wanted)


def test_cannys_stages_follow_from_each_other():
    found = edges.canny(ten("camera"), 1.0, 0.1, 0.2)
    np.testing.assert_allclose(
        found.smooth[20:-20, 20:-20], filters.gaussian(as_grey(ten("camera")), 1.0)[20:-20, 20:-20], atol=1e-9
    )
    np.testing.assert_allclose(
        found.gradient[1:-1, 1:-1], np.sqrt(32) * filters.sobel(found.smooth)[1:-1, 1:-1], atol=1e-9
    )
    thinned = found.thin > 0
    assert thinned.sum() < 0.5 * (found.gradient > 0).sum()
    np.testing.assert_array_equal(found.thin[thinned], found.gradient[thinned])
    assert not (found.strong & found.weak).any()
    assert (found.edges[found.strong]).all() and not (found.edges & ~(found.strong | found.weak)).any()
    pieces, count = ndimage.label(found.edges, np.ones((3, 3)))
    assert all(found.strong[pieces == i].any() for i in range(1, count + 1))  # no piece without a strong pixel


def test_holes_are_filled_and_objects_numbered_across_corners():
    mask = np.zeros((9, 12), bool)
    mask[1:4, 1:4] = True
    mask[2, 2] = False  # a hole
    mask[5, 6] = mask[6, 7] = True  # joined at a corner
    mask[8, 11] = True
    filled = objects.fill(mask)
    assert filled[2, 2] and filled.sum() == mask.sum() + 1
    labels = objects.label(filled)
    assert labels.max() == 3 and labels[5, 6] == labels[6, 7] == 2
    assert objects.label(filled, smallest=2).max() == 2 and objects.label(filled, smallest=10).max() == 0


def test_objects_are_measured_as_by_hand():
    labels = np.zeros((10, 10), np.int32)
    labels[2:5, 3:9] = 1
    picture = np.zeros((10, 10), np.uint8)
    picture[2:5, 3:9] = 51
    (row,) = objects.table(labels, picture)
    assert row["area"] == 18 and (row["row"], row["column"]) == (3, 5.5)
    assert (row["top"], row["left"], row["bottom"], row["right"]) == (2, 3, 5, 9)
    assert row["brightness"] == pytest.approx(0.2) and row["diameter"] == pytest.approx(2 * np.sqrt(18 / np.pi))
    assert row["eccentricity"] == pytest.approx(np.sqrt(1 - (3**2 - 1) / (6**2 - 1)), abs=0.02)
    assert objects.table(np.zeros((4, 4), np.int32), np.zeros((4, 4))) == ()


def test_canny_and_filling_find_the_twenty_four_coins():
    (*_, result) = parts.segment(data.coins(), by="canny", sigma=2.5)
    assert result.facts["objects"] == len(result.rows) == 24
    grey = as_grey(data.coins())
    edged = feature.canny(grey, sigma=2.5, low_threshold=0.1, high_threshold=0.2)
    independent = measure.label(ndimage.binary_fill_holes(edged), connectivity=2)
    sizes = np.bincount(independent.ravel())[1:]
    assert sorted(row["area"] for row in result.rows) == sorted(sizes[sizes >= 20])


def test_a_blur_too_narrow_leaves_coins_open_and_crumbs():
    result = parts.segment(data.coins(), by="canny", sigma=1.0, smallest=400)[-1]
    assert result.facts["objects"] == 23 and parts.segment(data.coins(), by="canny")[-1].facts["objects"] == 29
