"""Operations that part a picture into figure and ground, stage by stage."""

from limen.images import edges, objects, thresholds
from limen.images.bounds import among, within
from limen.images.pixels import Picture, as_grey
from limen.images.stage import Curve, Stage, Stages
from limen.images.tone import counted

WAYS = ("otsu", "fixed", "canny")


def threshold(picture: Picture, level: float = 0.5, dark: bool = False) -> Stages:
    """Everything brighter than a fixed level."""
    grey = as_grey(picture)
    mask = thresholds.threshold(picture, level, dark)
    return (
        Stage("brightness", grey, curves={"histogram": counted(grey)["histogram"]}, mark=level),
        Stage("mask", mask, "mask", about=f"{'≤' if dark else '>'} {level:g}", facts={"share": float(mask.mean())}),
    )


def otsu(picture: Picture, dark: bool = False) -> Stages:
    """The level that sets the two sides furthest apart, found on the curve of the variance between them."""
    grey = as_grey(picture)
    level = thresholds.otsu(picture)
    places, variance = thresholds.between_variance(picture)
    mask = thresholds.threshold(picture, level, dark)
    shown = f"{'≤' if dark else '>'} {level:.3f}"
    return (
        Stage("brightness", grey, curves={"histogram": counted(grey)["histogram"]}, mark=level),
        Stage("between variance", curves={"variance": Curve(places, variance)}, mark=level, facts={"threshold": level}),
        Stage("mask", mask, "mask", about=shown, facts={"share": float(mask.mean())}),
    )


def canny(picture: Picture, sigma: float = 1.0, low: float = 0.1, high: float = 0.2) -> Stages:
    """Canny's edges: smoothed, gradient, thinned, two thresholds, followed."""
    found = edges.canny(picture, sigma, low, high)
    return (
        Stage("brightness", as_grey(picture)),
        Stage("smooth", found.smooth, about=f"σ = {sigma:g}"),
        Stage("gradient", found.gradient, "amount", facts={"largest": float(found.gradient.max())}),
        Stage("thin", found.thin, "amount", facts={"pixels": int((found.thin > 0).sum())}),
        Stage("strong", found.strong, "mask", about=f"≥ {high:g}", facts={"pixels": int(found.strong.sum())}),
        Stage("weak", found.weak, "mask", about=f"{low:g} … {high:g}", facts={"pixels": int(found.weak.sum())}),
        Stage("edges", found.edges, "mask", facts={"pixels": int(found.edges.sum())}),
    )


def segment(
    picture: Picture,
    by: str = "otsu",
    level: float = 0.5,
    dark: bool = False,
    sigma: float = 1.0,
    low: float = 0.1,
    high: float = 0.2,
    smallest: int = 20,
) -> Stages:
    """Figure from ground by a threshold or by edges, holes filled, the objects numbered and measured."""
    among("by", by, WAYS)
    within("smallest", smallest, 1, 10**9)
    grey = as_grey(picture)
    first = {
        "otsu": lambda: otsu(picture, dark),
        "fixed": lambda: threshold(picture, level, dark),
        "canny": lambda: canny(picture, sigma, low, high),
    }[by]()
    mask = first[-1].picture
    assert mask is not None
    filled = objects.fill(mask)
    labels = objects.label(filled, smallest)
    rows = objects.table(labels, grey)
    facts = {"objects": len(rows), "share": float((labels > 0).mean())}
    return (
        *first,
        Stage("filled", filled, "mask", facts={"pixels": int(filled.sum() - mask.sum())}),
        Stage("objects", labels, "labels", about=f"≥ {smallest}", ground=grey, rows=rows, facts=facts),
    )
