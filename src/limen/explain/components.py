"""Principal components: the best that a code without a bend can do.

    code = (x - mean) Vᵀ,    back = mean + code V

V holds the directions along which the data vary most. No other linear code of that size leaves a smaller squared error
on the data it was fitted to (Eckart & Young 1936), so an autoencoder of the same code size is held against it.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from limen.errors import LimenError


@dataclass(frozen=True, eq=False)
class Components:
    """The mean (inputs,) and the directions (code, inputs) of greatest variance, the greatest first."""

    mean: Tensor
    directions: Tensor

    def __repr__(self) -> str:
        return f"Components({len(self.directions)} of {len(self.mean)})"

    def encode(self, x: Tensor) -> Tensor:
        """(B, inputs) to (B, code)."""
        return (x - self.mean) @ self.directions.T

    def decode(self, code: Tensor) -> Tensor:
        """(B, code) to (B, inputs); nothing holds it between 0 and 1."""
        return self.mean + code @ self.directions

    def reconstruct(self, x: Tensor) -> Tensor:
        """There and back: (B, inputs) to (B, inputs)."""
        return self.decode(self.encode(x))


def principal_components(x: Tensor, count: int) -> Components:
    """The first `count` principal components of x (N, inputs), by scikit-learn, on the CPU, in x's precision.

    Raises LimenError where x has not as many.
    """
    most = min(x.shape)
    if not 1 <= count <= most:
        raise LimenError(f"{count} principal components of {x.shape[0]:,}×{x.shape[1]} numbers. Allowed: 1 to {most}.")
    from sklearn.decomposition import PCA

    x = x.cpu()
    found = PCA(count, svd_solver="full").fit(x.double().numpy())
    mean, directions = (torch.from_numpy(np.ascontiguousarray(a)).to(x) for a in (found.mean_, found.components_))
    return Components(mean, directions)
