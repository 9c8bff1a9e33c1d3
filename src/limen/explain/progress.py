"""Faults that are seen in the losses: no way down, steps too long or too short, and learning by heart.

The yardstick is the blind loss: that of the best answer which never looks at an example, ln K for K equal classes. A
net that stays at it has learnt nothing but how frequent the answers are.
"""

import math

from limen.explain.case import Case, middle
from limen.explain.diagnosis import Diagnosis, percent, said, short
from limen.explain.symptoms import POOR, step_size
from limen.language import Text

STUCK = 0.97  # of the blind loss: a mean over an epoch that never came below it has learnt nothing
NEARLY = 1.1  # of the blind loss: beyond, the net is not stuck but thrown about
THROWN = 3.0  # times the first loss, as a mean over an epoch; healthy runs: at most 1.1
SPIKE = 10.0  # times the first loss, in a single step of a net that then learns little; healthy runs: at most 1.5
LEAP = 1.0  # a first step as long as the weights; healthy: up to a third, of Adagrad
LONG = 0.1  # of the weights' length, and not in the first steps only; healthy: below 0.04
RIGHT = 0.03  # of the weights' length: a first step that healthy nets take
CREEP = 2e-4  # the layer that moves most moves less than this; healthy nets had 9e-4 and more
SILENT = 1e-6  # the whole gradient's length; healthy: 0.05 to 4 at first
GAP, UNSURE = 0.12, 0.6  # validation less training loss, of the blind one; and what a split of n adds: 0.6 / √n


def rate(case: Case) -> float:
    """The plan's rate."""
    return float(case.plan["optimizer"]["lr"])


def stuck(case: Case) -> Diagnosis | None:
    """A loss that stays at that of a blind answer."""
    if case.blind is None or len(case.metrics) < 2:
        return None
    lowest = min(line["train_loss"] for line in case.metrics) / case.blind
    if lowest < STUCK or case.metrics[-1]["train_loss"] > NEARLY * case.blind:
        return None
    name, value = blind_name(case), short(case.blind)
    last = case.metrics[-1]
    begun, ended = short(case.metrics[0]["train_loss"]), short(last["train_loss"])
    below = said(f"never more than {percent(1 - lowest)} below that", f"最多只比它低 {percent(1 - lowest)}")
    if lowest >= 1:
        below = said("never below that", "从未低于它")
    return Diagnosis(
        "stuck",
        "severe",
        said(
            f"The loss is stuck at {name.en} = {value}: the net gives every example the same answer.",
            f"损失停在 {name.zh} = {value}：网络对每个样本都给出同样的回答。",
        ),
        said(
            f"Training loss {begun} in the first epoch, {ended} in epoch {last['epoch']}; {below.en}.",
            f"训练损失第一轮为 {begun}，第 {last['epoch']} 轮为 {ended}，{below.zh}。",
        ),
        said(
            "Something lets no signal through: weights that are all 0 or alike, a dead last layer, or inputs that are "
            "all the same. Draw the first weights anew, and look at what the net is given.",
            "有什么挡住了信号：权重全为 0 或彼此相同、末层死亡，或输入全都一样。重新抽取初始权重，并检查网络的输入。",
        ),
        (f"plan.seed={case.plan['seed'] + 1}", "net.activation=leaky-relu", f"plan.optimizer.lr={rate(case) * 10:g}"),
        6,
        "initialisation",
    )


def blind_name(case: Case) -> Text:
    """What the blind loss is called."""
    if not case.classes:
        return said("the variance of the targets", "目标值的方差")
    if even(case):
        return said(f"ln {case.classes}", f"ln {case.classes}")
    return said("the entropy of the classes", "类别分布的熵")


def even(case: Case) -> bool:
    """Whether the classes are about equally frequent."""
    return case.classes > 1 and case.blind is not None and case.blind > 0.99 * math.log(case.classes)


def thrown(case: Case) -> Text | None:
    """The evidence that steps are too long; None where there is none."""
    first = case.losses[0] if case.losses else None
    if case.stopped:
        step, at, where = case.stopped["step"], case.stopped["rate"], case.stopped["layer"]
        return said(
            f"Training stopped at step {step} of its epoch, rate {at:g}: a number was not finite, first in {where}.",
            f"训练在该轮第 {step} 步（学习率 {at:g}）中止：出现了非有限的数，最先出现在 {where}。",
        )
    if not first or not case.metrics or first <= 0:
        return None
    highest, spike = max(line["train_loss"] for line in case.metrics), max(case.losses)
    poor = case.reached is None or case.reached > POOR
    if highest > THROWN * first or (poor and spike > SPIKE * first):
        return said(
            f"The loss began at {short(first)} and rose to {short(spike)} in a step, {short(highest)} on average over "
            f"an epoch; it ended at {short(case.metrics[-1]['train_loss'])}.",
            f"损失从 {short(first)} 开始，单步最高升到 {short(spike)}，整轮平均最高 {short(highest)}，"
            f"最后为 {short(case.metrics[-1]['train_loss'])}。",
        )
    if case.reached is None or not poor:
        return None
    begin, later = first_step(case), step_size(case)
    if (begin or 0) < LEAP and (later or 0) < LONG:
        return None
    return said(
        f"A step moves the weights by {percent(later or 0)} of their length (the first one by {percent(begin or 0)}; "
        f"about 0.1 % to 3 % is right), and the loss ended at {percent(case.reached)} of that of a blind answer.",
        f"一步就使权重移动其长度的 {percent(later or 0)}（第一步 {percent(begin or 0)}；合适的是 0.1 % 到 3 % 左右），"
        f"最后的损失仍是盲猜的 {percent(case.reached)}。",
    )


