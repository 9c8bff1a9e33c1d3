"""From a table to a data set: the rows divided, the columns made numbers.

Everything that is learnt from the data, a median, a scale, which words there are, is learnt from the training split
alone: what the validation and test splits hold must not be known before they are asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from limen.data.dataset import Dataset, Split
from limen.data.encoder import Encoder, Tally
from limen.data.encoding import decode
from limen.data.fitting import chosen_columns, column_notes, fit, matrix, moments
from limen.data.leaks import copy_notes, repeated, time_notes
from limen.data.notes import TABLE, Note, place, refusal, rows_shown
from limen.data.rows import Counts, chunks, find_layout
from limen.data.spec import Data
from limen.data.table import Reading, Table, check_name, read_table
from limen.data.target import Answers, Index, Limits, divided, find_answers
from limen.errors import unknown
from limen.language import Text

DUPLICATES = ("warn", "refuse")
LIMITS = Limits()


def encode(
    table: Table,
    target: str,
    *,
    validation: float = 0.2,
    test: float = 0.2,
    split: str = "stratified",
    seed: int = 0,
    task: str = "auto",
    leave_out: Sequence[str] = (),
    rare: str = "refuse",
    duplicates: str = "warn",
    kept: Sequence[str] = (),
    limits: Limits = LIMITS,
) -> tuple[Dataset, Encoder, tuple[Note, ...]]:
    """The table as a data set, the encoder for new rows, and what should be known of both.

    x is (N, columns) float32 of numbers as they stand in the file, which `Dataset.scale` brings to mean 0 and deviation
    1 on the training split; y is (N,) int64 classes or, for regression, (N,) float32 as in the file.
    `task` is "auto", "classification" or "regression"; `rare` says what is done with a class of one row: "refuse",
    "drop" it, or put it into "train"; `duplicates="refuse"` stops at held-back rows that also teach; `kept` are columns
    that stay though they look like row numbers.

    Raises:
        LimenError: no such column, a target that cannot be learnt, a division that cannot be made.
    """
    data = Data(table.path.stem, validation, test, split, seed)
    if duplicates not in DUPLICATES:
        raise unknown("way with duplicates", duplicates, DUPLICATES)
    for name, what in ((target, "target"), *((name, "column to leave out") for name in (*leave_out, *kept))):
        check_name(name, table.names, table.path, what)
    answers = find_answers(table, target, task, rare, limits)
    columns, notes = chosen_columns(table, target, leave_out, kept)
    parts, more = divided(answers, data, seed, rare, table.path)
    notes = [*answers.notes, *notes, *more]
    rows = [answers.keep[part] for part in parts]
    classify = answers.target.task == "classification"
    names = [column.name for column in columns]
    notes += copy_notes(columns, answers.keep, answers.y.astype(np.float64), classify, table.path)
    notes += time_notes(columns, table.path) if split != "last" else []
    notes += duplicate_notes(table, [*names, target], rows, duplicates)
    taught = answers.y[parts[0]]
    goal = answers.target
    if not classify:
        mean, deviation = moments(taught.astype(np.float64))
        goal = replace(goal, offset=mean, divisor=deviation or 1.0)
    others = [name for name in table.names if name not in (*names, target)]
    encoder = fit(columns, goal, rows[0], limits, others)
    notes += column_notes(encoder, columns, rows[0], table.path)
    train, held, last = (
        Split(torch.from_numpy(matrix(encoder, columns, part, table)), as_answers(answers, index))
        for part, index in zip(rows, parts, strict=True)
    )
    found = Dataset(data.name, train, held, last, goal.classes, encoder.scale, encoder.columns)
    return found, encoder, tuple(notes)


def as_answers(answers: Answers, index: Index) -> torch.Tensor:
    """The answers of a split: int64 classes or float32 numbers."""
    y = answers.y[index]
    return torch.from_numpy(y if y.dtype == np.int64 else y.astype(np.float32))


def duplicate_notes(table: Table, used: Sequence[str], rows: Sequence[Index], way: str) -> list[Note]:
    """Held-back rows that equal a training row: what they tell was learnt by heart, not understood."""
    columns = [table[name] for name in used]
    found = np.concatenate([repeated(columns, rows[0], part) for part in rows[1:]])
    if not len(found):
        return []
    lines = tuple(np.sort(table.rows[found]).tolist())
    many = sum(map(len, rows[1:]))
    if way == "refuse":
        raise refusal(
            TABLE, f"{len(lines):,} of {many:,} held-back rows are training rows too", place(table.path, lines[0]),
            f"rows {rows_shown(lines)}", "remove the duplicates, or say duplicates=warn",
        )  # fmt: skip
    what = Text(
        f"{len(lines):,} of {many:,} held-back rows equal a training row",
        f"验证集与测试集的 {many:,} 行中，有 {len(lines):,} 行与训练行相同",
    )
    do = Text("remove duplicates for an honest figure", "去除重复行，结果才可信")
    return [Note(TABLE, "W", what, place(table.path), do, lines)]


def load_table(
    path: Path | str,
    target: str,
    *,
    reading: Reading | None = None,
    validation: float = 0.2,
    test: float = 0.2,
    split: str = "stratified",
    seed: int = 0,
    task: str = "auto",
    leave_out: Sequence[str] = (),
    rare: str = "refuse",
    duplicates: str = "warn",
    limits: Limits = LIMITS,
) -> tuple[Dataset, Encoder, tuple[Note, ...]]:
    """A CSV file as a data set, the encoder for new rows, and all that was found: `read_table`, then `encode`."""
    reading = reading or Reading()
    table = read_table(path, reading, target=target)
    kept = [name for name, kind in reading.kinds.items() if kind == "number"]
    data, encoder, notes = encode(
        table,
        target,
        validation=validation,
        test=test,
        split=split,
        seed=seed,
        task=task,
        leave_out=leave_out,
        rare=rare,
        duplicates=duplicates,
        kept=kept,
        limits=limits,
    )
    return data, encoder, (*table.notes, *notes)


def new_rows(
    path: Path | str, encoder: Encoder, reading: Reading | None = None
) -> tuple[NDArray[np.float32], tuple[Note, ...]]:
    """The rows of another file as inputs (N, columns), treated as training treated its own, and what was found.

    Of `reading` only encoding, delimiter and header are used: the rest is the encoder's.

    Raises:
        LimenError: the file is no table, a column is missing, a cell cannot be read as the column's kind.
    """
    reading = reading or Reading()
    decoded = decode(path, reading.encoding)
    wanted = [column.form.name for column in encoder.inputs]
    layout = find_layout(decoded, reading.delimiter, reading.header, alone=wanted if len(wanted) == 1 else ())
    notes = [*decoded.notes, *layout.notes, *encoder.check_names(layout.names, decoded.path)]
    places = {name: layout.names.index(name) for name in wanted}
    tally, blocks = Tally(), []
    for rows, records in chunks(decoded, layout, Counts()):
        cells = {name: [record[at] for record in records] for name, at in places.items()}
        blocks.append(encoder.encode(cells, rows, decoded.path, tally))
    if not blocks:
        raise refusal(TABLE, "no rows below the header", place(decoded.path, 1), "there is nothing to do", "add rows")
    return np.concatenate(blocks), (*notes, *tally.notes(decoded.path))
