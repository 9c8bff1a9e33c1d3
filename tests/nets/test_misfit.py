"""The shape doctor: the layer that does not fit is named, with what it was given and what would fit."""

import re

import pytest
import torch
from tests.nets.patterns import PATTERNS
from torch import nn

import limen
from limen.errors import LimenError
from limen.nets.build import build
from limen.nets.fitting import fitting_input
from limen.nets.misfit import ShapeError
from limen.nets.summary import summarize


def told(net, shape):
    with pytest.raises(ShapeError) as error:
        summarize(net, shape)
    assert "\n" not in str(error.value) and isinstance(error.value, LimenError)
    return error.value


def flat(features):
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(features, 5))


def test_a_dense_layer_after_pictures_of_another_size():
    error = told(flat(4 * 15 * 15), (3, 64, 64))
    assert error.misfit.path == "3" and error.misfit.given == ((4 * 31 * 31,),)
    assert error.misfit.fits == f"in_features={4 * 31 * 31}" and error.misfit.input == (3, 32, 32)
    assert [row.output for row in error.passed] == [(4, 62, 62), (4, 31, 31), (4 * 31 * 31,)]
    assert summarize(flat(4 * 31 * 31), (3, 64, 64)) and summarize(flat(4 * 15 * 15), error.misfit.input)
    assert str(error) == (
        "The net does not take inputs of shape 3×64×64: '3' (Linear) expects 900 numbers in a row and is given 3844. "
        "What fits: in_features=3844, or --input 3x32x32."
    )


def test_the_fault_is_mended_by_what_is_said():
    """Each remedy, carried out, leaves a net that takes the input."""
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 2, 3))
    error = told(net, (3, 9, 9))
    assert error.misfit.path == "1" and error.misfit.fits == "in_channels=8"
    net[1] = nn.Conv2d(8, 2, 3)
    assert summarize(net, (3, 9, 9))
    wide = nn.Sequential(nn.Conv2d(3, 8, 7, 2), nn.Conv2d(8, 8, (5, 3), dilation=2))
    error = told(wide, (3, 17, 17))
    assert "lays a window of 9×5 on 6×6" in str(error) and error.misfit.fits.startswith("padding=(2, 0)")
    wide[1] = nn.Conv2d(8, 8, (5, 3), dilation=2, padding=(2, 0))
    assert summarize(wide, (3, 17, 17)) and summarize(wide, error.misfit.input)


@pytest.mark.parametrize(
    ("net", "shape", "words"),
    [
        (nn.Sequential(nn.Conv2d(1, 4, 3)), (3, 9, 9), r"'0' \(Conv2d\) expects 1 channel and is given 3×9×9.*in_channels=3, or --input 1x9x9"),
        (nn.Sequential(nn.Conv2d(3, 4, 3)), (27,), r"expects channels×height×width and is given 27"),
        (nn.Sequential(nn.Conv1d(3, 4, 3)), (3, 2, 9, 9), r"expects channels×width and is given 3×2×9×9"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(5)), (3, 9, 9), r"'1' \(BatchNorm2d\) expects 5 channels and is given 4×7×7.*num_features=4"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.GroupNorm(2, 6)), (3, 9, 9), r"num_channels=4"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.LayerNorm([4, 9, 9])), (3, 9, 9), r"expects 4×9×9 last and is given 4×7×7.*normalized_shape=\(4, 7, 7\)"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(9)), (3, 9, 9), r"lays a window of 9×9 on 7×7.*a kernel of at most 7"),
        (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(196, 5)), (3, 9, 9), r"expects 196 numbers in a row and is given 4×7×7.*nn.Flatten\(\) before it"),
        (nn.Sequential(nn.LSTM(7, 5, batch_first=True)), (9, 6), r"expects 7 numbers a step and is given 9×6.*input_size=6"),
        (nn.Sequential(nn.ConvTranspose2d(4, 2, 2)), (3, 9, 9), r"expects 4 channels.*in_channels=3"),
        (nn.Linear(4, 2), (5,), r"the net itself \(Linear\) expects 4 numbers in a row and is given 5. What fits: in_features=5, or --input 4"),
        (build("mlp", (1, 28, 28), 3), (3, 40, 40), r"in_features=4800, or --input 1x28x28"),
        (nn.Sequential(nn.Unflatten(1, (2, 2))), (5,), r"is given 5 and torch says"),
    ],
)  # fmt: skip
def test_what_each_kind_of_layer_says(net, shape, words):
    assert re.search(words, str(told(net, shape)))


def test_branches_that_do_not_meet_are_named():
    net = PATTERNS["Residual"]()
    net.layer2.downsample[0] = nn.Conv2d(4, 8, 1, 1, bias=False)
    text = str(told(net, (3, 64, 64)))
    assert "'layer2' (Bottleneck) cannot add 8×8×8 and 8×16×16" in text and "the same strides in both branches" in text
    net.layer2.downsample = nn.Sequential(nn.Conv2d(4, 6, 1, 2))
    assert "a 1×1 convolution 6 → 8 in the second branch" in str(told(net, (3, 64, 64)))
    net = PATTERNS["Inception"]()
    net.five[2] = nn.Conv2d(2, 3, 5, padding=1)
    text = str(told(net, (3, 33, 33)))
    assert "cannot lay 2×8×8 and 3×8×8 and 3×6×6 and 2×8×8 side by side" in text


def test_numbers_that_cannot_be_laid_out_anew():
    class Viewing(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3)

        def forward(self, x):
            return self.conv(x).view(-1, 50)

    error = told(Viewing(), (1, 9, 9))
    assert "cannot view 2×7×7 = 98 numbers as (-1, 50)" in str(error) and "flatten(1), which gives 98" in str(error)
    assert [row.path for row in error.passed] == ["conv"]


def test_an_error_that_is_no_matter_of_shapes_is_told_in_torchs_words():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(98, 2).double())
    error = told(net, (1, 9, 9))
    assert "torch says" in str(error) and error.misfit.input is None


def test_branches_that_would_meet_are_not_blamed():
    class Mixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 2, 3, device="meta")
            self.register_buffer("mean", torch.zeros(1, 2, 1, 1))

        def forward(self, x):
            return self.conv(x) - self.mean

    text = str(told(Mixed(), (1, 9, 9)))
    assert "torch says" in text and "cannot sub" not in text and "What fits: another shape" in text


def test_a_fitting_input_is_one_that_the_net_takes():
    for net, shape in [(flat(900), (3, 64, 64)), (flat(900), (900,)), (PATTERNS["Inception"](), (1, 3, 3))]:
        found = fitting_input(net, shape)
        assert found is not None and summarize(net, found)
    assert fitting_input(nn.Sequential(nn.ReLU()), (3,)) is None
    net = flat(900).train()
    fitting_input(net, (3, 64, 64))
    assert net.training and all(not p.is_meta for p in net.parameters())


def test_it_can_be_asked_from_python():
    with pytest.raises(limen.LimenError, match="What fits: in_features=3844"):
        limen.summarize(flat(900), (3, 64, 64))
    assert limen.misfit(flat(900), (3, 32, 32)) is None
    found = limen.misfit(flat(900), (3, 64, 64))
    assert found is not None and found.path == "3" and found.fits == "in_features=3844"
    assert torch.is_grad_enabled()
