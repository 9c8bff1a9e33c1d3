"""What a run stands on, in words: the machine, how far it repeats, where it was forked from, what was changed."""

from collections.abc import Mapping
from typing import Any

from limen.runs.tiers import tier_of
from limen.views.words import word


def machine_line(machine: Mapping[str, Any], language: str) -> str:
    """The machine in one line."""
    threads, processes = machine["threads"], machine.get("processes", 1)
    parts = [machine["device_name"]]
    parts += [machine["device"]] if machine["device"] != "cpu" else []
    parts += [machine["precision"], f"{threads} {word('thread' if threads == 1 else 'threads', language)}"]
    parts += [f"{processes} {word('processes', language)}"] if processes > 1 else []
    return " · ".join(map(str, parts))


def ground(record: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Names and values, a row each."""
    rows = [
        (word("machine", language), machine_line(record["machine"], language)),
        (word("tier", language), tier_of(record).line(language)),
    ]
    if parent := record.get("parent"):
        rows.append((word("parent", language), word("parent at", language).format(**parent)))
    for change in record.get("changes", []):
        moved = [f"{name} {then} → {now}" for name, (then, now) in change["machine"].items()]
        data = [word("data", language)] if change["data"] else []
        what = ", ".join([*change["settings"], *moved, *data])
        text = word("changed at", language).format(epoch=change["epoch"] + 1, step=change["step"], what=what)
        rows.append((word("changed", language), text))
    return rows
