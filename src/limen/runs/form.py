"""What a run's files must look like before anything is made of them.

A form is written as the thing itself: a type, a `range` of whole numbers, several in a tuple where either will do,
``[form]`` for a list of any length, ``{name: form}`` for a record that may hold more, ``{str: form}`` for a table.
"""

import math
from collections.abc import Mapping
from typing import Any

from limen.errors import shown

Form = Any
COUNT = range(2**63)
TEXT = {"en": str, "zh": str}
VALUES = 1 << 24  # numbers of one example at most
WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", None: "nothing"}

TRAINED: Form = {
    "objective": str,
    "data": {"name": str},
    "net": {"name": str, "options": {str: object}},
    "plan": {
        "epochs": COUNT,
        "batch_size": COUNT,
        "optimizer": {"name": str, "lr": float, "options": {str: object}},
        "schedule": {"name": str},
        "augment": {str: (bool, int, float)},
        "l1": float,
        "l2": float,
        "clip": (float, None),
        "patience": (int, None),
        "drop_last": bool,
        "keep": str,
        "seed": COUNT,
    },
}
RECORD: Form = {
    "created": str,
    "experiment": {
        "name": str,
        "title": TEXT,
        "chapter": TEXT,
        **TRAINED,
    },
    "machine": {
        "device": str,
        "device_name": str,
        "precision": str,
        "threads": range(1, 1 << 16),
        "torch": str,
        "limen": str,
    },
    "data": {
        "name": str,
        "digest": str,
        "examples": [COUNT],
        "folder": (str, None),
        "shape": [range(1, 1 << 20)],
        "classes": [str],
        "outputs": range(1, 1 << 24),
        "offset": [float],
        "divisor": [float],
        "columns": [str],
        "border": (float, None),
    },
    "net": {"parameters": COUNT, "multiply_adds": COUNT},
}
FACTS: Form = {
    "constant_loss": float,
    "copies": {str: float},
    "neighbours": {str: [float]},
    "column": object,
}
COLUMN: Form = {"name": str, "agreement": float, "examples": COUNT}
RESULT: Form = {
    "experiment": str,
    "epochs": COUNT,
    "seconds": float,
    "metrics": {str: float},
    "published": [{"measure": str, "value": float, "of": TEXT, "measured": float, "reached": bool}],
}
METRICS: Form = {
    "epoch": range(1, 2**63),
    "train_loss": float,
    "validation_loss": float,
    "trace": [float],
    "rate": float,
    "examples": COUNT,
}
TIMES: Form = {"epoch": COUNT, "seconds": float, "examples": COUNT}
STEPS: Form = {"epoch": range(1, 2**63), "losses": [float], "weights": {str: str}}
SAMPLE: Form = {
    "step": range(1, 2**63),
    "loss": (float, None),
    "rate": (float, None),
    "layers": [{"name": str, "kind": str}],
}
WEIGHED: Form = {"weights": range(1, 2**63), "gradient": object, "weight": object, "moved": object}
STOPPED: Form = {"step": range(1, 2**63), "rate": float, "layer": str, "losses": [float]}
STATISTICS: Form = {"epoch": range(1, 2**63), "samples": [SAMPLE]}
STATE: Form = {
    "epoch": COUNT,
    "step": COUNT,
    "settings": {str: object},
    "trained": [[str]],
    "memories": object,
    "history": [{str: object}],
}
CHANGE: Form = {
    "epoch": COUNT, "step": COUNT, "settings": [str], "before": [str],
    "machine": {str: [object]}, "data": ([str], None),
}  # fmt: skip
MANIFEST: Form = {"format": range(1, 2**63), "files": {str: {"size": COUNT, "sha256": str}}}


def in_words(form: Form) -> str:
    """What a form asks for, for a message."""
    if isinstance(form, tuple):
        return " or ".join(in_words(one) for one in form)
    if isinstance(form, range):
        return f"a whole number from {form.start:,}" + (f" to {form.stop - 1:,}" if form.stop < 2**63 else "")
    if isinstance(form, dict | list):
        return "a record" if isinstance(form, dict) else "a list"
    return WORDS.get(form, "something else")


def is_of(value: Any, form: Form) -> bool:
    """Whether a single value is of a simple form; true and false are no numbers."""
    if isinstance(form, tuple):
        return any(is_of(value, one) for one in form)
    if isinstance(form, list):
        return isinstance(value, list) and all(is_of(item, form[0]) for item in value)
    if isinstance(form, range):
        return type(value) is int and value in form
    if form is None or form is object:
        return form is object or value is None
    if form is float:
        return type(value) in (int, float)
    return type(value) is form


