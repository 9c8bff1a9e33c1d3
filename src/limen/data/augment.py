"""Augmentation: the same picture in other poses.

A flipped cat is a cat, a digit two pixels further left is the same digit; showing a net such variants teaches it what
does not matter. Whole batches are changed at once on the device, and every draw comes from a row of uniform numbers
that belongs to one picture in one epoch: nothing depends on what was drawn before.
"""

import torch
from torch import Tensor

from limen.data.spec import Augment


def draws(spec: Augment) -> int:
    """Uniform numbers that one picture needs."""
    return int(spec.flip) + 2 * (spec.shift > 0)


def augment(x: Tensor, u: Tensor, spec: Augment) -> Tensor:
    """The pictures changed as `spec` says. x: (B, C, H, W); u: (B, draws) uniform in [0, 1)."""
    if spec.flip:
        x = torch.where((u[:, 0] < 0.5)[:, None, None, None], x.flip(3), x)
        u = u[:, 1:]
    if spec.shift:
        x = translate(x, *((u * (2 * spec.shift + 1)).long() - spec.shift).unbind(1))
    return x


def translate(x: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Each picture moved by its own whole number of pixels, zeros moving in. x: (B, C, H, W); down, right: (B,)."""
    b, _, h, w = x.shape
    rows = torch.arange(h, device=x.device) - down[:, None]  # (B, H): the row each new row comes from
    columns = torch.arange(w, device=x.device) - right[:, None]  # (B, W)
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None, :]
    which = torch.arange(b, device=x.device)[:, None, None]
    moved = x.permute(0, 2, 3, 1)[which, rows.clamp(0, h - 1)[:, :, None], columns.clamp(0, w - 1)[:, None, :]]
    return (moved * inside[..., None]).permute(0, 3, 1, 2)  # (B, C, H, W), channels-last memory
