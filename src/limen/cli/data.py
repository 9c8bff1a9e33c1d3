"""`limen data`: which data sets are here, fetching one, and looking through own photos."""

import json
from pathlib import Path
from typing import Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, complete_sources
from limen.language import check_language

app = typer.Typer(
    help="Show which data sets are on this machine, fetch one, check own photos.", invoke_without_command=True
)


@app.callback(invoke_without_command=True)
def here(context: typer.Context, data: DataFolder = None, language: Language = "en", as_json: Json = False) -> None:
    """Show which data sets are on this machine, and where."""
    check_language(language)
    if context.invoked_subcommand is not None:
        return
    from limen.data.load import EMBEDDED, locate
    from limen.data.sources import SOURCES
    from limen.views.words import word

    def say(name: str) -> str:
        return word(name, language)

    rows = []
    for source in SOURCES.values():
        if source.form in EMBEDDED:
            rows.append((source.name, say("here"), say("embedded")))
        elif not source.files:
            where = {"made": "made here", "photos": "your folder"}.get(source.form, "your file")
            rows.append((source.name, say("here"), say(where)))
        elif found := locate(source, data):
            form, paths = found
            rows.append((source.name, say("here"), f"{paths[0].parent} ({form.name})"))
        else:
            size = sum(file.size for file in source.files) / 1e6
            rows.append((source.name, say("not here"), say("to fetch").format(name=source.name, size=size)))
    headings = ["name", "state", "where"]
    if as_json:
        typer.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows]))
        return
    from limen.views.tables import table
    from limen.views.terminal import console

    console().print(table([say(heading) for heading in headings], rows))


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="root/class/image, or root/train|val|test/class/…")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="An option of the set, e.g. data.size=96.")
    ] = None,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="Links that lead out of the folder too.")
    ] = False,
    ignore_empty: Annotated[bool, typer.Option("--ignore-empty", help="Pass over empty class folders.")] = False,
    drop_conflicts: Annotated[
        bool, typer.Option("--drop-conflicts", help="Leave out pictures that lie in two classes.")
    ] = False,
    masks: Annotated[
        Path | None, typer.Option("--masks", metavar="DIR", help="Compare with masks of the same names instead.")
    ] = None,
    labels: Annotated[int | None, typer.Option(help="Classes in the masks: values 0 to this less one.")] = None,
    ignore_label: Annotated[
        int | None, typer.Option(help="A value of the masks that is not counted, e.g. 255.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with pictures too.")] = None,
    language: Language = "en",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")] = False,
    as_json: Json = False,
) -> None:
    """Look through a folder of photos before learning from it; exit status 2 where something must be mended first."""
    check_language(language)
    flags = {"follow_links": follow_links, "ignore_empty": ignore_empty}
    chosen = [f"data.{name}=true" for name, on in flags.items() if on]
    chosen += ["data.conflicts=drop"] if drop_conflicts else []
    if masks is not None:
        from limen.cli.check import check_pairs

        status = check_pairs(folder, masks, labels, ignore_label, language, quiet, as_json)
    else:
        from limen.cli.check import check_photos

        status = check_photos(folder, [*(settings or []), *chosen], html, language, quiet, as_json)
    raise typer.Exit(status)


@app.command()
def get(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="See `limen list data`.", autocompletion=complete_sources)
    ],
    language: Language = "en",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but errors.")] = False,
) -> None:
    """Fetch a data set into the cache, or see that it is there and whole."""
    check_language(language)
    from limen.data import fetch
    from limen.data.sources import find_source
    from limen.views.terminal import Downloads, console
    from limen.views.words import word

    source, out = find_source(name), console()
    if not source.files:
        if not quiet:
            out.print(word("nothing to fetch", language).format(name=name))
        return
    with Downloads(out, quiet) as downloads:
        folder = fetch.get(source, downloads.report)
    if not quiet:
        text = word("fetched", language).format(name=name, folder=folder, licence=source.licence)
        out.print(text, markup=False, soft_wrap=True)
