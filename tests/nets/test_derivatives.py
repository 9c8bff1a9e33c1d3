"""Every activation written out is torch's own, and its slope is autograd's."""

import numpy as np
import pytest
import torch
from torch import nn

from limen.nets.derivatives import DERIVATIVES, FUNCTIONS, NOTATIONS
from limen.nets.layers import ACTIVATIONS, activation

LAYERS = {name: make() for name, make in ACTIVATIONS.items()} | {
    "leaky-relu steep": nn.LeakyReLU(0.3), "elu small": nn.ELU(0.5), "gelu tanh": nn.GELU("tanh"),
}  # fmt: skip
POINTS = torch.tensor([0.0, -0.0, *np.linspace(-8, 8, 161), *np.random.default_rng(0).normal(size=200), -40.0, 40.0])


def test_every_activation_of_the_house_has_formulas():
    kinds = {type(make()) for make in ACTIVATIONS.values()}
    assert kinds == set(FUNCTIONS) == set(DERIVATIVES) == set(NOTATIONS)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-14), (torch.float32, 4e-6)])
def test_function_and_slope_agree_with_torch(name, dtype, tolerance):
    layer, z = LAYERS[name], POINTS.to(dtype).requires_grad_()
    h = layer(z)
    (slope,) = torch.autograd.grad(h.sum(), z)
    for own, torchs in ((FUNCTIONS, h), (DERIVATIVES, slope)):
        value = own[type(layer)](z.detach(), layer)
        assert value.dtype == dtype and not value.requires_grad
        torch.testing.assert_close(value, torchs.detach(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", LAYERS)
def test_slopes_are_the_differences_of_the_function(name):
    layer, z, step = LAYERS[name], POINTS.double(), 1e-6
    z = z[z.abs() > 1e-3]  # away from corners
    rise = layer(z + step) - layer(z - step)
    torch.testing.assert_close(DERIVATIVES[type(layer)](z, layer), rise / (2 * step), rtol=1e-6, atol=1e-8)


def test_the_sigmoid_never_rises_faster_than_a_quarter():
    slope = DERIVATIVES[nn.Sigmoid](torch.linspace(-5, 5, 1001, dtype=torch.float64), activation("sigmoid"))
    assert slope.max() == 0.25 and slope.argmax() == 500


def test_far_out_nothing_overflows():
    far = torch.tensor([-1e4, -1e3, 1e3, 1e4], dtype=torch.float64)
    for layer in LAYERS.values():
        assert FUNCTIONS[type(layer)](far, layer).isfinite().all()
        torch.testing.assert_close(FUNCTIONS[type(layer)](far, layer), layer(far))
        if type(layer) is not nn.ELU:
            assert DERIVATIVES[type(layer)](far, layer).isfinite().all()
    assert DERIVATIVES[nn.ELU](far, LAYERS["elu"]).tolist() == [0, 0, 1, 1]
