"""The page of a comparison: one HTML file that needs nothing else, neither network nor script."""

from pathlib import Path
from typing import Any

from limen import storage
from limen.data.dataset import Dataset
from limen.runs.compare import Comparison
from limen.runs.differences import part
from limen.views import comparison as rows
from limen.views import comparison_pairs as pairs
from limen.views.comparison_examples import COLUMNS, chosen, disagreements
from limen.views.comparison_figures import COLOURS, DASHES, curves, intervals
from limen.views.page import embed, template
from limen.views.style import styled
from limen.views.words import word


def title(comparison: Comparison, language: str) -> str:
    """The experiment's title where all runs have the same, else how many runs there are."""
    runs = [run for group in comparison.groups for run in group.runs]
    titles = [part(run, "experiment").get("title") for run in runs]
    if isinstance(titles[0], dict) and language in titles[0] and all(each == titles[0] for each in titles):
        return str(titles[0][language])
    return word("compared", language).format(n=len(runs))


def legend(comparison: Comparison, language: str) -> list[dict[str, Any]]:
    """Each group: letter, colour and dash, runs, seeds, and which runs are not finished."""
    return [
        {
            "letter": group.letter,
            "colour": COLOURS[i % len(COLOURS)],
            "dash": " ".join(f"{3 * length:g}" for length in DASHES[i % len(DASHES)]),
            "runs": ", ".join(group.names),
            "seeds": ", ".join(map(str, group.seeds)),
            "state": "; ".join(
                word("n finished epochs", language).format(name=name, n=comparison.unfinished[name])
                for name in group.names
                if name in comparison.unfinished
            ),
        }
        for i, group in enumerate(comparison.groups)
    ]


def figures(comparison: Comparison, language: str) -> dict[str, dict[str, Any] | None]:
    """The curves and the intervals, drawn; None for one that has nothing to show."""
    drawn: dict[str, dict[str, Any] | None] = {}
    with styled():
        for name, draw in {"curves": curves, "intervals": intervals}.items():
            figure, title = draw(comparison, language), f"comparison_{name}"
            drawn[name] = embed(figure, title, f"{title}_caption", language) if figure else None
    return drawn


def examples(comparison: Comparison, data: Dataset | None, language: str) -> list[dict[str, Any]]:
    """Of each pair of runs, the test examples that only one answers rightly."""
    if data is None:
        return []
    return [{"heading": pair.heading, "kinds": disagreements(data, pair, language)} for pair in chosen(comparison)]


def write_comparison(comparison: Comparison, path: Path, language: str, data: Dataset | None, why: str) -> None:
    """Write the page. `data` holds the test examples to show; without it, `why` says why not (empty: none to show)."""
    epoch, values = comparison.shared or (0, {})
    names = sorted({str(part(run, "experiment").get("name")) for group in comparison.groups for run in group.runs})
    content = template("comparison.html.j2", language).render(
        title=title(comparison, language),
        experiments=", ".join(names),
        letters=[group.letter for group in comparison.groups],
        legend=legend(comparison, language),
        nothing=rows.nothing_differs(comparison),
        differences=rows.difference_rows(comparison, language),
        figures=figures(comparison, language),
        final=rows.final_rows(comparison, language),
        final_note=rows.measures_note(comparison),
        shared_epoch=epoch,
        shared=rows.measure_rows(values, comparison.alike, language),
        contrasts=pairs.contrast_rows(comparison, language),
        pairs=pairs.pair_tables(comparison, language),
        apart=pairs.not_compared(comparison, language),
        examples=examples(comparison, data, language),
        columns=() if data is None else (word("message", language),) if data.texts else data.columns[:COLUMNS],
        prose=bool(data and data.texts),
        why=why,
    )
    storage.write_file(path, content.encode())
