"""The way an optimizer takes down a surface, and what Adam's bias correction is for.

In a valley with steep sides and a flat floor the gradient points across, not along. Plain descent swings from side to
side; momentum adds up what the steps agree on; AdaGrad, RMSProp and Adam divide each direction by its own past size.

Adam's means of gradients and of their squares begin at 0, and are too small by 1 - βᵗ after t steps (Kingma & Ba 2014):

    m ← β₁m + (1-β₁)g,   v ← β₂v + (1-β₂)g²,   w ← w - rate · (m / (1-β₁ᵗ)) / (√(v / (1-β₂ᵗ)) + ε)

Left uncorrected, √v lags further behind than m, and the first steps are several times too long.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limen.train.optimizers import build
from limen.train.plan import Optimizer

Height = Callable[[Tensor], Tensor]  # (…, 2) to (…)


@dataclass(frozen=True)
class Surface:
    """A function of two weights to be descended: where the ways begin, where it is lowest, and a box around both."""

    name: str
    height: Height
    start: tuple[float, float]
    lowest: tuple[float, float]
    box: tuple[float, float, float, float]  # left, right, bottom, top

    def __repr__(self) -> str:
        return f"Surface({self.name!r}, from {self.start} to {self.lowest})"


def valley(w: Tensor) -> Tensor:
    """A straight valley, fifty times as steep across as along: a²/50 + b², halved. w: (…, 2)."""
    return (w[..., 0].square() / 50 + w[..., 1].square()) / 2


def banana(w: Tensor) -> Tensor:
    """Rosenbrock's bent valley, (1-a)² + 20 (b-a²)², with sides less steep than his (1960). w: (…, 2)."""
    a, b = w[..., 0], w[..., 1]
    return (1 - a).square() + 20 * (b - a.square()).square()


SURFACES = {
    "valley": Surface("valley", valley, (-9.0, 1.6), (0.0, 0.0), (-10.5, 3.5, -2.6, 2.6)),
    "banana": Surface("banana", banana, (-1.2, 1.0), (1.0, 1.0), (-1.7, 1.6, -0.6, 1.9)),
}


class Point(nn.Module):
    """Two weights, as a net."""

    def __init__(self, start: tuple[float, float]) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(start))


def path(surface: Surface, optimizer: Optimizer, steps: int) -> Tensor:
    """The places that torch's own optimizer comes by, the start among them: (steps + 1, 2).

    Raises:
        LimenError: an optimizer or an option that torch does not have.
    """
    point = Point(surface.start)
    made = build(optimizer, point)
    places = [point.place.detach().clone()]

    def look() -> Tensor:
        point.zero_grad()
        height = surface.height(point.place)
        height.backward()  # type: ignore[no-untyped-call]
        return height

    for _ in range(steps):
        look()
        for each in made:
            each.step(look)  # type: ignore[arg-type]
        places.append(point.place.detach().clone())
    return torch.stack(places)


def adam_path(
    gradient: Callable[[Tensor], Tensor],
    start: Tensor,
    steps: int,
    rate: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    corrected: bool = True,
    eps: float = 1e-8,
) -> Tensor:
    """The places that Adam comes by, with its bias correction or without: (steps + 1, …) in `start`'s shape and type.

    With it, torch's own Adam to rounding.
    """
    place, places = start.clone(), [start.clone()]
    mean, square = torch.zeros_like(start), torch.zeros_like(start)
    for step in range(1, steps + 1):
        g = gradient(place)
        mean = betas[0] * mean + (1 - betas[0]) * g
        square = betas[1] * square + (1 - betas[1]) * g * g
        fair = [1 - beta**step if corrected else 1.0 for beta in betas]
        place = place - rate * (mean / fair[0]) / ((square / fair[1]).sqrt() + eps)
        places.append(place)
    return torch.stack(places)
