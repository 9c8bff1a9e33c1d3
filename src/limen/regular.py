"""Opening a file that somebody else may have put there.

A name may lead to anything: a pipe that never ends, a device, a link that leads out of the folder, a file larger than
the machine's memory. So a file is opened without waiting, looked at, and only then read.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from limen.errors import LimenError

NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe without a writer would be waited for
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
MORE = 1 << 20  # bytes read at a time beyond what the file said it has


def open_regular(path: Path, links: bool = True) -> BinaryIO:
    """A plain file opened for reading. `links=False` refuses a link in the place of the file.

    Raises:
        LimenError: it is a folder, a pipe, a device or a link.
        OSError: it cannot be opened.
    """
    if not links and path.is_symlink():
        raise LimenError(f"{str(path)!r} is a link, where a file belongs. Put the file itself there.")
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | NO_WAIT | (0 if links else NO_LINK)))  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise LimenError(f"{str(path)!r} is no plain file, but a pipe or a device. Name a file.")
    return file


def read_regular(path: Path, largest: int, links: bool = True) -> bytes:
    """The bytes of a plain file, and never more than `largest`: a larger one is refused before it is read."""
    with open_regular(path, links) as file:
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise LimenError(f"{str(path)!r} has {size:,} bytes; at most {largest:,} are read. Check the file.")
        content = file.read(size)
        return content if len(content) < size else content + file.read(MORE)  # it may grow while it is read
