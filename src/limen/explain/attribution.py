"""Which pixels an answer comes from: four ways to ask.

Saliency: |∂s/∂x|, how fast the score s of a class changes with each pixel (Simonyan, Vedaldi & Zisserman 2013).
Integrated gradients: (x - b) · ∫ ∂s(b + a(x - b))/∂x da over a from 0 to 1, the slopes on the whole way from an empty
picture b; their sum is what the picture adds to the score, s(x) - s(b) (Sundararajan, Taly & Yan 2017).
Grad-CAM: relu(Σ α_k A_k), the last planes A_k weighted by the mean slope of the score by each (Selvaraju et al. 2017).
Occlusion: how far the class's probability falls when a grey square covers a place (Zeiler & Fergus 2013).

The first is fine and noisy, the third coarse and calm; the fourth asks the net itself and no slope.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError
from limen.explain.maps import in_use, last_planes, watched

STEPS = 64  # points on the way from the empty picture
BATCH = 64  # pictures at a time


def check_class(net_outputs: int, target: int) -> None:
    """Raises LimenError for a class that the net does not have."""
    if not 0 <= target < net_outputs:
        raise LimenError(f"There is no class {target}. Allowed: 0 to {net_outputs - 1}.")


def slopes(net: nn.Module, x: Tensor, target: int) -> Tensor:
    """∂s/∂x of the score of class `target` for each picture of x (B, C, H, W), in its shape."""
    x = x.detach().clone().requires_grad_()
    with torch.enable_grad(), in_use(net):
        scores = net(x)
        check_class(scores.shape[1], target)
        (slope,) = torch.autograd.grad(scores[:, target].sum(), x)
    return slope.detach()


def saliency(net: nn.Module, x: Tensor, target: int) -> Tensor:
    """The largest |∂s/∂x| over the channels of each pixel: x (C, H, W) to (H, W)."""
    return slopes(net, x.unsqueeze(0), target)[0].abs().amax(0)


def integrated_gradients(
    net: nn.Module, x: Tensor, target: int, start: Tensor | None = None, steps: int = STEPS
) -> Tensor:
    """What each number of x (C, H, W) adds to the score, counted from the picture `start` (None: zeros); x's shape.

    The integral is taken at the middles of `steps` equal parts.
    """
    start = torch.zeros_like(x) if start is None else start
    total = torch.zeros_like(x)
    shares = (torch.arange(steps, device=x.device, dtype=x.dtype) + 0.5) / steps
    for part in shares.split(BATCH):  # type: ignore[no-untyped-call]
        total += slopes(net, start + part.view(-1, 1, 1, 1) * (x - start), target).sum(0)
    return (x - start) * total / steps


def grad_cam(net: nn.Module, x: Tensor, target: int, layer: str | None = None) -> Tensor | None:
    """Where the planes of `layer` speak for a class: x (C, H, W) to (H, W), 0 and more.

    `layer` is a path in the net; None takes the last one with planes of more than one place. None where there is none.
    """
    layer = last_planes(net, x) if layer is None else layer
    if layer is None:
        return None
    kept: list[Tensor] = []

    def keep(path: str, _: nn.Module, out: Tensor) -> Tensor | None:
        if path != layer:
            return None
        kept[:] = [out]
        return out.clone()  # what follows may overwrite it in place

    with torch.enable_grad(), in_use(net), watched(net, keep):
        scores = net(x.unsqueeze(0).detach().requires_grad_())
        check_class(scores.shape[1], target)
        if not kept:
            raise LimenError(f"The net has no layer {layer!r} that puts out numbers. See `limen summary`.")
        (slope,) = torch.autograd.grad(scores[0, target], kept[0])
    found = (slope.mean((2, 3), keepdim=True) * kept[0].detach()).sum(1, keepdim=True).relu()
    return functional.interpolate(found, x.shape[1:], mode="bilinear", align_corners=False)[0, 0]


@torch.no_grad()
def occlusion(net: nn.Module, x: Tensor, target: int, window: int | None = None, stride: int | None = None) -> Tensor:
    """How far the probability of a class falls with each place covered: x (C, H, W) to (H, W); below 0 where it rises.

    The cover is `window` pixels wide (None: a quarter of the shorter side) in the picture's mean colour, and moves by
    `stride` (None: half a window). Each pixel gets the mean over the covers that lay on it.
    """
    _, height, width = x.shape
    window = window or max(1, min(height, width) // 4)
    stride = stride or max(1, window // 2)
    rows, columns = ([*range(0, side - window, stride), max(0, side - window)] for side in (height, width))
    places = [(row, column) for row in rows for column in columns]
    fall, covers = torch.zeros(height, width, device=x.device), torch.zeros(height, width, device=x.device)
    with in_use(net):
        whole = probability(net(x.unsqueeze(0)), target)[0]
        for first in range(0, len(places), BATCH):
            some = places[first : first + BATCH]
            covered = x.repeat(len(some), 1, 1, 1)
            for picture, (row, column) in zip(covered, some, strict=True):
                picture[:, row : row + window, column : column + window] = x.mean((1, 2), keepdim=True)
            falls = whole - probability(net(covered), target)
            for value, (row, column) in zip(falls, some, strict=True):
                fall[row : row + window, column : column + window] += value
                covers[row : row + window, column : column + window] += 1
    return fall / covers


def probability(scores: Tensor, target: int) -> Tensor:
    """The softmax's probability of a class: (B, classes) to (B,)."""
    check_class(scores.shape[1], target)
    return scores.float().softmax(1)[:, target]
