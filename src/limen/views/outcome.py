"""A run in a few lines of the terminal: what is about to happen, and what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as RichText

from limen.data.spec import Augment
from limen.runs.repeats import Repeats
from limen.train.measures import shown_first
from limen.views.ground import ground
from limen.views.numbers import duration, number
from limen.views.tables import table
from limen.views.words import word


def pairs(rows: Sequence[tuple[str, RenderableType]]) -> Table:
    """Names on the left, what they are on the right."""
    made = Table.grid(padding=(0, 3, 0, 0))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(name, RichText(value) if isinstance(value, str) else value)
    return made


def plan_line(plan: Mapping[str, Any], language: str) -> str:
    """A plan in one line: what differs from doing nothing special."""
    optimizer, schedule, augment = plan["optimizer"], plan["schedule"], plan["augment"]
    parts = [f"{optimizer['name']} {optimizer['lr']:g}"]
    parts += [f"{key} {value}" for key, value in optimizer["options"].items()]
    parts += [schedule["name"]] if schedule["name"] != "constant" else []
    parts += [f"{word('batch', language)} {plan['batch_size']}", f"{plan['epochs']} {word('epochs', language)}"]
    parts += [str(Augment(**augment))] if Augment(**augment) != Augment() else []
    parts += [
        f"{key} {plan[key]:g}" for key in ("l1", "l2", "smoothing", "lookahead", "clip", "patience") if plan.get(key)
    ]
    parts += [f"thaw {plan['thaw']}"] if plan.get("thaw") else []
    parts += [f"looks {plan['looks']}"] if plan.get("looks", 1) > 1 else []
    return " · ".join([*parts, f"{word('seed', language)} {plan['seed']}"])


def introduction(record: Mapping[str, Any], language: str) -> RenderableType:
    """Title, data, net, plan and machine of a run that begins."""
    experiment, data, net = (record[key] for key in ("experiment", "data", "net"))
    train, validation, test = data["examples"]
    sizes = word("splits", language).format(train=train, validation=validation, test=test)
    name = RichText(experiment["title"][language], style="bold").append(f"  {experiment['name']}", style="dim")
    shape = "×".join(map(str, data["shape"]))
    counts = {"n parameters": net["parameters"], "n multiply-adds": net["multiply_adds"]}
    work = " · ".join(word(name, language).format(n=n) for name, n in counts.items())
    rows: list[tuple[str, RenderableType]] = [
        (word("data", language), f"{data['name']} {shape} · {sizes}"),
        (word("net", language), f"{experiment['net']['name']} · {work}"),
        (word("plan", language), plan_line(experiment["plan"], language)),
        *ground(record, language),
    ]
    return Group(name, pairs(rows))


def published_table(rows: Sequence[Mapping[str, Any]], language: str) -> Table:
    """What was published beside what was measured."""
    headings = [word(name, language) for name in ("measure", "published", "measured")] + [
        "",
        word("where it stands", language),
    ]
    return table(
        headings,
        [
            (
                word(row["measure"], language), f"{row['value']:g}", number(row["measured"], row["measure"]),
                word("✓" if row["reached"] else "×", language), row["of"][language],
            )
            for row in rows
        ],
        numbers=(1, 2),
    )  # fmt: skip


def outcome(result: Mapping[str, Any], path: str, language: str, report: bool) -> RenderableType:
    """The final figures, the published ones beside them, and where everything lies."""
    measures = result["metrics"]
    rows: list[tuple[str, RenderableType]] = [
        (word(name, language), RichText(number(measures[name], name), style="bold" if name != "test_loss" else ""))
        for name in shown_first(measures)
    ]
    rows.append((word("time", language), duration(result["seconds"], language)))
    rows.append(
        (word("report", language) if report else word("run", language), f"{path}/report.html" if report else path)
    )
    parts: list[RenderableType] = [RichText(""), pairs(rows)]
    if result["published"]:
        parts += [RichText(""), published_table(result["published"], language)]
    return Group(*parts)


def repeats_table(measures: Mapping[str, Repeats], language: str) -> Table:
    """The measures of several seeds, summed up."""
    headings = [word(name, language) for name in ("measure", "mean", "deviation", "interval")]
    rows = [
        (word(name, language), f"{r.mean:.4f}", f"{r.deviation:.4f}", f"{r.low:.4f} … {r.high:.4f}")
        for name, r in measures.items()
    ]
    return table(headings, rows, numbers=(1, 2, 3))
