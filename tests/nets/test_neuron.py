"""One neuron: a threshold with a veto, a perceptron at rest, weights from NumPy's legacy generator."""

import itertools

import numpy as np
import pytest
import torch

from limen.nets.build import build
from limen.nets.neuron import mcculloch_pitts


@pytest.mark.parametrize("threshold", [0, 1, 2, 3])
def test_a_threshold_counts_and_an_inhibiting_input_is_a_veto(threshold):
    for excite in itertools.product((0, 1), repeat=3):
        assert mcculloch_pitts(excite, threshold=threshold) == (sum(excite) >= threshold)
        assert mcculloch_pitts(excite, (0, 1), threshold=threshold) == 0


def test_a_perceptron_begins_at_rest_with_one_output():
    net = build("perceptron", (3,), 2)
    assert net(torch.randn(5, 3)).shape == (5, 1) and not any(p.any() for p in net.parameters())


def test_weights_are_those_of_numpys_legacy_generator_in_float64():
    net = build("neuron", (4,), 3, {"numpy_seed": 1010, "bias": False})
    np.testing.assert_array_equal(net.dense.weight.detach().numpy().T, np.random.RandomState(1010).random((4, 3)))
    x = torch.rand(6, 4, dtype=torch.float64)
    torch.testing.assert_close(net(x), torch.sigmoid(x @ net.dense.weight.T))
