"""Numbers as people read them."""

from limen.train.measures import is_count


def number(value: float, measure: str = "") -> str:
    """A measure as it is read: four digits after the point; none of a count, an exponent where it is very small."""
    if is_count(measure):
        return f"{value:,.0f}"
    if value and (abs(value) < 1e-3 or abs(value) >= 1e5):
        return f"{value:.2e}"
    return f"{value:.4f}"


def duration(seconds: float, language: str) -> str:
    """A length of time."""
    minutes, rest = divmod(round(seconds), 60)
    unit = {"en": (" min ", " s"), "zh": (" 分 ", " 秒")}[language]
    return f"{minutes}{unit[0]}{rest}{unit[1]}" if minutes else f"{seconds:.1f}{unit[1]}"
