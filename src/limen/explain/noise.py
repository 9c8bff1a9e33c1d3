"""Examples with a part missing: what a denoising autoencoder is asked to mend."""

import torch
from torch import Tensor


def masked(x: Tensor, share: float = 0.3, seed: int = 0) -> Tensor:
    """x with that share of its numbers set to 0, drawn from a generator of its own: equal x, equal gaps."""
    kept = torch.rand(x.shape, generator=torch.Generator().manual_seed(seed)) >= share
    return x * kept.to(x)
