"""Where a net begins: at weights drawn from a seed, or at what another net has learnt."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.machine import derive_seed
from limen.nets.build import build


def drawn(name: str, shape: tuple[int, ...], outputs: int, options: Mapping[str, Any], seed: int) -> nn.Module:
    """The net called `name` with the weights that a run of this seed begins with; torch's generator is left alone.

    Raises:
        LimenError: what `build` refuses.
    """
    with torch.random.fork_rng(devices=[]):  # nets are made on the CPU
        torch.default_generator.manual_seed(derive_seed(seed, "weights"))
        return build(name, shape, outputs, options)


def load_matching(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Copy the weights whose name and shape the net has; the others stay as they were drawn.

    Raises:
        LimenError: there are weights, and none of them fits.
    """
    own = net.state_dict()
    fitting = {name: w.to(own[name]) for name, w in weights.items() if name in own and own[name].shape == w.shape}
    if weights and not fitting:
        raise LimenError(
            f"None of the weights to begin with ({', '.join(weights)[:80]}) fits the net ({', '.join(own)[:80]}). "
            "Choose a net with layers of the same names and sizes."
        )
    net.load_state_dict(fitting, strict=False)
