"""`limen run` on an experiment with variants: one run after the other, then all side by side."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from limen.errors import LimenError

if TYPE_CHECKING:
    from limen.cli.session import Session
    from limen.experiments.experiment import Experiment
    from limen.runs.study import Study
    from limen.views.terminal import Console


def chosen(experiment: "Experiment", variants: list[str]) -> "Experiment":
    """The experiment with the variants that were asked for: one of them is an experiment by itself."""
    from dataclasses import replace

    from limen.experiments.study import as_variant, find_variant

    found = tuple(find_variant(experiment, name) for name in variants)
    if len(found) == 1 and not found[0].begin:
        return as_variant(experiment, found[0])
    return replace(experiment, variants=found) if found else experiment


def carry_out_study(session: "Session", study: "Study", as_json: bool) -> None:
    """Every run of a study that is not finished yet; then the table, the page, or one JSON object."""
    from limen.experiments.study import members
    from limen.views.words import word

    session.resume = str(study.path)
    for member in members(study):
        if member.run is not None and member.run.result is not None:
            continue
        if not session.silent:
            seeds = f" · {word('seed', session.language)} {member.seed}" if len(study.record["seeds"]) > 1 else ""
            session.out.print(f"\n[bold]{member.variant.label[session.language]}[/bold]{seeds}")
        session.carry_out(
            member.run or member.experiment, root=study.path, name=member.variant.name, start=member.start
        )
    if session.report:
        write_report(study, session.language, session.data)
    if as_json:
        typer.echo(json_study(study))
    elif not session.silent:
        tell_study(study, session.out, session.language)


def write_report(study: "Study", language: str, data: Path | None) -> None:
    """The figures and the page of a finished study, in a language."""
    from limen.experiments.present_study import present_study
    from limen.experiments.registry import find_experiment
    from limen.experiments.study import finished_members

    present_study(study, find_experiment(study.record["experiment"]), finished_members(study), language, data)


def tell_study(study: "Study", out: "Console", language: str) -> None:
    """What the variants of a finished study came to, side by side."""
    from limen.experiments.present_study import rows_of
    from limen.experiments.study import beside_published, finished_members
    from limen.views.outcome import published_table
    from limen.views.study import paired_table, study_table
    from limen.views.words import word

    every = finished_members(study)
    rows_told = rows_of(study, every, language)
    out.print()
    out.print(study_table(rows_told, language))
    if (pairs := paired_table(rows_told, language)) is not None:
        out.print(f"\n{word('seed by seed', language).format(name=rows_told[0].label)}", markup=False)
        out.print(pairs)
    if published := beside_published(study, every):
        rows = [{**row, "of": {language: f"{row['variant'][language]}: {row['of'][language]}"}} for row in published]
        out.print()
        out.print(published_table(rows, language))
    page = study.path / "report.html"
    told = ("report", page) if page.exists() else ("run", study.path)
    out.print(f"\n{word(told[0], language)}  {told[1]}", markup=False)


def json_study(study: "Study") -> str:
    """A finished study as one JSON object."""
    from limen.experiments.study import beside_published, finished_members

    every = finished_members(study)
    told = {
        "experiment": study.record["experiment"],
        "study": str(study.path),
        "published": beside_published(study, every),
        "runs": [{"variant": m.variant.name, "run": str(m.run.path), **(m.run.result or {})} for m in every if m.run],
    }
    return json.dumps(told, ensure_ascii=False)


def check_alone(count: int) -> None:
    """Refuse several processes: the variants of a study are small."""
    if count > 1:
        raise LimenError("--processes trains one net together. Choose one variant with --variant NAME.")
