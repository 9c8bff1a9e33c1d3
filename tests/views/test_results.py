"""The table of results as it is read: marks, figures, gaps by name, in both languages."""

import io
import re

import pytest
from rich.console import Console

from limen.runs.results import STANDINGS, STATES
from limen.views.results import Meter, balance, line, markdown, results_table

T = {"en": "", "zh": ""}


def row(measure="test_accuracy", figure=0.9, measured=0.95, standing="reached", deviation=None, count=1, variant=T):
    return {
        "variant": variant, "measure": measure, "figure": figure, "of": {"en": "a | book", "zh": "一本书"},
        "measured": measured, "deviation": deviation, "count": count, "standing": standing, "seconds": 12.34,
    }  # fmt: skip


def entry(name, rows=(), state="done", seeds=(0, 1), reason="", recipe="", precision="fp32"):
    chapter = {"en": "4 Regression", "zh": "4 回归"}
    return {
        "name": name, "recipe": recipe, "lesson": not seeds, "chapter": chapter, "command": f"limen run {name}",
        "seeds": list(seeds), "runs": [], "state": state, "reason": reason, "trace": "", "precision": precision,
        "seconds": 75.0, "rows": list(rows),
    }  # fmt: skip


MACHINE = {
    "cpu": "A Processor", "device_name": "A Processor", "cores": 2, "threads": 1, "system": "Linux x86_64",
    "revision": "abc", "limen": "0.1.0", "torch": "2.13.0", "python": "3.11.7",
}  # fmt: skip
LABEL = {"en": "with a bend", "zh": "有弯折"}
RECORD = {
    "created": "2026-11-21T23:00:00+00:00", "updated": "2026-11-22T01:00:00+00:00", "command": "limen results",
    "settings": ["plan.epochs=2"], "data": None, "machines": [MACHINE],
    "entries": [
        entry("lesson", [row("lesson checks", 18, 18)], seeds=(), precision=""),
        entry("iris", [row(measured=0.95, deviation=0.01, count=2)]),
        entry("spiral", [row(measured=0.85, standing="short", variant=LABEL, count=2), row("test_loss", 0.1, 0.3, "short", variant=LABEL)]),
        entry("gaps", [row(standing="gaps"), row(measured=None, standing="unmeasured", count=0)], precision="bf16"),
        entry("free", [row(figure=None, standing="shown", count=2), row("train_loss", standing="uncompared", count=2)]),
        entry("halves", [row(figure=None, standing="shown", count=1)]),
        entry("gone", [row(measured=None, standing="waiting", count=0)] * 2, state="absent", reason="mnist", recipe="notes"),
        entry("broken", state="failed", reason="<b>Too | bad</b>."),
        entry("later", state="waiting"),
    ],
}  # fmt: skip


def cells(page):
    """The rows of the Markdown table, cell by cell."""
    return [re.split(r"(?<!\\) \| ", line[2:-2]) for line in page.splitlines() if line.startswith("| ")]


def test_the_page_begins_with_the_machine_and_the_command():
    page = markdown(RECORD, "en")
    head = page[: page.index("| chapter")]
    for words in ("# Results", "**Command**: `limen results`", "A Processor · 2 cores, threads used: 1 · Linux x86_64",
                  "Limen 0.1.0 (abc) · torch 2.13.0 · Python 3.11.7", "2026-11-21 – 2026-11-22", "`plan.epochs=2`",
                  "fp32; bf16 (gaps)"):  # fmt: skip
        assert words in head
    assert head.count("A Processor") == 1


def test_what_is_missing_is_named_above_the_table():
    told = balance(RECORD, "en")
    assert told == [
        "2 of 8 figures are reached.",
        "Not reached: spiral · with a bend (test accuracy); spiral · with a bend (test loss); gaps (test accuracy); "
        "gaps (test accuracy).",
        "Not comparable: free (train loss).",
        "Failed: broken.",
        "Not run: gone · recipe notes; later.",
    ]
    assert all(f"**{line}**" in markdown(RECORD, "en") for line in told)


def test_every_row_has_its_mark():
    rows = cells(markdown(RECORD, "en"))
    assert {len(each) for each in rows} == {9}
    assert [each[6] for each in rows[2:]] == [
        "✓", "✓", "**× short by 0.05**", "**× short by 0.2**", "**× measured in 1 of 2 runs**", "**× not measured**",
        "–", "– printed for another number of epochs", "– in 1 of 2 runs",
        "**○ not run: mnist is not on this machine; `limen data get mnist` fetches it**", "**○ not run**",
        "**▲ failed: &lt;b>Too \\| bad&lt;/b>.**", "**○ not run: its turn has not come**",
    ]  # fmt: skip
    assert rows[2][:6] == ["4 Regression", "lesson", "checks that hold", "18 · a \\| book", "18", ""]
    assert rows[3][3:6] == ["≥ 0.9 · a \\| book", "0.9500 ± 0.0100", "0 – 1"] and rows[3][7:] == [
        "12.3",
        "`limen run iris`",
    ]
    assert rows[5][1] == "" and rows[5][3].startswith("≤ 0.1") and rows[5][7:] == ["", ""]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_and_table_are_of_one_language(language):
    out = io.StringIO()
    Console(file=out, width=160).print(results_table(RECORD, language))
    page = markdown(RECORD, language)
    for text in (page.replace("Too \\| bad", ""), out.getvalue()):
        assert ("未达到" in text or "未运行" in text) == (language == "zh")
        assert bool(re.search("[一-鿿]", text)) == (language == "zh")
    assert len(out.getvalue().splitlines()) == 1 + 13
    assert ("not run" in page) == (language == "en")


def test_an_entry_that_ended_is_one_line():
    lines = [line(each, "en") for each in RECORD["entries"]]
    assert lines[1] == "iris  ✓  1 min 15 s" and lines[4] == "free  –  1 min 15 s"
    assert lines[2] == "spiral  × short by 0.05 · × short by 0.2  1 min 15 s"
    assert lines[6] == "gone · recipe notes  ○ not run: mnist is not on this machine; `limen data get mnist` fetches it"
    assert lines[7] == "broken  ▲ failed: <b>Too | bad</b>."


def test_every_standing_and_state_is_shown_above():
    shown = {r["standing"] for e in RECORD["entries"] for r in e["rows"]}
    assert shown == set(STANDINGS) and {e["state"] for e in RECORD["entries"]} == set(STATES)


def test_the_bar_is_for_a_terminal_only():
    for terminal, language, words in ((True, "zh", "iris · 轮次 3"), (False, "en", "")):
        out = io.StringIO()
        with Meter(Console(file=out, force_terminal=terminal, width=100), language, silent=False) as meter:
            meter.move(RECORD["entries"][1], 1, 10, 3)
        assert words in out.getvalue() and bool(out.getvalue()) == terminal
