"""The options of a function as one would type them, with their defaults."""

from collections.abc import Mapping
from inspect import Parameter


def option_words(options: Mapping[str, Parameter]) -> str:
    """``--sigma 1.0  --dark``; an option that is off is shown as what turns it on."""
    return "  ".join(
        f"--{name}" if option.default is False else f"--{name} {option.default}" for name, option in options.items()
    )
