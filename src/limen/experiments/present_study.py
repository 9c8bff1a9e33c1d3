"""A finished study shown: its table of variants, its panels, its page, in either language."""

from collections.abc import Sequence
from pathlib import Path

from limen.experiments.experiment import Experiment
from limen.experiments.present import as_it_was, finding_of
from limen.experiments.record import whereabouts
from limen.experiments.registry import find_experiment
from limen.experiments.study import Member, beside_published
from limen.runs.study import Study
from limen.views.finding import Lane
from limen.views.study import Row, write_study


def rows_of(study: Study, every: Sequence[Member], language: str) -> list[Row]:
    """The table's rows, a variant each."""
    rows = []
    for name in dict.fromkeys(m.variant.name for m in every):
        group = [m for m in every if m.variant.name == name]
        results = [m.run.result for m in group if m.run and m.run.result]
        rows.append(
            Row(
                group[0].variant.label[language],
                " ".join(group[0].variant.settings),
                tuple(result["metrics"] for result in results),
                sum(result["seconds"] for result in results),
                tuple(m.run.path.name for m in group if m.run),
            )
        )
    return rows


def lanes_of(every: Sequence[Member], language: str, folder: Path | None) -> list[Lane]:
    """What each variant's first run found, with net and data at hand."""
    lanes = []
    for name in dict.fromkeys(m.variant.name for m in every):
        group = [m for m in every if m.variant.name == name]
        run = group[0].run
        assert run is not None and run.result is not None
        finding = finding_of(run, as_it_was(run, folder), run.result, language)
        runs = [m.run for m in group if m.run and m.run.result]
        results = tuple(each.result["metrics"] for each in runs if each.result)
        outputs = tuple(each.predictions()["outputs"] for each in runs)
        lanes.append(Lane(name, group[0].variant.label[language], finding, results, outputs))
    return lanes


def command(study: Study) -> str:
    """The command that repeats a study."""
    record, experiment = study.record, find_experiment(study.record["experiment"])
    words = [f"--set {setting}" for setting in record["settings"]]
    if len(record["variants"]) < len(experiment.variants):
        words += [f"--variant {each['name']}" for each in record["variants"]]
    seeds = record["seeds"]
    words += [f"--seed {seeds[0]}"] if seeds[0] else []
    words += [f"--seeds {len(seeds)}"] if len(seeds) > 1 else []
    return " ".join(["limen run", record["experiment"], *words])


def present_study(
    study: Study, experiment: Experiment, every: Sequence[Member], language: str, folder: Path | None = None
) -> Path:
    """Draw the panels and write the page of a study whose runs are all finished; its path."""
    first = every[0]
    place = whereabouts(first.experiment, first.run.record) if first.run else ""
    published = [{**row, "variant": row["variant"][language]} for row in beside_published(study, every)]
    return write_study(
        study.path,
        experiment.name,
        experiment.title[language],
        experiment.story[language],
        rows_of(study, every, language),
        lanes_of(every, language, folder),
        experiment.panels or ("lane-curves",),
        published,
        [(f"limen run {experiment.name}{place} {t.options}", t.why[language]) for t in experiment.next],
        f"{command(study)}{place}",
        language,
    )
