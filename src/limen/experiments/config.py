"""Experiments as plain values, and changing one by dotted names.

``plan.optimizer.lr=0.1`` walks the frozen records by their field names, reads the text as the field's type, and makes a
changed copy. A name that does not exist fails here, with the nearest that does.
"""

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from limen.data.spec import Data
from limen.errors import LimenError, nearest, shown
from limen.experiments.experiment import Experiment, Net
from limen.train.plan import Optimizer, Schedule

R = TypeVar("R")
SETTABLE = ("data", "net", "plan", "objective")


def to_plain(value: Any) -> Any:
    """A record as dictionaries, lists, numbers and texts, ready for JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[R], plain: Any, path: str = "") -> R:
    """The record of type `kind` that `to_plain` gave; unknown and missing names are errors."""
    hints = typing.get_type_hints(kind)
    if not isinstance(plain, Mapping):
        raise LimenError(
            f"{path or kind.__name__} is {shown(plain)}, where a record belongs. Allowed: {', '.join(hints)}."
        )
    for name in plain:
        if name not in hints:
            raise no_such(f"{path}{name}", name, hints)
    if lacking := [f.name for f in dataclasses.fields(kind) if is_needed(f) and f.name not in plain]:  # type: ignore[arg-type]
        raise LimenError(f"{path or f'{kind.__name__} '}lacks {', '.join(lacking)}. Allowed: {', '.join(hints)}.")
    return kind(**{name: revive(hints[name], item, f"{path}{name}") for name, item in plain.items()})


def is_needed(field: "dataclasses.Field[Any]") -> bool:
    """Whether a record cannot be made without this field."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def revive(kind: Any, plain: Any, path: str) -> Any:
    """One field's value as its annotated type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return from_plain(kind, plain, f"{path}.")
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return None if plain is None else revive(inner[0], plain, path)
    if origin is tuple and isinstance(plain, list | tuple):
        return tuple(revive(inner[0], item, f"{path}[{i}]") for i, item in enumerate(plain))
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(plain, Mapping):
        return {
            key: revive(inner[1], tuple(item) if isinstance(item, list) else item, f"{path}.{key}")
            for key, item in plain.items()
        }
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if kind is Any:
        return plain
    simple = isinstance(origin or kind, type) and isinstance(plain, origin or kind)
    if not simple or (kind is int and isinstance(plain, bool)):
        raise LimenError(f"{path} is {shown(plain)}, which is not of the type {name_of(kind)}.")
    return plain


def name_of(kind: Any) -> str:
    """A type in words a user knows."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return f"{name_of(typing.get_args(kind)[0])} or none"
    words = {int: "whole number", float: "number", str: "text", bool: "true or false"}
    return words.get(kind, getattr(kind, "__name__", str(kind)))


def parse(text: str, kind: Any, path: str) -> Any:
    """A text as a value of an annotated type."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return None if text.lower() in ("none", "null") else parse(text, typing.get_args(kind)[0], path)
    if kind is Any:
        return guess(text)
    try:
        if kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if kind in (int, float):
            return kind(text.replace("_", ""))
        if kind is str:
            return text
    except (ValueError, KeyError):
        raise LimenError(f"{path}={text!r} is not a {name_of(kind)}. Try --set {path}={EXAMPLES[kind]}.") from None
    raise LimenError(f"{path} is a group of options. Set one of them: {path}.… ")


EXAMPLES = {int: "5", float: "0.1", bool: "true", str: "adam"}


def guess(text: str) -> Any:
    """A text as what it looks like: numbers, true or false, several with commas, else itself."""
    if "," in text:
        return tuple(guess(part) for part in text.split(",") if part.strip())
    words = {"true": True, "false": False, "none": None}
    if text.strip().lower() in words:
        return words[text.strip().lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def dotted_names(kind: Any, prefix: str = "") -> list[str]:
    """Every name that can be set in a record type, with dots."""
    names = []
    for name, hint in typing.get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            names += dotted_names(hint, f"{prefix}{name}.")
        elif name != "options":
            names.append(prefix + name)
    return names


def no_such(path: str, name: str, allowed: Iterable[str]) -> LimenError:
    """The error for a dotted name that leads nowhere; a name given without its dots is found too."""
    allowed = list(allowed)
    prefix = path[: len(path) - len(name)]
    likely = [prefix + near] if (near := nearest(name, allowed)) else []
    if not likely:
        last = path.rpartition(".")[2]
        known = [full for full in dotted_names(Experiment) if full.partition(".")[0] in SETTABLE]
        likely = [full for full in known if full.rpartition(".")[2] == last][:1]
    hint = f" Did you mean {likely[0]!r}?" if likely else ""
    return LimenError(f"Unknown option {path!r}.{hint} Allowed: {', '.join(prefix + a for a in allowed)}.")


def change(record: Any, names: list[str], text: str, path: str = "") -> Any:
    """A copy of a record with the field at a dotted name set from text. Short forms: ``plan.optimizer=sgd``."""
    hints, name = typing.get_type_hints(type(record)), names[0]
    allowed = [f for f in hints if path or f in SETTABLE]
    here = f"{path}{name}"
    if name not in allowed:
        if "options" in hints and len(names) == 1:  # a net's or an optimizer's own option; its maker checks it
            return dataclasses.replace(record, options={**record.options, name: guess(text)})
        raise no_such(here, name, [f for f in allowed if f != "options"])
    value, kind = getattr(record, name), hints[name]
    if len(names) > 1:
        if not dataclasses.is_dataclass(value):
            raise LimenError(f"{here} has no parts. Set it itself: --set {here}=….")
        return dataclasses.replace(record, **{name: change(value, names[1:], text, f"{here}.")})
    if isinstance(value, Data | Net | Optimizer | Schedule):  # another net or optimizer begins with no options
        renamed: dict[str, Any] = {"name": text} | ({} if isinstance(value, Schedule) else {"options": {}})
        return dataclasses.replace(record, **{name: dataclasses.replace(value, **renamed)})
    return dataclasses.replace(record, **{name: parse(text, kind, here)})


def with_options(experiment: Experiment, settings: Iterable[str]) -> Experiment:
    """The experiment with settings such as ``plan.epochs=3`` or ``net.hidden=64,32`` applied in order.

    What was published for one data set is not held against a run on another.

    Raises:
        LimenError: no such name (the nearest is named), or a value of the wrong type or range.
    """
    data = experiment.data.name
    for setting in settings:
        dotted, equals, text = setting.partition("=")
        if not equals or not dotted.strip():
            raise LimenError(f"--set {setting!r} has no name and value. Write --set plan.epochs=3.")
        experiment = change(experiment, dotted.strip().split("."), text.strip())
    return experiment if experiment.data.name == data else dataclasses.replace(experiment, published=())


def net_options(settings: Iterable[str]) -> dict[str, Any]:
    """The options of settings that all begin with ``net.``, such as ``net.hidden=64,32``."""
    options = {}
    for setting in settings:
        dotted, equals, text = setting.partition("=")
        group, _, name = dotted.strip().partition(".")
        if not equals or group != "net" or not name:
            raise LimenError(f"--set {setting!r} is no option of a net. Write --set net.hidden=64,32.")
        options[name] = guess(text.strip())
    return options
