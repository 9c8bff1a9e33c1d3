"""The report of a run: one HTML file that needs nothing else, neither network nor script.

Text that people or files supplied is escaped by the template engine; the page's own policy forbids scripts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from markupsafe import Markup, escape
from matplotlib.figure import Figure

from limen import storage
from limen.data.spec import Augment
from limen.errors import unknown
from limen.nets.summary import summarize
from limen.train.measures import shown_first
from limen.train.plan import Optimizer, Schedule
from limen.views.figures import FIGURES
from limen.views.finding import Finding
from limen.views.ground import ground
from limen.views.layers import COLUMNS, layer_rows
from limen.views.numbers import duration, number
from limen.views.page import embed, template
from limen.views.style import styled, to_png
from limen.views.words import word

T = TypeVar("T")
PARTS = {"optimizer": Optimizer, "schedule": Schedule, "augment": Augment}  # of a plan, as they print themselves


def cards(finding: Finding) -> list[tuple[str, str]]:
    """The figures at the top."""
    result, language = finding.result, finding.language
    measures = result["metrics"]
    top = [(number(measures[name], name), word(name, language)) for name in shown_first(measures)]
    return [
        *top,
        (str(result["epochs"]), word("number of epochs", language)),
        (f"{finding.run.record['net']['parameters']:,}", word("parameters", language)),
        (duration(result["seconds"], language), word("time", language)),
    ]


def plan_rows(finding: Finding) -> list[tuple[str, str]]:
    """Data, plan and machine, a line each."""
    record, language = finding.run.record, finding.language
    experiment, machine = record["experiment"], record["machine"]
    train, validation, test = record["data"]["examples"]
    sizes = word("splits", language).format(train=train, validation=validation, test=test)
    rows = [(word("data", language), f"{record['data']['name']} · {sizes}")]
    for name, value in experiment["plan"].items():
        if name in PARTS:
            value = str(PARTS[name](**value))
        rows.append((f"plan.{name}", str(value) if value is not None else word("none", language)))
    versions = f"torch {machine['torch']} · Limen {machine['limen']}"
    return [*rows, *ground(record, language), (word("versions", language), versions)]


def draw(
    what: T, names: Sequence[str], table: Mapping[str, Callable[[T], Figure | None]], folder: Path, language: str
) -> list[dict[str, Any]]:
    """Draw the figures of a table: each as a PNG file under `folder`, and as an SVG element for the page."""
    folder = folder / "figures"
    storage.make_folder(folder)
    drawn = []
    with styled():
        for name in names:
            if name not in table:
                raise unknown("figure", name, table)
            figure = table[name](what)
            if figure is None:
                continue
            storage.write_file(folder / f"{name}.png", to_png(figure))
            drawn.append(embed(figure, name, str(figure.get_label()) or f"{name}_caption", language))
    return drawn


def published_rows(rows: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """What was published beside what was measured, ready for the page."""
    return [
        {
            "name": word(row["measure"], language),
            "value": f"{row['value']:g}",
            "of": row["of"][language],
            "measured": "–" if row["measured"] is None else number(row["measured"], row["measure"]),
            "reached": row["reached"],
            "variant": row.get("variant", ""),
        }
        for row in rows
    ]


def paragraphs(story: str, language: str) -> list[Markup]:
    """A story's paragraphs, with `commands` set as code."""
    return [with_code(in_one_line(p, language)) for p in story.strip().split("\n\n")]


def in_one_line(paragraph: str, language: str) -> str:
    """A paragraph without its line breaks; between Chinese lines there is no space."""
    return " ".join(paragraph.split()) if language == "en" else "".join(paragraph.split("\n"))


def with_code(text: str) -> Markup:
    """Text with `commands` set as code, everything else escaped."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped before


def write_report(finding: Finding, figures: list[str]) -> Path:
    """Draw the figures and write ``report.html`` into the run's folder, in the finding's language; its path."""
    language, record = finding.language, finding.run.record
    content = template("report.html.j2", language).render(
        experiment=finding.result["experiment"],
        title=finding.title,
        cards=cards(finding),
        story=paragraphs(finding.story, language),
        published=published_rows(finding.result["published"], language),
        figures=draw(finding, figures, FIGURES, finding.run.path, language),
        net_name=record["experiment"]["net"]["name"],
        columns=[word(name, language) for name in COLUMNS],
        layers=layer_rows(summarize(finding.net, finding.data.shape), language),
        plan=plan_rows(finding),
        notes=[note[language] for note in record["data"].get("notes", [])],
        doctor=finding.doctor,
        doctor_says=finding.doctor_says,
        next=finding.next,
        repeat=finding.command,
        footer=f"{finding.run.path.name} · {record['created']} · Limen {record['machine']['limen']}",
    )
    path = finding.run.path / "report.html"
    storage.write_file(path, content.encode())
    return path
