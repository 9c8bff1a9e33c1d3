"""The losses written out are torch's, their slopes autograd's, and targets that do not fit are refused."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from limen.errors import LimenError
from limen.nets.losses import LOSSES, checked, softmax

TORCHS = {
    "half-squared-error": lambda o, y: functional.mse_loss(o, y, reduction="sum") / 2,
    "squared-error": lambda o, y: functional.mse_loss(o, y, reduction="sum"),
    "mean-squared-error": functional.mse_loss,
    "cross-entropy": functional.cross_entropy,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("shape", [(1, 1), (7, 1), (5, 3), (4, 17)])
def test_value_and_slope_agree_with_autograd(name, shape):
    draw = torch.Generator().manual_seed(0)
    output = (3 * torch.randn(shape, generator=draw, dtype=torch.float64)).requires_grad_()
    y = torch.randn(shape, generator=draw, dtype=torch.float64)
    if name == "cross-entropy":
        y = torch.randint(0, shape[1], shape[:1], generator=draw)
    loss, targets = checked(name, output.detach(), y)
    reference = TORCHS[name](output, y)
    reference.backward()
    torch.testing.assert_close(loss.value(output.detach(), targets), reference.detach(), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(loss.slope(output.detach(), targets), output.grad, rtol=1e-13, atol=1e-13)


def test_the_softmax_of_large_scores_is_finite():
    p = softmax(torch.tensor([[1000.0, 1001, 1002]], dtype=torch.float64))[0].numpy()
    e = np.exp([-2.0, -1, 0])
    np.testing.assert_allclose(p, e / e.sum(), rtol=1e-14)
    assert LOSSES["cross-entropy"].value(torch.tensor([[1000.0, 0.0]]), torch.tensor([1])) == 1000


def test_half_the_squares_of_one_error():
    output, y = torch.tensor([[3.0], [1.0]]), torch.tensor([1.0, 2.0])
    loss, targets = checked("half-squared-error", output, y)
    assert loss.value(output, targets) == 2.5 and loss.slope(output, targets).tolist() == [[2], [-1]]


@pytest.mark.parametrize(
    ("name", "y", "words"),
    [
        ("cross-entropie", torch.zeros(4, dtype=torch.int64), "Did you mean 'cross-entropy'"),
        ("cross-entropy", torch.zeros(4), "torch.float32. Allowed: 4 labels in int64"),
        ("cross-entropy", torch.zeros(4, 3, dtype=torch.int64), "shape 4×3"),
        ("cross-entropy", torch.tensor([0, 1, 2, 3]), "0 to 3. The net's 3 scores: 0 to 2"),
        ("cross-entropy", torch.tensor([0, -1, 2, 1]), "-1 to 2"),
        ("squared-error", torch.zeros(4), "the shape 4, the net's output 4×3"),
        ("squared-error", torch.zeros(3, 4), "the shape 3×4"),
    ],
)
def test_targets_that_do_not_fit_are_refused(name, y, words):
    with pytest.raises(LimenError, match=words):
        checked(name, torch.zeros(4, 3), y)
