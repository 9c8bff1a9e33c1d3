"""`limen image`: a picture looked at and worked on, stage by stage."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limen.cli.options import Json, Language, Quiet, Report, RunsFolder
from limen.errors import LimenError, shown
from limen.language import check_language

if TYPE_CHECKING:
    from limen.views.seen import Seen

MORE = {"allow_extra_args": True, "ignore_unknown_options": True}


def complete_pictures(typed: str) -> list[str]:
    """Pictures that come along and begin as typed; the shell adds files."""
    from limen.data.bundled import PICTURES

    return [name for name in PICTURES if name.startswith(typed)]


def complete_operations(typed: str) -> list[str]:
    """Operations that begin as typed."""
    from limen.images.operations import OPERATIONS

    return [name for name in OPERATIONS if name.startswith(typed)]


def image(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE [--OPTION VALUE]...",
            help="A file or a name such as coins; none: list what there is. Then the operation's options.",
            autocompletion=complete_pictures,
        ),
    ] = None,
    do: Annotated[
        str | None,
        typer.Option("--do", metavar="NAME", help="What to do with it.", autocompletion=complete_operations),
    ] = None,
    black_white: Annotated[
        str | None, typer.Option("--range", metavar="LOW:HIGH", help="Real numbers: which are black and white.")
    ] = None,
    longest: Annotated[int, typer.Option(min=0, help="Shrink a longer side to so many pixels; 0: never.")] = 2048,
    save: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the stages there as PNG files.")] = None,
    runs: RunsFolder = None,
    language: Language = "en",
    report: Report = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Look at a picture and work on it, stage by stage: `limen image coins --do segment --by canny`."""
    check_language(language)
    from limen.data.picture import read_range
    from limen.experiments.look import look

    name, given = parted(words or [], do)
    if name is None:
        if do or save or black_white:
            raise LimenError("No picture is named. Name a file, or one such as coins; see `limen image`.")
        list_all(language, as_json)
        return
    seen = look(name, do, given, read_range(black_white) if black_white is not None else None, longest)
    show(seen, save, runs, language, report, quiet, as_json)


def parted(words: Sequence[str], do: str | None) -> tuple[str | None, dict[str, str | None]]:
    """The picture's name, and the options of the operation with their values, as they were typed.

    Raises:
        LimenError: several pictures, or options of no operation.
    """
    from limen.images.operations import NO, YES, options

    known = options(do) if do else {}
    names: list[str] = []
    given: dict[str, str | None] = {}
    rest = list(words)
    while rest:
        item = rest.pop(0)
        if not item.startswith("--") or len(item) == 2:
            names.append(item)
            continue
        key, equals, value = item[2:].partition("=")
        if equals:
            given[key] = value
        elif rest and not rest[0].startswith("--") and not (is_flag(known, key) and rest[0].lower() not in YES + NO):
            given[key] = rest.pop(0)
        else:
            given[key] = None
    if len(names) > 1:
        raise LimenError(
            f"{len(names)} pictures are named: {shown(', '.join(names))}. Allowed: one. Name them in turn."
        )
    if given and not do:
        raise LimenError(f"--{next(iter(given))} is an option of an operation. Name one with --do; see `limen image`.")
    return names[0] if names else None, given


def is_flag(known: "object", key: str) -> bool:
    """Whether an option of the operation is either on or off."""
    option = known.get(key) if isinstance(known, dict) else None
    return option is not None and option.annotation is bool


def list_all(language: str, as_json: bool) -> None:
    """The pictures that come along, and every operation."""
    from limen.data.bundled import PICTURES
    from limen.images.operations import OPERATIONS, options
    from limen.views.image_terminal import operations_table, pictures_table
    from limen.views.terminal import console

    if as_json:
        chosen = {name: {key: option.default for key, option in options(name).items()} for name in OPERATIONS}
        typer.echo(json.dumps({"pictures": list(PICTURES), "operations": chosen}, ensure_ascii=False))
        return
    out = console()
    out.print(pictures_table(language))
    out.print(operations_table(language))


def show(
    seen: "Seen", save: Path | None, runs: Path | None, language: str, report: bool, quiet: bool, as_json: bool
) -> None:
    """Keep what was asked to be kept, and show the rest."""
    from limen.experiments import look
    from limen.runs.names import runs_folder
    from limen.views.image_terminal import closing, opening, operations_table, stages
    from limen.views.terminal import console
    from limen.views.words import word

    folder = look.place(seen, runs_folder(runs)) if report else None
    prefix = "-".join([look.simple(seen.name), seen.title, ""])
    made = look.save(seen, save, prefix) if save else []
    if folder is not None:
        look.keep(seen, folder, language)
    if as_json:
        places = ({"run": str(folder)} if folder else {}) | ({"saved": [str(path) for path in made]} if save else {})
        typer.echo(json.dumps({**places, **look.result_object(seen)}, ensure_ascii=False))
    elif not quiet:
        out = console()
        out.print(opening(seen, language))
        out.print(stages(seen, language))
        if seen.operation is None:
            out.print(operations_table(language))
        saved = word("image saved", language).format(n=len(made), folder=save) if save else None
        out.print(closing(seen, f"{folder}/report.html" if folder else None, saved, language), soft_wrap=True)
