"""Convolution written out: every number that comes out, with its window, the kernel laid on it, and the products.

    y[i] = Σₜ w[t] · x[i·s - p + d·t]        s: stride, p: zeros before, d: dilation

So deep learning does it, which mathematics calls cross-correlation; a convolution proper flips the kernel first. With
channels, the sum runs over those of the output's group too. Transposed, every input number lays the whole kernel down,
times itself: y[o] = Σ w[t] · x[i] over all i·s - p + d·t = o. Nothing here asks torch's own convolution.
"""

import math
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from limen.errors import LimenError
from limen.nets.windows import padding_of, places, places_back, sliding, sliding_back

Index = tuple[int, ...]


@dataclass(frozen=True)
class Slide:
    """How a kernel slides: alike in every direction. `padding` may be "valid", "same" or "full" (not transposed)."""

    stride: int = 1
    padding: int | str = 0
    dilation: int = 1
    groups: int = 1
    transposed: bool = False
    flipped: bool = False  # the kernel is turned round first: convolution in the mathematician's sense

    def __post_init__(self) -> None:
        for name in ("stride", "dilation", "groups"):
            if getattr(self, name) < 1:
                raise LimenError(f"{name} {getattr(self, name)} cannot be. Allowed: 1 or more.")
        if self.transposed and isinstance(self.padding, str):
            raise LimenError(f"padding {self.padding!r} is for sliding forwards. Transposed, give a number.")


@dataclass(frozen=True)
class Term:
    """One product: a weight, and the number that it meets; `at` is None where that is a zero of the padding."""

    tap: Index  # where in the kernel, its channel first where there are channels
    at: Index | None  # where in the input
    weight: float
    number: float

    @property
    def product(self) -> float:
        """weight · number."""
        return self.weight * self.number


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution with all that it is made of, in float64.

    x: (L,) or (H, W) with a kernel of as many dimensions; or (C, L), (C, H, W) with a kernel (O, C / groups, …), which
    is (C, O / groups, …) transposed. `taps[a][i, t]` is which number in direction a the tap t meets at place i, or -1.
    """

    x: Tensor
    kernel: Tensor
    slide: Slide
    output: Tensor
    taps: tuple[Tensor, ...]

    @property
    def channels(self) -> bool:
        """Whether input and output have channels."""
        return self.kernel.ndim > self.x.ndim

    def before(self, direction: int = 0) -> int:
        """Zeros before the input."""
        size = self.kernel.shape[direction - len(self.taps)]
        return padding_of(self.slide.padding, size, self.slide.dilation)[0]

    def terms(self, *at: int) -> tuple[Term, ...]:
        """The products that make the output's number at an index, padding included, in the order of the kernel.

        Transposed, only those input numbers have a term that reach so far.
        """
        if len(at) != self.output.ndim or not all(0 <= i < n for i, n in zip(at, self.output.shape, strict=True)):
            shape = "×".join(map(str, self.output.shape))
            raise LimenError(f"There is no output at {at}. The output is {shape}; each index counts from 0.")
        place = at[1:] if self.channels else at
        weights = laid_out(self.kernel, self.slide, self.channels)
        out = at[0] if self.channels else 0
        first = out // (weights.shape[0] // self.slide.groups) * weights.shape[1]  # the group's first channel
        told = []
        for channel, *tap in product(*map(range, weights.shape[1:])):
            found = [int(self.taps[a][place[a], t]) for a, t in enumerate(tap)]
            inside = min(found) >= 0
            if self.slide.transposed and not inside:
                continue
            here = (first + channel, *found) if self.channels else tuple(found)
            number = float(self.x[here]) if inside else 0.0
            weight = float(weights[(out, channel, *tap)])
            named = (channel, *tap) if self.channels else tuple(tap)
            told.append(Term(named, here if inside else None, weight, number))
        return tuple(told)

    @property
    def places(self) -> list[Index]:
        """The index of every number of the output, row by row."""
        return list(product(*map(range, self.output.shape)))

    @property
    def multiply_adds(self) -> int:
        """Products, those with the padding's zeros counted too, as the usual count has it."""
        if not self.channels:
            return (self.x if self.slide.transposed else self.output).numel() * self.kernel.numel()
        return (self.x if self.slide.transposed else self.output)[0].numel() * self.kernel.numel()

    def __repr__(self) -> str:
        sizes = ["×".join(map(str, t.shape)) for t in (self.x, self.kernel, self.output)]
        return f"Convolution({sizes[0]} * {sizes[1]} -> {sizes[2]}, {self.slide})"


