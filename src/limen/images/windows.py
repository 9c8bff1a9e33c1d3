"""Operations that look through a window: kernels and pooling, stage by stage."""

import numpy as np

from limen.images import convolution, kernels, pooling
from limen.images.bounds import among
from limen.images.pixels import Floats, Picture, as_float, as_grey
from limen.images.stage import Stage, Stages
from limen.images.tone import original

BY = {"scipy": convolution.convolve, "torch": convolution.convolve_by_torch}


def result(name: str, answer: Floats, weights: Floats, about: str) -> Stage:
    """What a kernel makes of a picture: around 0 where its weights cancel, else brightness, cut to 0..1."""
    facts = {"weights add up to": float(weights.sum()), "mean": float(answer.mean())}
    facts |= {"smallest": float(answer.min()), "largest": float(answer.max())}
    if kernels.is_change(weights):
        return Stage(name, answer if answer.ndim == 2 else answer.mean(axis=2), "signed", about, facts=facts)
    return Stage(name, np.clip(answer, 0.0, 1.0), about=about, facts=facts)


def written(weights: Floats) -> tuple[dict[str, float], ...]:
    """The weights as the rows of a table, columns counted from 1; whole ones as whole numbers."""
    return tuple(
        {str(j): int(w) if w == round(w) else float(w) for j, w in enumerate(row.tolist(), 1)} for row in weights
    )


def convolved(picture: Picture, kernel: str = "sharpen", border: str = "reflect", by: str = "scipy") -> Stages:
    """A picture convolved with a kernel, named or written out."""
    among("by", by, BY)
    weights = kernels.kernel(kernel)
    answer = BY[by](picture, weights, border)
    about = kernel if kernel in kernels.KERNELS else f"{weights.shape[0]}×{weights.shape[1]}"
    return (
        original(picture),
        Stage("weights", weights, "signed", about=about, rows=written(weights)),
        result("filtered", answer, weights, about),
    )


def every_filter(picture: Picture, border: str = "reflect") -> Stages:
    """The brightness convolved with every kernel that has a name."""
    grey = as_grey(picture)
    named = {name: kernels.kernel(name) for name in kernels.KERNELS}
    return tuple(
        result("filtered", convolution.convolve(grey, weights, border), weights, name)
        for name, weights in named.items()
    )


def pooled(picture: Picture, kind: str = "max", window: int = 2, stride: int = 0) -> Stages:
    """Each window one number; a stride of 0 is the window itself, so that none overlap."""
    answer = pooling.pool_picture(picture, window, stride or window, kind)
    before, after = as_float(picture).shape, answer.shape
    size = f"{before[0]}×{before[1]} → {after[0]}×{after[1]}"
    facts: dict[str, float | str] = {"size": size, "mean": float(answer.mean())}
    shown = "amount" if kind == "sum" and answer.ndim == 2 else "picture"
    if kind == "sum" and answer.ndim == 3:
        answer = answer / window**2
    return original(picture), Stage("pooled", answer, shown, about=f"{kind}, {window}×{window}", facts=facts)
