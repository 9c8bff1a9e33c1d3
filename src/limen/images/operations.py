"""Every operation on a picture by its name: (picture, its options) → its stages, the result last.

The annotated parameters of each function after the picture are its options.
"""

from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import Any

from limen.errors import LimenError, shown, unknown
from limen.images import parts, tone, windows
from limen.images.stage import Stages
from limen.options import options_of

OPERATIONS: dict[str, Callable[..., Stages]] = {
    "pixels": tone.pixel_by_pixel,
    "channels": tone.channels,
    "histogram": tone.histogram,
    "contrast": tone.contrasts,
    "stretch": tone.stretch,
    "equalise": tone.equalise,
    "clahe": tone.clahe,
    "threshold": parts.threshold,
    "otsu": parts.otsu,
    "segment": parts.segment,
    "canny": parts.canny,
    "filter": windows.convolved,
    "filters": windows.every_filter,
    "pool": windows.pooled,
}
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def find_operation(name: str) -> Callable[..., Stages]:
    """The operation called `name`.

    Raises:
        LimenError: there is none; the nearest is told.
    """
    if name not in OPERATIONS:
        raise unknown("operation", name, OPERATIONS)
    return OPERATIONS[name]


def options(name: str) -> dict[str, Parameter]:
    """What can be chosen of an operation."""
    return options_of(find_operation(name), skip=1)


def settings(name: str, given: Mapping[str, str | None]) -> dict[str, Any]:
    """Options as they were typed, as the operation takes them. None stands for an option without a value.

    Raises:
        LimenError: no such option (the nearest is told), or a value of another kind.
    """
    known = options(name)
    chosen: dict[str, Any] = {}
    for key, text in given.items():
        if key not in known:
            if not known:
                raise LimenError(f"{name} has no options, and --{key} is given. Leave it out.")
            raise unknown(f"option of {name}", key, known)
        chosen[key] = read(key, text, known[key])
    return chosen


def read(key: str, text: str | None, option: Parameter) -> Any:
    """One value of the type that an option has."""
    kind, usual = option.annotation, option.default
    if kind is bool:
        if text is None or text.lower() in YES:
            return True
        if text.lower() in NO:
            return False
    elif text is None:
        raise LimenError(f"--{key} has no value. Write it after it, e.g. --{key} {usual}.")
    else:
        try:
            return kind(text)
        except ValueError:
            pass
    wanted = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
    raise LimenError(f"--{key} {shown(text)} is not {wanted}. For example: --{key} {str(usual).lower()}.")
