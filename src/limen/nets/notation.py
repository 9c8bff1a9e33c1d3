"""Formulas as plain text: indices below the line, and one function of another."""

from collections.abc import Sequence

from torch import nn

from limen.nets.derivatives import NOTATIONS

LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def sub(*numbers: int) -> str:
    """Numbers as an index: ``₁``, ``₁₂``; with a comma where a number has two digits, ``₁,₁₂``."""
    between = "," if any(n > 9 for n in numbers) else ""
    return between.join(str(n).translate(LOWERED) for n in numbers)


def applied(bends: Sequence[nn.Module], inner: str) -> str:
    """Activations upon something: ``ReLU(tanh(Z₁))``; the thing itself where there is none."""
    for layer in bends:
        inner = f"{NOTATIONS[type(layer)].symbol}({inner})"
    return inner


def sloped(bends: Sequence[nn.Module], inner: str) -> tuple[str, str]:
    """The slope of activations at something, as a sign and as a formula: ``σ′(Z₁)``, ``σ′(Z₁) = σ(Z₁) ⊙ …``."""
    signs = []
    for i, layer in enumerate(bends):
        signs.append(f"{NOTATIONS[type(layer)].symbol}′({applied(bends[:i], inner)})")
    if len(bends) == 1:
        written = NOTATIONS[type(bends[0])]
        return signs[0], f"{signs[0]} = {written.slope.format(z=inner, factor=inner, constant=written.sign)}"
    symbol = " ⊙ ".join(signs) or f"id′({inner})"
    return symbol, f"∂H/∂Z = {symbol}" if signs else f"{symbol} = 1"
