"""`limen data`: which data sets are here, and fetching one."""

import json
from typing import Annotated

import typer

from limen.cli.options import DataFolder, Json, Language, complete_sources
from limen.language import check_language

app = typer.Typer(help="Show which data sets are on this machine, and fetch one.", invoke_without_command=True)


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
            rows.append((source.name, say("here"), say("made here" if source.form == "made" else "your file")))
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
