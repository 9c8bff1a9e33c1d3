"""Faults that are seen inside the net: units that never answer, answers at their ends, gradients that fade or burst.

A signal runs forward through the layers and its gradient back. Each layer multiplies both by a factor that depends on
its weights and its activation; ten layers take it to the tenth power. So both must stay near one (Glorot & Bengio 2010,
He et al. 2015), or the first layers hear nothing, or everything too loud.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from limen.explain.case import Case, Plain, Sample, middle
from limen.explain.diagnosis import Diagnosis, percent, said, short

# A unit that is 0 for all examples of the probe may still answer a rare one, and a net has units to spare: of healthy
# nets some have two thirds of a layer silent on inputs of one or two numbers. Three quarters are too many for any net;
# one half where the net has learnt little.
DEAD, DEAD_AND_POOR = 0.75, 0.5
# Before the first step no healthy sigmoid or tanh is at an end (measured: 0 %); when trained, at most a third are.
SATURATED_AT_FIRST, SATURATED_AT_LAST = 0.5, 0.8
# The first layer's gradient over the last's, root mean square. Nets that learn had 0.03 and more at their first step;
# a sigmoid layer multiplies by less than 0.25, so three of them in a row make 0.015, and six make 2e-4.
FADED = 1e-3
AT_ONCE = 0.7  # of all that is lost on the way, on a logarithmic scale
# The first gradient of healthy nets was 0.05 to 4 long, and their first answers below 1.
BURST, LOUD = 20.0, 10.0
POOR = 0.5  # of the blind loss: a net that ends above it has learnt little
EARLY = 3  # samples: steps 1, 16 and 128


@dataclass(frozen=True)
class Worst:
    """The layer that shows a sign most, and how far at the first sample and at the last three (their median)."""

    layer: Plain
    first: float
    last: float


def worst(case: Case, sign: str) -> Worst | None:
    """The layer with most dead or saturated units in the end; None where no layer can have any."""
    shares: dict[str, list[float]] = {}
    layers: dict[str, Plain] = {}
    for sample in case.samples:
        for layer in sample.layers:
            if layer.get(sign) is not None:
                shares.setdefault(layer["name"], []).append(layer[sign])
                layers[layer["name"]] = layer
    if not shares:
        return None
    name = max(shares, key=lambda name: max(median(shares[name][-3:]), shares[name][0]))
    return Worst(layers[name], shares[name][0], median(shares[name][-3:]))


def little_learnt(case: Case) -> bool:
    """Whether the training loss stayed high, as far as that is known."""
    return case.reached is not None and case.reached > POOR


def severity(case: Case, total: bool = False) -> str:
    """Severe where the net learnt next to nothing."""
    return "severe" if total or (case.reached is not None and case.reached > 0.9) else "moderate"


def dead(case: Case) -> Diagnosis | None:
    """ReLU units that answer 0 to everything: no gradient ever passes them again."""
    found = worst(case, "dead")
    if found is None or found.last < (DEAD_AND_POOR if little_learnt(case) else DEAD):
        return None
    name, share = found.layer["name"], percent(found.last)
    born = said("from the first step on", "从第一步起就是如此") if found.first >= found.last - 0.1 else said(
        f"at the first step {percent(found.first)}", f"第一步时为 {percent(found.first)}"
    )  # fmt: skip
    return Diagnosis(
        "dead",
        severity(case, found.last == 1),
        said(
            f"Most units of layer {name} are dead: their ReLU answers 0 to every example, so no gradient passes them "
            "and they never learn again.",
            f"{name} 层的大部分单元已“死亡”：ReLU 对每个样本都输出 0，梯度无法通过，它们再也学不到东西。",
        ),
        said(
            f"{share} of the units of {name} answer 0 to the whole probe ({born.en}).",
            f"{name} 有 {share} 的单元对全部探测样本都输出 0（{born.zh}）。",
        ),
        said(
            "A lower rate keeps units from being thrown out of reach; a leaky ReLU lets some gradient through.",
            "降低学习率可避免单元被一步推出有效区；leaky ReLU 让负半轴也通过一点梯度。",
        ),
        (f"plan.optimizer.lr={case.plan['optimizer']['lr'] / 10:g}", "net.activation=leaky-relu"),
        6,
        "initialisation",
    )


def saturated(case: Case) -> Diagnosis | None:
    """Sigmoids and tanhs at the ends of their range, where they are flat."""
    found = worst(case, "saturated")
    if found is None or (found.first < SATURATED_AT_FIRST and found.last < SATURATED_AT_LAST):
        return None
    name = found.layer["name"]
    return Diagnosis(
        "saturated",
        severity(case),
        said(
            f"Layer {name} is saturated: its answers stand at the ends of the {found.layer['kind'].lower()}, where the "
            "curve is flat and its slope all but 0.",
            f"{name} 层已饱和：输出都挤在 {found.layer['kind'].lower()} 的两端，那里曲线平坦，导数几乎为 0。",
        ),
        said(
            f"{percent(found.first)} of its answers are within 0.02 of an end at the first step, {percent(found.last)} "
            "at the last measured ones.",
            f"第一步时有 {percent(found.first)} 的输出距两端不到 0.02，最后几次测量时为 {percent(found.last)}。",
        ),
        said(
            "Begin with smaller weights, bring the inputs to mean 0 and deviation 1, or take an activation that does "
            "not flatten out.",
            "减小初始权重，把输入标准化为均值 0、标准差 1，或换用不会变平的激活函数。",
        ),
        ("net.activation=relu", f"plan.optimizer.lr={case.plan['optimizer']['lr'] / 10:g}"),
        6,
        "initialisation",
    )


def fading(sample: Sample) -> float | None:
    """The first layer's gradient as a share of the last's.

    Of deep nets the second layer's must have faded too (to ten times as much at most): inputs that are next to nothing
    make the first layer's small by themselves. None where that cannot be told, where a layer lets nothing at all
    through, and where most is lost at a single layer: such a gradient is blocked, it does not fade.
    """
    slopes = [slope for slope in sample.slopes() if slope]
    if len(slopes) < 3 or len(slopes) < len(sample.trained):
        return None
    losses = [math.log(behind / before) for before, behind in pairwise(slopes)]
    if sum(losses) > 0 and max(losses) > AT_ONCE * sum(losses):
        return None
    return max(slopes[0], slopes[1] / 10 if len(slopes) > 3 else 0.0) / slopes[-1]


def vanishing(case: Case) -> Diagnosis | None:
    """A gradient that all but fades away before it reaches the first layers."""
    first = fading(case.samples[0]) if case.samples else None
    if first is None or first > FADED:
        return None
    early = [ratio for sample in case.samples[:EARLY] if (ratio := fading(sample)) is not None]
    if median(early) > FADED and not little_learnt(case):
        return None  # an optimizer that scales each weight's step has made up for it
    sample = case.samples[0]
    slopes, layers = sample.slopes(), [layer["name"] for layer in sample.trained]
    hidden = case.net["options"].get("hidden", ())
    fewer = [f"net.hidden={','.join(map(str, hidden[:2]))}"] if isinstance(hidden, Sequence) and len(hidden) > 2 else []
    return Diagnosis(
        "vanishing",
        severity(case),
        said(
            f"The gradient vanishes on its way back: {layers[0]}, the first layer, hardly hears what the loss asks.",
            f"梯度在反向传播途中消失：第一层 {layers[0]} 几乎听不到损失的要求。",
        ),
        said(
            f"Root mean square of the gradient at step {sample.at}: {chain(layers, slopes)}. First over last: "
            f"{short(first)}; nets that learn have 0.03 or more.",
            f"第 {sample.at} 步梯度的均方根：{chain(layers, slopes)}。首层与末层之比为 {short(first)}；"
            "能学习的网络不低于 0.03。",
        ),
        said(
            "Take an activation whose slope is 1 for half of its inputs (ReLU), larger first weights, or fewer layers.",
            "换用在一半输入上导数为 1 的激活函数（ReLU），增大初始权重，或减少层数。",
        ),
        (*(["net.activation=relu"] if case.net["options"].get("activation", "relu") != "relu" else []), *fewer),
        3,
        "vanishing",
    )


def chain(layers: Sequence[str], values: Sequence[float | None], most: int = 5) -> str:
    """Layers with their values, the inner ones of many left out."""
    told = [f"{name} {short(value)}" for name, value in zip(layers, values, strict=True)]
    return " → ".join(told if len(told) <= most else [*told[: most - 2], "…", told[-1]])


def exploding(case: Case) -> Diagnosis | None:
    """Answers and gradients that are far too large before the first step."""
    sample = case.samples[0] if case.samples else None
    if sample is None or sample.at != 1 or not sample.trained:
        return None
    layers, sizes = [layer["name"] for layer in sample.trained], [layer.get("size") for layer in sample.trained]
    bursts = any(layer["gradient"] is None for layer in sample.trained) or sample.gradient >= BURST
    loud = "size" in sample.trained[-1] and (sizes[-1] is None or sizes[-1] >= LOUD)
    if not (bursts and loud):
        return None
    strongest = max(sample.trained, key=lambda layer: float("inf") if layer["gradient"] is None else layer["gradient"])
    return Diagnosis(
        "exploding",
        "severe",
        said(
            f"The gradient explodes, most in layer {strongest['name']}: the first weights, or the inputs, are so large "
            "that the answers grow beyond all measure.",
            f"梯度爆炸，以 {strongest['name']} 层最甚：初始权重或输入过大，输出大得失控。",
        ),
        said(
            f"At the first step the gradient of {strongest['name']} is {short(strongest['gradient'])} long (healthy: "
            f"below 5), and the mean size of the answers is {chain(layers, sizes)}.",
            f"第一步时 {strongest['name']} 的梯度长度为 {short(strongest['gradient'])}（正常低于 5），"
            f"各层输出的平均大小为 {chain(layers, sizes)}。",
        ),
        said(
            "Scale the inputs to mean 0 and deviation 1 and begin with smaller weights (variance 2 / inputs of a "
            "unit); cutting the gradient to a greatest length keeps single steps in bounds.",
            "把输入标准化为均值 0、标准差 1，减小初始权重（方差取 2/单元输入数）；给梯度设长度上限可以避免单步过大。",
        ),
        ("plan.clip=1", f"plan.optimizer.lr={case.plan['optimizer']['lr'] / 10:g}"),
        6,
        "initialisation",
    )


def step_size(case: Case) -> float | None:
    """How far steps move the weights in the later half: the middle layer of the middle sample."""
    return middle(middle(sample.moved()) for sample in case.samples[len(case.samples) // 2 :])
