"""An experiment in several variants, each a run of its own, in one folder: what does one change do?

Nothing new trains here: each variant is carried out by `execute`, with the same data and the same seed, so that what
is varied is the only difference. A study that was stopped goes on with the runs that are missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from limen.errors import LimenError, unknown
from limen.experiments.config import with_options
from limen.experiments.experiment import Experiment, Variant
from limen.experiments.registry import find_experiment
from limen.runs.folder import Run
from limen.runs.repeats import repeats
from limen.runs.study import Study

SHARED = ("net=", "net.", "plan.seed=")  # settings for all that also reach a variant that is run once


@dataclass(frozen=True)
class Member:
    """One run of a study: which variant, with which seed, begun already or not, and the run whose weights it takes."""

    variant: Variant
    seed: int
    experiment: Experiment
    run: Run | None
    start: Run | None


def find_variant(experiment: Experiment, name: str) -> Variant:
    """The variant of that name.

    Raises:
        LimenError: there is none.
    """
    for variant in experiment.variants:
        if variant.name == name:
            return variant
    if not experiment.variants:
        raise LimenError(f"{experiment.name} has no variants. Leave --variant out.")
    raise unknown(f"variant of {experiment.name}", name, [v.name for v in experiment.variants])


def as_variant(experiment: Experiment, variant: Variant, settings: Sequence[str] = ()) -> Experiment:
    """One variant as an experiment by itself: its settings, then the user's; what was published of it alone."""
    published = tuple(p for p in experiment.published if p.variant in ("", variant.name))
    chosen = replace(experiment, variants=(), panels=(), published=published)
    return with_options(with_options(chosen, variant.settings), reaching(variant, settings))


def named_in(setting: str) -> str:
    """The variant that a setting is for, as in ``source:plan.epochs=3``; nothing where it is for all."""
    return setting.partition("=")[0].rpartition(":")[0]


def reaching(variant: Variant, settings: Sequence[str]) -> list[str]:
    """The settings that reach a variant: those that name it and those for all, of which one run `once` takes few."""
    found = []
    for setting in settings:
        if name := named_in(setting):
            found += [setting.removeprefix(f"{name}:")] if name == variant.name else []
        elif not variant.once or setting.startswith(SHARED):
            found.append(setting)
    return found


def new_study(
    experiment: Experiment, root: Path, settings: Sequence[str], seeds: Sequence[int], only: Sequence[str] = ()
) -> Study:
    """The folder of a study that is about to begin: of all variants, or `only` some.

    Raises:
        LimenError: a variant that there is not, or settings that do not fit one of them.
    """
    chosen = [find_variant(experiment, name) for name in only] or list(experiment.variants)
    for name in filter(None, map(named_in, settings)):
        find_variant(experiment, name)
    for variant in chosen:
        as_variant(experiment, variant, settings)  # mistakes come out here
        if variant.begin and variant.begin not in [v.name for v in chosen]:
            raise LimenError(
                f"{variant.name} begins with the weights of {variant.begin}, which is left out. "
                f"Add --variant {variant.begin}."
            )
    record: dict[str, Any] = {
        "experiment": experiment.name,
        "variants": [{"name": v.name, "settings": list(v.settings), "begin": v.begin} for v in chosen],
        "settings": list(settings),
        "seeds": list(seeds),
    }
    return Study.create(root, experiment.name, record)


def members(study: Study) -> Iterator[Member]:
    """The runs of a study in their order, found or still to be begun. Finish each before asking for the next.

    Raises:
        LimenError: an experiment or a variant that this Limen does not know.
    """
    record = study.record
    experiment = find_experiment(record["experiment"])
    for seed in record["seeds"]:
        for each in record["variants"]:
            told = find_variant(experiment, each["name"])
            if told.once and seed != record["seeds"][0]:
                continue
            variant = replace(told, settings=tuple(each["settings"]), begin=each["begin"])
            chosen = as_variant(experiment, variant, [*record["settings"], f"plan.seed={seed}"])
            start = study.finished(variant.begin, seed_of(study, variant.begin, seed)) if variant.begin else None
            yield Member(variant, seed, chosen, study.run_of(variant.name, seed), start)


def seed_of(study: Study, name: str, seed: int) -> int:
    """The seed of the run of a variant that belongs to `seed`: that of the first, where it is run once."""
    told = find_variant(find_experiment(study.record["experiment"]), name)
    return int(study.record["seeds"][0]) if told.once else seed


def finished_members(study: Study) -> list[Member]:
    """All runs of a study, every one of them finished.

    Raises:
        LimenError: one is not.
    """
    every = list(members(study))
    for member in every:
        study.finished(member.variant.name, member.seed)
    return every


def beside_published(study: Study, every: Sequence[Member]) -> list[dict[str, Any]]:
    """What was published of each variant beside the mean over its runs."""
    rows = []
    experiment = find_experiment(study.record["experiment"])
    for each in study.record["variants"]:
        group = [m for m in every if m.variant.name == each["name"]]
        results = [m.run.result["metrics"] for m in group if m.run and m.run.result]
        means = {name: repeats([r[name] for r in results]).mean for name in results[0]}
        own = [p for p in group[0].experiment.published if p.variant == each["name"] or not p.variant]
        told = replace(experiment, published=tuple(own)).beside_published(means, group[0].experiment.plan.epochs)
        label = group[0].variant.label
        rows += [{**row, "variant": {"en": label.en, "zh": label.zh}} for row in told]
    return rows
