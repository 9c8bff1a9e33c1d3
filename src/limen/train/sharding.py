"""A net that fits no single device: each process keeps a part of every weight.

Before a layer is computed its weights are collected from all processes, and let go after it; gradients and the
optimizer's memory exist only in parts (Rajbhandari et al. 2020, ZeRO; torch's FSDP2).
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor


def shard(net: nn.Module, device: torch.device, count: int) -> None:
    """Spread the net's parameters over all processes, layer by layer, in place."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (count,))
    for layer in net.children():
        if any(True for _ in layer.parameters()):
            fully_shard(layer, mesh=mesh, reshard_after_forward=True)
    fully_shard(net, mesh=mesh, reshard_after_forward=True)


def whole(value: Any) -> Any:
    """A nested value with every spread tensor collected; all processes must ask at once. Others pass through."""
    if isinstance(value, DTensor):
        return value.full_tensor()
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(whole(item) for item in value)
    return value


def like(value: Any, parameter: Tensor) -> Any:
    """A whole tensor spread as a parameter of its shape is; anything else as it is."""
    if isinstance(value, Tensor) and isinstance(parameter, DTensor) and value.shape == parameter.shape:
        here = value.to(parameter.device)  # every process has the whole, so each takes its part without a word
        return distribute_tensor(here, parameter.device_mesh, parameter.placements, src_data_rank=None)
    return value
