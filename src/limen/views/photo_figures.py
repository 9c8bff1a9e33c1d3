"""Pictures of a folder of photos: some of each class, the sizes, and pairs that are almost equal."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import NDArray

from limen.data.photos import Photos
from limen.views.pictures import place, sheet
from limen.views.style import BLUE, GREY, INK, ORANGE
from limen.views.words import word

ACROSS = 8  # pictures in a row
MOST_CLASSES, MOST_PAIRS = 24, 16
NAME = 0.3  # height of a line of text, in widths of a picture
LINE = 0.2  # and of a smaller one
PAIRS_ACROSS = 4
LETTERS = 34  # of a file's name above a pair


def cut(text: str, most: int) -> str:
    """A text with its middle left out where it is long."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[len(text) - most // 2 + 1 :]}"


def picture_of(photos: Photos, i: int) -> NDArray[np.float32]:
    """A photo as the net sees it, from 0 to 1."""
    picture: NDArray[np.float32] = photos.x[photos.squares[i].row].astype(np.float32)
    return np.divide(picture, 255, dtype=np.float32)


def some_of_each(photos: Photos, language: str) -> Figure | None:
    """A row for each class that has some, its photos evenly taken."""
    if not len(photos):
        return None
    here = set(photos.labels.tolist())
    classes = [(label, name) for label, name in enumerate(photos.classes) if label in here][:MOST_CLASSES]
    pitch = 1 + NAME
    figure, axes = sheet(ACROSS, len(classes) * pitch)
    for row, (label, name) in enumerate(classes):
        members = np.flatnonzero(photos.labels == label)
        count = min(ACROSS, len(members))
        axes.text(0.06, row * pitch + NAME - 0.07, f"{cut(name, 60)}  {len(members):,}", fontsize=11, color=INK)
        for column in range(count):
            i = int(members[column * len(members) // count])
            place(axes, picture_of(photos, i), column, row * pitch + NAME)
    axes.set_xlim(-0.06, ACROSS + 0.06)  # imshow moves the limits
    axes.set_ylim(len(classes) * pitch, 0)
    return figure


def sizes(photos: Photos, language: str) -> Figure | None:
    """Width and height of every photo, both on logarithmic scales."""
    if not len(photos):
        return None
    side = photos.reading.size
    width, height = np.array([(s.width, s.height) for s in photos.squares]).T
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = figure.subplots()
    axes.scatter(width, height, s=22, color=BLUE, alpha=0.35, linewidths=0)
    least, most = min(side, width.min(), height.min()) / 1.5, max(side, width.max(), height.max()) * 1.5
    axes.set(xscale="log", yscale="log", xlim=(least, most), ylim=(least, most))
    axes.set_aspect("equal")
    axes.add_patch(Rectangle((least, least), side - least, side - least, fill=False, edgecolor=ORANGE, linewidth=2))
    axes.plot([], [], color=ORANGE, label=f"{word('what the net sees', language)} {side}×{side}")
    axes.plot([least, most], [least, most], color=GREY, linewidth=1, linestyle=":", zorder=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5), numticks=12))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(word("width", language))
    axes.set_ylabel(word("height", language))
    axes.legend(loc="upper left")
    return figure


def pairs_of(photos: Photos) -> list[tuple[int, int]]:
    """Photos that were told to be like another, with that other; the most telling kinds first."""
    at = {entry.name: i for i, entry in enumerate(photos.files)}
    order = {"two classes": 0, "across splits": 1, "near classes": 2, "near across": 3, "near": 4, "repeated": 5}
    told = sorted((f for f in photos.found if f.kind in order), key=lambda found: order[found.kind])
    pairs = []
    for found in told:
        for name, detail in found.files:
            other = detail[2:]
            if name in at and other in at:
                pairs.append((at[other], at[name]))
    return pairs


def almost_equal(photos: Photos, language: str) -> Figure | None:
    """Pairs of photos side by side, with their names."""
    pairs = pairs_of(photos)[:MOST_PAIRS]
    if not pairs:
        return None
    rows = -(-len(pairs) // PAIRS_ACROSS)
    pitch = 1 + 2 * LINE + NAME / 2
    figure, axes = sheet(ACROSS, rows * pitch)
    for number, pair in enumerate(pairs):
        row, column = divmod(number, PAIRS_ACROSS)
        left, top = 2.0 * column, row * pitch + 2 * LINE
        for k, i in enumerate(pair):
            name = ("≈ " if k else "") + cut(photos.files[i].name, LETTERS)
            axes.text(left + 0.06, top + (k - 1) * LINE - 0.06, name, fontsize=8.5, color=INK)
            place(axes, picture_of(photos, i), left + k, top)
    axes.set_xlim(-0.06, ACROSS + 0.06)
    axes.set_ylim(rows * pitch, 0)
    return figure


PHOTO_FIGURES: dict[str, Callable[[Photos, str], Figure | None]] = {
    "photo-classes": some_of_each,
    "photo-pairs": almost_equal,
    "photo-sizes": sizes,
}
