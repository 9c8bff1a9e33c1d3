"""An experiment as it stands in a run's record, and back."""

import dataclasses
import shlex
from typing import Any

from limen.errors import LimenError
from limen.experiments.config import from_plain, to_plain
from limen.experiments.experiment import Experiment
from limen.experiments.registry import EXPERIMENTS
from limen.language import Text

RECORDED = ("name", "chapter", "title", "data", "net", "plan", "objective", "published", "figures", "findings")
TRAINED = ("data", "net", "plan", "objective")


def to_record(experiment: Experiment) -> dict[str, Any]:
    """What a run's record holds of its experiment: all that decides the result, and what it is compared with."""
    return {name: to_plain(getattr(experiment, name)) for name in RECORDED}


def trained_with(record: dict[str, Any]) -> dict[str, Any]:
    """The part of an experiment's record that the weights depend on; checkpoints carry it."""
    return {name: record[name] for name in TRAINED}


def recall(record: dict[str, Any]) -> Experiment:
    """The experiment of a record. Story and next steps come from the experiment of that name, if there still is one."""
    for name in RECORDED:
        if name not in record:
            raise LimenError(f"The run's record lacks {name!r}; it cannot be used. Run the experiment again.")
    told = EXPERIMENTS[record["name"]]() if record["name"] in EXPERIMENTS else None
    plain = {**record, "story": to_plain(told.story if told else Text("", ""))}
    experiment = from_plain(Experiment, plain)
    if told is None:
        return experiment
    kept = {name: getattr(told, name) for name in ("recipes", "variants", "seeds", "panels", "next")}
    return dataclasses.replace(experiment, **kept)


def settings(experiment: Experiment) -> list[str]:
    """How an experiment differs from the one of its name: ``plan.epochs=3``, …, as they are typed after --set."""
    if experiment.name not in EXPERIMENTS:
        return []
    return changed_settings(to_record(EXPERIMENTS[experiment.name]()), to_record(experiment))


def command(experiment: Experiment) -> str:
    """The command line that runs an experiment as it is."""
    words = [f"--set {setting}" for setting in settings(experiment) if not setting.startswith("plan.seed=")]
    seed = [f"--seed {experiment.plan.seed}"] if experiment.plan.seed else []
    return " ".join(["limen run", experiment.name, *words, *seed])


def whereabouts(experiment: Experiment, record: dict[str, Any]) -> str:
    """What a command must add so that a run's own photos are found: `` --data FOLDER``, or nothing."""
    folder = record["data"]["folder"]
    if experiment.data.name != "photos" or experiment.data.options.get("path") or not folder:
        return ""
    return f" --data {shlex.quote(folder)}"


def changed_settings(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The settings that lead from one experiment's record to another's: ``plan.epochs=3``, …"""
    return [s for part in TRAINED for s in differences(old[part], new[part], part)]


def differences(old: Any, new: Any, path: str) -> list[str]:
    """The dotted names whose values differ, with the new values."""
    if old == new:
        return []
    if not isinstance(old, dict) or not isinstance(new, dict):
        text = ",".join(map(str, new)) if isinstance(new, list) else "none" if new is None else str(new)
        return [f"{path}={text}"]
    begun_anew = "options" in new and (old["name"] != new["name"] or set(old["options"]) - set(new["options"]))
    if begun_anew:  # a net or an optimizer that is named begins with no options
        return [f"{path}={new['name']}", *differences({**old, "name": new["name"], "options": {}}, new, path)]
    return [
        d for key in new for d in differences(old.get(key), new[key], path if key == "options" else f"{path}.{key}")
    ]
