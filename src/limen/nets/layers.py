"""The activations and the norms by name, and what every builder of nets shares."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from limen.errors import LimenError, unknown

TINY = 1e-6  # keeps the slope of a logarithm finite where a unit is never, or always, on

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.01),
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


def activation(name: str) -> nn.Module:
    """The activation called `name`."""
    if name not in ACTIVATIONS:
        raise unknown("activation", name, ACTIVATIONS)
    return ACTIVATIONS[name]()


class BatchNorm(nn.BatchNorm1d):
    """Each unit's sums, (x - mean) / √(variance + ε) over the batch, then a learnt scale and shift.

    Ioffe & Szegedy 2015. In use, where there may be one example only, running means of both stand in their place.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(B, units) to (B, units). Raises LimenError for a batch of one in training: one number has no deviation."""
        if self.training and len(x) == 1:
            raise LimenError(
                "Batch normalisation in training needs batches of 2 or more, and this batch holds 1 example. "
                "Leave out a short last batch with --set plan.drop_last=true, change plan.batch_size, or take "
                "--set net.norm=layer."
            )
        return super().forward(x)


# what stands between a layer's sums and its activation; "layer" normalises each example by itself (Ba et al. 2016)
NORMS: dict[str, Callable[[int], nn.Module]] = {"batch": BatchNorm, "layer": nn.LayerNorm}


def norm(name: str, width: int) -> nn.Module | None:
    """The norm called `name` for so many units; None for "none"."""
    if name == "none":
        return None
    if name not in NORMS:
        raise unknown("norm", name, ("none", *NORMS))
    return NORMS[name](width)


class Noise(nn.Module):
    """Adds normal noise of a fixed deviation while the net trains, so that no example is seen twice alike.

    To first order a penalty on the slope of the answer by the input (Bishop 1995).
    """

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation  # in units of the net's input

    def extra_repr(self) -> str:
        """What stands between the brackets when the layer is printed."""
        return f"deviation={self.deviation:g}"

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same; in use, x itself."""
        return x + self.deviation * torch.randn_like(x) if self.training else x


def draw_bits(p: Tensor) -> Tensor:
    """Bits that are 1 with the probabilities p, in p's shape and type, by torch's own generator.

    By comparison: 64 × 784 of them take 180 µs on one core, `torch.bernoulli` 700.
    """
    return torch.rand_like(p).lt_(p)


def sparsity_penalty(activations: Tensor, target: float) -> Tensor:
    """Σ_j KL(target ‖ mean of unit j): how far each unit is from being on for a share `target` of a batch; in nats.

    activations: (B, units) between 0 and 1; a scalar. Its slope by a sigmoid unit's input is near (mean - target).
    Hinton 2010, section 11; Ng 2011, lecture notes on sparse autoencoders.
    """
    mean = activations.float().mean(0)
    on = target * (target / (mean + TINY)).log()
    off = (1 - target) * ((1 - target) / (1 - mean + TINY)).log()
    return (on + off).sum()


def check_sparsity(target: float, cost: float) -> None:
    """Raises LimenError unless the target lies between 0 and 1 and the cost is not negative."""
    if not 0 < target < 1:
        raise LimenError(f"net.sparsity {target:g} is out of range. Allowed: between 0 and 1, for example 0.05.")
    if not 0 <= cost < math.inf:
        raise LimenError(f"net.sparsity_cost {cost:g} is out of range. Allowed: 0 (no penalty) or more.")


class BatchNormPlanes(nn.BatchNorm2d):
    """The same for each channel of a picture: mean and variance over the batch and all its places."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same. Raises LimenError in training where a channel has one number in all."""
        if self.training and x.shape[0] * x.shape[2] * x.shape[3] == 1:
            raise LimenError(
                "Batch normalisation in training needs two or more numbers of each channel, and here is one: 1 picture "
                f"of which {x.shape[2]}×{x.shape[3]} is left. Leave out a short last batch with --set "
                "plan.drop_last=true, change plan.batch_size, or take larger pictures."
            )
        return super().forward(x)


def check_dropout(share: float) -> None:
    """Raises LimenError unless the share of units that dropout silences leaves some."""
    if not 0 <= share < 1:
        raise LimenError(f"net.dropout {share:g} is out of range. Allowed: 0 up to, not including, 1.")
