"""Several files as one piece of bytes: how a checkpoint travels from one process to another."""

import json
from collections.abc import Mapping

from limen.runs.plain import from_json


def bundle(files: Mapping[str, bytes]) -> bytes:
    """Several files as one piece, to be sent: a line with names and sizes, then their content."""
    return (
        json.dumps({name: len(content) for name, content in files.items()}).encode() + b"\n" + b"".join(files.values())
    )


def unbundle(content: bytes) -> dict[str, bytes]:
    """What `bundle` was given."""
    head, _, rest = content.partition(b"\n")
    files, start = {}, 0
    for name, size in from_json(head).items():
        files[name], start = rest[start : start + size], start + size
    return files
