"""The activations and their slopes, each written out.

A layer bends what it sums: H = f(Z), number by number. The chain rule then multiplies by f′(Z), number by number.
σ′ = σ(1 - σ) is at most 1/4, so many sigmoids in a row make a gradient vanish; ReLU′ is 1 or 0 and does not.
Where a curve has a corner (ReLU at 0) the slope from the left is taken, as torch does.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


def identity(z: Tensor, _: nn.Identity) -> Tensor:
    """f(z) = z."""
    return z


def sigmoid(z: Tensor, _: nn.Sigmoid) -> Tensor:
    """σ(z) = 1 / (1 + e⁻ᶻ)."""
    return 1 / (1 + (-z).exp())


def tanh(z: Tensor, _: nn.Tanh) -> Tensor:
    """(eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ)."""
    return z.tanh()


def relu(z: Tensor, _: nn.ReLU) -> Tensor:
    """max(z, 0)."""
    return z.clamp(min=0)


def leaky_relu(z: Tensor, layer: nn.LeakyReLU) -> Tensor:
    """z above 0, a·z below; a is the layer's `negative_slope`."""
    return torch.where(z > 0, z, layer.negative_slope * z)


def elu(z: Tensor, layer: nn.ELU) -> Tensor:
    """z above 0, α(eᶻ - 1) below. Clevert et al. 2015."""
    return torch.where(z > 0, z, layer.alpha * z.expm1())


def silu(z: Tensor, _: nn.SiLU) -> Tensor:
    """z σ(z)."""
    return z / (1 + (-z).exp())


def normal_share(z: Tensor) -> Tensor:
    """Φ(z): how much of the standard normal distribution lies below z."""
    return (1 + (z / math.sqrt(2)).erf()) / 2


def cubic(z: Tensor) -> Tensor:
    """u = √(2/π) (z + 0.044715 z³): ½ (1 + tanh u) is nearly Φ(z)."""
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


def gelu(z: Tensor, layer: nn.GELU) -> Tensor:
    """z Φ(z), or its approximation with tanh where the layer says so. Hendrycks & Gimpel 2016."""
    return z * normal_share(z) if layer.approximate == "none" else z * (1 + cubic(z).tanh()) / 2


def identity_slope(z: Tensor, _: nn.Identity) -> Tensor:
    """1 everywhere."""
    return torch.ones_like(z)


def sigmoid_slope(z: Tensor, layer: nn.Sigmoid) -> Tensor:
    """σ(z) (1 - σ(z)), at most 1/4."""
    s = sigmoid(z, layer)
    return s * (1 - s)


def tanh_slope(z: Tensor, _: nn.Tanh) -> Tensor:
    """1 - tanh²(z), at most 1."""
    return 1 - z.tanh() ** 2


def relu_slope(z: Tensor, _: nn.ReLU) -> Tensor:
    """1 above 0, else 0."""
    return (z > 0).to(z.dtype)


def leaky_relu_slope(z: Tensor, layer: nn.LeakyReLU) -> Tensor:
    """1 above 0, else a."""
    return torch.where(z > 0, torch.ones_like(z), layer.negative_slope)


def elu_slope(z: Tensor, layer: nn.ELU) -> Tensor:
    """1 above 0, else α eᶻ."""
    return torch.where(z > 0, torch.ones_like(z), layer.alpha * z.exp())


def silu_slope(z: Tensor, _: nn.SiLU) -> Tensor:
    """σ(z) (1 + z (1 - σ(z)))."""
    s = 1 / (1 + (-z).exp())
    return s * (1 + z * (1 - s))


def gelu_slope(z: Tensor, layer: nn.GELU) -> Tensor:
    """Φ(z) + z φ(z), φ the normal density; by the product rule for the approximation with tanh."""
    if layer.approximate == "none":
        return normal_share(z) + z * (-(z**2) / 2).exp() / math.sqrt(2 * math.pi)
    t = cubic(z).tanh()
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    return (1 + t) / 2 + z * (1 - t**2) * inner / 2


Formula = Callable[[Tensor, Any], Tensor]  # takes Z and the layer, which may hold a slope or an α


@dataclass(frozen=True)
class Notation:
    """How an activation is written: its sign, and its slope at {z}, which is {factor} where it multiplies.

    {constant} is the number that a layer of this kind holds; `sign` stands for it, `holds` is its name in the layer.
    """

    symbol: str
    slope: str
    sign: str = ""
    holds: str = ""


FUNCTIONS: dict[type[nn.Module], Formula] = {
    nn.Identity: identity, nn.Sigmoid: sigmoid, nn.Tanh: tanh, nn.ReLU: relu, nn.LeakyReLU: leaky_relu, nn.ELU: elu,
    nn.GELU: gelu, nn.SiLU: silu,
}  # fmt: skip
DERIVATIVES: dict[type[nn.Module], Formula] = {
    nn.Identity: identity_slope, nn.Sigmoid: sigmoid_slope, nn.Tanh: tanh_slope, nn.ReLU: relu_slope,
    nn.LeakyReLU: leaky_relu_slope, nn.ELU: elu_slope, nn.GELU: gelu_slope, nn.SiLU: silu_slope,
}  # fmt: skip
NOTATIONS: dict[type[nn.Module], Notation] = {
    nn.Identity: Notation("id", "1"),
    nn.Sigmoid: Notation("σ", "σ({z}) ⊙ (1 − σ({z}))"),
    nn.Tanh: Notation("tanh", "1 − tanh²({z})"),
    nn.ReLU: Notation("ReLU", "[{z} > 0]"),
    nn.LeakyReLU: Notation("LReLU", "[{z} > 0] + {constant} [{z} ≤ 0]", "a", "negative_slope"),
    nn.ELU: Notation("ELU", "[{z} > 0] + {constant} exp({z}) ⊙ [{z} ≤ 0]", "α", "alpha"),
    nn.GELU: Notation("GELU", "Φ({z}) + {factor} ⊙ φ({z})"),
    nn.SiLU: Notation("SiLU", "σ({z}) ⊙ (1 + {factor} ⊙ (1 − σ({z})))"),
}
