"""Convolution written out agrees with torch, NumPy and SciPy, and every sum is the sum of its products."""

import itertools

import numpy as np
import pytest
import torch
from scipy import signal
from torch.nn import functional

from limen.errors import LimenError
from limen.nets.convolution import Slide, convolve
from limen.nets.windows import padding_of, places


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_published_numbers():
    x = torch.tensor([0.0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    seen = convolve(x, torch.tensor([0.5, 1, 0.5]))
    assert seen.output.tolist() == [11.5, 24.5, 30.5, 25, 16.5, 16, 24, 29]
    assert seen.multiply_adds == 24


SETTINGS = list(itertools.product((1, 2, 3), (0, 1, 3), (1, 2)))


@pytest.mark.parametrize(("stride", "padding", "dilation"), SETTINGS)
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("groups", [1, 2])
def test_with_channels_it_is_torchs(stride, padding, dilation, directions, groups):
    x, kernel = drawn(4, *(9, 8)[:directions]), drawn(6, 4 // groups, *(3, 2)[:directions], seed=1)
    ours = convolve(x, kernel, Slide(stride, padding, dilation, groups))
    torchs = [functional.conv1d, functional.conv2d][directions - 1](
        x[None], kernel, None, stride, padding, dilation, groups
    )[0]
    torch.testing.assert_close(ours.output, torchs)
    back = drawn(4, 6 // groups, *(3, 2)[:directions], seed=2)
    try:
        theirs = [functional.conv_transpose1d, functional.conv_transpose2d][directions - 1](
            x[None], back, None, stride, padding, 0, groups, dilation
        )[0]
    except RuntimeError:  # nothing is left
        return
    torch.testing.assert_close(
        convolve(x, back, Slide(stride, padding, dilation, groups, transposed=True)).output, theirs
    )


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_paddings_and_flipping_are_numpys_and_scipys(mode):
    x, kernel = drawn(11), drawn(5, seed=1)
    row, plane = (np.correlate, np.convolve), (signal.correlate2d, signal.convolve2d)
    for flipped in (False, True):
        seen = convolve(x, kernel, Slide(padding=mode, flipped=flipped))
        np.testing.assert_allclose(seen.output, row[flipped](x.numpy(), kernel.numpy(), mode), atol=1e-12)
    x, kernel = drawn(7, 9), drawn(3, 5, seed=1)
    for flipped in (False, True):
        seen = convolve(x, kernel, Slide(padding=mode, flipped=flipped))
        np.testing.assert_allclose(seen.output, plane[flipped](x.numpy(), kernel.numpy(), mode), atol=1e-12)


def test_an_even_kernel_keeps_the_size_as_torch_does():
    x, kernel = drawn(1, 9), drawn(1, 1, 4, seed=1)
    with pytest.warns(UserWarning, match="even kernel"):
        theirs = functional.conv1d(x[None], kernel, padding="same")[0]
    torch.testing.assert_close(convolve(x, kernel, Slide(padding="same")).output, theirs)


SLIDES = [
    Slide(), Slide(2, 1), Slide(1, "same", 2), Slide(1, "full", flipped=True), Slide(1, 1, 1, 2),
    Slide(2, 1, 1, 2, transposed=True), Slide(3, 0, 2, transposed=True), Slide(1, 1, 1, 4),
]  # fmt: skip


@pytest.mark.parametrize("slide", SLIDES, ids=str)
def test_every_number_is_the_sum_of_its_products_and_every_product_is_right(slide):
    outputs = 4 if not slide.transposed else 3
    kernel = drawn(4, outputs if slide.transposed else 4 // slide.groups, 3, 2, seed=1)
    x = drawn(4, 5, 6)
    seen = convolve(x, kernel, slide)
    for at in seen.places[:: max(len(seen.places) // 60, 1)]:
        terms = seen.terms(*at)
        assert sum(t.product for t in terms) == pytest.approx(float(seen.output[at]), abs=1e-12)
        assert all(t.number == (0 if t.at is None else float(x[t.at])) for t in terms)
    full = sum(len(seen.terms(*at)) for at in seen.places) if not slide.transposed else None
    assert full in (None, seen.multiply_adds)


@pytest.mark.parametrize("ceil", [False, True])
def test_places_are_torchs_with_floor_and_ceil(ceil):
    for n, k, s, p, d in itertools.product(range(5, 12), (2, 3), (1, 2, 3), (0, 1), (1, 2)):
        if d * (k - 1) + 1 <= n + 2 * p:
            out = functional.max_pool1d(torch.zeros(1, 1, n), k, s, p, d, ceil)
            assert places(n, k, s, (p, p), d, ceil) == out.shape[-1], (n, k, s, p, d)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Slide(0), "stride 0 cannot be. Allowed: 1 or more"),
        (lambda: Slide(transposed=True, padding="same"), "padding 'same' is for sliding forwards"),
        (lambda: padding_of("smae", 3), "Unknown padding 'smae'. Did you mean 'same'"),
        (lambda: padding_of(-1, 3), "padding -1 is negative"),
        (lambda: convolve(drawn(3), drawn(5)), "A window of 5 finds no place on 3 numbers"),
        (lambda: convolve(drawn(3), drawn(3, 3, 3)), "A kernel of 3 dimensions does not fit an input of 1"),
        (lambda: convolve(drawn(3, 9), drawn(2, 2, 3)), "The kernel takes 2 channels and x has 3"),
        (lambda: convolve(drawn(4, 9), drawn(3, 2, 3), Slide(groups=2)), "groups 2 do not divide 3 channels"),
        (lambda: convolve(drawn(9), drawn(3), Slide(groups=2)), "groups 2 divide channels, and there are none"),
        (lambda: convolve(drawn(9), drawn(3)).terms(7), r"There is no output at \(7,\). The output is 7"),
    ],
)
def test_what_cannot_be_is_said(make, words):
    with pytest.raises(LimenError, match=words):
        make()
