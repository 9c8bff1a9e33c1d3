"""A seal: a record that holds its own SHA-256, so that a flipped bit on the disk cannot pass for a setting or a figure.

The digest is that of the record without it. A record that was changed by hand is refused like a damaged one.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from limen.errors import LimenError
from limen.regular import read_regular
from limen.runs.plain import from_json

SEAL = "sha256"
LARGEST = 16 << 20  # bytes of run.json and result.json
T = TypeVar("T")


def to_json(value: Any) -> bytes:
    """Plain values as JSON, in their own order: the same bytes for values made in the same way."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def to_lines(values: Sequence[Mapping[str, Any]]) -> bytes:
    """Plain values as JSON, a line each."""
    return "".join(json.dumps(value) + "\n" for value in values).encode()


def from_lines(content: bytes) -> list[dict[str, Any]]:
    """The whole lines of a journal, up to the first that is damaged; a last one that a crash cut short is left out."""
    lines: list[dict[str, Any]] = []
    for line in content.split(b"\n")[:-1]:
        try:
            value = from_json(line)
        except ValueError:
            break
        if not isinstance(value, dict):
            break
        lines.append(value)
    return lines


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sealed(record: dict[str, Any]) -> bytes:
    """A record as the bytes of a file, with its seal."""
    return to_json({**record, SEAL: digest(to_json(record))})


def unsealed(record: dict[str, Any], path: Path, remedy: str) -> dict[str, Any]:
    """A record that was read from `path`, without its seal, which must be right; `remedy` says what to do if not."""
    rest = {name: value for name, value in record.items() if name != SEAL}
    if record.get(SEAL) != digest(to_json(rest)):
        raise LimenError(
            f"{str(path)!r} is not what was written: its SHA-256 differs. It was damaged, or changed by hand. {remedy}"
        )
    return rest


def checked(value: T, check: Callable[[T], None], path: Path) -> T:
    """The value, when a check of `limen.runs.form` finds nothing wrong with it."""
    try:
        check(value)
    except ValueError as error:
        raise LimenError(f"{str(path)!r} is damaged: {error}. Run the experiment again.") from error
    return value


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file that must hold an object."""
    try:
        value = from_json(read_regular(path, LARGEST, links=False))
    except OSError as error:
        raise LimenError(f"Cannot read {str(path)!r}: {error.strerror or error}. Check the path.") from error
    except ValueError as error:
        raise LimenError(
            f"{str(path)!r} is damaged ({error}). The run cannot be used; run the experiment again."
        ) from error
    if not isinstance(value, dict):
        raise LimenError(f"{str(path)!r} holds no record. The run cannot be used; run the experiment again.")
    return value