def laid_out(kernel: Tensor, slide: Slide, channels: bool) -> Tensor:
    """The kernel as (O, C / groups, …), flipped where that is wanted."""
    weights = kernel if channels else kernel[None, None]
    if slide.transposed and channels:  # (C, O/g, …)
        parts = weights.reshape(slide.groups, -1, *weights.shape[1:])
        weights = parts.transpose(1, 2).flatten(0, 1)
    return weights.flip(*range(2, weights.ndim)) if slide.flipped else weights


def taps_of(n: int, kernel: int, slide: Slide) -> Tensor:
    """(places, kernel): which of n numbers each tap meets at each place; -1 for padding, or for none."""
    pads = padding_of(slide.padding, kernel, slide.dilation)
    if slide.transposed:
        count = places_back(n, kernel, slide.stride, pads, slide.dilation)
    else:
        count = places(n, kernel, slide.stride, pads, slide.dilation)
    if count < 1:
        span = slide.dilation * (kernel - 1) + 1
        raise LimenError(f"A window of {span} finds no place on {n} numbers with padding {pads[0]}. Pad more.")
    lay = sliding_back if slide.transposed else sliding
    return torch.from_numpy(lay(n, count, kernel, slide.stride, pads[0], slide.dilation))


def convolve(x: Tensor, kernel: Tensor, slide: Slide | None = None) -> Convolution:
    """Slide a kernel over x and keep everything.

    x: (L,), (H, W), or with channels (C, L), (C, H, W); see `Convolution` for the kernel's shape. Raises LimenError
    where the two do not fit.
    """
    slide = slide or Slide()
    x, kernel = x.detach().double(), kernel.detach().double()
    channels = kernel.ndim == x.ndim + 1
    if kernel.ndim != x.ndim and not channels:
        raise LimenError(
            f"A kernel of {kernel.ndim} dimensions does not fit an input of {x.ndim}. Allowed: as many, or one more "
            "where the input's first dimension are channels."
        )
    check_channels(x, kernel, slide, channels)
    planes = x if channels else x[None]
    weights = laid_out(kernel, slide, channels)
    taps = tuple(taps_of(n, k, slide) for n, k in zip(planes.shape[1:], weights.shape[2:], strict=True))
    windows = planes
    for direction, tap in enumerate(taps):  # (C, i, …, t, …): after each step one direction more is laid open
        at = 1 + direction
        picked = windows.index_select(at, tap.clamp(min=0).flatten())
        shown = picked.reshape(*windows.shape[:at], *tap.shape, *windows.shape[at + 1 :])
        mask = (tap >= 0).reshape([1] * at + list(tap.shape) + [1] * (shown.ndim - at - 2))
        windows = (shown * mask).movedim(at + 1, -1)
    groups = slide.groups
    grouped = windows.reshape(groups, -1, *windows.shape[1:])  # (g, C/g, places…, taps…)
    own = weights.reshape(groups, -1, *weights.shape[1:])  # (g, O/g, C/g, taps…)
    size = math.prod(weights.shape[2:])
    flat = grouped.flatten(-len(taps)).flatten(2, -2)  # (g, C/g, places, taps)
    summed = torch.einsum("gcpt,goct->gop", flat, own.reshape(*own.shape[:3], size))
    output = summed.reshape(-1, *(len(tap) for tap in taps))
    return Convolution(x, kernel, slide, output if channels else output[0], taps)


def check_channels(x: Tensor, kernel: Tensor, slide: Slide, channels: bool) -> None:
    """Raises LimenError where channels, groups and kernel do not divide one another."""
    if not channels:
        if slide.groups != 1:
            raise LimenError(f"groups {slide.groups} divide channels, and there are none. Give x as (C, …).")
        return
    planes, wanted = x.shape[0], kernel.shape[0] if slide.transposed else kernel.shape[1] * slide.groups
    if planes != wanted:
        raise LimenError(f"The kernel takes {wanted} channels and x has {planes}. Give a kernel for {planes}.")
    outputs = kernel.shape[0]
    if outputs % slide.groups:
        raise LimenError(f"groups {slide.groups} do not divide {outputs} channels. Choose a divisor.")
