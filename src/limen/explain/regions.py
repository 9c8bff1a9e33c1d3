"""Linear regions: a ReLU net is a patchwork of linear functions, one for each set of units that fire together.

Where no unit changes between firing and silence, the net is W x + b with one W and one b. Its boundaries are where some
unit's sum is 0: a bend. Along a straight line each layer of n units cuts every piece of the layers before it at most n
times, so there are at most (n₁ + 1)(n₂ + 1)… pieces, which grows faster with depth than with width (Montúfar et al.
2014). What a net reaches of that is another matter: the pieces of a fresh net grow with the number of its units,
however they are stacked (Hanin & Rolnick 2019).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from limen.errors import LimenError

ROUNDING = 1e-13  # share of the summands' size below which a unit's sum counts as 0
NEAR = 1e-12  # bends nearer than this share of the segment are one
MOST_CELLS = 4_000_000
AT_ONCE = 65_536  # cells


@dataclass(frozen=True, eq=False)
class LineRegions:
    """The pieces of a net along a segment a + t (b - a), t from 0 to 1; between neighbouring t's it is linear."""

    t: Tensor  # (pieces + 1,) float64: 0, the bends, 1
    outputs: Tensor  # (pieces + 1, outputs) float64: the net there

    @property
    def pieces(self) -> int:
        """How many regions the segment passes through: some unit changes between neighbours."""
        return len(self.t) - 1

    @property
    def output_pieces(self) -> int:
        """How many pieces the outputs have: fewer than `pieces` where a unit changes and no later layer hears of it."""
        length = self.t.diff()[:, None]
        slope = self.outputs.diff(dim=0) / length
        noise = ROUNDING * self.outputs.abs().max() / torch.minimum(length[:-1], length[1:])
        return 1 + int((slope.diff(dim=0).abs() > 1e-9 * slope.abs().max() + noise).any(1).sum())

    @property
    def bends(self) -> Tensor:
        """Where some unit begins or ceases to fire: (pieces - 1,)."""
        return self.t[1:-1]

    def __str__(self) -> str:
        return f"{self.pieces:,} linear pieces along the segment"


@dataclass(frozen=True, eq=False)
class PlaneRegions:
    """Which units fire together in each cell of a rectangle; row 0 is the lowest."""

    box: tuple[float, float, float, float]  # left, right, bottom, top
    pattern: Tensor  # (H, W) int64: the number of the region, in the order in which they are met
    firing: Tensor  # (H, W) int64: how many units fire
    outputs: Tensor  # (H, W, outputs) float64: the net at the middle of each cell

    @property
    def count(self) -> int:
        """How many regions were met; those smaller than a cell may be missed."""
        return int(self.pattern.max()) + 1

    def __str__(self) -> str:
        high, wide = self.pattern.shape
        return f"{self.count:,} linear regions met in {high} × {wide} cells"


def chain(net: nn.Module) -> Iterator[nn.Module]:
    """The layers of a sequence, and of the sequences in it, in turn."""
    if isinstance(net, nn.Sequential):
        for layer in net:
            yield from chain(layer)
    else:
        yield net


def layers(net: nn.Module) -> list[tuple[Tensor, Tensor, bool]]:
    """Weights, biases and whether a ReLU follows, of every dense layer in turn, in float64."""
    found: list[tuple[Tensor, Tensor, bool]] = []
    for layer in chain(net):
        if isinstance(layer, nn.Linear):
            weight = layer.weight.detach().double().cpu()
            bias = torch.zeros(len(weight)).double() if layer.bias is None else layer.bias.detach().double().cpu()
            found.append((weight, bias, False))
        elif isinstance(layer, nn.ReLU) and found:
            found[-1] = (*found[-1][:2], True)
        elif not isinstance(layer, nn.Flatten):
            raise LimenError(
                f"A net with {type(layer).__name__} here cannot be cut into linear regions. Allowed: nn.Sequential of "
                "Linear, each with a ReLU after it or not, and Flatten, such as the net 'mlp' with relu."
            )
    if not found:
        raise LimenError("A net without a Linear layer has no regions to count. Give one of Linear and ReLU layers.")
    if not all(weight.isfinite().all() and bias.isfinite().all() for weight, bias, _ in found):
        raise LimenError("The net has weights that are not finite numbers. Train it again with a smaller rate.")
    return found


def most_pieces(widths: Sequence[int]) -> int:
    """The most pieces that hidden layers of these widths can make of a line: (n₁ + 1)(n₂ + 1)…"""
    return prod(width + 1 for width in widths)


def point(values: Tensor | Sequence[float], size: int, name: str) -> Tensor:
    """An input as a row of `size` numbers, float64."""
    row = torch.as_tensor(values).detach().double().cpu().flatten()
    if len(row) != size or not row.isfinite().all():
        raise LimenError(f"{name} has {len(row)} numbers. Allowed: {size} finite ones, as many as the net takes.")
    return row


