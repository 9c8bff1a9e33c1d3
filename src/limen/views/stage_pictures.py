"""A stage of the work on a picture as something that can be seen: bytes of grey or colour, and PNG files of them."""

import io

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image

from limen.images.pixels import as_bytes
from limen.images.stage import Stage
from limen.views.style import BLUE, GREEN, ORANGE, PURPLE, RED, SKY

COLOURS = np.array([to_rgb(colour) for colour in (ORANGE, SKY, GREEN, RED, PURPLE, BLUE)])  # of objects, in turn
LARGE = 1000  # pixels of the longer side that a page shows


def shown(stage: Stage) -> NDArray[np.uint8]:
    """The bytes that show a stage: (H, W) or (H, W, 3) uint8. True is white; of signed numbers 0 is middle grey."""
    picture = stage.picture
    assert picture is not None
    match stage.kind:
        case "mask":
            return np.where(picture, 255, 0).astype(np.uint8)
        case "signed":
            largest = float(np.abs(picture).max()) or 1.0
            return np.asarray(np.rint(127.5 + 127.5 * picture / largest), np.uint8)
        case "amount":
            return np.asarray(np.rint(255 * picture / (float(picture.max()) or 1.0)), np.uint8)
        case "labels":
            return coloured(stage)
        case _:
            return as_bytes(picture)


def coloured(stage: Stage) -> NDArray[np.uint8]:
    """Objects in six colours in turn, laid over the dimmed picture."""
    assert stage.picture is not None and stage.ground is not None
    ground = np.repeat(stage.ground[..., None], 3, axis=2)
    colours = COLOURS[(stage.picture - 1) % len(COLOURS)]
    mixed = np.where(stage.picture[..., None] > 0, 0.35 * ground + 0.65 * colours, 0.55 * ground)
    return np.asarray(np.rint(255 * mixed), np.uint8)


def png(stage: Stage, largest: int | None = None) -> bytes:
    """A stage as a PNG file; its longer side shrunk to `largest` pixels where it is longer."""
    image = Image.fromarray(shown(stage))
    if largest and max(image.size) > largest:
        image.thumbnail((largest, largest), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
