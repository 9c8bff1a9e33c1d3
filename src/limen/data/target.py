"""What a table is to foretell: classes or a number, and how its rows are divided so that the answer can be trusted."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data import split as splitting
from limen.data.columns import ColumnForm
from limen.data.notes import TABLE, Note, place, printable, refusal, rows_shown
from limen.data.spec import Data
from limen.data.table import Column, Table
from limen.errors import unknown
from limen.language import Text
from limen.machine import derive_seed

Index = NDArray[np.intp]
TASKS = ("auto", "classification", "regression")
RARE = ("refuse", "drop", "train")


@dataclass(frozen=True)
class Limits:
    """From where on something is too much."""

    quarantine: float = 0.1  # share of rows set aside
    categories: int = 100  # words of a column that get an input of their own; the rarer ones share one
    classes: int = 20  # different whole numbers up to which a target of numbers is one of classes


@dataclass(frozen=True)
class Target:
    """What is foretold: a class, or a number whose mean and deviation in the training split are offset and divisor."""

    form: ColumnForm
    task: str
    classes: tuple[str, ...] = ()
    offset: float = 0.0
    divisor: float = 1.0

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.form.name


@dataclass(frozen=True)
class Answers:
    """The rows that have an answer, and the answers: y int64 classes or float64 numbers, both (N,)."""

    target: Target
    keep: Index
    y: NDArray[np.int64] | NDArray[np.float64]
    notes: tuple[Note, ...]

    @property
    def labels(self) -> NDArray[np.int64]:
        """What a split is stratified by: the classes; numbers are one class."""
        return self.y if self.y.dtype == np.int64 else np.zeros(len(self.y), np.int64)  # type: ignore[return-value]


def is_classes(values: NDArray[np.float64], limits: Limits) -> bool:
    """Whether numbers name classes: whole ones, few different, and each often enough (or just two of any kind)."""
    different = np.unique(values)
    few = len(different) <= limits.classes and len(different) * 5 <= len(values)
    return len(different) == 2 or (few and bool((different == np.round(different)).all()))


def find_answers(table: Table, name: str, task: str, rare: str, limits: Limits) -> Answers:
    """The target's answers, and the rows that have one.

    Raises:
        LimenError: too many rows without an answer, one answer only, a class of one row, no numbers to regress.
    """
    if task not in TASKS:
        raise unknown("task", task, TASKS)
    if rare not in RARE:
        raise unknown("way with rare classes", rare, RARE)
    column, where = table[name], place(table.path, None, name)
    if column.kind not in ("number", "category"):
        raise refusal(
            TABLE, f"a target of kind {column.kind}", where, "classes or numbers can be foretold",
            "name another column, or say the target when the table is read",
        )  # fmt: skip
    keep = np.flatnonzero(~column.missing)
    notes = aside(table, np.flatnonzero(column.missing), where, limits)
    values = column.values[keep]
    if len(np.unique(values)) < 2:
        raise refusal(TABLE, "the target never changes", where, "there is nothing to foretell", "name another column")
    if column.kind == "category" and task == "regression":
        raise refusal(
            TABLE, "regression of words", where, f"a cell is {printable(column.form.categories[0], 20)!r}",
            "mend the cells that are no numbers, or say task=classification",
        )  # fmt: skip
    if column.kind == "number" and (task == "regression" or (task == "auto" and not is_classes(values, limits))):
        notes.append(stated(column, task, 0, where))
        return Answers(Target(column.form, "regression"), keep, values, tuple(notes))
    classes, labels = named_classes(column, values)
    notes.append(stated(column, task, len(classes), where))
    counts = np.bincount(labels)
    alone = np.flatnonzero(counts == 1)
    if len(alone) and rare != "train":
        names = ", ".join(repr(printable(classes[i], 20)) for i in alone[:5])
        rows = tuple(table.rows[keep[np.isin(labels, alone)]].tolist())
        if rare == "refuse" or len(classes) - len(alone) < 2:
            raise refusal(
                TABLE, f"classes with one row: {names}", place(table.path, rows[0], name), f"rows {rows_shown(rows)}: "
                "one row cannot both teach and test", "add rows, or say rare=drop, or rare=train",
            )  # fmt: skip
        what = Text(f"rows of classes with one row: {names}", f"仅有一行的类别：{names}")
        notes.append(Note(TABLE, "Q", what, where, rows=rows))
        stay = ~np.isin(labels, alone)
        check_share(len(rows) + len(table) - len(keep), len(table), where, limits)
        classes, labels = tuple(c for i, c in enumerate(classes) if i not in alone), labels[stay]
        keep, labels = keep[stay], np.unique(labels, return_inverse=True)[1].astype(np.int64)
    return Answers(Target(column.form, "classification", classes), keep, labels, tuple(notes))


def named_classes(column: Column, values: NDArray[np.float64]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The names of the classes, in order, and each row's class."""
    different, labels = np.unique(values, return_inverse=True)
    if column.kind == "category":
        return tuple(column.form.categories[int(code)] for code in different), labels.astype(np.int64)
    names = tuple(str(int(v)) if v == int(v) else repr(float(v)) for v in different)
    return names, labels.astype(np.int64)


