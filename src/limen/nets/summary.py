"""What a net consists of: its layers, their output shapes, parameters and multiply-adds.

A dense layer multiplies each input with each output once; a convolution multiplies, for each number it puts out, a
window of kernel size × input channels per group; a restricted Boltzmann machine and the way back of a tied
autoencoder are dense layers too. Everything else is counted as free.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.nets.autoencoder import Transposed
from limen.nets.rbm import RBM
from limen.nets.texts import vocabulary_of


@dataclass(frozen=True)
class LayerSummary:
    """One layer. `output` is the shape for one example; `multiply_adds` are for one example too."""

    path: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def multiply_adds(layer: nn.Module, output: tuple[int, ...]) -> int:
    """Multiplications (each with an addition) that a layer spends on one example."""
    if isinstance(layer, nn.Conv1d | nn.Conv2d | nn.Conv3d):
        return math.prod(output) * math.prod(layer.kernel_size) * layer.in_channels // layer.groups
    if isinstance(layer, nn.Linear | Transposed):
        return math.prod(output) * layer.in_features
    if isinstance(layer, RBM):
        return math.prod(output) * layer.visible
    return 0


def summarize(net: nn.Module, shape: tuple[int, ...]) -> list[LayerSummary]:
    """The net's layers in the order in which an input of `shape` passes them. The net is left as it was.

    An RBM is told by its way up. Layers of a stack that is learning elsewhere come last.
    """
    rows: list[LayerSummary] = []
    layers = {layer: path for path, layer in net.named_modules() if not list(layer.children())}

    def note(layer: nn.Module, _: object, result: Tensor) -> None:
        output = (layer.hidden,) if isinstance(layer, RBM) else tuple(result.shape[1:])
        own = sum(p.numel() for p in layer.parameters())
        rows.append(LayerSummary(layers[layer], type(layer).__name__, output, own, multiply_adds(layer, output)))

    hooks = [layer.register_forward_hook(note) for layer in layers]
    first = next(net.parameters(), torch.zeros(()))
    modes = {layer: layer.training for layer in net.modules()}
    try:
        with torch.no_grad():
            kind = first.dtype if vocabulary_of(net) is None else torch.int64
            net.eval()(torch.zeros(1, *shape, device=first.device, dtype=kind))
    except RuntimeError as error:
        raise LimenError(
            f"The net does not take inputs of shape {'×'.join(map(str, shape))}: {str(error).splitlines()[0]}. "
            "Give the shape with --input, e.g. --input 1x28x28."
        ) from error
    finally:
        for layer, training in modes.items():
            layer.training = training
        for hook in hooks:
            hook.remove()
    passed = {row.path for row in rows}
    for layer, path in layers.items():
        if path not in passed and isinstance(layer, nn.Linear | Transposed | RBM):
            note(layer, None, torch.empty(1, layer.hidden if isinstance(layer, RBM) else layer.out_features))
    return rows


def count_parameters(net: nn.Module) -> int:
    """Numbers that training can change."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)
