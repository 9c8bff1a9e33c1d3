"""The table of results: in the terminal, and as a page of Markdown that says on what it was measured.

What is not reached, not comparable, failed or not run is named above the table and marked in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from limen.runs.results import STANDINGS, STATES
from limen.train.measures import lower_is_better
from limen.views.numbers import duration, number
from limen.views.tables import table
from limen.views.words import word

MARKED = {
    "shown": "row shown in runs", "gaps": "row with gaps", "unmeasured": "row not measured",
    "uncompared": "row of other epochs",
}  # fmt: skip
COLON, STOP = {"en": ": ", "zh": "："}, {"en": "; ", "zh": "；"}
ASIDE = {"en": "{0} ({1})", "zh": "{0}（{1}）"}
HEADINGS = (
    "chapter", "experiment", "measure", "results to reach", "measured", "results of seeds", "", "results seconds",
    "results again",
)  # fmt: skip
Record = Mapping[str, Any]


def title(entry: Record, row: Record, language: str) -> str:
    """An experiment, and which recipe or variant of it."""
    recipe = word("results recipe", language).format(**entry) if entry["recipe"] else ""
    of = row["variant"][language] if row else ""
    return f"{entry['name']} · {of or recipe}" if of or recipe else str(entry["name"])


def mark(entry: Record, row: Record, language: str) -> str:
    """How a row stands to its figure, or that its entry was not carried out."""
    if entry["state"] != "done":
        return word(f"entry {entry['state']}", language)
    if row["standing"] == "short":
        return word("short by", language).format(by=f"{abs(row['figure'] - row['measured']):.3g}")
    runs = len(entry["seeds"])
    if row["standing"] == "reached" or (row["standing"] == "shown" and row["count"] == runs):
        return "✓" if row["standing"] == "reached" else "–"
    return word(MARKED[row["standing"]], language).format(count=row["count"], runs=runs)


def reason(entry: Record, language: str) -> str:
    """Why an entry was not carried out, with the mark that says so."""
    why = entry["reason"] if entry["state"] == "failed" else word(f"why {entry['state']}", language).format(**entry)
    return f"{mark(entry, {}, language)}{COLON[language]}{why}"


def to_reach(row: Record) -> str:
    """The figure to be reached, with the side on which it is reached."""
    if row.get("figure") is None:
        return ""
    side = "" if row["measure"] == "lesson checks" else "≤ " if lower_is_better(row["measure"]) else "≥ "
    return f"{side}{row['figure']:g}"


def measured(row: Record) -> str:
    """The mean and, of several seeds, the deviation."""
    if row.get("measured") is None:
        return ""
    spread = "" if row["deviation"] is None else f" ± {number(row['deviation'])}"
    return number(row["measured"], row["measure"] if not spread else "") + spread


def lines(record: Record, language: str) -> Iterator[tuple[Record, Record, list[str]]]:
    """Every row of the table with its entry: the cells under `HEADINGS`. What is as above is left empty."""
    chapter = ""
    for entry in record["entries"]:
        seeds = f"{entry['seeds'][0]} – {entry['seeds'][-1]}" if len(entry["seeds"]) > 1 else str(*entry["seeds"])
        before = None
        rows: list[Record] = entry["rows"] or [{}]
        for row in rows:
            here, name = entry["chapter"][language], title(entry, row, language)
            seconds = f"{row['seconds']:.1f}" if entry["state"] == "done" and name != before else ""
            measure = word(row["measure"], language) if row else ""
            told = [to_reach(row), measured(row), seeds, mark(entry, row, language), seconds]
            first = [here if here != chapter else "", name if name != before else "", measure]
            yield entry, row, [*first, *told, f"`{entry['command']}`" if before is None else ""]
            chapter, before = here, name


def balance(record: Record, language: str) -> list[str]:
    """How many figures are reached, and by name everything that is not."""
    named: dict[str, list[str]] = {standing: [] for standing in STANDINGS}
    states: dict[str, list[str]] = {state: [] for state in STATES}
    for entry in record["entries"]:
        states[entry["state"]].append(title(entry, {}, language))
        for row in entry["rows"]:
            of = ASIDE[language].format(title(entry, row, language), word(row["measure"], language))
            named[row["standing"]].append(of)
    figures = sum(len(names) for standing, names in named.items() if standing not in ("shown", "uncompared"))
    told = [word("results balance", language).format(reached=len(named["reached"]), figures=figures)]
    wanting = {
        "results short": [*named["short"], *named["gaps"], *named["unmeasured"]],
        "results uncompared": named["uncompared"],
        "results failed": states["failed"],
        "results absent": [*states["absent"], *states["waiting"]],
    }
    told += [word(name, language).format(names=STOP[language].join(n)) for name, n in wanting.items() if n]
    return told


def ground(record: Record, language: str) -> list[tuple[str, str]]:
    """On what the results stand, names and values: the machine (each, where they were gone on with on another)."""
    rows = [(word("results command", language), f"`{record['command']}`")]
    if record["settings"]:
        rows.append((word("results settings", language), ", ".join(f"`{s}`" for s in record["settings"])))
    days = " – ".join(dict.fromkeys((record["created"][:10], record["updated"][:10])))
    work = duration(sum(entry["seconds"] for entry in record["entries"]), language)
    rows.append((word("results date", language), f"{days} · {word('results span', language).format(span=work)}"))
    for machine in record["machines"]:
        names = dict.fromkeys((machine["cpu"], machine["device_name"]))
        cores = word("results cores", language).format(cores=machine["cores"], threads=machine["threads"])
        revision = f" ({machine['revision']})" if machine["revision"] else ""
        software = f"Limen {machine['limen']}{revision} · torch {machine['torch']} · Python {machine['python']}"
        rows.append((word("results machine", language), f"{' · '.join(names)} · {cores} · {machine['system']}"))
        rows.append((word("results software", language), software))
    kinds: dict[str, list[str]] = {}
    for entry in record["entries"]:
        if entry["precision"]:
            kinds.setdefault(entry["precision"], []).append(title(entry, {}, language))
    usual, *others = sorted(kinds, key=lambda kind: -len(kinds[kind])) or [""]
    told = [ASIDE[language].format(kind, ", ".join(kinds[kind])) for kind in others]
    if kinds:
        rows.append((word("results precision", language), STOP[language].join([usual, *told])))
    return rows


def markdown(record: Record, language: str) -> str:
    """The results as a page: machine and command, what is not reached, what the marks mean, the table."""
    about = "\n".join(f"- **{name}**{COLON[language]}{value}" for name, value in ground(record, language))
    told = "\n\n".join(f"**{line}**" for line in balance(record, language))
    page = [f"# {word('results title', language)}", word("results intro", language), about, told]
    head = [word(name, language) if name else "" for name in HEADINGS]
    rows = [head, ["---:" if name in ("measured", "results seconds") else "---" for name in HEADINGS]]
    for entry, row, cells in lines(record, language):
        cells[3] += f" · {row['of'][language]}" if row and row["of"][language] else ""
        if cells[8] and entry["state"] != "done":
            cells[6] = reason(entry, language)
        cells[6] = cells[6] if cells[6][:1] in "✓–" else f"**{cells[6]}**"
        rows.append([cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells])
    body = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return "\n\n".join([*page, word("results marks", language), body]) + "\n"


def results_table(record: Record, language: str) -> Table:
    """The rows for the terminal, without chapter and command."""
    headings = [word(name, language) if name else "" for name in HEADINGS[1:-1]]
    return table(headings, [cells[1:-1] for _, _, cells in lines(record, language)], numbers=(2, 3, 6))


def line(entry: Record, language: str) -> str:
    """An entry that has ended, in one line."""
    name = title(entry, {}, language)
    if entry["state"] != "done":
        return f"{name}  {reason(entry, language)}"
    marks = [mark(entry, row, language) for row in entry["rows"]]
    told = " · ".join(each for each in marks if each[:1] == "×") or ("✓" if "✓" in marks else "–")
    return f"{name}  {told}  {duration(entry['seconds'], language)}"


class Meter:
    """A bar that says what is at work; on a terminal only."""

    def __init__(self, out: Console, language: str, silent: bool) -> None:
        self.language = language
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=30), MofNCompleteColumn(), console=out,
            transient=True, auto_refresh=False, disable=silent or not out.is_terminal,
        )  # fmt: skip
        self.task, self.shown = self.bar.add_task(""), ""

    def __enter__(self) -> "Meter":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def move(self, entry: Record, done: int, total: int, epoch: int) -> None:
        """Say where the entry at work stands, whenever that has changed."""
        told = f"{title(entry, {}, self.language)}" + (f" · {word('epoch', self.language)} {epoch}" if epoch else "")
        if not self.bar.disable and f"{told} {done}" != self.shown:
            self.shown = f"{told} {done}"
            self.bar.update(self.task, description=told, completed=done, total=total, refresh=True)
