"""Everything that the course promises, carried out in one go and written into one table.

Nothing new trains here: each experiment is carried out as `limen run` does it, with several seeds, and each lesson as
`limen learn` does. An entry that fails keeps its reason and does not hold the others up.
"""

import contextlib
import time
import traceback
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from limen import storage
from limen.data.fetch import Report
from limen.data.load import locate
from limen.data.sources import OWN, find_source
from limen.errors import LimenError, unknown
from limen.experiments.config import to_plain, with_options
from limen.experiments.execute import Finished, Started, execute
from limen.experiments.experiment import Experiment, Published, Variant
from limen.experiments.keeper import Notice
from limen.experiments.lessons import LESSONS, find_lesson
from limen.experiments.registry import EXPERIMENTS, find_experiment
from limen.experiments.standings import NOTHING, recipes_needed, row, rows_of, rows_to_come
from limen.experiments.study import Member, as_variant, members, new_study
from limen.experiments.teach import conclude, teach
from limen.language import Text
from limen.machine import Machine
from limen.runs.folder import Run
from limen.runs.results import Results
from limen.runs.study import Study
from limen.train.fit import Epoch, Progress

# with how many seeds each is run, where that is more than it asks for itself
SEEDS = {
    "iris": 10, "stacked": 5, "stacked-500": 5, "spam": 5, "mnist-cnn": 5,  # the course wants these means
    "mnist-conv3": 5, "digits-cnn": 5, "digits-mlp": 5, "mnist-mlp": 3, "mnist-softmax": 3, "cifar-fast": 2,
}  # fmt: skip
ALONE = Variant("", NOTHING)  # of an experiment without variants
CHECKS = Text("every check of the lesson", "本课的全部核对")
Entry = dict[str, Any]


@dataclass(frozen=True)
class Moved:
    """An entry came further: `done` of `total` runs (of a lesson, steps) are behind it, and `epoch` is at work."""

    entry: Mapping[str, Any]
    done: int
    total: int
    epoch: int = 0


@dataclass(frozen=True)
class Ended:
    """An entry is done, or will not be: its state says which."""

    entry: Mapping[str, Any]


Event = Moved | Notice | Ended


def new_results(
    root: Path,
    names: Sequence[str] = (),
    seeds: int | None = None,
    settings: Sequence[str] = (),
    folder: Path | None = None,
) -> Results:
    """The record of a table that is about to begin: of everything, or of the experiments and lessons that are named.

    Raises:
        LimenError: a name that there is not, settings that do not fit, or a place that cannot be written to.
    """
    record = {
        "command": " ".join(["limen results", *names, *([f"--seeds {seeds}"] if seeds else [])]),
        "settings": list(settings),
        "data": str(folder.expanduser().resolve()) if folder else None,
        "machines": [],
        "entries": by_chapter(entries_of(names, seeds, settings)),
    }
    return Results.create(root, record)


def take_in(results: Results, names: Sequence[str]) -> None:
    """Add experiments and lessons to a table that has been begun; those that it has already stay as they are.

    Raises:
        LimenError: a name that there is not.
    """
    here = {(entry["name"], entry["recipe"]) for entry in results.entries}
    asked = entries_of(names, None, results.record["settings"])
    new = [entry for entry in asked if (entry["name"], entry["recipe"]) not in here]
    if new:
        added = " ".join(dict.fromkeys(str(entry["name"]) for entry in new))
        results.record["command"] += f"; limen results {added} --resume {results.path.name}"
        results.record["entries"] = by_chapter([*results.entries, *new])
        results.save()


def by_chapter(entries: Sequence[Entry]) -> list[Entry]:
    """Entries in the order of the course."""
    every = [*LESSONS, *EXPERIMENTS]
    return sorted(entries, key=lambda entry: (str(entry["chapter"]["en"]), every.index(entry["name"])))


