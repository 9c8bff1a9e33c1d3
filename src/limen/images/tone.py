"""Operations on pixels, their counts and their contrast, stage by stage."""

import numpy as np

from limen.images import contrast, histograms, pixels
from limen.images.bounds import within
from limen.images.histograms import BINS, centres
from limen.images.pixels import CHANNELS, Floats, Picture
from limen.images.stage import Curve, Stage, Stages


def counted(picture: Picture, bins: int = BINS) -> dict[str, Curve]:
    """Histogram and cumulative curve of the brightness that contrast works on."""
    found = histograms.counts(contrast.brightness(picture), bins)
    places = centres(bins)
    return {"histogram": Curve(places, found), "cumulative": Curve(places, histograms.cumulative(found))}


def original(picture: Picture) -> Stage:
    """The picture as it is, with its histogram; the facts are of all its numbers, every channel's."""
    x = pixels.as_float(picture)
    facts = {"darkest": float(x.min()), "brightest": float(x.max()), "mean": float(x.mean())}
    return Stage("original", picture, curves=counted(picture), facts=facts)


def changed(name: str, picture: Floats, about: str = "") -> Stage:
    """A picture whose contrast was changed, with its histogram and how much it scatters within tiles."""
    facts = {"mean": float(picture.mean()), "local contrast": contrast.local_contrast(picture)}
    return Stage(name, picture, about=about, curves=counted(picture), facts=facts)


def pixel_by_pixel(picture: Picture, rows: int = 10, below: int = 80, above: int = 160) -> Stages:
    """Rows blacked out, a middle rectangle too, what is darker than `below` white, what is redder than `above` red."""
    x = pixels.as_float(picture)
    height, width = x.shape[:2]
    within("rows", rows, 0, 10**6)
    within("below", below, 0, 255)
    within("above", above, 0, 255)
    middle = slice(height // 3, -(-2 * height // 3)), slice(width // 3, -(-2 * width // 3))
    red, mask = pixels.redden(picture, above)
    lifted = pixels.lift(picture, below)
    dark = int((pixels.as_grey(picture) < below / 255).sum())
    return (
        original(picture),
        Stage(
            "first rows", pixels.blacken(x, slice(rows)), about=str(rows), facts={"pixels": min(rows, height) * width}
        ),
        Stage("rectangle", pixels.blacken(x, *middle)),
        Stage("dark to white", lifted, about=f"< {below}", facts={"pixels": dark}),
        Stage("red mask", mask, "mask", about=f"> {above}", facts={"pixels": int(mask.sum())}),
        Stage("pure red", red, about=f"> {above}"),
    )


def channels(picture: Picture) -> Stages:
    """Each colour alone, the brightness, and red and blue in each other's place."""
    x = pixels.as_colour(picture)
    means = {name: float(x[..., i].mean()) for i, name in enumerate(CHANNELS)}
    return (
        Stage("original", picture, curves=channel_curves(picture), facts=means),
        *(Stage(name, pixels.one_channel(picture, i)) for i, name in enumerate(CHANNELS)),
        Stage("brightness", pixels.as_grey(picture)),
        Stage("blue-green-red", pixels.swap_channels(x)),
    )


def channel_curves(picture: Picture, bins: int = BINS) -> dict[str, Curve]:
    """The histogram of each channel, by its name."""
    return {name: Curve(centres(bins), n) for name, n in histograms.channel_histograms(picture, bins).items()}


def histogram(picture: Picture, bins: int = BINS) -> Stages:
    """How often each brightness comes, by channel, added up; and that places do not matter."""
    within("bins", bins, 2, 65536)
    x = pixels.as_float(picture)
    grey = pixels.as_grey(x) if x.ndim == 3 else x
    found = histograms.counts(grey, bins)
    places = centres(bins)
    shuffled = np.random.default_rng(0).permutation(grey.reshape(-1)).reshape(grey.shape)
    usual = float(places[int(found.argmax())])
    most = {"most frequent": usual}
    first = Stage("original", picture, curves=channel_curves(picture, bins), facts=most if grey is x else {})
    middle = (
        Stage(
            "cumulative",
            curves={"cumulative": Curve(places, histograms.cumulative(found))},
            facts={"median": float(np.median(grey))},
        ),
        Stage("shuffled", shuffled, curves={"histogram": Curve(places, histograms.counts(shuffled, bins))}),
    )
    if grey is x:
        return first, *middle
    colours = histograms.colour_histogram(picture)
    boxes = {"boxes": colours.size, "boxes in use": int((colours > 0).sum())}
    brightness = Stage("brightness", grey, curves={"histogram": Curve(places, found)}, facts=most)
    return first, brightness, *middle, Stage("colours", about="8×8×8", facts=boxes)


def stretch(picture: Picture, low: float = 2.0, high: float = 98.0) -> Stages:
    """Brightnesses between two percentiles spread over black to white."""
    dark, light = contrast.limits(picture, low, high)
    ends = np.array([0.0, dark, max(light, dark + 1e-9), 1.0])
    curve = {"mapping": Curve(ends, np.array([0.0, 0.0, 1.0, 1.0]))} if light > dark else {}
    return (
        original(picture),
        Stage("stretch mapping", curves=curve, facts={f"{low:g} %": dark, f"{high:g} %": light}),
        changed("stretched", contrast.stretch(picture, low, high), f"{low:g} % … {high:g} %"),
    )


def equalise(picture: Picture) -> Stages:
    """Each brightness replaced by the share of pixels no brighter."""
    curve = Curve(*contrast.mapping(picture))
    return (
        original(picture),
        Stage("equalise mapping", curves={"mapping": curve}),
        changed("equalised", contrast.equalise(picture)),
    )


def clahe(picture: Picture, clip: float = 0.03) -> Stages:
    """Equalised in tiles, with clipped histograms."""
    return original(picture), changed("clahe", contrast.clahe(picture, clip), f"{clip:g}")


def contrasts(picture: Picture, low: float = 2.0, high: float = 98.0, clip: float = 0.03) -> Stages:
    """The picture, stretched, equalised, equalised in tiles: side by side."""
    return original(picture), stretch(picture, low, high)[-1], equalise(picture)[-1], clahe(picture, clip)[-1]
