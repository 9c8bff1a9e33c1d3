"""Kernels, convolution and pooling beside scikit-image, scipy, torch and loops."""

import numpy as np
import pytest
import torch
from scipy import ndimage, signal
from skimage import filters, measure
from tests.images.pictures import TEN, odd, ten

from limen.errors import LimenError
from limen.images import convolution, kernels, pooling
from limen.images.pixels import as_float, as_grey

ODD = odd()
THEIRS = {  # ours: theirs, and by what theirs is smaller
    "sobel-horizontal": (filters.sobel_h, 4),
    "sobel-vertical": (filters.sobel_v, 4),
    "prewitt-horizontal": (filters.prewitt_h, 3),
    "prewitt-vertical": (filters.prewitt_v, 3),
}


@pytest.mark.parametrize("name", TEN)
def test_edge_kernels_are_scikit_images_and_scipys(name):
    grey = as_grey(ten(name))
    for ours, (theirs, factor) in THEIRS.items():
        np.testing.assert_allclose(convolution.convolve(grey, kernels.kernel(ours)), factor * theirs(grey), atol=1e-12)
    inside = np.s_[1:-1, 1:-1]
    for ours, theirs in (("roberts-down", filters.roberts_pos_diag), ("roberts-up", filters.roberts_neg_diag)):
        wanted = theirs(grey)
        np.testing.assert_allclose(convolution.convolve(grey, kernels.kernel(ours))[inside], wanted[inside], atol=1e-12)
    laplacian = convolution.convolve(grey, kernels.kernel("laplacian-4"))
    np.testing.assert_allclose(laplacian, ndimage.laplace(grey), atol=1e-12)
    np.testing.assert_allclose(laplacian[inside], -filters.laplace(grey)[inside], atol=1e-12)
    box = convolution.convolve(grey, kernels.kernel("box"))
    np.testing.assert_allclose(box, ndimage.uniform_filter(grey, 3), atol=1e-12)
    np.testing.assert_array_equal(convolution.convolve(grey, kernels.kernel("identity")), grey)


@pytest.mark.parametrize("border", convolution.BORDERS)
@pytest.mark.parametrize("name", kernels.KERNELS)
def test_scipy_and_torch_agree(name, border):
    weights = kernels.kernel(name)
    for picture in (ten("camera"), ten("chelsea"), ODD["one pixel"], ODD["one row"], ODD["16 bits"]):
        one = convolution.convolve(picture, weights, border)
        np.testing.assert_allclose(one, convolution.convolve_by_torch(picture, weights, border), atol=1e-12)
        assert one.shape == as_float(picture).shape


def test_convolution_turns_the_kernel():
    weights = np.arange(9.0).reshape(3, 3)
    grey = as_grey(ten("coins"))
    wanted = signal.convolve2d(grey, weights, mode="valid")
    np.testing.assert_allclose(convolution.convolve(grey, weights)[1:-1, 1:-1], wanted, atol=1e-12)
    assert np.abs(signal.correlate2d(grey, weights, mode="valid") - wanted).max() > 0.1


def test_sums_of_the_kernels():
    keep = {"identity", "box", "gaussian", "sharpen"}
    for name in kernels.KERNELS:
        assert kernels.kernel(name).sum() == pytest.approx(1 if name in keep else 0, abs=1e-12)
        assert kernels.is_change(kernels.kernel(name)) == (name not in keep)


def test_the_laplacian_of_gaussian_looks_like_the_formula():
    reach = np.arange(-2, 3)
    r2 = (reach[:, None] ** 2 + reach**2) / (2 * 0.55**2)
    formula = -(1 - r2) * np.exp(-r2)
    assert np.corrcoef(formula.ravel(), kernels.kernel("laplacian-of-gaussian").ravel())[0, 1] > 0.97


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0 -1 0; -1 5 -1; 0 -1 0", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        ("1/4, 1/2, 1/4", [[0.25, 0.5, 0.25]]),
        (" 1 ; -1e-1 ; ", [[1], [-0.1]]),
        ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    ],
)
def test_a_kernel_of_ones_own(text, wanted):
    np.testing.assert_array_equal(kernels.kernel(text), wanted)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2; 3", "has rows of 2, 1 numbers. Allowed: rows of one length"),
        ("", "has rows of 0 numbers"),
        ("1 2; 3 x", "'x' in the kernel is no number"),
        ("1/0 1; 1 1", "'1/0' in the kernel is no number"),
        ("nan 1; 1 1", "'nan' in the kernel is no number"),
        ("sobel", "Unknown kernel 'sobel'. Did you mean 'sobel-"),
        (";".join(["1 " * 33] * 33), "The kernel has 33×33 weights. Allowed: at most 31×31"),
    ],
)
def test_a_kernel_that_cannot_be(text, words):
    with pytest.raises(LimenError) as told:
        kernels.kernel(text)
    assert words in str(told.value)


@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 3), (3, 2), (2, 1), (5, 3)])
def test_pooling_is_torchs_and_a_loops(window, stride):
    x = as_grey(ten("coins"))
    tensor = torch.from_numpy(x)[None, None]
    pools = torch.nn.functional
    wanted = {
        "max": pools.max_pool2d(tensor, window, stride),
        "min": -pools.max_pool2d(-tensor, window, stride),
        "average": pools.avg_pool2d(tensor, window, stride),
        "sum": pools.avg_pool2d(tensor, window, stride, divisor_override=1),
    }
    for kind, theirs in wanted.items():
        ours = pooling.pool(x, window, stride, kind)
        assert ours.shape == tuple((n - window) // stride + 1 for n in x.shape)
        np.testing.assert_allclose(ours, theirs[0, 0].numpy(), atol=1e-12)


def test_pooling_six_by_six_gives_three_by_three():
    x = np.arange(36).reshape(6, 6)
    assert pooling.pool(x, 2).tolist() == [[7, 9, 11], [19, 21, 23], [31, 33, 35]]
    np.testing.assert_array_equal(pooling.pool(x, 2, kind="average"), measure.block_reduce(x, 2, np.mean))
    assert pooling.pool(x, 3, 2).shape == (2, 2) and x[0, 0] == 0