def first_step(case: Case) -> float | None:
    """How far the first step moved the weights: the middle one of the layers."""
    moved = sorted(case.samples[0].moved()) if case.samples and case.samples[0].at == 1 else []
    return moved[len(moved) // 2] if moved else None


def too_high(case: Case) -> Diagnosis | None:
    """Steps that leap over the valley."""
    evidence = thrown(case)
    if evidence is None:
        return None
    tens = max(1, round(math.log10((first_step(case) or RIGHT) / RIGHT)))
    return Diagnosis(
        "rate too high",
        "severe" if case.stopped or case.reached is None or case.reached > POOR else "moderate",
        said(
            f"The rate {rate(case):g} is too high: each step leaps over the valley instead of down into it.",
            f"学习率 {rate(case):g} 太高：每一步都跨过了山谷，而不是走进谷底。",
        ),
        evidence,
        said(
            f"Lower it {10**tens:,}-fold, let it rise slowly at first, or cut the gradient to a greatest length.",
            f"把学习率降到 1/{10**tens:,}，开始时让它慢慢升高，或给梯度设一个长度上限。",
        ),
        (f"plan.optimizer.lr={rate(case) / 10**tens:g}", "plan.schedule.warmup=0.1", "plan.clip=1"),
        6,
        "optimizers",
    )


def too_low(case: Case) -> Diagnosis | None:
    """Steps so short that they lead nowhere in the time given."""
    moved, gradient = case.moved(), middle(sample.gradient for sample in case.samples)
    if not moved or moved > CREEP or case.reached is None or case.reached < POOR:
        return None
    if not gradient or gradient < SILENT:  # nothing to follow, however long the steps
        return None
    factor = min(10 ** max(1, round(math.log10(3e-3 / moved))), 1e5)
    return Diagnosis(
        "rate too low",
        "severe",
        said(
            f"The rate {rate(case):g} is too low: the weights hardly leave the place where they began.",
            f"学习率 {rate(case):g} 太低：权重几乎停在起点不动。",
        ),
        said(
            f"A step moves even the layer that moves most by {short(moved)} of its length (about 1e-3 is right); after "
            f"{len(case.metrics)} epochs the loss is still {percent(case.reached)} of that of a blind answer.",
            f"即使移动最多的一层，一步也只移动其长度的 {short(moved)}（合适的约为 1e-3）；"
            f"{len(case.metrics)} 轮之后，损失仍是盲猜的 {percent(case.reached)}。",
        ),
        said("Raise it until the loss falls from the first epoch on.", "提高学习率，直到损失从第一轮起就下降。"),
        (f"plan.optimizer.lr={min(rate(case) * factor, 1.0):g}",),
        6,
        "optimizers",
    )


def overfitting(case: Case) -> Diagnosis | None:
    """Learning by heart: what was learnt does not hold for examples that were held back."""
    kept = case.kept
    if kept is None or case.blind is None:
        return None
    train, validation = kept["train_loss"], kept["validation_loss"]
    held, lowest = case.data["examples"][1], min(line["validation_loss"] for line in case.metrics)
    if validation - train < case.blind * (GAP + UNSURE / math.sqrt(held)) or train > validation / 2:
        return None
    times, examples = short(validation / max(train, 1e-12)), case.data["examples"][0]
    best = next(line["epoch"] for line in case.metrics if line["validation_loss"] == lowest)
    return Diagnosis(
        "overfitting",
        "severe" if validation > case.blind else "moderate",
        said(
            "The net overfits: it learns its examples by heart, and what it learns does not hold for others.",
            "过拟合：网络把训练样本背了下来，学到的东西对别的样本并不成立。",
        ),
        said(
            f"Training loss {short(train)}, validation loss {short(validation)}: {times} times as much. It was lowest "
            f"in epoch {best} ({short(lowest)}). There are {examples:,} examples to learn from.",
            f"训练损失 {short(train)}，验证损失 {short(validation)}，是前者的 {times} 倍；验证损失在第 {best} 轮最低"
            f"（{short(lowest)}）。训练样本共 {examples:,} 个。",
        ),
        said(
            "More examples help most; else silence units at random, keep weights small, or stop when the validation "
            "loss stops falling.",
            "增加样本最有效；否则随机关闭一部分单元、限制权重大小，或在验证损失不再下降时停止。",
        ),
        ("net.dropout=0.3", "plan.l2=0.001", "plan.patience=5"),
        6,
        "overfitting",
    )
