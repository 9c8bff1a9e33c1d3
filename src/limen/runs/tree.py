"""Nested state as plain JSON beside a flat set of tensors.

An optimizer's memory is a tree of dictionaries, lists, numbers and tensors. On the disk the tensors lie in a
safetensors file under the path they were found at, and the JSON holds ``{"tensor": path}`` in their place.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from limen.errors import LimenError


def flatten(value: Any, path: str, tensors: dict[str, Tensor]) -> Any:
    """The JSON form of `value`; its tensors are put into `tensors` under `path`."""
    if isinstance(value, Tensor):
        tensors[path] = value
        return {"tensor": path}
    if isinstance(value, Mapping):  # keys may be numbers, which JSON would turn into text
        return {"items": [[key, flatten(item, f"{path}/{key}", tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [flatten(item, f"{path}/{i}", tensors) for i, item in enumerate(value)]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise LimenError(f"Cannot save {path!r}: a {type(value).__name__} has no plain form. Use another optimizer.")


def unflatten(form: Any, tensors: Mapping[str, Tensor]) -> Any:
    """What `flatten` was given."""
    if not isinstance(form, dict):
        return form
    match form:
        case {"tensor": path}:
            return tensors[path]
        case {"items": items}:
            return {key: unflatten(item, tensors) for key, item in items}
        case {"list": items}:
            return [unflatten(item, tensors) for item in items]
        case {"tuple": items}:
            return tuple(unflatten(item, tensors) for item in items)
    raise LimenError(
        f"The checkpoint holds an unknown form {sorted(form)[:3]}. It was written by a newer Limen; update."
    )