def entries_of(names: Sequence[str], seeds: int | None, settings: Sequence[str]) -> list[Entry]:
    """What a table holds of everything, or of the experiments and lessons that are named, before anything is run.

    Raises:
        LimenError: a name that there is not, or settings that do not fit.
    """
    every, entries = [*LESSONS, *EXPERIMENTS], []
    for name in names:
        if name not in every:
            raise unknown("experiment or lesson", name, every, see="limen list")
    for name in [name for name in every if (name in names if names else not is_own(name))]:
        if name in LESSONS:
            entries.append(new_entry(name, find_lesson(name).chapter, f"limen learn {name}"))
            continue
        for recipe in ("", *recipes_needed(find_experiment(name))):
            experiment = chosen(name, recipe, settings)
            count = seeds or max(experiment.seeds, SEEDS.get(name, 1))
            words = ["limen run", name, *([f"--recipe {recipe}"] if recipe else []), *(f"--set {s}" for s in settings)]
            words += [f"--seeds {count}"] if count != (experiment.seeds if experiment.variants else 1) else []
            numbers = range(experiment.plan.seed, experiment.plan.seed + count)
            entry = new_entry(name, experiment.chapter, " ".join(words), numbers, recipe)
            for variant in experiment.variants or (ALONE,):
                one = as_variant(experiment, variant, settings) if experiment.variants else experiment
                entry["rows"] += rows_to_come(one, variant.label, is_elsewhere(entry))
            entries.append(entry)
    return entries


def is_own(name: str) -> bool:
    """Whether an experiment is for what a person brings: without it there is nothing to run, and no figure to reach."""
    return name in EXPERIMENTS and find_source(find_experiment(name).data.name).form in OWN


def new_entry(name: str, chapter: Text, command: str, seeds: Sequence[int] = (), recipe: str = "") -> Entry:
    """An experiment, or without seeds a lesson, of which nothing is known yet."""
    told = {"name": name, "recipe": recipe, "lesson": not seeds, "chapter": to_plain(chapter), "command": command}
    found = {"state": "waiting", "reason": "", "trace": "", "precision": "", "seconds": 0.0, "rows": []}
    return {**told, "seeds": list(seeds), "runs": [], **found}


def is_elsewhere(entry: Entry) -> bool:
    """Whether figures that compare only with a recipe stand in another entry, that of the recipe."""
    return not entry["recipe"] and bool(recipes_needed(find_experiment(entry["name"])))


def chosen(name: str, recipe: str, settings: Sequence[str]) -> Experiment:
    """An experiment with a recipe's plan and with settings; those of a study reach its variants when it begins."""
    experiment = find_experiment(name, recipe or None)
    return experiment if experiment.variants else with_options(experiment, settings)


def absent(name: str, folder: Path | None) -> str:
    """The data set that an experiment needs and that is not on this machine, or nothing."""
    experiment = find_experiment(name)
    for one in (experiment, *(as_variant(experiment, variant) for variant in experiment.variants)):
        source = find_source(one.data.name)
        if source.files and locate(source, folder, one.data.form) is None:
            return source.name
    return ""


def carry_out(
    results: Results, folder: Path | None = None, fetch: bool = False, report: Report | None = None
) -> Generator[Event]:
    """Carry out every entry that is not done, one after the other; what was begun goes on, what failed is tried again.

    What has no data on this machine is not run unless `fetch`, of which `report` is told. Breaking off saves.

    Raises:
        LimenError: the disk refuses, the data folder does not exist, or another process is at work on these results.
    """
    folder = folder or (Path(results.record["data"]) if results.record["data"] else None)
    with storage.locked(results.path, wait=0) as mine:
        if not mine:
            raise LimenError(f"Another process is at work on {str(results.path)!r}. Wait for it, or begin anew.")
        asked = {entry["name"] for entry in results.waiting if not entry["lesson"] and not fetch}
        lacking = {name: absent(name, folder) for name in sorted(asked)}
        here = Machine.prepare().fingerprint()
        if results.waiting and here not in results.record["machines"]:
            results.record["machines"].append(here)
        for entry in results.waiting:
            if missing := lacking.get(entry["name"]):
                entry.update(state="absent", reason=missing, trace="")
            else:
                yield from attempt(results, entry, folder, report)
            results.save()
            yield Ended(entry)


