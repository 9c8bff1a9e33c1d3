"""The formulas of a pass with the numbers put in, as one would work them on the blackboard.

    z₁₂ = 0.5·0.3 + 0.2·(−0.1) + 0.05 = 0.18

z₁₂ is the sum of unit 2 in layer 1, w₁(1→2) the weight in layer 1 from unit 1 before it to its unit 2, x⁽ⁿ⁾ the nth
example. All count from 1. Where a number had to be rounded to be written, ≈ stands before the result instead of =.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.explain.written import DIGITS, factor, is_exact, number, products, total
from limen.nets.derivatives import NOTATIONS
from limen.nets.losses import one_hot, softmax
from limen.nets.notation import applied, sub
from limen.nets.passes import LayerPass, Pass


@dataclass(frozen=True)
class Worked:
    """One number: its formula in signs, the formula with the numbers put in, and what comes out."""

    symbol: str  # z₁₂
    formula: str  # z₁₂ = Σⱼ xⱼ·w₁(j→2) + b₁₂, j = 1…2
    text: str  # z₁₂ = 0.5·0.3 + 0.2·(−0.1) + 0.05 = 0.18
    value: float

    def __str__(self) -> str:
        return self.text


def worked(
    seen: Pass,
    symbol: str,
    formula: str,
    numbers: str,
    value: Tensor,
    used: Sequence[float],
    digits: int,
    becomes: str = "=",
) -> Worked:
    """A number with its texts; `used` are the numbers that stand in `numbers`, `becomes` is = or ←."""
    out = float(value)
    result, epsilon = number(out, digits), torch.finfo(seen.x.values.dtype).eps
    same = "=" if is_exact([*used, out], digits, epsilon) else "≈"
    end = "" if numbers == result else f" {same} {result}"
    return Worked(symbol, f"{symbol} {becomes} {formula}", f"{symbol} {becomes} {numbers}{end}", out)


def chosen(what: str, place: int, count: int) -> int:
    """A place counted from 1, counted from 0; LimenError outside of 1 to `count`."""
    if not 1 <= place <= count:
        raise LimenError(f"There is no {what}. Allowed: 1 to {count}. They count from 1.")
    return place - 1


@dataclass(frozen=True, eq=False)
class Spot:
    """One unit of one layer for one example; `unit` and `example` count from 0, as tensors do."""

    seen: Pass
    at: LayerPass
    unit: int
    example: int
    digits: int

    @property
    def index(self) -> str:
        """Layer and unit as an index, counted from 1."""
        return sub(self.at.number, self.unit + 1)

    @property
    def slope(self) -> str:
        """The sign of f′; empty where the layer does not bend."""
        bends = self.at.bends
        return "f′" if len(bends) > 1 else f"{NOTATIONS[type(bends[0])].symbol}′" if bends else ""

    @property
    def sum(self) -> float:
        """z."""
        return float(self.at.z.values[self.example, self.unit])

    def __repr__(self) -> str:
        return f"Spot(z{self.index}, example {self.example + 1})"


def spot(seen: Pass, layer: int, unit: int, example: int, digits: int) -> Spot:
    """The unit, all counted from 1; LimenError where there is none."""
    at = seen.layers[chosen(f"layer {layer}", layer, len(seen.layers))]
    place = chosen(f"unit {unit} in layer {layer}", unit, at.z.values.shape[1])
    return Spot(seen, at, place, chosen(f"example {example}", example, len(seen.x.values)), digits)


def entering(at: LayerPass, unit: str) -> str:
    """The sign of what comes into a layer from a unit before it: ``x₂``, ``h₁₂``; `unit` is its index."""
    return f"x{unit}" if at.before.symbol == "X" else f"h{sub(at.number - 1)}{unit}"


def worked_sum(here: Spot) -> Worked:
    """z = Σ x·w + b."""
    at, i, digits = here.at, here.index, here.digits
    inputs, weights = at.before.values[here.example].tolist(), at.w.values[:, here.unit].tolist()
    terms, used, bias = products(inputs, weights, digits), [*inputs, *weights], ""
    if at.b is not None:
        added = float(at.b.values[here.unit])
        terms, used, bias = [*terms, number(added, digits)], [*used, added], f" + b{i}"
    formula = f"Σⱼ {entering(at, 'ⱼ')}·w{sub(at.number)}(j→{here.unit + 1}){bias}, j = 1…{len(inputs)}"
    return worked(here.seen, f"z{i}", formula, total(terms), at.z.values[here.example, here.unit], used, digits)


def worked_bend(here: Spot) -> Worked:
    """h = f(z)."""
    at, i = here.at, here.index
    numbers, value = applied(at.bends, number(here.sum, here.digits)), at.h.values[here.example, here.unit]
    return worked(here.seen, f"h{i}", applied(at.bends, f"z{i}"), numbers, value, [here.sum], here.digits)


def slope_at(bends: Sequence[nn.Module], inner: str, multiplied: str, digits: int | None) -> str:
    """f′ at something: ``σ(0.18)·(1 − σ(0.18))``, several activations each in brackets; in signs without `digits`."""
    parts = []
    for i, layer in enumerate(bends):
        written, at = NOTATIONS[type(layer)], applied(bends[:i], inner)
        constant = number(getattr(layer, written.holds), digits) if digits and written.holds else written.sign
        rule = written.slope.replace(" ⊙ ", "·").replace("{constant} ", "{constant}·")
        parts.append(rule.format(z=at, factor=at if i else multiplied, constant=constant))
    return "·".join(f"({part})" for part in parts) if len(parts) > 1 else parts[0]


def worked_slope(here: Spot) -> Worked:
    """f′(z)."""
    at, i, z = here.at, here.index, here.sum
    formula = slope_at(at.bends, f"z{i}", f"z{i}", None)
    numbers = slope_at(at.bends, number(z, here.digits), factor(z, here.digits), here.digits)
    value = at.local.values[here.example, here.unit]
    return worked(here.seen, f"{here.slope}(z{i})", formula, numbers, value, [z], here.digits)


def loss_slope(here: Spot) -> tuple[str, str, list[float]]:
    """∂L/∂ŷ: the formula, with the numbers put in, and those numbers."""
    seen, i, k = here.seen, sub(here.unit + 1), here.unit
    scores = seen.output.values
    targets = seen.targets
    if seen.loss == "cross-entropy":
        scores, targets = softmax(scores), one_hot(seen.targets, scores)
    output, y = float(scores[here.example, k]), float(targets[here.example, k])
    sign = "p" if seen.loss == "cross-entropy" else "ŷ"
    formula, numbers = f"({sign}{i} − y{i})", f"({number(output, here.digits)} − {factor(y, here.digits)})"
    if seen.loss in ("squared-error", "mean-squared-error"):
        formula, numbers = f"2·{formula}", f"2·{numbers}"
    if seen.loss == "mean-squared-error":
        formula, numbers = f"{formula}/(N·K)", f"{numbers}/({len(scores)}·{scores.shape[1]})"
    if seen.loss == "cross-entropy":
        formula, numbers = f"{formula}/N", f"{numbers}/{len(scores)}"
    return formula, numbers, [output, y]


def returning(here: Spot) -> tuple[str, str, list[float]]:
    """∂L/∂h, which the following layer sends back: the formula, with the numbers put in, and those numbers."""
    number_, digits = here.at.number, here.digits
    if number_ == len(here.seen.layers):
        return loss_slope(here)
    following, i = here.seen.layers[number_], sub(number_ + 1)
    deltas, weights = following.delta.values[here.example].tolist(), following.w.values[here.unit].tolist()
    formula, numbers = f"Σₖ δ{i}ₖ·w{i}({here.unit + 1}→k)", total(products(deltas, weights, digits))
    brackets = "({})" if here.slope else "{}"
    return brackets.format(formula), brackets.format(numbers), [*deltas, *weights]


def worked_delta(here: Spot) -> Worked:
    """δ = ∂L/∂z = what comes back, times f′(z)."""
    at, i = here.at, here.index
    formula, numbers, used = returning(here)
    if here.slope:
        local = float(at.local.values[here.example, here.unit])
        formula, numbers = f"{formula}·{here.slope}(z{i})", f"{numbers}·{factor(local, here.digits)}"
        used = [*used, local]
    value = at.delta.values[here.example, here.unit]
    return worked(here.seen, f"δ{i}", formula, numbers, value, used, here.digits)


def worked_unit(seen: Pass, layer: int, unit: int, example: int = 1, digits: int = DIGITS) -> tuple[Worked, ...]:
    """z, h, f′(z) and δ of one unit for one example, all counted from 1; no f′ where the layer does not bend."""
    here = spot(seen, layer, unit, example, digits)
    slope = (worked_slope(here),) if here.slope else ()
    return (worked_sum(here), worked_bend(here), *slope, worked_delta(here))


def descent(seen: Pass, symbol: str, before: Tensor, slope: Tensor, after: Tensor, digits: int) -> Worked:
    """w ← w - η·dw."""
    used = [float(before), seen.rate, float(slope)]
    numbers = f"{number(used[0], digits)} − {factor(used[1], digits)}·{factor(used[2], digits)}"
    return worked(seen, symbol, f"{symbol} − η·d{symbol}", numbers, after, used, digits, "←")


def worked_weight(seen: Pass, layer: int, source: int, unit: int, digits: int = DIGITS) -> tuple[Worked, ...]:
    """dw = Σₙ x⁽ⁿ⁾·δ⁽ⁿ⁾ and w ← w - η·dw of the weight from unit `source` before the layer to its `unit`, from 1."""
    here = spot(seen, layer, unit, 1, digits)
    at, k = here.at, here.unit
    j = chosen(f"unit {source} before layer {layer}", source, at.before.values.shape[1])
    inputs, deltas = at.before.values[:, j].tolist(), at.delta.values[:, k].tolist()
    symbol = f"w{sub(layer)}({source}→{unit})"
    before = f"x{sub(source)}" if at.before.symbol == "X" else f"h{sub(layer - 1, source)}"
    formula = f"Σₙ {before}⁽ⁿ⁾·δ{here.index}⁽ⁿ⁾, n = 1…{len(inputs)}"
    numbers = total(products(inputs, deltas, digits))
    slope = worked(seen, f"d{symbol}", formula, numbers, at.dw.values[j, k], [*inputs, *deltas], digits)
    return slope, descent(seen, symbol, at.w.values[j, k], at.dw.values[j, k], at.new_w.values[j, k], digits)


def worked_bias(seen: Pass, layer: int, unit: int, digits: int = DIGITS) -> tuple[Worked, ...]:
    """db = Σₙ δ⁽ⁿ⁾ and b ← b - η·db of a unit, counted from 1; LimenError where the layer has no bias."""
    here = spot(seen, layer, unit, 1, digits)
    at, k = here.at, here.unit
    if at.b is None or at.db is None or at.new_b is None:
        raise LimenError(f"Layer {layer} ({at.name!r}) has no bias. Choose another layer, or build it with bias=True.")
    deltas, symbol = at.delta.values[:, k].tolist(), f"b{here.index}"
    formula, numbers = f"Σₙ δ{here.index}⁽ⁿ⁾, n = 1…{len(deltas)}", total([number(d, digits) for d in deltas])
    slope = worked(seen, f"d{symbol}", formula, numbers, at.db.values[k], deltas, digits)
    return slope, descent(seen, symbol, at.b.values[k], at.db.values[k], at.new_b.values[k], digits)


def worked_loss(seen: Pass, digits: int = DIGITS) -> Worked:
    """L of the whole batch."""
    scores, count = seen.output.values, len(seen.x.values)
    if seen.loss == "cross-entropy":
        used = softmax(scores).gather(1, seen.targets[:, None]).flatten().tolist()
        text = total([f"ln({number(p, digits)})" for p in used])
        formula, numbers = f"−1/N Σₙ ln p⁽ⁿ⁾, n = 1…{count}", f"−1/{count}·({text})"
    else:
        outputs, targets = scores.flatten().tolist(), seen.targets.flatten().tolist()
        pairs = zip(outputs, targets, strict=True)
        numbers = total([f"({number(o, digits)} − {factor(y, digits)})²" for o, y in pairs])
        formula, used = seen.value.formula.partition(" = ")[2], [*outputs, *targets]
        before = {"half-squared-error": "½·", "mean-squared-error": f"1/({count}·{scores.shape[1]})·"}.get(seen.loss)
        numbers = f"{before}({numbers})" if before else numbers
    return worked(seen, "L", formula, numbers, seen.value.values, used, digits)
