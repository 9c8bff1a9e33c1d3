"""The squares of a division as tensors: in memory where they fit, mapped from the disk where they do not.

A mapped tensor looks like any other. The system reads the pages that a batch touches, and drops them when memory is
needed elsewhere, so a folder larger than the memory is only slower. For each part to lie in one piece, the squares are
written once more in the order of the division; one such copy is kept.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from limen import storage
from limen.data.photo_cache import digest, file_of, mapped
from limen.data.photo_ledger import photo_cache
from limen.data.photos import Index, Photos
from limen.machine import memory

AT_ONCE = 4 << 20  # bytes copied at once
SHARE = 4  # squares may take this part of the memory: they are there once, and the net needs some too


def fits(photos: Photos, count: int, resident: int) -> bool:
    """Whether so many squares may lie in memory. `resident`: MiB that they may take; 0: a quarter of the memory."""
    room = resident << 20 if resident else memory() // SHARE
    return count * photos.reading.size**2 * 3 <= room


def tensors(photos: Photos, parts: Sequence[Index], resident: int = 0) -> list[Tensor]:
    """The squares of each part: (N, size, size, 3) uint8."""
    rows = np.array([square.row for square in photos.squares], np.intp)
    wanted = [rows[part] for part in parts]
    if fits(photos, sum(map(len, parts)), resident):
        return [torch.from_numpy(np.ascontiguousarray(photos.x[part])) for part in wanted]
    everything = mapped(divided(photos, np.concatenate(wanted)), photos.reading.size)
    edges = np.cumsum([0, *map(len, wanted)]).tolist()
    return [torch.from_numpy(everything[a:b]) for a, b in itertools.pairwise(edges)]


def divided(photos: Photos, rows: Index) -> Path:
    """The file that holds the squares in the order of `rows`; written where it is not there yet."""
    source = file_of(photos.x)
    path = source.with_suffix(f".{digest(rows.tolist())[:16]}.divided")
    if path.is_file() and path.stat().st_size == len(rows) * photos.reading.size**2 * 3:
        return path
    with storage.locked(photo_cache() / "pixels", wait=-1):
        for old in sorted(source.parent.glob(f"{source.stem}.*.divided")):
            storage.remove_file(old)
        part = path.with_name(f".{path.name}.{'0' * 12}.part")
        storage.remove_file(part)
        with storage.opened(part) as write:
            step = max(1, AT_ONCE // photos.x[0].size)
            for start in range(0, len(rows), step):
                write(photos.x[rows[start : start + step]].tobytes())
        storage.keep_file(part, path)
    return path
