"""Numbers as people read them."""


def number(value: float) -> str:
    """A measure as it is read: four digits after the point; more or fewer where it is very small or large."""
    if value and (abs(value) < 1e-3 or abs(value) >= 1e5):
        return f"{value:.2e}"
    return f"{value:.4f}"


def duration(seconds: float, language: str) -> str:
    """A length of time."""
    minutes, rest = divmod(round(seconds), 60)
    unit = {"en": (" min ", " s"), "zh": (" 分 ", " 秒")}[language]
    return f"{minutes}{unit[0]}{rest}{unit[1]}" if minutes else f"{seconds:.1f}{unit[1]}"