def attempt(results: Results, entry: Entry, folder: Path | None, report: Report | None) -> Iterator[Event]:
    """Carry out one entry and write down what came of it, be it a failure."""
    try:
        yield from take(entry) if entry["lesson"] else train(results, entry, folder, report)
        entry.update(state="done", reason="", trace="")
    except storage.StorageError:  # it would refuse the others too
        raise
    except Exception as error:
        told = str(error) if isinstance(error, LimenError) else f"{type(error).__name__}: {error}"
        entry.update(state="failed", reason=" ".join(told.split()), trace=traceback.format_exc())


def take(entry: Entry) -> Iterator[Event]:
    """Take a lesson: its figure is the number of its checks, all of which must hold."""
    lesson, began, steps = find_lesson(entry["name"]), time.monotonic(), []
    for step in teach(lesson, values := lesson.settings()):
        steps.append(step)
        yield Moved(entry, len(steps), len(lesson.steps))
    finding = conclude(lesson, values, steps, time.monotonic() - began)
    figure, held = Published("lesson checks", (finding.checks,), CHECKS), finding.checks - len(finding.failed)
    standing = "short" if finding.failed else "reached"
    told = row(NOTHING, "lesson checks", [held], finding.seconds, standing, figure)
    entry.update(seconds=finding.seconds, rows=[told])


def train(results: Results, entry: Entry, folder: Path | None, report: Report | None) -> Iterator[Event]:
    """Every run of an experiment that is not finished yet; then its rows."""
    whole = chosen(entry["name"], entry["recipe"], results.record["settings"])
    total = sum(1 if variant.once else len(entry["seeds"]) for variant in whole.variants or (ALONE,))
    found: dict[str, tuple[Experiment, Text, list[Mapping[str, Any]]]] = {}
    for done, member in enumerate(members_of(results, entry, whole)):
        result = member.run.result if member.run else None
        place = results.path.parent / entry["runs"][0] if whole.variants else results.path.parent
        events = execute(
            member.run or member.experiment, place, folder=folder, pictures=False, report=report,
            name=member.variant.name or None, start=member.start,
        )  # fmt: skip
        with contextlib.closing(events):
            for event in events if result is None else ():
                if isinstance(event, Started) and not whole.variants and event.run.path.name not in entry["runs"]:
                    entry["runs"].append(event.run.path.name)
                    results.save()
                if isinstance(event, Notice):
                    yield event
                epoch = event.epoch if isinstance(event, Progress) else event.number if isinstance(event, Epoch) else 0
                yield Moved(entry, done, total, epoch)
                if isinstance(event, Finished):
                    result = event.result
        assert result is not None
        found.setdefault(member.variant.name, (member.experiment, member.variant.label, []))[2].append(result)
    told = [rows_of(whole, one, label, group, is_elsewhere(entry)) for one, label, group in found.values()]
    every = [result for _, _, group in found.values() for result in group]
    precision = ", ".join(sorted({result["precision"] for result in every}))
    entry.update(seconds=sum(result["seconds"] for result in every), precision=precision, rows=list(chain(*told)))


def members_of(results: Results, entry: Entry, experiment: Experiment) -> Iterator[Member]:
    """The runs of an entry in their order, found or still to be begun. Finish each before asking for the next."""
    root = results.path.parent
    begun = [root / name for name in entry["runs"] if (root / name).is_dir()]
    if experiment.variants:
        settings = results.record["settings"]
        study = Study.open(begun[0]) if begun else new_study(experiment, root, settings, entry["seeds"])
        entry["runs"] = [study.path.name]
        results.save()
        yield from members(study)
        return
    runs = {run.record["experiment"]["plan"]["seed"]: run for run in map(Run, begun)}
    for seed in entry["seeds"]:
        yield Member(ALONE, seed, with_options(experiment, [f"plan.seed={seed}"]), runs.get(seed), None)


def broken(results: Results) -> list[str]:
    """What failed: experiments and lessons that ended with an error, and lessons with a check that does not hold."""
    wrong = [e["lesson"] and any(row["standing"] == "short" for row in e["rows"]) for e in results.entries]
    return [e["name"] for e, w in zip(results.entries, wrong, strict=True) if w or e["state"] == "failed"]
