"""What a pass through a chain of dense layers leaves behind: every quantity with its sign, its formula and its numbers.

Terminal, report and page show these records; `limen.nets.backprop` makes them. The signs are those of the lecture:
Z sums, H bent sums, δ = ∂L/∂Z, dW = ∂L/∂W, and W⁺ the weights after one step of descent.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from limen.nets.losses import times

Bends = tuple[nn.Module, ...]


@dataclass(frozen=True, eq=False)
class Quantity:
    """Something the pass computes: its sign `Z₁`, its formula `Z₁ = X W₁ + b₁`, and its numbers."""

    symbol: str
    formula: str
    values: Tensor

    @property
    def shape(self) -> str:
        """N×n, as people write it."""
        return times(self.values)

    def __repr__(self) -> str:
        return f"Quantity({self.formula}, {self.shape})"


@dataclass(frozen=True, eq=False)
class LayerPass:
    """One dense layer with its activation, both ways. N examples, m units before, n units; `number` counts from 1."""

    number: int
    name: str  # the dense layer's path in the net
    bends: Bends  # the activations, the first applied first
    w: Quantity  # (m, n)
    b: Quantity | None  # (n,)
    before: Quantity  # (N, m): what comes in
    z: Quantity  # (N, n): the sums
    h: Quantity  # (N, n): the sums bent
    local: Quantity  # (N, n): f′(Z)
    upstream: Quantity  # (N, n): ∂L/∂H, what comes back
    delta: Quantity  # (N, n): ∂L/∂Z
    dw: Quantity  # (m, n)
    db: Quantity | None  # (n,)
    new_w: Quantity  # (m, n): after one step of descent
    new_b: Quantity | None  # (n,)

    def forward(self) -> list[Quantity]:
        """What the forward pass computes here, in its order."""
        return [self.z, self.h]

    def backward(self) -> list[Quantity]:
        """What the backward pass computes here, in its order."""
        return [q for q in (self.upstream, self.local, self.delta, self.dw, self.db) if q is not None]

    def updated(self) -> list[Quantity]:
        """The weights after the step."""
        return [q for q in (self.new_w, self.new_b) if q is not None]

    def __repr__(self) -> str:
        return f"LayerPass({self.number}, {self.name!r}, {self.z.formula}, {self.h.formula}, {self.dw.formula})"


@dataclass(frozen=True, eq=False)
class Pass:
    """A whole pass. `start` is X, or X bent where an activation stands before the first dense layer."""

    x: Quantity  # (N, m)
    start: Quantity  # (N, m)
    layers: tuple[LayerPass, ...]
    targets: Tensor  # (N, K), or (N,) labels
    loss: str  # its name in LOSSES
    value: Quantity  # a scalar
    dx: Quantity  # (N, m): ∂L/∂X
    rate: float

    @property
    def output(self) -> Quantity:
        """Ŷ (N, K)."""
        return self.layers[-1].h

    def quantities(self) -> list[Quantity]:
        """All that was computed, in the order in which it was."""
        there = [] if self.start is self.x else [self.start]
        there += [q for layer in self.layers for q in layer.forward()]
        back = [q for layer in reversed(self.layers) for q in layer.backward()]
        return [*there, self.value, *back, self.dx, *(q for layer in self.layers for q in layer.updated())]

    def __repr__(self) -> str:
        widths = "→".join(str(q.values.shape[1]) for q in (self.start, *(layer.z for layer in self.layers)))
        return f"Pass({widths}, {len(self.x.values)} examples, {self.loss} {self.value.values.item():.6g})"
