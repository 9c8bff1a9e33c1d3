"""JSON that nobody vouches for.

JSON says nothing about how deep, how large or how often, and Python's reader believes what it is told. Here a text is
held to what Limen writes: UTF-8, each name once, finite numbers, few levels, and no more values than the machine can
hold with ease.
"""

import json
import math
import re
from typing import Any

LARGEST = 100 << 20  # bytes of text
MEMORY = 256 << 20  # bytes that the values may take, estimated before the text is read
CONTAINER, VALUE = 72, 40  # bytes of an empty list or dictionary, and of a number, with the place that holds it
DEPTH = 40  # levels; a checkpoint has some ten
DIGITS = 20  # of a whole number: as many as 64 bits can take
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the name {twice[:40]!r} stands in it twice")
    return made


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise ValueError(f"a whole number in it has {len(text):,} digits")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:40]} in it is too large")
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text} stands in it where a number belongs")


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_whole, parse_float=_real, parse_constant=_no_number, strict=True
)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [
            item
            for holder in level
            for item in (holder.values() if type(holder) is dict else holder)
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return
    raise ValueError(f"it is nested more than {DEPTH} deep")


def from_json(content: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: why it is none, or none that Limen would have written.
    """
    if len(content) > LARGEST:
        raise ValueError(f"it has {len(content):,} bytes; at most {LARGEST:,} are read")
    containers = content.count(b"[") + content.count(b"{")
    if containers * CONTAINER + content.count(b",") * VALUE > MEMORY:
        raise ValueError("it holds too many values")
    text = content.decode()
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise ValueError(f"it is nested more than {DEPTH} deep") from None
    if type(value) is dict or type(value) is list:
        _check_depth(value)
    if SURROGATE.search(content):  # half a character, which nothing can print
        json.dumps(value, ensure_ascii=False).encode()
    return value
