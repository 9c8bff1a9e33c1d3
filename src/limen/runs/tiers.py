"""How far a run repeats: to the last bit, closely, or on the average.

T1  bit for bit: the same machine, versions, threads and number of processes
T2  close: the same versions on another processor, or with other threads: sums are taken in another order
T3  statistical: other versions, or a GPU, whose sums have no fixed order; compare means over at least five seeds
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limen.language import Text

CLOSE = ("cpu", "cpu_capability", "threads", "processes", "sharded", "precision")  # what moves the last bits
FAR = ("torch", "device", "system")  # what may choose another algorithm
BAND = 0.003  # how far an accuracy may move within T2

TIERS = {
    "T1": Text("bit for bit", "逐位相同"),
    "T2": Text("close, not to the last bit", "接近，但最后几位可能不同"),
    "T3": Text("on the average over seeds", "只在多个种子的平均意义上相同"),
}


@dataclass(frozen=True)
class Tier:
    """`name` is T1, T2 or T3; `reason` says what it rests on, or why it is no higher."""

    name: str
    reason: Text

    def line(self, language: str) -> str:
        """The tier in one line."""
        between = "：" if language == "zh" else ": "
        return f"{self.name} {TIERS[self.name][language]}{between}{self.reason[language]}"


def machine_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The machine that a run last stood on: the one it began on, with what later changed."""
    machine = dict(record["machine"])
    for change in record.get("changes", []):
        machine |= {name: now for name, (_, now) in change["machine"].items()}
    return machine


def moved(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs between two machines and can change a result: name → (then, now)."""
    return {name: (then.get(name), now.get(name)) for name in (*FAR, *CLOSE) if then.get(name) != now.get(name)}


def tier_between(then: Mapping[str, Any], now: Mapping[str, Any]) -> Tier:
    """The tier in which a run on the machine `now` can repeat one on the machine `then`."""
    changed = moved(then, now)
    words = ", ".join(f"{name} {a} → {b}" for name, (a, b) in changed.items())
    if not str(now["device"]).startswith("cpu"):
        return Tier("T3", Text(f"{now['device']} sums in no fixed order", f"{now['device']} 的求和顺序不固定"))
    if changed.keys() & set(FAR):
        return Tier("T3", Text(words, words))
    if changed:
        return Tier("T2", Text(words, words))
    threads, processes = now["threads"], now.get("processes", 1)
    more = (f", {processes} processes", f"、{processes} 个进程") if processes > 1 else ("", "")
    return Tier(
        "T1",
        Text(
            f"on this machine with torch {now['torch']} and {threads} thread{'s' * (threads > 1)}{more[0]}",
            f"在这台机器上，torch {now['torch']}、{threads} 个线程{more[1]}",
        ),
    )


def tier_of(record: Mapping[str, Any]) -> Tier:
    """The tier of a run: the lowest of all that it stood on."""
    lowest = tier_between(record["machine"], machine_of(record))
    for change in record.get("changes", []):
        if change["data"]:
            return Tier("T3", Text("its data changed on the way", "运行途中数据变了"))
        then = dict(record["machine"])
        now = then | {name: now for name, (_, now) in change["machine"].items()}
        lowest = max(lowest, tier_between(then, now), key=lambda tier: tier.name)
    return lowest
