"""`limen list`: what there is."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from limen.cli.options import Json, Language
from limen.language import check_language


class Kind(StrEnum):
    """What can be listed."""

    EXPERIMENTS = "experiments"
    NETS = "nets"
    DATA = "data"
    OPTIMIZERS = "optimizers"


def list_names(
    kind: Annotated[Kind, typer.Argument(help="What to list.")] = Kind.EXPERIMENTS,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """List the experiments, nets, data sets or optimizers."""
    check_language(language)
    headings, rows = {
        Kind.EXPERIMENTS: experiments, Kind.NETS: nets, Kind.DATA: data_sets, Kind.OPTIMIZERS: optimizers
    }[kind](language)  # fmt: skip
    if as_json:
        typer.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], ensure_ascii=False))
        return
    from limen.views.tables import table
    from limen.views.terminal import console
    from limen.views.words import word

    console().print(table([word(heading, language) for heading in headings], rows))


Listing = tuple[list[str], Sequence[tuple[str, ...]]]


def experiments(language: str) -> Listing:
    """Every experiment and lesson: name, chapter, what it does."""
    from limen.experiments.lessons import LESSONS
    from limen.experiments.registry import EXPERIMENTS

    made = [make() for make in EXPERIMENTS.values()]
    rows = [(e.name, e.chapter[language], e.title[language], e.data.name, ", ".join(e.recipes)) for e in made]
    lessons = [make() for make in LESSONS.values()]
    rows = [(m.name, m.chapter[language], m.title[language], "", "") for m in lessons] + rows
    return ["name", "chapter", "title", "data", "recipes"], sorted(rows, key=lambda row: row[1])


def nets(language: str) -> Listing:
    """Every net: name, options with their defaults, what it is."""
    from limen.nets.build import ABOUT, NETS, net_options

    rows = []
    for name in NETS:
        options = ", ".join(f"{key}={parameter.default}" for key, parameter in net_options(name).items())
        rows.append((name, ABOUT[name][language], options))
    return ["name", "what it is", "options"], rows


def data_sets(language: str) -> Listing:
    """Every data set: name, what it is, size, licence."""
    from limen.data.sources import SOURCES

    rows = [
        (s.name, s.title[language], "×".join(map(str, s.shape)), f"{sum(s.examples):,}", s.licence, s.cite)
        for s in SOURCES.values()
    ]
    return ["name", "what it is", "shape", "size", "licence", "source"], rows


def optimizers(language: str) -> Listing:
    """Every optimizer of torch: name, options with their defaults."""
    from limen.train.optimizers import OPTIMIZERS, options_of

    rows = [(name, ", ".join(f"{key}={value}" for key, value in options_of(name).items())) for name in OPTIMIZERS]
    return ["name", "options"], rows
