"""Options of an operation that must lie between two bounds, or be one of a few words."""

from collections.abc import Collection

from limen.errors import LimenError, shown, unknown


def within(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside [low, high]; nan is outside.

    Raises:
        LimenError: it is.
    """
    if not low <= value <= high:
        raise LimenError(
            f"{name} {shown(value)} is out of range. Allowed: {low:g} to {high:g}. "
            f"Try --{name} {min(max(value, low), high) if value == value else low:g}."
        )


def ordered(lower: str, low: float, upper: str, high: float) -> None:
    """Refuse two bounds of which the lower is not below the upper.

    Raises:
        LimenError: they are not in order.
    """
    if low >= high:
        raise LimenError(f"{lower} {low:g} is not below {upper} {high:g}. Allowed: {lower} below {upper}. Change one.")


def among(name: str, value: str, words: Collection[str]) -> None:
    """Refuse a word that is none of `words`.

    Raises:
        LimenError: it is none, with the nearest.
    """
    if value not in words:
        raise unknown(name, value, words)
