"""Losses and measures against NumPy in float64 and scikit-learn."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, mean_squared_error

from limen.train.objectives import OBJECTIVES

CLASSIFICATION, REGRESSION = OBJECTIVES["classification"], OBJECTIVES["regression"]


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(2, 6)), elements=st.floats(-30, 30)), st.data())
def test_classification(scores, data):
    n, classes = scores.shape
    labels = data.draw(hnp.arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    t, y = torch.from_numpy(scores), torch.from_numpy(labels)
    shifted = scores - scores.max(1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
    np.testing.assert_allclose(
        CLASSIFICATION.loss(t, y).item(), -np.log(p[np.arange(n), labels]).mean(), rtol=1e-9, atol=1e-12
    )
    if p.min() > 1e-12:
        np.testing.assert_allclose(
            CLASSIFICATION.loss(t, y).item(), log_loss(labels, p, labels=range(classes)), rtol=1e-6, atol=1e-9
        )
    assert CLASSIFICATION.measures["accuracy"](t, y).item() == np.float32(accuracy_score(labels, scores.argmax(1)))


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(-1e3, 1e3)), st.data())
def test_regression(target, data):
    output = data.draw(hnp.arrays(np.float64, len(target), elements=st.floats(-1e3, 1e3)))
    y, out = torch.from_numpy(target), torch.from_numpy(output)[:, None]
    np.testing.assert_allclose(REGRESSION.loss(out, y).item(), mean_squared_error(target, output), rtol=1e-9)
    np.testing.assert_allclose(
        REGRESSION.measures["absolute_error"](out, y).item(), mean_absolute_error(target, output), rtol=1e-9
    )


def test_large_scores_stay_finite():
    assert CLASSIFICATION.loss(torch.tensor([[1000.0, 1001.0, 1002.0]]), torch.tensor([2])).isfinite()
