"""What makes a result look better than it is: answers that leaked into the question.

A column that repeats the target, a row number in a file sorted by class, the same row in training and test, tomorrow's
rows among those that taught: the net scores well, and fails on the first new row. Each is told with its column.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data.notes import TABLE, Note, place
from limen.data.table import Column
from limen.language import Text

LEAST = 10  # rows below which nothing is concluded
SAME = 1 - 1e-9  # correlation from which a column is a copy of the target
PRESENT = 0.9  # share of rows that must have a value for a column to be judged
NUMBERS = {
    "id",
    "index",
    "idx",
    "no",
    "no.",
    "nr",
    "row",
    "rowid",
    "row_id",
    "uid",
    "编号",
    "序号",
    "行号",
    "学号",
    "工号",
}
TIMES = {"date", "time", "datetime", "timestamp", "日期", "时间", "时间戳"}
LEAK = Text("if it is not known when you predict, leave it out", "若预测时无法获知该列，请将其排除")


def is_copy(column: Column, keep: NDArray[np.intp], y: NDArray[np.float64], classes: bool) -> bool:
    """Whether a column says the same as the target: one value for each class, or a straight line through all."""
    there = ~column.missing[keep]
    if there.sum() < max(LEAST, PRESENT * len(keep)):
        return False
    x, y = column.values[keep][there], y[there]
    if not classes:
        if column.kind == "category" or x.min() == x.max() or y.min() == y.max():
            return False
        u, v = (a / np.abs(a).max() for a in (x, y))  # so that no square overflows
        return bool(abs(np.corrcoef(u, v)[0, 1]) >= SAME)
    values, code = np.unique(x, return_inverse=True)
    kinds, label = np.unique(y, return_inverse=True)
    return len(kinds) > 1 and len(values) == len(kinds) == len(np.unique(code * len(kinds) + label))


def is_row_number(column: Column) -> bool:
    """Whether a column counts the rows, or is called a number and differs in all."""
    x = column.values
    if column.kind != "number" or len(x) < LEAST or not np.isfinite(x).all() or (x != np.round(x)).any():
        return False
    return bool((x[1:] == x[:-1] + 1).all()) or (column.name.lower() in NUMBERS and len(np.unique(x)) == len(x))


def is_time(column: Column) -> bool:
    """Whether a column says when a row was."""
    return column.kind == "date" or (column.kind == "number" and column.name.lower() in TIMES)


def copy_notes(
    columns: Sequence[Column], keep: NDArray[np.intp], y: NDArray[np.float64], classes: bool, path: Path
) -> list[Note]:
    """Columns that repeat the target."""
    what = Text("says the same as the target: leakage?", "与目标列完全对应：疑似数据泄漏")
    return [Note(TABLE, "W", what, place(path, None, c.name), LEAK) for c in columns if is_copy(c, keep, y, classes)]


def time_notes(columns: Sequence[Column], path: Path) -> list[Note]:
    """Columns of time where the split is drawn at random."""
    what = Text(
        "a time, and the split is drawn at random: the net learns from days after those it is tested on",
        "含时间列却随机划分：网络会用到测试时刻之后的数据",
    )
    do = Text("sort the file by time and say split=last", "请按时间排序，并使用 split=last")
    return [Note(TABLE, "W", what, place(path, None, column.name), do) for column in columns if is_time(column)]


def fingerprints(columns: Sequence[Column], keep: NDArray[np.intp]) -> NDArray[np.uint64]:
    """A 64-bit number for each row: rows with equal cells have equal numbers, others almost never."""
    total = np.zeros(len(keep), np.uint64)
    for column in columns:
        values = column.values[keep]
        bits = (values + 0.0).view(np.uint64) if values.dtype == np.float64 else values.astype(np.int64).view(np.uint64)
        total = (total ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
        total *= np.uint64(0xBF58476D1CE4E5B9)
        total ^= total >> np.uint64(32)
    return total


def repeated(columns: Sequence[Column], train: NDArray[np.intp], held: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of the held-back rows that are, cell for cell, among the training rows."""
    return held[np.isin(fingerprints(columns, held), fingerprints(columns, train))]