def stated(column: Column, task: str, classes: int, where: str) -> Note:
    """What the target is taken for."""
    en, zh = (f"classification, {classes} classes", f"分类，共 {classes} 类") if classes else ("regression", "回归")
    force = "regression" if classes else "classification"
    do = Text(f"if not, say task={force}", f"若不是，请指定 task={force}")
    plain = task != "auto" or column.kind == "category"
    return Note(TABLE, "F", Text(f"task: {en}", f"任务：{zh}"), where, Text("", "") if plain else do)


def check_share(many: int, total: int, where: str, limits: Limits) -> None:
    """Refuse to go on when too many rows are set aside."""
    if many > limits.quarantine * total:
        raise refusal(
            TABLE, f"{many:,} of {total:,} rows would be set aside", where, f"more than {limits.quarantine:.0%}",
            "mend the target, or raise the limit (quarantine)",
        )  # fmt: skip


def aside(table: Table, missing: Index, where: str, limits: Limits) -> list[Note]:
    """The rows without an answer, set aside and listed."""
    if not len(missing):
        return []
    check_share(len(missing), len(table), where, limits)
    rows = tuple(table.rows[missing].tolist())
    what = Text(
        f"rows without an answer: {len(rows):,} ({rows_shown(rows)})",
        f"目标缺失的行：{len(rows):,} 行（{rows_shown(rows)}）",
    )
    return [Note(TABLE, "Q", what, where, Text("they neither teach nor test", "不参与训练与测试"), rows)]


def drawn(answers: Answers, held: float, data: Data, seed: int, rows: Index) -> tuple[Index, Index]:
    """(what stays, what is held back) of these positions: a share, or a number from 1 on."""
    count = round(len(rows) * held) if held < 1 else int(held)
    if data.split == "last":
        stay, back = splitting.last(len(rows), count)
    else:
        stay, back = splitting.stratified(answers.labels[rows], count, seed)
    return rows[stay], rows[back]


def divided(answers: Answers, data: Data, seed: int, rare: str, path: Path) -> tuple[tuple[Index, ...], list[Note]]:
    """Positions of the training, validation and test rows; every class is among those that teach."""
    notes: list[Note] = []
    labels, where = answers.labels, place(path, None, answers.target.name)
    if data.split == "last" and in_runs(labels):
        data = replace(data, split="stratified")
        what = Text(
            "sorted by class, so the last rows lack classes: drawn with equal shares", "数据按类别排序，改用分层抽样"
        )
        notes.append(Note(TABLE, "F", what, where))
    rows = np.arange(len(labels))
    single = np.bincount(labels)[labels] == 1 if rare == "train" else np.zeros(len(labels), bool)
    train, test = drawn(answers, data.test, data, derive_seed(seed, "test split"), rows[~single])
    train, validation = drawn(answers, data.validation, data, derive_seed(seed, "validation split"), train)
    train = np.sort(np.concatenate([train, rows[single]]))
    for part in (validation, test):
        lacking = np.setdiff1d(labels[part], labels[train])
        back = part[np.isin(labels[part], lacking)]
        train = np.sort(np.concatenate([train, back]))
        validation, test = np.setdiff1d(validation, back), np.setdiff1d(test, back)
    for name, part in (("validation", validation), ("test", test)):
        if not len(part):
            raise refusal(TABLE, f"no rows left for {name}", where, "the classes are too small", "add rows")
        unseen = np.setdiff1d(labels, labels[part])
        if len(unseen):
            words = ", ".join(repr(printable(answers.target.classes[i], 20)) for i in unseen[:5])
            more = f" … ({len(unseen)})" if len(unseen) > 5 else ""
            chinese = {"validation": "验证集", "test": "测试集"}[name]
            what = Text(f"classes without a row in {name}: {words}{more}", f"{chinese}中没有的类别：{words}{more}")
            notes.append(Note(TABLE, "W", what, where))
    return (train, validation, test), notes


def in_runs(labels: NDArray[np.int64]) -> bool:
    """Whether the rows lie class by class."""
    changes = int((np.diff(labels) != 0).sum())
    return changes > 0 and changes == len(np.unique(labels)) - 1
