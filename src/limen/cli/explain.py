"""`limen explain`: what a trained net sees in a picture, and why it answers as it does."""

import json
from pathlib import Path
from typing import Annotated

import typer

from limen.cli.compare import check_page
from limen.cli.options import DataFolder, Json, Language, RunName, RunsFolder
from limen.language import check_language

PAGE = "explain.html"


def explain(
    name: RunName,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A picture; without one, a test example is taken.")
    ] = None,
    example: Annotated[int, typer.Option(help="Which test example, counted from 1.")] = 1,
    about: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="Explain this class instead of the answer.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of the pictures that are made and of the map.")] = 0,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help=f"Where the page goes; else {PAGE} of the run.")
    ] = None,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Look into a run's net with one picture: where its answer comes from, what its layers see, what it is like."""
    check_language(language)
    page = html.expanduser() if html else None
    if page:
        check_page(page)
    from limen.experiments.inside import look_inside
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.views.inside_page import write_inside
    from limen.views.inside_terminal import as_plain, inside_text
    from limen.views.terminal import console
    from limen.views.words import word

    run = Run.find(name, runs_folder(runs))
    look = look_inside(run, language, file, example, about, data, seed)
    page = page or run.path / PAGE
    write_inside(look, page)
    if as_json:
        typer.echo(json.dumps({**as_plain(look), "page": str(page)}, ensure_ascii=False))
        return
    out = console()
    out.print(inside_text(look))
    out.print(f"\n{word('page at', language).format(path=page)}", markup=False, soft_wrap=True)