def sums(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """W h + b for rows (K, n); what is only rounding is 0."""
    z = inputs @ weight.T + bias
    size = inputs.abs() @ weight.abs().T + bias.abs()
    return torch.where(z.abs() <= ROUNDING * size, 0.0, z)


def insert(t: Tensor, h: Tensor, new: Tensor) -> tuple[Tensor, Tensor]:
    """Bends between those at hand, each at its place, and the units' values there, which lie on a straight line."""
    place = torch.searchsorted(t, new, right=True).clamp(1, len(t) - 1)
    share = ((new - t[place - 1]) / (t[place] - t[place - 1]))[:, None]
    at_new = h[place - 1] * (1 - share) + h[place] * share
    joined, order = torch.cat([t, new]).sort()
    return joined, torch.cat([h, at_new])[order]


def crossings(t: Tensor, z: Tensor) -> Tensor:
    """Where a unit's sum changes sign between two neighbouring t's, in order, each once."""
    interval, unit = (z[:-1].sign() * z[1:].sign() < 0).nonzero(as_tuple=True)
    start, end = z[interval, unit], z[interval + 1, unit]
    left, right = t[interval], t[interval + 1]
    new = (left + (right - left) * (start / (start - end))).sort().values
    place = torch.searchsorted(t, new).clamp(1, len(t) - 1)
    apart = torch.minimum(new - t[place - 1], t[place] - new) > NEAR
    apart[1:] &= new.diff() > NEAR
    return new[apart]


def regions_on_line(net: nn.Module, a: Tensor | Sequence[float], b: Tensor | Sequence[float]) -> LineRegions:
    """The linear pieces of a ReLU net from a to b, found exactly: no sampling, so none is too short to be seen.

    Layer by layer, every unit's sum is linear between the bends found so far, so its zero is worked out from the values
    at both ends; the bends then found are those of the next layer's inputs. A sum that touches 0 and turns back
    makes no bend. Bends nearer than 1e-12 of the segment count as one.
    """
    stack = layers(net)
    first, last = (point(values, stack[0][0].shape[1], name) for values, name in ((a, "a"), (b, "b")))
    t, h = torch.tensor([0.0, 1.0]).double(), torch.stack([first, last])
    for weight, bias, bends in stack:
        z = sums(h, weight, bias)
        if bends:
            t, h = insert(t, h, crossings(t, z))
            z = sums(h, weight, bias).relu()
        h = z
    return LineRegions(t, h)


def numbered(patterns: NDArray[np.uint8]) -> Tensor:
    """The number of each row (N, bytes), equal rows alike, in the order in which they are met: (N,) int64."""
    rows = np.ascontiguousarray(patterns).view(np.dtype((np.void, patterns.shape[1]))).ravel()
    _, first, which = np.unique(rows, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return torch.from_numpy(rank[which])


def fired(stack: list[tuple[Tensor, Tensor, bool]], points: Tensor) -> tuple[Tensor, Tensor]:
    """Which units fire at points (N, 2), as bools (N, units), and what the net gives there (N, outputs)."""
    fires = [torch.zeros(len(points), 1, dtype=torch.bool)]  # so that a net without units has one pattern
    for weight, bias, bends in stack:
        points = points @ weight.T + bias
        if bends:
            fires.append(points > 0)
            points = points.relu()
    return torch.cat(fires, 1), points


def regions_in_plane(
    net: nn.Module, box: tuple[float, float, float, float], resolution: int | tuple[int, int]
) -> PlaneRegions:
    """The linear regions of a ReLU net of two inputs in a rectangle (left, right, bottom, top), a grid of cells.

    resolution: cells in height and width, or one number for both. Each cell is judged by its middle.
    """
    stack = layers(net)
    high, wide = (resolution, resolution) if isinstance(resolution, int) else resolution
    left, right, bottom, top = box
    if stack[0][0].shape[1] != 2:
        raise LimenError(f"The net takes {stack[0][0].shape[1]} numbers, and a plane has 2. Give a net of two inputs.")
    if not (-np.inf < left < right < np.inf and -np.inf < bottom < top < np.inf):
        raise LimenError(f"box {box} is no rectangle. Allowed: left < right and bottom < top, in this order.")
    if min(high, wide) < 2 or high * wide > MOST_CELLS:
        raise LimenError(f"resolution {high} × {wide} is out of range. Allowed: 2 or more each, {MOST_CELLS:,} in all.")
    x = left + (right - left) * (torch.arange(wide).double() + 0.5) / wide
    y = bottom + (top - bottom) * (torch.arange(high).double() + 0.5) / high
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).reshape(-1, 2)
    patterns, firing, outputs = [], [], []
    for part in grid.split(AT_ONCE):  # type: ignore[no-untyped-call]
        fires, values = fired(stack, part)
        patterns.append(np.packbits(fires.numpy(), axis=1))
        firing.append(fires.sum(1))
        outputs.append(values)
    return PlaneRegions(
        box=(left, right, bottom, top),
        pattern=numbered(np.concatenate(patterns)).view(high, wide),
        firing=torch.cat(firing).view(high, wide),
        outputs=torch.cat(outputs).view(high, wide, -1),
    )
