"""The `limen` command: one line in, one line out when something is wrong.

A user's mistake ends with its line on the standard error stream and exit status 2, never with a traceback. Nothing
heavy is imported before a command needs it: `limen --help` answers at once.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from limen.cli import (
    compare,
    data,
    doctor,
    explain,
    fork,
    image,
    learn,
    listing,
    predict,
    results,
    run,
    show,
    summary,
    verify,
)
from limen.errors import LimenError

app = typer.Typer(
    name="limen",
    help="Limen: the experiments of deep learning, run, watched, bent and taken apart.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: it answers in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("learn")(learn.learn)
app.command("list")(listing.list_names)
app.command("fork")(fork.fork)
app.command("verify")(verify.verify)
app.command("results")(results.results)
app.command("runs")(show.runs)
app.command("show")(show.show)
app.command("compare")(compare.compare)
app.command("doctor")(doctor.doctor)
app.command("predict")(predict.predict)
app.command("image", context_settings=image.MORE)(image.image)
app.command("summary")(summary.summary)
app.command("explain")(explain.explain)
app.add_typer(data.app, name="data")


@app.callback(invoke_without_command=True)
def limen(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Limen: the experiments of deep learning, run, watched, bent and taken apart."""
    if version:
        import importlib.metadata

        typer.echo(importlib.metadata.version("limen"))
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status. 0 done · 2 a mistake to mend · 130 or 143 interrupted, saved."""
    try:
        command = typer.main.get_command(app)
        given = list(sys.argv[1:] if arguments is None else arguments)
        status = command.main(given, prog_name="limen", standalone_mode=False, obj=given)
        sys.stdout.flush()
    except LimenError as error:
        if os.environ.get("LOCAL_RANK", "0") == "0":  # of several processes on a machine, one speaks
            sys.stderr.write(f"limen: {error}\n")
        return 2
    except typer.TyperException as error:
        message = " ".join(error.format_message().split()).removesuffix(".")
        sys.stderr.write(f"limen: {message}. See `limen --help`.\n")
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("limen: interrupted.\n")
        return 128 + signal.SIGINT
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a file that a command reads; writing has its own words
        sys.stderr.write(
            f"limen: Cannot read {str(error.filename)!r}: {error.strerror}. Check the name and the rights.\n"
        )
        return 2
    return status if isinstance(status, int) else 0


def entry() -> None:
    """The console script."""
    sys.exit(main())