def check(value: Any, form: Form, path: str = "") -> None:
    """Hold a value against its form; `ValueError` names the place, the value and what belongs there."""
    if isinstance(form, dict) and isinstance(value, dict):
        every = form.get(str)
        missing = [name for name in form if name is not str and name not in value]
        if missing:
            raise ValueError(f"{path or 'it'} lacks {missing[0]!r}")
        for name, item in value.items():
            if every is not None or name in form:
                check(item, every if every is not None else form[name], f"{path}.{name}" if path else name)
    elif isinstance(form, list) and isinstance(value, list):
        for i, item in enumerate(value):
            check(item, form[0], f"{path}[{i}]")
    elif isinstance(form, dict | list) or not is_of(value, form):
        raise ValueError(f"{path[:80] or 'it'} is {shown(value)}, where {in_words(form)} belongs")


def listed(record: Mapping[str, Any], name: str) -> list[Any]:
    """The list of that name, which a record need not have."""
    value = record.get(name, [])
    check(value, [object], name)
    return list(value)


def check_record(record: Mapping[str, Any]) -> None:
    """Refuse a run.json whose values could not have been written; `ValueError` says which."""
    check(record, RECORD)
    for i, change in enumerate(listed(record, "changes")):
        check(change, CHANGE, f"changes[{i}]")
        if any(len(pair) != 2 for pair in change["machine"].values()) or len(change["data"] or "of") != 2:
            raise ValueError(f"changes[{i}] does not say what was and what is")
    if "parent" in record:
        check(record["parent"], {"run": str}, "parent")
    if "begin" in record:
        origin = "file" if "file" in record["begin"] else "run"
        check(record["begin"], {origin: str, "sha256": str}, "begin")
    check(record.get("snapshots"), (str, None), "snapshots")
    check(record.get("statistics", True), bool, "statistics")
    data = record["data"]
    if "encoder" in data:
        check(data["encoder"], {str: object}, "data.encoder")
    if "notes" in data:
        check(data["notes"], [TEXT], "data.notes")
    if "facts" in data:
        check_facts(data["facts"])
    if len(data["examples"]) != 3:
        raise ValueError(f"data.examples holds {len(data['examples'])} numbers where three belong")
    if record["experiment"]["objective"] == "classification" and data["outputs"] != len(data["classes"]):
        raise ValueError(f"data.classes holds {len(data['classes'])} names for {data['outputs']} outputs")
    shape = data["shape"]
    if len(shape) not in (1, 3) or math.prod(shape) > VALUES:
        raise ValueError(f"data.shape {shown(shape)} is neither (columns) nor (channels, height, width), or too large")
    for name in ("offset", "divisor"):
        if len(data[name]) not in (1, shape[0]) or (name == "divisor" and 0 in data[name]):
            raise ValueError(f"data.{name} {shown(data[name])} does not fit data.shape {shown(shape)}")


def check_facts(facts: Any) -> None:
    """Refuse facts about data that could not have been found; `ValueError` says why."""
    check(facts, FACTS, "data.facts")
    if facts["column"] is not None:
        check(facts["column"], COLUMN, "data.facts.column")
    for found in facts["neighbours"].values():
        if len(found) != 3 or not 0 <= found[1] <= 1 or found[2] < 1:
            raise ValueError("data.facts.neighbours does not say agreement, chance and number")


def check_state(state: Any) -> None:
    """Refuse a checkpoint's state.json that could not have been written; `ValueError` says why."""
    check(state, STATE)
    if state["settings"]:
        check(state["settings"], TRAINED, "settings")


def check_metrics(line: Any) -> None:
    """Refuse an epoch of the journal, or of a checkpoint's history, that is none; `ValueError` says why."""
    check(line, METRICS)
    for name, value in line.items():
        if name.startswith(("train_", "validation_")):
            check(value, float, name)


def check_result(result: Any) -> None:
    """Refuse a result.json that could not have been written; `ValueError` says why."""
    check(result, RESULT)
    check(result.get("files", {}), {str: str}, "files")


def check_steps(line: Any) -> None:
    """Refuse a line of steps.jsonl that is none; `ValueError` says why."""
    check(line, STEPS)


def check_times(line: Any) -> None:
    """Refuse a line of times.jsonl that is none; `ValueError` says why."""
    check(line, TIMES)


def check_statistics(line: Any) -> None:
    """Refuse a line of statistics.jsonl that is none; `ValueError` says why."""
    check(line, STATISTICS)
    for layer in (layer for sample in line["samples"] for layer in sample["layers"]):
        if "gradient" in layer:
            check(layer, WEIGHED)
        for name in layer.keys() - {"name", "kind"}:
            check(layer[name], (float, None), name)
    if "stopped" in line:
        check(line["stopped"], STOPPED, "stopped")
