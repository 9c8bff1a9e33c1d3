"""Pictures that a unit likes best: begin with noise, and climb.

x ← x + rate · ∂a/∂x, where a is what the unit answers. Left alone the climb ends in fine noise that no photograph has;
so the picture is shifted by a pixel or two before each step, large numbers and jumps between neighbours cost something,
and what can be no pixel is cut off (Erhan et al. 2009; Mordvintsev, Olah & Tyka 2015; Mahendran & Vedaldi 2016).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.explain.maps import in_use, watched

STEPS = 160
RATE = 0.05  # of the range between the darkest and the lightest number, at most, in one step
SHIFT = 1 / 16  # of a side, at most
ROUGH = 0.25  # weight of the jumps between neighbours, where the answer's own scale is 1
FAINT = 0.05  # weight of the squares


def roughness(x: Tensor) -> Tensor:
    """The mean square of the jumps between neighbouring pixels, a picture: (B, C, H, W) to (B,)."""
    down = (x[:, :, 1:] - x[:, :, :-1]).square().mean((1, 2, 3)) if x.shape[2] > 1 else x.new_zeros(len(x))
    right = (x[:, :, :, 1:] - x[:, :, :, :-1]).square().mean((1, 2, 3)) if x.shape[3] > 1 else x.new_zeros(len(x))
    return down + right


def answers(net: nn.Module, x: Tensor, units: Sequence[int], layer: str | None) -> Tensor:
    """What unit `units[i]` answers to picture i: a score, or the mean of a plane of `layer`; (B,)."""
    seen: list[Tensor] = []

    def keep(path: str, _: nn.Module, out: Tensor) -> Tensor | None:
        if path != layer:
            return None
        seen[:] = [out]
        return out.clone()

    with watched(net, keep):
        out = net(x)
    if layer is not None and not seen:
        raise LimenError(f"The net has no layer {layer!r} that puts out numbers. See `limen summary`.")
    values = seen[0] if layer is not None else out
    values = values.flatten(2).mean(2) if values.ndim > 2 else values
    if not all(0 <= unit < values.shape[1] for unit in units):
        raise LimenError(f"The units {list(units)} are not all there. Allowed: 0 to {values.shape[1] - 1}.")
    return values[torch.arange(len(units)), torch.tensor(units)]


def excite(
    net: nn.Module,
    shape: tuple[int, ...],
    units: Sequence[int],
    layer: str | None = None,
    low: float = 0.0,
    high: float = 1.0,
    steps: int = STEPS,
    seed: int = 0,
) -> Tensor:
    """A picture for each of some units, that it answers to as much as can be: (units, C, H, W) between low and high.

    `layer` is the path of the units' layer; None: the net's outputs. The same seed gives the same pictures.
    """
    draw = torch.Generator().manual_seed(seed)
    first = next(net.parameters())
    span = high - low
    start = (low + high) / 2 + 0.02 * span * torch.randn(len(units), *shape, generator=draw)
    x = start.to(first.device, first.dtype).requires_grad_()
    climb, reach = torch.optim.Adam([x], RATE * span), max(1, round(min(shape[1:]) * SHIFT))
    with torch.enable_grad(), in_use(net):
        scale = answers(net, x.detach(), units, layer).detach().abs() + 1e-3
        for _ in range(steps):
            moves = torch.randint(-reach, reach + 1, (2,), generator=draw).tolist()
            gain = answers(net, x.roll(moves, (2, 3)), units, layer) / scale
            unit = (x - (low + high) / 2) / span
            cost = ROUGH * roughness(unit) + FAINT * unit.square().mean((1, 2, 3))
            (x.grad,) = torch.autograd.grad((cost * gain.detach().abs() - gain).sum(), x)
            climb.step()
            with torch.no_grad():
                x.clamp_(low, high)
    return x.detach()
