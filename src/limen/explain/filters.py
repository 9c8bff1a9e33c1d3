"""What the first layer looks for.

A filter of the first layer is itself a small picture: the pattern to which it answers most. A dense layer on a picture
has such patterns too, as large as the picture.
"""

import torch
from torch import Tensor, nn

from limen.nets.rbm import RBM


def first_filters(net: nn.Module, shape: tuple[int, ...]) -> Tensor | None:
    """The first layer's weights as pictures (filters, C, h, w); None when it sees no picture of `shape` (C, H, W)."""
    layer = next((m for m in net.modules() if isinstance(m, nn.Conv2d | nn.Linear | RBM)), None)
    if isinstance(layer, nn.Conv2d):
        return layer.weight.detach().cpu()
    if isinstance(layer, nn.Linear) and len(shape) == 3 and layer.in_features == torch.Size(shape).numel():
        return layer.weight.detach().cpu().view(-1, *shape)
    if isinstance(layer, RBM) and len(shape) == 3 and layer.visible == torch.Size(shape).numel():
        return layer.weight.T.detach().cpu().reshape(-1, *shape)
    return None
