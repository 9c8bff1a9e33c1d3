"""Principal components are the eigenvectors of the covariance, and leave the variance that is not theirs."""

import numpy as np
import pytest
import torch

from limen.errors import LimenError
from limen.explain.components import principal_components

X = torch.randn(80, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64) @ torch.diag(
    torch.tensor([5.0, 3, 2, 1, 0.5, 0.1], dtype=torch.float64)
)


@pytest.mark.parametrize("count", [1, 3, 6])
def test_what_is_lost_is_the_variance_of_the_other_eigenvectors(count):
    found = principal_components(X, count)
    values, vectors = np.linalg.eigh(np.cov(X.numpy().T, bias=True))
    lost = (found.reconstruct(X) - X).square().sum(1).mean().item()
    assert lost == pytest.approx(values[: 6 - count].sum(), abs=1e-12)
    same = np.abs(vectors[:, ::-1][:, :count].T @ found.directions.numpy().T)
    assert same == pytest.approx(np.eye(count), abs=1e-9)
    assert found.encode(X).shape == (80, count) and str(found) == f"Components({count} of 6)"


def test_the_precision_is_that_of_the_data():
    assert principal_components(X.float(), 2).reconstruct(X.float()).dtype == torch.float32


@pytest.mark.parametrize("count", [0, 7])
def test_more_components_than_there_are_is_refused(count):
    with pytest.raises(LimenError, match="Allowed: 1 to 6"):
        principal_components(X, count)
