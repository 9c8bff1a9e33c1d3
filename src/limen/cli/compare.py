"""`limen compare`: what differs between runs, and what came of it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, RunsFolder, complete_runs
from limen.errors import LimenError
from limen.language import check_language


def compare(
    names: Annotated[
        list[str],
        typer.Argument(metavar="RUN RUN…", help="Names, paths, or `last`.", autocompletion=complete_runs),
    ],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with curves and examples too.")
    ] = None,
    data: DataFolder = None,
    runs: RunsFolder = None,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Compare runs: what differs, what came out, and whether it is more than chance."""
    check_language(language)
    page = html.expanduser() if html else None
    if page:
        check_page(page)
    from limen.runs.compare import compare, plain
    from limen.runs.folder import Run
    from limen.runs.names import runs_folder
    from limen.views.terminal import console

    comparison = compare([Run.find(name, runs_folder(runs)) for name in names])
    if page:
        from limen.experiments.compare import present_comparison  # matplotlib, only now that a page is wanted

        present_comparison(comparison, page, language, data)
    if as_json:
        typer.echo(json.dumps(plain(comparison), ensure_ascii=False))
        return
    from limen.views.comparison_terminal import comparison_text
    from limen.views.words import word

    out = console()
    out.print(comparison_text(comparison, out.width, language))
    if page:
        out.print(f"\n{word('page', language)}  {page}", markup=False, soft_wrap=True)


def check_page(path: Path) -> None:
    """Refuse a place where the page could not be written, before anything is computed for it.

    Raises:
        LimenError: a folder, a name that is no page's, a folder above that is missing or cannot be written to.
    """
    from limen import storage

    if path.is_dir():
        raise LimenError(f"--html {str(path)!r} is a folder. Name a file, such as {str(path / 'comparison.html')!r}.")
    if path.suffix.lower() not in (".html", ".htm"):
        raise LimenError(f"--html {str(path)!r} is no page. Name a file that ends in .html.")
    if not path.parent.is_dir():
        raise LimenError(f"The folder {str(path.parent)!r} for the page does not exist. Make it, or name another.")
    storage.check_place(path.parent)
