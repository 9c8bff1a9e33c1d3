"""The net that learns small photographs soon: what it begins with."""

import numpy as np
import pytest
import torch

from limen.errors import LimenError
from limen.nets.build import build
from limen.nets.fast import FLAT, Whitening


@pytest.fixture
def pictures():
    """Pictures whose neighbouring pixels, and colours, are nearly equal."""
    draw = torch.Generator().manual_seed(0)
    grey = torch.randn(200, 1, 12, 12, generator=draw).cumsum(2).cumsum(3) / 20
    return grey + 0.1 * torch.randn(200, 3, 12, 12, generator=draw)


def test_whitened_patches_have_no_common_direction_and_the_size_their_variance_allows(pictures):
    layer = Whitening(3, 2)
    layer.start_at(pictures)
    with torch.no_grad():
        found = layer(pictures).double().numpy().transpose(0, 2, 3, 1).reshape(-1, 24)
    np.testing.assert_allclose(found[:, 12:], -found[:, :12], atol=1e-5)
    moments = found[:, :12].T @ found[:, :12] / len(found)
    patches = np.lib.stride_tricks.sliding_window_view(pictures.double().numpy(), (2, 2), (2, 3))
    flat = patches.transpose(0, 2, 3, 1, 4, 5).reshape(-1, 12)
    variances = np.sort(np.linalg.eigvalsh(flat.T @ flat / len(flat)))[::-1]
    np.testing.assert_allclose(moments, np.diag(variances / (variances + FLAT)), atol=2e-3)


def test_its_whitening_keeps_its_weights_and_its_first_convolution_hands_on_what_it_gets(pictures):
    net = build("fast-cnn", (3, 32, 32), 10)
    assert not net.whiten.weight.requires_grad and net.whiten.bias.requires_grad
    x = torch.rand(2, 24, 7, 7)
    torch.testing.assert_close(net.conv1a(x)[:, :24], x)


def test_each_block_halves_the_picture_and_sizes_are_those_it_says():
    net = build("fast-cnn", (3, 32, 32), 10, {"widths": (8, 16)})
    assert net(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    assert net.conv2b.in_channels == net.dense.in_features == 16


def test_a_picture_with_fewer_halvings_than_blocks_is_refused():
    with pytest.raises(LimenError, match="too small"):
        build("fast-cnn", (3, 8, 8), 10, {"widths": (8, 16, 32, 64)})
