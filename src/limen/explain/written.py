"""Numbers as one writes them on the blackboard: −0.25, 3, 1.5·10⁻⁷, and sums and products of them."""

from collections.abc import Sequence

DIGITS = 4  # digits behind the point
MOST = 6  # terms of a sum that are written; of a longer one the first and the last
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ROUNDING = 5e-7  # a few roundings of float32, so that 0.3 is written 0.3 and not 0.3000
LARGE = 1e6  # from here on numbers are written with a power of ten


def shortened(text: str, value: float) -> str:
    """Without the zeros at the end of a fraction, where they are not the last digits of a rounded number."""
    rounded = abs(float(text) - value) > ROUNDING * abs(value)
    return text if rounded or "." not in text else text.rstrip("0").rstrip(".")


def is_plain(value: float, digits: int) -> bool:
    """Whether a number needs no power of ten to be written with so many digits behind the point."""
    return value == 0 or 10.0 ** (1 - digits) <= abs(value) < LARGE


def number(value: float, digits: int = DIGITS) -> str:
    """A number with at most `digits` behind the point, or as a power of ten where it is too small or large for that."""
    if value != value or abs(value) == float("inf"):
        text = str(value)
    elif is_plain(value, digits):
        text = shortened(f"{value:.{digits}f}", value)
    else:
        mantissa, _, exponent = f"{value:.{max(digits - 2, 1)}e}".partition("e")
        text = f"{shortened(mantissa, value / 10.0 ** int(exponent))}·10{str(int(exponent)).translate(RAISED)}"
    return text.replace("-", "−")


def factor(value: float, digits: int = DIGITS) -> str:
    """A number within a product: in brackets where it has a sign or a power."""
    text = number(value, digits)
    return f"({text})" if text.startswith("−") or "·" in text else text


def products(left: Sequence[float], right: Sequence[float], digits: int = DIGITS) -> list[str]:
    """`a·b` of each pair."""
    return [f"{factor(a, digits)}·{factor(b, digits)}" for a, b in zip(left, right, strict=True)]


def total(terms: Sequence[str]) -> str:
    """Terms added up; of many the first ones and the last, with an ellipsis between."""
    shown = list(terms) if len(terms) <= MOST else [*terms[: MOST - 2], "…", terms[-1]]
    text = shown[0]
    for term in shown[1:]:
        text += f" − {term[1:]}" if term.startswith("−") else f" + {term}"
    return text


def is_exact(values: Sequence[float], digits: int, epsilon: float) -> bool:
    """Whether no number loses more than float rounding (a few times `epsilon`) when it is written."""
    return all(is_plain(v, digits) and abs(v - round(v, digits)) <= 8 * epsilon * max(abs(v), 1) for v in values)
