"""Options that a maker of nets or of data takes, checked against its own signature.

A function's annotated parameters are its options: their names, their types, their defaults. Nothing else is accepted.
"""

import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

from limen.errors import LimenError, shown, unknown

MANY = 1000  # items that one option may list


def options_of(make: Callable[..., Any], skip: int) -> dict[str, inspect.Parameter]:
    """What can be chosen of a maker: its parameters after the first `skip`, which the caller gives."""
    return dict(list(inspect.signature(make, eval_str=True).parameters.items())[skip:])


def fits(value: object, kind: Any) -> bool:
    """Whether a value is of an annotated type; a whole number is also a float."""
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)
        items = value if isinstance(value, tuple | list) else None
        if items is None or (inner[-1] is not ... and len(inner) != len(items)):
            return False
        return all(fits(item, inner[0]) for item in items)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def example(default: object) -> str:
    """A default as one would type it."""
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default).lower() if isinstance(
        default, bool
    ) else str(default)  # fmt: skip


def check(
    what: str, group: str, known: Mapping[str, inspect.Parameter], options: Mapping[str, object]
) -> dict[str, Any]:
    """The options as the maker takes them; a lone value where several belong counts as one of them.

    `what` is the maker in words ("the net mlp"), `group` how the options are addressed ("net", "data").

    Raises:
        LimenError: an option that there is not, or a value of another type or out of range.
    """
    checked: dict[str, Any] = {}
    for key, value in options.items():
        if key not in known:
            raise unknown(f"option of {what}", key, known)
        kind = known[key].annotation
        several = typing.get_origin(kind) is tuple
        if several and not isinstance(value, tuple | list):
            value = (value,)
        if not fits(value, kind):
            named = str(kind) if several else getattr(kind, "__name__", str(kind))
            raise LimenError(
                f"{group}.{key} {shown(value)} is not of the type {named}. "
                f"For example: --set {group}.{key}={example(known[key].default)}."
            )
        least = 0 if type(known[key].default) is int and known[key].default == 0 else 1
        for number in value if isinstance(value, tuple | list) else (value,):
            if type(number) is int and kind is not float and number < least:
                raise LimenError(f"{group}.{key} {shown(number)} is out of range. Allowed: {least} or more.")
        if isinstance(value, tuple | list) and len(value) > MANY:
            raise LimenError(f"{group}.{key} lists {len(value):,} sizes. Allowed: at most {MANY:,}. Name fewer.")
        checked[key] = tuple(value) if isinstance(value, list) else value
    return checked
