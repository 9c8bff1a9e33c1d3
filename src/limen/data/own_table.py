"""A person's own table as a data set: which file, which column is foretold, and how it is to be read.

``Data("table", options={"path": "customers.csv", "target": "bought"})``; what is not said is found, and told.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from limen.data.dataset import Dataset, Split
from limen.data.encode import load_table
from limen.data.notes import TABLE, Note
from limen.data.spec import Data
from limen.data.table import Reading
from limen.errors import LimenError
from limen.language import Text
from limen.options import check, options_of


def reading_of(
    path: str,
    target: str,
    encoding: str = "",
    delimiter: str = "",
    header: bool = True,
    decimal: str = "",
    numbers: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    dates: tuple[str, ...] = (),
    leave_out: tuple[str, ...] = (),
    task: str = "auto",
    rare: str = "refuse",
    duplicates: str = "warn",
    infinite: str = "refuse",
) -> dict[str, Any]:
    """What `load_table` takes. `numbers`, `categories` and `dates` name columns that are so whatever they look like."""
    kinds = {name: kind for kind, names in zip(KINDS, (numbers, categories, dates), strict=True) for name in names}
    reading = Reading(
        encoding=encoding or None,
        delimiter={"tab": "\t"}.get(delimiter, delimiter) or None,
        header=None if header else False,
        decimal=decimal or None,
        kinds=kinds,
        infinite=infinite,
    )
    return {"reading": reading, "task": task, "leave_out": leave_out, "rare": rare, "duplicates": duplicates}


KINDS = ("number", "category", "date")


def load_own(data: Data, seed: int, folder: Path | None) -> Dataset:
    """The table that the options name, its path looked for in `folder` too.

    Raises:
        LimenError: options that are missing or unknown, and all that a table is refused for.
    """
    known = options_of(reading_of, skip=0)
    for name, what in (("path", "the file: --set data.path=FILE.csv"), ("target", "it: --set data.target=COLUMN")):
        if name not in data.options:
            raise LimenError(f"data.{name} is missing: a table needs a file and the column to foretell. Name {what}.")
    options = check("the data table", "data", known, data.options)
    path = Path(options["path"]).expanduser()
    if folder is not None and not path.is_absolute() and not path.exists():
        path = folder / path
    made, encoder, notes = load_table(
        path,
        options["target"],
        validation=data.validation,
        test=data.test,
        split=data.split,
        seed=seed,
        **reading_of(**options),
    )
    if not made.classes:
        made, note = standardized(made, encoder.target.offset, encoder.target.divisor, options["target"])
        notes = (*notes, note)
    return replace(made, notes=tuple(Text(note.line("en"), note.line("zh")) for note in notes), encoder=encoder)


def standardized(data: Dataset, offset: float, divisor: float, target: str) -> tuple[Dataset, Note]:
    """Targets with mean 0 and deviation 1 on the training split, so that one rate suits every unit; and the note."""

    def scaled(split: Split) -> Split:
        return Split(split.x, ((split.y.double() - offset) / divisor).float())

    note = Note(
        TABLE,
        "F",
        Text(
            f"{target} is learnt as deviations from its mean {offset:g}: an error of 1 is {divisor:g}",
            f"{target} 按与均值 {offset:g} 的偏差来学习：误差 1 相当于 {divisor:g}",
        ),
    )
    made = replace(data, train=scaled(data.train), validation=scaled(data.validation), test=scaled(data.test))
    return made, note
