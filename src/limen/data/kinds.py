"""Numbers, categories, dates or texts: the decision, from what was counted of a whole column."""

import math
from dataclasses import replace
from pathlib import Path

from limen.data.cells import EITHER, FORMS, MISSING, WORDS
from limen.data.columns import DISTINCT, WORDY, ColumnForm, Profile
from limen.data.notes import TABLE, Note, place, printable, refusal
from limen.errors import unknown
from limen.language import Text

KINDS = ("number", "category", "text", "date")
OWN = 0.9  # share of rows with a word of their own from which a column is a text
FEW = 20  # rows below which nothing is concluded from words being different
MANY = 100  # categories from which a column is warned of
HALF = 0.5  # share of numbers from which a column of words is warned of
AS_TEXT = {
    "zeros": Text("numbers with zeros before them", "数字前有 0"),
    "large": Text("whole numbers beyond 2⁵³, which float64 would round", "整数超过 2⁵³，float64 无法精确表示"),
    "code": Text("codes written like powers of ten", "形如 10 的幂的编号"),
}


def at(profile: Profile, path: Path, sort: str) -> str:
    """Where the first cell of a sort stands."""
    return place(path, profile.first[sort][0], profile.name)


def example(profile: Profile, sort: str) -> str:
    """The first cell of a sort, as it stands in a message."""
    return repr(printable(profile.first[sort][1], 20))


def decide(
    profile: Profile, path: Path, asked: str | None = None, infinite: str = "refuse", target: bool = False
) -> tuple[ColumnForm, list[Note]]:
    """How a column is to be read, and what should be known of it. `asked` is a kind that somebody demands.

    Raises:
        LimenError: cells that could be read in two ways, numbers that are not finite, more classes than are counted.
    """
    form = ColumnForm(profile.name, "text", tuple(sorted(profile.missing)), profile.decimal)
    kind, _, date = (asked or "").partition(":")
    if kind and kind not in KINDS:
        raise unknown(f"kind of column {profile.name!r}", kind, KINDS)
    notes: list[Note] = []
    if kind == "number" or (not kind and not profile.present("text", "date") and profile.present()):
        name = "" if kind else next((sort for sort in ("zeros", "large", "code") if names_things(profile, sort)), "")
        if not name:
            form = number(profile, form, path, infinite, notes)
            return form, notes + missing_notes(profile, form, path)
        what = Text(f"kept as text: {AS_TEXT[name].en}", f"按文本保留：{AS_TEXT[name].zh}")
        action = "W" if name == "large" else "F"
        do = Text("if these are quantities, say the kind is number", "若确为数量，请将该列指定为 number")
        notes.append(Note(TABLE, action, what, at(profile, path, name), do))
    if not profile.present() and not kind:
        what = Text("nothing but missing cells: the column is left out", "整列缺失：不使用该列")
        return replace(form, kind="empty"), [Note(TABLE, "W", what, place(path, None, profile.name))]
    if kind == "date" or (not kind and profile.present("date") == profile.present()):
        form = dates(profile, replace(form, kind="date", date=date), path)
        return form, missing_notes(profile, form, path)
    form = words(profile, form, kind, path, target, notes)
    return form, notes + missing_notes(profile, form, path)


def names_things(profile: Profile, sort: str) -> bool:
    """Whether numbers of this sort show that the column names things and counts none."""
    return bool(profile.sorts[sort]) and not profile.sorts["foreign"] and (sort != "code" or profile.whole)


def number(profile: Profile, form: ColumnForm, path: Path, infinite: str, notes: list[Note]) -> ColumnForm:
    """A column of numbers."""
    form = replace(form, kind="number")
    if profile.sorts["foreign"]:
        raise refusal(
            TABLE, f"{example(profile, 'foreign')} may be a number", at(profile, path, "foreign"),
            f"written like one, but not plainly; {profile.sorts['foreign']:,} such cells",
            "say what the decimal mark is (--decimal . or --decimal ,), or say the column is text",
        )  # fmt: skip
    if "grouped" in profile.first:
        what = Text(f"read with decimal mark {form.decimal!r}", f"按小数点“{form.decimal}”读取")
        notes.append(Note(TABLE, "F", what, at(profile, path, "grouped")))
    if not profile.sorts["infinite"]:
        return form
    if infinite != "clip":
        raise refusal(
            TABLE, f"{example(profile, 'infinite')} is not finite", at(profile, path, "infinite"),
            f"{profile.sorts['infinite']:,} such cells", "mend them, or clip them to the column (infinite=clip)",
        )  # fmt: skip
    if not math.isfinite(profile.low):
        raise refusal(TABLE, "no finite number", place(path, None, profile.name), "nothing to clip to", "mend it")
    many = profile.sorts["infinite"]
    what = Text(
        f"infinite cells clipped to {profile.low:g} … {profile.high:g}: {many:,}",
        f"{many:,} 个无穷大的值截断到 {profile.low:g} … {profile.high:g}",
    )
    notes.append(Note(TABLE, "F", what, at(profile, path, "infinite")))
    return replace(form, low=profile.low, high=profile.high)


