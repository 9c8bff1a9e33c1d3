"""Fitting an encoder: what the training rows of a table say of its columns, and nothing that other rows say."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.dataset import Scale
from limen.data.encoder import Encoder, Input, check_finite
from limen.data.leaks import is_row_number
from limen.data.notes import NOTHING, TABLE, Note, place, printable, refusal
from limen.data.table import Column, Table
from limen.data.target import Index, Limits, Target
from limen.language import Text

FAR = 1e4  # deviations from zero beyond which float32 would round what tells rows apart
SAFE = 1e30  # largest deviation, and inverse of the smallest, that float32 holds with ease


def chosen_columns(
    table: Table, target: str, leave_out: Sequence[str], kept: Sequence[str]
) -> tuple[list[Column], list[Note]]:
    """The columns that become inputs; what is left out without being asked is told. `kept` are left in whatever."""
    columns, notes = [], []
    for column in table.columns:
        where = place(table.path, None, column.name)
        if column.name in (target, *leave_out) or column.kind == "empty":
            continue
        if column.kind == "text":
            what = Text("text, or a name for each row: left out", "文本或逐行不同的编号：不作为输入")
            do = Text("if its words are categories, say the kind is category", "若为类别，请将该列指定为 category")
            notes.append(Note(TABLE, "W", what, where, do))
            continue
        if is_row_number(column):
            out = column.name not in kept
            what = Text(
                "a row number or identifier, which may leak the answer" + (": left out" if out else ""),
                "行号或编号列，可能泄漏答案" + ("：不作为输入" if out else ""),
            )
            do = Text("if it is a quantity, say the kind is number", "若确为数量，请将该列指定为 number")
            notes.append(Note(TABLE, "W", what, where, do if out else NOTHING))
            if out:
                continue
        columns.append(column)
    if not columns:
        raise refusal(TABLE, "no column is left to learn from", place(table.path), "see the notes", "add columns")
    return columns, notes


def median(x: NDArray[np.float64]) -> float:
    """The middle number, or the mean of the two middle ones."""
    ordered = np.sort(x)
    return float(ordered[(len(x) - 1) // 2] / 2 + ordered[len(x) // 2] / 2)


def moments(x: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and deviation of numbers of any size: no sum and no square leaves float64."""
    low, high = float(x.min()), float(x.max())
    middle, reach = low / 2 + high / 2, high / 2 - low / 2
    if reach == 0:
        return low, 0.0
    part = (x - middle) / reach  # from -1 to 1
    return middle + reach * float(part.mean()), reach * float(part.std())


def fit_input(column: Column, train: Index, limits: Limits) -> tuple[Input, tuple[float, float]]:
    """How a column becomes inputs, and (mean, deviation) of its first, from its training rows."""
    values = column.values[train]
    if column.kind == "category":
        counts = np.bincount(values[values >= 0], minlength=len(column.form.categories))
        common = np.sort(np.argsort(-counts, kind="stable")[: limits.categories])
        words = tuple(column.form.categories[i] for i in common if counts[i])
        return Input(replace(column.form, categories=words), bool((values < 0).any())), (0.0, 1.0)
    there = values[~np.isnan(values)]
    fill = median(there) if len(there) else 0.0
    mean, deviation = moments(np.where(np.isnan(values), fill, values))
    column_input = Input(column.form, len(there) < len(values), fill)
    if deviation == 0:
        return replace(column_input, origin=mean), (0.0, 1.0)  # a constant column says nothing; it becomes 0
    if abs(mean) > FAR * deviation or not 1 / SAFE < deviation < SAFE:
        return replace(column_input, origin=mean, unit=deviation), (0.0, 1.0)
    return column_input, (mean, deviation)


def recoded(column: Column, fitted: Input) -> NDArray[Any]:
    """A table's column in the words that the encoder knows."""
    if column.kind != "category":
        return column.values
    known = {word: i for i, word in enumerate(fitted.form.categories)}
    codes = [known.get(word, len(known)) for word in column.form.categories]
    found: NDArray[np.int32] = np.array([*codes, -1], np.int32)[column.values]
    return found


def fit(columns: Sequence[Column], target: Target, train: Index, limits: Limits, others: Sequence[str]) -> Encoder:
    """The encoder that the training rows make."""
    inputs: list[Input] = []
    offset: list[float] = []
    divisor: list[float] = []
    for column in columns:
        fitted, (mean, deviation) = fit_input(column, train, limits)
        inputs.append(fitted)
        offset += [mean, *[0.0] * (len(fitted.names) - 1)]
        divisor += [deviation, *[1.0] * (len(fitted.names) - 1)]
    return Encoder(tuple(inputs), target, Scale(tuple(offset), tuple(divisor)), tuple(others))


def matrix(encoder: Encoder, columns: Sequence[Column], rows: Index, table: Table) -> NDArray[np.float32]:
    """These rows of a table as inputs: (rows, columns)."""
    x = np.empty((len(rows), len(encoder.columns)), np.float32)
    at = 0
    for column, fitted in zip(columns, encoder.inputs, strict=True):
        block = fitted.encode(recoded(column, fitted)[rows])
        check_finite(block, fitted, table.rows[rows].tolist(), table.path)
        x[:, at : at + block.shape[1]] = block
        at += block.shape[1]
    return x


def column_notes(encoder: Encoder, columns: Sequence[Column], train: Index, path: Path) -> list[Note]:
    """What training found in the columns: nothing that changes, words too rare, numbers too far from zero."""
    notes, same = [], []
    for column, fitted in zip(columns, encoder.inputs, strict=True):
        where = place(path, None, column.name)
        values = column.values[train]
        there = values[~column.missing[train]]
        if len(np.unique(there)) + fitted.absent < 2:
            same.append(column.name)
        elif column.kind == "category":
            seen, own = len(np.unique(there)), len(fitted.form.categories)
            if seen > own:
                what = Text(
                    f"the {own} commonest of {seen:,} categories have an input of their own",
                    f"{seen:,} 个类别中仅最常见的 {own} 个单独编码",
                )
                notes.append(Note(TABLE, "W", what, where, Text("the others share one", "其余合并为“其他”")))
        elif fitted.unit != 1:
            what = Text("counted from its mean, for float32 would round it", "减去均值后存储，以免 float32 舍入")
            notes.append(Note(TABLE, "F", what, where))
    if same:
        shown = ", ".join(printable(name) for name in same[:5]) + (f" … ({len(same)})" if len(same) > 5 else "")
        what = Text(f"columns that never change and say nothing: {shown}", f"取值不变、没有信息的列：{shown}")
        notes.append(Note(TABLE, "W", what, place(path)))
    return notes
