"""What differs between runs, and which of them are repetitions of one another.

A comparison teaches only when it is known what was changed and that nothing else was. A run's record holds all that
can decide its result: laid side by side, what is equal in all records falls away, and the rest is what was changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any

from limen.errors import LimenError
from limen.runs.folder import Run

ORDER = ("experiment", "data", "net", "plan", "objective")  # options first, as they are set; then the rest
TOLD = {"name", "chapter", "title", "story", "published", "figures", "next"}  # of an experiment: how it is told
APART = {"format", "experiment", "net"}  # `net` counts what follows from the options
WHEN = {"created", "at"}  # times of day, wherever they stand
FOLLOWS = {f"data.{name}" for name in ("folder", "shape", "classes", "columns", "offset", "divisor", "border")}


class Unset(Enum):
    """A name that a run's record does not hold: the net's or optimizer's own default, or no such option at all."""

    DEFAULT = "default"
    ABSENT = "absent"


@dataclass(frozen=True)
class Group:
    """Runs that differ in nothing but the seed. `letter` stands for them in tables and figures."""

    letter: str
    runs: tuple[Run, ...]
    names: tuple[str, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The runs' seeds, in their order."""
        return tuple(seed_of(run) for run in self.runs)


def part(run: Run, *names: str) -> Mapping[str, Any]:
    """A part of a run's record, such as ``part(run, "experiment", "plan")``."""
    found: Any = run.record
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        place = str(run.path / "run.json")
        raise LimenError(f"{place!r} is damaged: {'.'.join(names)} is {found!r}, where a record belongs. Leave it out.")
    return found


def seed_of(run: Run) -> int:
    """The seed of every draw of a run."""
    seed = part(run, "experiment", "plan").get("seed")
    return seed if isinstance(seed, int) else 0


def flatten(value: Any, path: str) -> dict[str, Any]:
    """Nested values by dotted names, as they are typed after --set: ``plan.optimizer``, ``plan.optimizer.lr``."""
    if not isinstance(value, Mapping):
        return {path: value}
    flat: dict[str, Any] = {}
    for name, item in value.items():
        flat |= flatten(item, path if name in ("name", "options") else f"{path}.{name}")
    return flat


def facts(run: Run) -> dict[str, Any]:
    """All that can tell a run from another, by dotted names: options, data, machine, and what else is recorded."""
    experiment = part(run, "experiment")
    known = {"experiment": experiment.get("name")}
    for name, value in experiment.items():
        known |= flatten(value, name) if name not in TOLD else {}
    for key, value in timeless(run.record).items():
        if key not in APART:
            known = {k: v for k, v in flatten(value, key).items() if k not in FOLLOWS} | known
    return known


def timeless(value: Any) -> Any:
    """A record without the times at which things were done."""
    if isinstance(value, Mapping):
        return {name: timeless(item) for name, item in value.items() if name not in WHEN}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def settings(run: Run) -> dict[str, Any]:
    """What must be equal in runs that repeat each other: everything but the seed and what is drawn from it."""
    known, seed = facts(run), part(run, "experiment", "data").get("seed")
    drawn = {"plan.seed"}
    if seed is None:  # the division of the data is drawn from the run's seed
        drawn |= set(flatten(part(run, "data"), "data")) - set(flatten(part(run, "experiment", "data"), "data"))
    return {name: value for name, value in known.items() if name not in drawn}


def group(runs: Sequence[Run], names: Sequence[str]) -> list[Group]:
    """The runs in groups that differ in nothing but the seed, each seed once; in the order of the runs."""
    gathered: list[tuple[dict[str, Any], dict[int, tuple[Run, str]]]] = []
    for run, name in zip(runs, names, strict=True):
        own, seed = settings(run), seed_of(run)
        members = next((m for alike, m in gathered if alike == own and seed not in m), None)
        if members is None:
            members = {}
            gathered.append((own, members))
        members[seed] = run, name
    return [
        Group(letter(i), tuple(run for run, _ in members.values()), tuple(name for _, name in members.values()))
        for i, (_, members) in enumerate(gathered)
    ]


def letter(number: int) -> str:
    """A, B, … Z, A2, B2, …"""
    return chr(ord("A") + number % 26) + (str(number // 26 + 1) if number >= 26 else "")


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values, each once, in their order."""
    seen: list[Any] = []
    for value in values:
        if value not in seen:
            seen.append(value)
    return seen


def differ(one: Mapping[int, Any], other: Mapping[int, Any]) -> bool:
    """Whether two groups' values differ: where they share seeds, only these are asked."""
    shared = one.keys() & other.keys()
    return any(one[s] != other[s] for s in shared) if shared else distinct(one.values()) != distinct(other.values())


def differences(groups: Sequence[Group]) -> dict[str, list[list[Any]]]:
    """The dotted names whose values are not equal in all groups; of each group its distinct values."""
    known = [{seed_of(run): facts(run) for run in group.runs} for group in groups]
    names = dict.fromkeys(name for group in known for fact in group.values() for name in fact)
    rows = {}
    for name in sorted(names, key=place):
        values = [{seed: fact.get(name, Unset.ABSENT) for seed, fact in group.items()} for group in known]
        if any(differ(one, other) for one, other in combinations(values, 2)):
            rows[name] = [distinct(group.values()) for group in values]
    if "data" in rows:  # other data have another digest
        rows.pop("data.digest", None)
    return with_defaults(rows, known)


def place(name: str) -> int:
    """Where a dotted name stands in the list."""
    first = name.partition(".")[0]
    return ORDER.index(first) if first in ORDER else len(ORDER)


def with_defaults(
    rows: dict[str, list[list[Any]]], known: list[dict[int, dict[str, Any]]]
) -> dict[str, list[list[Any]]]:
    """An absent option of the net or optimizer that another group sets for the same one stands at its default."""
    for name, values in rows.items():
        of = name.rpartition(".")[0]
        owners = [next(iter(group.values())).get(of) for group in known]
        having = [owner for owner, own in zip(owners, values, strict=True) if own != [Unset.ABSENT]]
        for i, owner in enumerate(owners):
            if values[i] == [Unset.ABSENT] and isinstance(owner, str) and owner in having:
                values[i] = [Unset.DEFAULT]
    return rows
