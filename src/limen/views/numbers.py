"""Numbers as people read them."""


def number(value: float) -> str:
    """A measure as it is read: four digits after the point."""
    return f"{value:.4f}"


def duration(seconds: float, language: str) -> str:
    """A length of time."""
    minutes, rest = divmod(round(seconds), 60)
    unit = {"en": (" min ", " s"), "zh": (" 分 ", " 秒")}[language]
    return f"{minutes}{unit[0]}{rest}{unit[1]}" if minutes else f"{seconds:.1f}{unit[1]}"
