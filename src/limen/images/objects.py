"""Objects: pixels that hang together, numbered, counted and measured.

mask → holes filled → small ones left out → labels 1, 2, … → a table. Pixels that touch at a side or a corner belong
together.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import measure

from limen.images.edges import EIGHT, Mask
from limen.images.pixels import Picture, as_grey

COLUMNS = {
    "label": "number",
    "area": "area",
    "centroid-0": "row",
    "centroid-1": "column",
    "bbox-0": "top",
    "bbox-1": "left",
    "bbox-2": "bottom",
    "bbox-3": "right",
    "equivalent_diameter_area": "diameter",
    "eccentricity": "eccentricity",
    "intensity_mean": "brightness",
}
WHOLE = ("number", "area", "top", "left", "bottom", "right")


def fill(mask: Mask) -> Mask:
    """A mask with the ground filled that it encloses."""
    filled: Mask = ndimage.binary_fill_holes(mask)
    return filled


def label(mask: Mask, smallest: int = 1) -> NDArray[np.int32]:
    """Objects of at least `smallest` pixels, numbered from 1 by rows; 0 is ground: (H, W) int32."""
    pieces, _ = ndimage.label(mask, EIGHT)
    sizes = np.bincount(pieces.ravel())
    kept = sizes >= smallest
    kept[0] = False
    numbers = np.where(kept, np.cumsum(kept), 0)
    return numbers[pieces].astype(np.int32)


def table(labels: NDArray[np.int32], picture: Picture) -> Sequence[dict[str, float]]:
    """A row an object: its area in pixels, centre, box (the last row and column not included), the diameter of a disc
    of its area, how elongated it is (0 round, near 1 a line), its mean brightness (0 to 1).
    """
    if not labels.any():
        return ()
    properties = ("label", "area", "centroid", "bbox", "equivalent_diameter_area", "eccentricity", "intensity_mean")
    found = measure.regionprops_table(labels, as_grey(picture), properties=properties)
    named = {ours: found[theirs] for theirs, ours in COLUMNS.items()}
    return tuple(
        {name: int(values[i]) if name in WHOLE else float(values[i]) for name, values in named.items()}
        for i in range(len(found["label"]))
    )
