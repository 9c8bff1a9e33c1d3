"""`limen summary`: what a net consists of, how large everything in it is, and what each number sees."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limen.cli.options import Json, Language
from limen.errors import LimenError
from limen.language import check_language

if TYPE_CHECKING:
    from limen.nets.summary import LayerSummary


def summary(
    net: Annotated[str, typer.Argument(metavar="NET", help="See `limen list nets`.")],
    shape: Annotated[
        str, typer.Option("--input", metavar="CxHxW", help="Channels, height, width; or columns.")
    ] = "1x28x28",
    built_for: Annotated[
        str | None, typer.Option("--built-for", metavar="CxHxW", help="Build it for another input than it is given.")
    ] = None,
    classes: Annotated[int, typer.Option(help="Outputs.")] = 10,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="E.g. net.hidden=64,32.")
    ] = None,
    draw: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the receptive fields: a .png, or an .html page.")
    ] = None,
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Show a net's layers: shapes, parameters, multiply-adds, memory, receptive fields."""
    check_language(language)
    given, wanted = sides(shape, "--input"), sides(built_for or shape, "--built-for")
    if classes < 1:
        raise LimenError(f"--classes {classes} leaves nothing to answer. Allowed: 1 or more.")
    if draw:
        check_drawing(draw.expanduser())
    from limen.experiments.config import net_options
    from limen.nets.build import UNSUPERVISED, build, check_options, outline
    from limen.nets.misfit import ShapeError
    from limen.nets.summary import summarize
    from limen.views.terminal import console

    options = check_options(net, net_options(settings or []))
    make = build if net in UNSUPERVISED else outline  # what learns without labels looks at its numbers on the way
    made = make(net, wanted, classes, options)
    made = made if make is build else made.to("meta")  # tables that a net keeps beside its weights, too
    try:
        rows = summarize(made, given)
    except ShapeError as error:
        if not as_json:
            from limen.views.misfit import misfit_text

            console(stderr=True).print(misfit_text(error, language))
        raise
    if draw:
        from limen.views.sizes_page import write_drawing

        write_drawing(rows, net, given, draw.expanduser(), language)
    if as_json:
        typer.echo(json.dumps([plain(row) for row in rows]))
        return
    from limen.views.layers import layers_table
    from limen.views.words import word

    out = console()
    out.print(layers_table(rows, language))
    if draw:
        out.print(f"\n{word('page', language)}  {draw.expanduser()}", markup=False, soft_wrap=True)


def sides(text: str, option: str) -> tuple[int, ...]:
    """The shape that an option names."""
    parts = text.lower().replace("×", "x").split("x")
    if not all(side.isdecimal() and 0 < int(side) < 10**6 for side in parts):
        raise LimenError(f"{option} {text!r} is no shape. Allowed: whole numbers with x between. Try --input 1x28x28.")
    return tuple(map(int, parts))


def check_drawing(path: Path) -> None:
    """Refuse a file that could not be drawn."""
    from limen import storage

    if path.is_dir() or path.suffix.lower() not in (".png", ".html"):
        raise LimenError(f"--draw {str(path)!r} is no picture. Name a file that ends in .png or .html.")
    storage.check_place(path.absolute().parent)


def numbers(values: Sequence[Any]) -> list[float | None]:
    """Numbers as JSON holds them."""
    return [None if value is None else float(value) for value in values]


def plain(row: "LayerSummary") -> dict[str, Any]:
    """A layer as JSON holds it."""
    return {
        "layer": row.path,
        "kind": row.kind,
        "output": row.output,
        "parameters": row.parameters,
        "multiply_adds": row.multiply_adds,
        "memory": row.memory,
        "receptive_field": list(row.sees),
        "looks_at_all": row.looks_at_all,
        "stride": numbers(row.jump),
        "centre": numbers(row.centre),
    }