def dates(profile: Profile, form: ColumnForm, path: Path) -> ColumnForm:
    """A column of dates, all written the same way."""
    if form.date and form.date not in FORMS:
        raise unknown("way to write a date", form.date, FORMS)
    if form.date:
        return form
    seen = list(profile.shapes.values()) if len(profile.shapes) > 1 else []
    if len(profile.orders) > 1:
        seen = list(profile.orders.values())
    if seen:
        rows = ", ".join(f"{printable(cell, 20)!r} (row {row})" for row, cell in seen)
        raise refusal(
            TABLE, f"dates are written in {len(seen)} ways", place(path, seen[0][0], profile.name), rows,
            "write them all the same way, best 2024-12-31, or say the column is text",
        )  # fmt: skip
    if not profile.shapes:
        raise refusal(TABLE, "no dates", place(path, None, profile.name), "no cell is written like one", "check it")
    shape = next(iter(profile.shapes))
    if shape in EITHER and not profile.orders:
        day, month = EITHER[shape]
        raise refusal(
            TABLE, f"day or month first in {example(profile, 'date')}?", at(profile, path, "date"),
            "no number above 12 tells", f"say the column is date:{day} or date:{month}",
        )  # fmt: skip
    return replace(form, date=EITHER[shape]["month first" in profile.orders] if shape in EITHER else shape)


def words(profile: Profile, form: ColumnForm, kind: str, path: Path, target: bool, notes: list[Note]) -> ColumnForm:
    """A column of words: a category where few differ, a text where most do. A target is always a category."""
    where = place(path, None, profile.name)
    kept = protected(profile)
    missing = tuple(token for token in form.missing if token not in kept)
    counts = {**(profile.words or {}), **{word: profile.tokens[word] for word in kept}}
    whole = sum(counts.values())
    own = profile.words is None or (len(counts) > OWN * whole and whole >= FEW) or profile.longest > WORDY
    kind = kind or ("text" if own and not target else "category")
    if kind == "category" and profile.words is None:
        raise refusal(
            TABLE, "too many categories", where, f"more than {DISTINCT:,} different words, or very long ones",
            "name another target column" if target else "say the column is text",
        )  # fmt: skip
    notes += [word_note(word, profile.tokens[word], target, where) for word in sorted(kept)]
    note_mixture(profile, path, notes)
    if profile.formulas:
        what = Text(
            f"cells that begin like a formula, kept as text: {profile.formulas:,}",
            f"{profile.formulas:,} 个单元格以公式符号开头，按文本保留",
        )
        notes.append(Note(TABLE, "F", what, at(profile, path, "formula")))
    if kind == "text":
        return replace(form, kind="text", missing=missing)
    if profile.trimmed:
        what = Text(
            f"cells whose outer blanks are trimmed: {profile.trimmed:,}", f"{profile.trimmed:,} 个单元格首尾空白已去除"
        )
        notes.append(Note(TABLE, "F", what, where))
    if len(counts) > MANY:
        what = Text(f"{len(counts):,} categories", f"共有 {len(counts):,} 个类别")
        do = Text("check that it is no identifier or free text", "请确认该列不是编号或自由文本")
        notes.append(Note(TABLE, "W", what, where, do))
    return replace(form, kind="category", missing=missing, categories=tuple(sorted(counts)))


def protected(profile: Profile) -> set[str]:
    """What would stand for missing among numbers and is a word among words: NA is Namibia, - the twin of +."""
    if profile.missing != frozenset(MISSING) or not profile.sorts["text"]:
        return set()
    kept = {word for word in WORDS if profile.tokens[word]}
    return kept | ({"-"} if profile.tokens["-"] and "+" in (profile.words or {}) else set())


def word_note(word: str, count: int, target: bool, where: str) -> Note:
    """That a word which often stands for missing is taken as a word."""
    what = Text(
        f"{word!r} ({count:,}×) is a word here, not missing", f"{word!r}（{count:,} 次）按普通词处理，不视为缺失"
    )
    do = Text(f"if it means missing, say missing={word}", f"若表示缺失，请指定 missing={word}")
    return Note(TABLE, "W" if target else "F", what, where, do)


def note_mixture(profile: Profile, path: Path, notes: list[Note]) -> None:
    """Warn where most cells are numbers, or dates, and some word makes the column one of words."""
    for sorts, en, zh in ((("number", "foreign"), "numbers", "数值"), (("date",), "dates", "日期")):
        share = profile.present(*sorts) / max(1, profile.present())
        if HALF <= share < 1:
            other = next((s for s in ("text", "number", "date", "infinite") if profile.sorts[s] and s not in sorts), "")
            if not other:
                continue
            what = Text(
                f"{share:.0%} of the cells are {en}, but {example(profile, other)} is none: taken as words",
                f"{share:.0%} 的单元格是{zh}，但 {example(profile, other)} 不是：整列按文本处理",
            )
            do = Text("mend these cells, or name them in missing=", "请修正这些单元格，或用 missing= 声明为缺失")
            notes.append(Note(TABLE, "W", what, at(profile, path, other), do))


def missing_notes(profile: Profile, form: ColumnForm, path: Path) -> list[Note]:
    """What stands for missing in a column, and how often."""
    tokens = {token: n for token, n in profile.tokens.items() if token in form.missing}
    if not tokens:
        return []
    shown = ", ".join(f"{token!r} {n:,}×" for token, n in sorted(tokens.items()))
    count = sum(tokens.values())
    what = Text(f"missing cells: {count:,} ({shown})", f"缺失值 {count:,} 个（{shown}）")
    return [Note(TABLE, "F", what, place(path, None, profile.name))]
