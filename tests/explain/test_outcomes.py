import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from limen.explain.filters import first_filters
from limen.explain.outcomes import confidence, confident_mistakes, confusion
from limen.nets.build import build


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(2, 6))
def test_the_confusion_matrix_is_scikit_learns(seed, n, classes):
    draw = np.random.default_rng(seed)
    outputs, targets = draw.normal(size=(n, classes)), draw.integers(0, classes, n)
    ours = confusion(torch.from_numpy(outputs), torch.from_numpy(targets), classes).numpy()
    np.testing.assert_array_equal(ours, confusion_matrix(targets, outputs.argmax(1), labels=range(classes)))


def test_mistakes_come_surest_first():
    outputs = torch.tensor([[5.0, 0.0], [0.0, 1.0], [0.0, 9.0], [3.0, 0.0], [0.0, 2.0]])
    targets = torch.tensor([0, 0, 0, 1, 1])
    assert confident_mistakes(outputs, targets, 10).tolist() == [2, 3, 1]
    assert confident_mistakes(outputs, targets, 2).tolist() == [2, 3]
    answer, sure = confidence(outputs)
    assert answer.tolist() == [0, 1, 1, 0, 1]
    np.testing.assert_allclose(sure[0], 1 / (1 + np.exp(-5.0)), rtol=1e-6)


def test_filters_are_the_first_layers_weights_as_pictures():
    cnn = build("mnist-cnn", (1, 28, 28), 10)
    assert torch.equal(first_filters(cnn, (1, 28, 28)), cnn.conv1.weight)
    softmax = build("softmax", (1, 8, 8), 10)
    assert torch.equal(first_filters(softmax, (1, 8, 8))[3].flatten(), softmax.dense.weight[3])
    assert first_filters(build("mlp", (4,), 3), (4,)) is None
    rbm = build("rbm", (1, 8, 6), 10)
    assert torch.equal(first_filters(rbm, (1, 8, 6))[3].flatten(), rbm.weight[:, 3])
    assert first_filters(build("rbm", (4,), 3), (4,)) is None
