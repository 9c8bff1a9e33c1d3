"""A convolution as one would work it out on the blackboard: the kernel laid on a window, products, and their sum.

    y₁ = 0.5·0 + 1·5 + 0.5·13 = 11.5

All count from 1: y₂₃ is the number in row 2, column 3. A 0 that stands for padding is written [0].
"""

from collections.abc import Sequence

import torch

from limen.explain.worked import Worked
from limen.explain.written import DIGITS, factor, is_exact, number, total
from limen.nets.convolution import Convolution, Index
from limen.nets.notation import sub


def named(sign: str, at: Sequence[int]) -> str:
    """``x₂₃`` for the index (1, 2), which counts from 0."""
    return f"{sign}{sub(*(i + 1 for i in at))}"


def worked_place(seen: Convolution, *at: int, digits: int = DIGITS) -> Worked:
    """One number of the output, its index counted from 0: the products in signs, in numbers, and the sum."""
    terms = seen.terms(*at)
    signs = [f"{named('w', t.tap)}·{'[0]' if t.at is None else named('x', t.at)}" for t in terms]
    numbers = [f"{factor(t.weight, digits)}·{'[0]' if t.at is None else factor(t.number, digits)}" for t in terms]
    value, symbol = float(seen.output[at]), named("y", at)
    used = [v for t in terms for v in (t.weight, t.number)]
    same = "=" if is_exact([*used, value], digits, torch.finfo(torch.float64).eps) else "≈"
    text = f"{symbol} = {total(numbers) if terms else '0'}"
    formula = f"{symbol} = {total(signs) if terms else '0'}"
    return Worked(symbol, formula, f"{text} {same} {number(value, digits)}" if terms else text, value)


def worked_convolution(seen: Convolution, most: int = 64) -> tuple[Worked, ...]:
    """Every number of the output, or the first `most`."""
    return tuple(worked_place(seen, *at) for at in seen.places[:most])


def record(seen: Convolution) -> dict[str, object]:
    """All of it as plain values, for a page or a browser: input, kernel, output, and of each place its products."""

    def told(at: Index) -> dict[str, object]:
        terms = seen.terms(*at)
        return {
            "at": list(at),
            "window": [None if t.at is None else list(t.at) for t in terms],
            "weights": [t.weight for t in terms],
            "numbers": [t.number for t in terms],
            "products": [t.product for t in terms],
            "sum": float(seen.output[at]),
            "text": worked_place(seen, *at).text,
        }

    return {
        "input": seen.x.tolist(),
        "kernel": seen.kernel.tolist(),
        "output": seen.output.tolist(),
        "places": [told(at) for at in seen.places],
    }
