"""Faults of the data: labels that do not belong to their examples, and answers that leak into what the net is given."""

import math

from limen.explain.case import Case
from limen.explain.diagnosis import Diagnosis, percent, said, short

SURE = 3.0  # standard errors above chance that neighbours must agree for labels to belong
NOTHING = 0.85  # of the blind loss: a validation loss that never came below it has learnt nothing that holds
COPIES = 0.05  # share of the examples held back that were learnt from; and three times what the data repeat anyway
ANSWER, ANSWER_NUMBERS = 0.995, 0.999  # how well a column alone tells the class; its correlation with a number
ENOUGH = 50  # examples that a suspicion about a column needs


def unrelated(agreement: float, chance: float, count: float, classes: int) -> bool:
    """Whether nearest neighbours agree no more than by chance (three standard errors of so many draws)."""
    spread = math.sqrt(chance * (1 - chance) / count) if classes else 1 / math.sqrt(count)
    return agreement < chance + SURE * spread


def labels(case: Case) -> Diagnosis | None:
    """Labels in another order than the examples: nothing that is learnt from them can hold."""
    if case.blind is None or not case.metrics:
        return None
    lowest = min(line["validation_loss"] for line in case.metrics) / case.blind
    known = case.facts.get("neighbours", {}).items()
    odd = {name: (near, chance, n) for name, (near, chance, n) in known if unrelated(near, chance, n, case.classes)}
    usual = case.facts.get("neighbours", {}).get("train")
    if usual and "train" not in odd:  # as many as are held back, and in order, might look as odd
        odd = {name: found for name, found in odd.items() if not unrelated(usual[0], *found[1:], case.classes)}
    if lowest < NOTHING or not odd:
        return None
    split, (agreement, chance, count) = next(iter(odd.items()))
    named = {"train": said("training", "训练"), "validation": said("validation", "验证")}[split]
    return Diagnosis(
        "labels shuffled",
        "severe",
        said(
            f"The labels of the {named.en} split do not seem to belong to its examples: they look shuffled.",
            f"{named.zh}集的标签似乎不属于它的样本：看起来被打乱了。",
        ),
        said(
            f"The nearest neighbours of {count} examples have the same label in {percent(agreement)}, by chance "
            f"{percent(chance)}; the validation loss never came below {percent(lowest)} of that of a blind answer."
            if case.classes
            else f"The targets of {count} examples and of their nearest neighbours correlate by {short(agreement)}; "
            f"the validation loss never came below {percent(lowest)} of that of a blind answer.",
            f"{count} 个样本与其最近邻标签相同的占 {percent(agreement)}，随机情况下为 {percent(chance)}；"
            f"验证损失从未低于盲猜的 {percent(lowest)}。"
            if case.classes
            else f"{count} 个样本与其最近邻的目标值相关系数为 {short(agreement)}；"
            f"验证损失从未低于盲猜的 {percent(lowest)}。",
        ),
        said(
            "Look at some examples beside their labels. Sorting or filtering one of the two without the other is the "
            "usual cause.",
            "把一些样本和标签放在一起看看。常见的原因是只对其中之一做了排序或筛选。",
        ),
        (),
        6,
        "overfitting",
    )


def leakage(case: Case) -> Diagnosis | None:
    """Something that the net is given tells it what it is asked."""
    return copied(case) or told(case)


def copied(case: Case) -> Diagnosis | None:
    """Examples that are learnt from and judged by."""
    copies = case.facts.get("copies", {})
    usual = max(COPIES, 3 * copies.get("train", 0.0))
    odd = {name: share for name in ("validation", "test") if (share := copies.get(name, 0.0)) > usual}
    if not odd:
        return None
    split, share = max(odd.items(), key=lambda item: item[1])
    named = {"validation": said("validation", "验证"), "test": said("test", "测试")}[split]
    count = round(share * case.data["examples"][1 if split == "validation" else 2])
    return Diagnosis(
        "leakage",
        "severe",
        said(
            f"Leakage suspected: the {named.en} split holds examples that the net learns from, so it measures memory.",
            f"疑似数据泄漏：{named.zh}集中有训练过的样本，测到的只是记忆力。",
        ),
        said(
            f"{percent(share)} of its examples ({count:,}) stand in the training split too, with the same target; "
            f"within the training split {percent(copies.get('train', 0.0))} stand twice.",
            f"其中 {percent(share)} 的样本（{count:,} 个）连同目标值也出现在训练集里；"
            f"训练集内部重复的只有 {percent(copies.get('train', 0.0))}。",
        ),
        said(
            "Take the copies out of the data before they are divided, or divide by person, day or source.",
            "在划分数据之前去掉重复样本，或按人、日期、来源划分。",
        ),
        (),
        6,
        "overfitting",
    )


def told(case: Case) -> Diagnosis | None:
    """A column of a table that holds the answer."""
    column = case.facts.get("column")
    if not column or column["examples"] < ENOUGH:
        return None
    if column["agreement"] < (ANSWER if case.classes else ANSWER_NUMBERS):
        return None
    how = said("nearest values of it have the same class in", "取值最接近的样本属于同一类的占")
    if not case.classes:
        how = said("it correlates with the target by", "它与目标值的相关系数为")
    value = percent(column["agreement"]) if case.classes else short(column["agreement"])
    return Diagnosis(
        "leakage",
        "severe",
        said(
            f"Leakage suspected: the column {column['name']} tells the answer all by itself.",
            f"疑似数据泄漏：仅凭 {column['name']} 这一列就能得出答案。",
        ),
        said(
            f"Alone, {how.en} {value} of {column['examples']:,} training examples."
            if case.classes
            else f"Alone, {how.en} {value} over {column['examples']:,} training examples.",
            f"单看这一列，{column['examples']:,} 个训练样本中{how.zh} {value}。"
            if case.classes
            else f"在 {column['examples']:,} 个训练样本上，{how.zh} {value}。",
        ),
        said(
            "Ask whether the column is known when the answer is needed; if not, take it out.",
            "想一想：需要答案的时候，这一列已经知道了吗？如果还不知道，就把它去掉。",
        ),
        (),
        6,
        "overfitting",
    )
