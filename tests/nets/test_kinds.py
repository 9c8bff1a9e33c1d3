"""Kinds of convolution: what they cost, how large they put out, and a dense layer as a convolution."""

import pytest
import torch
from torch import nn

from limen.errors import LimenError
from limen.nets.kinds import KINDS, as_convolution, connections
from limen.nets.kinds import grouped as make_grouped
from limen.nets.summary import summarize


@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_the_size_but_the_transposed_which_doubles_it(name, kernel):
    rows = summarize(KINDS[name](8, 12, kernel), (8, 15, 18))
    assert rows[-1].output == ((12, 30, 36) if name == "transposed" else (12, 15, 18))
    sees = {"1×1": 1, "dilated": 2 * kernel - 1, "transposed": (kernel - 1) // 2 + 1}.get(name, kernel)
    assert rows[-1].sees == (sees, sees)


@pytest.mark.parametrize("bias", [True, False])
def test_a_dense_layer_as_a_convolution_gives_the_same_answers_and_slides(bias):
    torch.manual_seed(0)
    dense = nn.Linear(3 * 4 * 5, 7, bias=bias).double()
    sliding, x = as_convolution(dense, (3, 4, 5)), torch.randn(2, 3, 6, 9, dtype=torch.float64)
    answers = sliding(x)
    assert answers.shape == (2, 7, 3, 5)
    for i, j in ((0, 0), (2, 4), (1, 3)):
        torch.testing.assert_close(answers[:, :, i, j], dense(x[:, :, i : i + 4, j : j + 5].flatten(1)))
    sliding.weight.data.zero_()
    assert dense.weight.abs().sum() > 0
    with pytest.raises(LimenError, match="A dense layer of 60 inputs is no 3×4×4, which are 48 numbers"):
        as_convolution(dense, (3, 4, 4))


def test_wires_and_their_shared_weights():
    table = connections(nn.Conv1d(1, 1, 3, padding=1), (1, 4))
    assert table.tolist() == [[2, 3, 0, 0], [1, 2, 3, 0], [0, 1, 2, 3], [0, 0, 1, 2]]
    layer = nn.ConvTranspose1d(1, 1, 2, 2)
    before = layer.weight.clone()
    assert connections(layer, (1, 2)).tolist() == [[1, 0], [2, 0], [0, 1], [0, 2]]
    assert torch.equal(layer.weight, before)
    assert connections(nn.Linear(2, 2), (2,)).tolist() == [[1, 2], [3, 4]]
    assert (connections(nn.Conv2d(4, 4, 1, groups=2), (4, 1, 1)) > 0).int().tolist() == [
        [1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]
    ]  # fmt: skip


def test_groups_that_do_not_divide():
    with pytest.raises(LimenError, match="4 groups do not divide 6 and 8 channels"):
        make_grouped(6, 8)
