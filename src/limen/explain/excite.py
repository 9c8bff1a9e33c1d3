"""Pictures that a unit likes best: begin with noise, and climb.

x ← x + rate · slope / |slope|, with the slope ∂a/∂x of what the unit answers. Left alone the climb ends in fine noise
that no photograph has. So the picture is shifted by a pixel or two before each step, the slope is blurred and the
picture itself a little, large numbers cost something, and what can be no pixel is cut off (Erhan et al. 2009; Yosinski
et al. 2015; Mordvintsev, Olah & Tyka 2015).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError
from limen.explain.maps import in_use, watched

STEPS = 160
RATE = 0.03  # root mean square of a step, in ranges between the darkest and the lightest number
SHIFT = 1 / 16  # of a side, at most
BLUR = 0.15  # how much of the blurred picture is mixed in after each step
FADE = 0.02  # how much of the way back to grey
TRIES = 64  # pictures of wide noise, among which one is looked for that wakes a silent unit


def blurred(x: Tensor) -> Tensor:
    """Each plane of x (B, C, H, W) with the window (1 2 1; 2 4 2; 1 2 1) / 16; the border is repeated."""
    line = torch.tensor([0.25, 0.5, 0.25], device=x.device, dtype=x.dtype)
    window = torch.outer(line, line).expand(x.shape[1], 1, 3, 3)
    return functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), window, groups=x.shape[1])


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


def slope_of(net: nn.Module, x: Tensor, units: Sequence[int], layer: str | None) -> Tensor:
    """∂a/∂x of what unit `units[i]` answers to picture i, in the shape of x (B, C, H, W)."""
    with torch.enable_grad():
        seen = x.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(answers(net, seen, units, layer).sum(), seen)
    return slope


def awaken(net: nn.Module, x: Tensor, units: Sequence[int], layer: str | None, wide: Tensor) -> None:
    """Begin with another picture where a unit is silent and no small change would wake it, as behind a ReLU.

    x: (units, C, H, W), changed in place; wide: (tries, C, H, W), of which each takes the one that it answers to most.
    """
    slope = slope_of(net, x, units, layer)
    with torch.no_grad():
        for i in (slope.flatten(1).abs().amax(1) == 0).nonzero().flatten().tolist():
            x[i] = wide[answers(net, wide, [units[i]] * len(wide), layer).argmax()]


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
    draw, span = torch.Generator().manual_seed(seed), high - low
    first = next(net.parameters(), torch.zeros(()))
    start = (low + high) / 2 + 0.02 * span * torch.randn(len(units), *shape, generator=draw)
    wide = low + span * torch.rand(TRIES, *shape, generator=draw)
    x = start.to(first.device, first.dtype)
    reach, middle = max(1, round(min(shape[1:]) * SHIFT)), (low + high) / 2
    with in_use(net):
        awaken(net, x, units, layer, wide.to(x))
        begun = x.clone()
        for _ in range(steps):
            moves = torch.randint(-reach, reach + 1, (2,), generator=draw).tolist()
            step = blurred(slope_of(net, x.roll(moves, (2, 3)), units, layer).roll([-n for n in moves], (2, 3)))
            size = step.flatten(1).square().mean(1).sqrt().clamp(min=1e-12).view(-1, 1, 1, 1)
            x = x + RATE * span * step / size
            x = torch.lerp(torch.lerp(x, blurred(x), BLUR), torch.full_like(x, middle), FADE).clamp(low, high)
        with torch.no_grad():
            lost = answers(net, x, units, layer) < answers(net, begun, units, layer)  # blurred until it fell silent
    return torch.where(lost.view(-1, 1, 1, 1), begun.clamp(low, high), x)
