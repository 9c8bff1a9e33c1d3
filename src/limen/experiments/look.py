"""Looking at a picture: read, worked on stage by stage, and kept in a folder.

runs/image-PICTURE-OPERATION/    report.html, pictures/*.png, result.json; written anew whenever it is asked for
"""

import datetime
import importlib.metadata
import json
import re
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from limen import storage
from limen.data.bundled import find_picture
from limen.data.picture import LONGEST, OwnPicture, read_own
from limen.errors import LimenError
from limen.experiments.checking import plain
from limen.images import operations, tone
from limen.images.stage import Stage
from limen.views.seen import Seen

VERSIONS = ("limen", "scikit-image", "scipy", "numpy")
MANY = 4096  # points of a curve that JSON holds


def look(
    name: str,
    operation: str | None = None,
    given: Mapping[str, str | None] | None = None,
    black_white: tuple[float, float] | None = None,
    longest: int = LONGEST,
) -> Seen:
    """Read a picture and do one operation with it; without one, only look at it.

    Args:
        name: a file, or a picture that comes with scikit-image.
        operation: a name in `limen.images.operations.OPERATIONS`.
        given: options of the operation as they were typed.
        black_white: of a picture of real numbers, which are black and white.
        longest: pixels of the longer side that are worked on.
    """
    began = time.monotonic()
    chosen = operations.settings(operation, given or {}) if operation else {}
    path = find_picture(name)
    own = read_own(path, black_white, longest)
    stages = operations.OPERATIONS[operation](own.pixels, **chosen) if operation else (overview(own),)
    return Seen(
        name=path.stem if path.suffix and str(path) == name else name,
        path=path,
        held=held(own),
        notes=own.notes,
        operation=operation,
        options={key: option.default for key, option in operations.options(operation).items()} | chosen
        if operation
        else {},
        stages=stages,
        command=command(name, operation, given or {}, black_white, longest),
        seconds=time.monotonic() - began,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions={package: importlib.metadata.version(package) for package in VERSIONS},
    )


def overview(own: OwnPicture) -> Stage:
    """The picture with a histogram of each channel and a few facts."""
    pixels = own.pixels
    scale = np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else 1
    facts = {"darkest": float(pixels.min() / scale), "brightest": float(pixels.max() / scale)}
    facts |= {"mean": float(pixels.mean() / scale), "values in use": len(np.unique(pixels))}
    return Stage("original", pixels, curves=tone.channel_curves(pixels), facts=facts)


def held(own: OwnPicture) -> dict[str, str]:
    """What the file held: size, format, mode, kind of number, smallest and largest."""
    pixels = own.pixels
    low, high = (f"{value:.4g}" if pixels.dtype.kind == "f" else str(value) for value in (pixels.min(), pixels.max()))
    return {
        "size": f"{own.size[0]}×{own.size[1]}",
        "format": own.format,
        "mode": own.mode,
        "shape": "×".join(map(str, pixels.shape)),
        "numbers": str(pixels.dtype),
        "range": f"{low} … {high}",
    }


def command(
    name: str,
    operation: str | None,
    given: Mapping[str, str | None],
    black_white: tuple[float, float] | None,
    longest: int,
) -> str:
    """The command line that does the same again."""
    words = ["limen", "image", name]
    words += ["--do", operation] if operation else []
    for key, value in given.items():
        words += [f"--{key}"] if value is None else [f"--{key}", value]
    words += ["--range", f"{black_white[0]:g}:{black_white[1]:g}"] if black_white else []
    words += ["--longest", str(longest)] if longest != LONGEST else []
    return shlex.join(words)


def place(seen: Seen, root: Path) -> Path:
    """The folder among the runs; refused at once where nothing can be written."""
    name = simple(seen.name) or "picture"
    folder = root / "-".join(["image", name, *([seen.operation] if seen.operation else [])])
    storage.check_place(folder)
    return folder


def keep(seen: Seen, folder: Path, language: str) -> None:
    """Write the folder: the page, the stages as pictures, and the numbers."""
    from limen.views.image_page import write_seen

    storage.make_folder(folder)
    write_seen(seen, folder, language)
    if (folder / "pictures").exists():  # of another kernel, another threshold
        storage.remove_tree(folder / "pictures")
    save(seen, folder / "pictures")
    content = json.dumps(result_object(seen), ensure_ascii=False, indent=1)
    storage.write_file(folder / "result.json", content.encode() + b"\n")


def simple(text: str) -> str:
    """A text as part of a file's name."""
    return re.sub(r"[^\w.]+", "-", text).strip("-.")[:60]


def save(seen: Seen, folder: Path, prefix: str = "") -> list[Path]:
    """Write the stages as PNG files, numbered in their order; which files.

    Raises:
        LimenError: one of them would take the place of the picture itself; then none is written.
    """
    from limen.views.stage_pictures import png

    made = {}
    for number, stage in enumerate(seen.stages, 1):
        if stage.picture is not None:
            about = f" {stage.about}" if stage.name == "filtered" else ""
            made[folder / f"{prefix}{number:02}-{simple(stage.name + about)}.png"] = stage
    for path in made:
        if path.exists() and path.samefile(seen.path):
            raise LimenError(f"{str(path)!r} is the picture itself, which is never changed. Name another folder.")
    storage.make_folder(folder)
    for path, stage in made.items():
        storage.write_file(path, png(stage))
    return list(made)


def result_object(seen: Seen) -> dict[str, Any]:
    """What was seen as plain values: what stands in result.json and what ``--json`` prints."""
    return {
        "picture": seen.name,
        "file": str(seen.path),
        "held": seen.held,
        "notes": [{"en": note.en, "zh": note.zh} for note in seen.notes],
        "operation": seen.operation,
        "options": plain(seen.options),
        "stages": [stage_object(stage) for stage in seen.stages],
        "command": seen.command,
        "seconds": seen.seconds,
        "created": seen.created,
        "versions": seen.versions,
    }


def stage_object(stage: Stage) -> dict[str, Any]:
    """One stage: its size and facts, its curves and its table; not its pixels, which are in the pictures."""
    size = None if stage.picture is None else list(stage.picture.shape)
    curves = {name: {"x": plain(c.x), "y": plain(c.y)} for name, c in stage.curves.items() if len(c.x) <= MANY}
    facts, rows = plain(dict(stage.facts)), [plain(dict(row)) for row in stage.rows]
    return {"name": stage.name, "about": stage.about, "shape": size, "kind": stage.kind, "facts": facts} | {
        "mark": stage.mark, "curves": curves, "rows": rows,
    }  # fmt: skip
