"""The autoencoder: a net whose target is its own input, with a narrow place in the middle.

    code = encode(x),    output = decode(code),    loss = ‖output - x‖²

The code must keep what tells inputs apart. With no bend in any layer the best code spans the first principal
components (Baldi & Hornik 1989); with bends it can do better. Three ways to ask for more than a copy: fewer code units
than inputs, noise on the input that the output is to be free of (Vincent et al. 2008), few code units on at a time.
Tied weights decode by the encoder's matrices turned over, which halves the weights.
"""

import math
from collections import OrderedDict
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError, unknown
from limen.nets.layers import activation as make_activation
from limen.nets.layers import check_sparsity, draw_bits, sparsity_penalty

NOISES = ("mask", "gaussian")
OUTPUTS = ("sigmoid", "identity")


class Transposed(nn.Module):
    """The way back through a dense layer: its weight turned over, a bias of its own. (B, out) to (B, in)."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.of = (layer,)  # in a tuple, so that its weight is nobody's but the encoder's, and is saved once
        self.in_features, self.out_features = layer.out_features, layer.in_features
        bound = 1 / math.sqrt(self.in_features)
        self.bias = nn.Parameter(torch.empty(self.out_features).uniform_(-bound, bound))

    def extra_repr(self) -> str:
        """The layer in words."""
        return f"in_features={self.in_features}, out_features={self.out_features}, tied"

    def forward(self, x: Tensor) -> Tensor:
        """W x + b with the W of the layer it belongs to, turned over."""
        return functional.linear(x, self.of[0].weight.T, self.bias)


class Autoencoder(nn.Module):
    """An encoder, a decoder, and in training noise on what the encoder sees.

    `penalty` is the one convention for a loss that a net adds to its objective's: a scalar that the last forward pass
    in training left (the cost of codes that are not sparse), or None. A training step adds it before going backwards.
    """

    penalty: Tensor | None

    def __init__(
        self,
        encoder: nn.Sequential,
        decoder: nn.Sequential,
        *,
        noise: float = 0.0,
        noise_kind: str = "mask",
        sparsity: float = 0.05,
        sparsity_cost: float = 0.0,
    ) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.noise, self.noise_kind = noise, noise_kind
        self.sparsity, self.sparsity_cost = sparsity, sparsity_cost
        self.penalty = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "penalty": None}  # it hangs on the last step's graph, which no copy can take along

    def encode(self, x: Tensor) -> Tensor:
        """(B, *shape) to codes (B, code)."""
        code: Tensor = self.encoder(x)
        return code

    def decode(self, code: Tensor) -> Tensor:
        """Codes (B, code) to inputs laid flat (B, inputs)."""
        output: Tensor = self.decoder(code)
        return output

    def reconstruct(self, x: Tensor) -> Tensor:
        """There and back without noise: (B, *shape) to (B, inputs)."""
        return self.decode(self.encode(x))

    def forward(self, x: Tensor) -> Tensor:
        """(B, *shape) to the reconstruction (B, inputs); in training of an input with noise."""
        code = self.encode(corrupt(x, self.noise, self.noise_kind) if self.training and self.noise else x)
        costs = self.training and self.sparsity_cost
        self.penalty = self.sparsity_cost * sparsity_penalty(code, self.sparsity) if costs else None
        return self.decode(code)


def corrupt(x: Tensor, noise: float, kind: str) -> Tensor:
    """x with a share `noise` of its numbers set to 0 ("mask"), or normal noise of that standard deviation added."""
    if kind == "mask":
        return x * draw_bits(torch.full_like(x, 1 - noise))
    return x + noise * torch.randn_like(x)


def check_noise(noise: float, kind: str) -> None:
    """Raises LimenError for a kind of noise that there is not, or a strength that it cannot have."""
    if kind not in NOISES:
        raise unknown("kind of noise", kind, NOISES)
    if not 0 <= noise < (1 if kind == "mask" else math.inf):
        allowed = "0 up to, not including, 1 (a share)" if kind == "mask" else "0 or more (a standard deviation)"
        raise LimenError(f"net.noise {noise:g} is out of range. Allowed: {allowed}.")


def autoencoder(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...] = (128,),
    code: int = 32,
    activation: str = "sigmoid",
    code_activation: str | None = None,
    tied: bool = False,
    noise: float = 0.0,
    noise_kind: str = "mask",
    sparsity: float = 0.05,
    sparsity_cost: float = 0.0,
    output: str = "sigmoid",
) -> Autoencoder:
    """Dense layers of `hidden` widths down to `code` units, and the same widths back up.

    Input (B, *shape), output (B, inputs); `classes` is there for the caller's sake and not used. The code's activation
    is that of the other layers unless `code_activation` names one ("identity" for a plane of codes); `output` is
    "sigmoid" for inputs between 0 and 1, "identity" for any. `sparsity` is the share of inputs that a code unit is to
    be on for, as far as `sparsity_cost` asks for it.
    """
    code_activation = code_activation or activation
    check_noise(noise, noise_kind)
    check_sparsity(sparsity, sparsity_cost)
    if output not in OUTPUTS:
        raise unknown("output", output, OUTPUTS)
    if sparsity_cost and code_activation != "sigmoid":
        raise LimenError(
            f"net.sparsity_cost {sparsity_cost:g} asks for sparse codes, which are shares between 0 and 1, but the "
            f"code's activation is {code_activation}. Set net.code_activation=sigmoid."
        )
    widths = (math.prod(shape), *hidden, code)
    down: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    ways: list[nn.Linear] = []
    for number, (wide, narrow) in enumerate(pairwise(widths), 1):
        down[f"dense{number}"] = way = nn.Linear(wide, narrow)
        down[f"act{number}"] = make_activation(code_activation if number > len(hidden) else activation)
        ways.append(way)
    up: OrderedDict[str, nn.Module] = OrderedDict()
    for number, way in enumerate(reversed(ways), 1):
        last = number == len(ways)
        back = Transposed(way) if tied else nn.Linear(way.out_features, way.in_features)
        up["out" if last else f"dense{number}"] = back
        up["act" if last else f"act{number}"] = make_activation(output if last else activation)
    return Autoencoder(
        nn.Sequential(down),
        nn.Sequential(up),
        noise=noise,
        noise_kind=noise_kind,
        sparsity=sparsity,
        sparsity_cost=sparsity_cost,
    )
