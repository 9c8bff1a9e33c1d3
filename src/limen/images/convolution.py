"""Convolution: every pixel becomes a weighted sum of its surroundings, the same weights everywhere.

y[i, j] = Σ_{a, b} k[a, b] x[i - a, j - b]: the kernel is turned by 180°. Deep learning leaves that out and calls its
cross-correlation a convolution; since the weights are learnt there, nothing is lost.
"""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from limen.images.bounds import among
from limen.images.pixels import Floats, Picture, as_float

# what lies beyond the border, in scipy's word and in numpy's: d c b a | a b c d | d c b a, and so on
BORDERS = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}


def by_channel(picture: Picture, work: Callable[[Floats], Floats]) -> Floats:
    """Work on a grey picture, or on each colour by itself."""
    x = as_float(picture)
    return work(x) if x.ndim == 2 else np.stack([work(x[..., i]) for i in range(3)], axis=2)


def convolve(picture: Picture, weights: Floats, border: str = "reflect") -> Floats:
    """A picture convolved with a kernel (h, w), by scipy; as large as it was: (H, W) or (H, W, 3) float64.

    The weights of an even kernel lie so that the last of them is at the pixel itself. `border` is a name in `BORDERS`.
    """
    among("border", border, BORDERS)
    return by_channel(picture, lambda x: ndimage.convolve(x, weights, mode=border))  # type: ignore[arg-type]


def convolve_by_torch(picture: Picture, weights: Floats, border: str = "reflect") -> Floats:
    """The same by torch, which correlates: the kernel is turned first, and the border laid on by hand."""
    import torch

    among("border", border, BORDERS)
    height, width = weights.shape
    turned = torch.from_numpy(weights[::-1, ::-1].copy())[None, None]

    def work(x: Floats) -> Floats:
        around = ((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)
        padded = np.pad(x, around, mode=BORDERS[border])  # type: ignore[call-overload]
        done = torch.nn.functional.conv2d(torch.from_numpy(padded)[None, None], turned)
        return np.asarray(done[0, 0].numpy(), np.float64)

    return by_channel(picture, work)
