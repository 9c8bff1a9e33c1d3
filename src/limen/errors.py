"""What Limen says when it cannot go on.

One line that holds four things: what is wrong, the value, what is allowed, and the next step.
The command line prints the line and exits with 2; a program catches `LimenError`.
"""

import difflib
from collections.abc import Iterable


class LimenError(Exception):
    """A mistake that the user can mend. The message is one line, fit to be shown as it is."""


SHOWN = 60  # characters of a value that stand in a message


def shown(value: object) -> str:
    """A value as it stands in a message: in quotes where it is text, and never more than a line can hold."""
    try:
        text = repr(value if not isinstance(value, str) else value[: SHOWN + 1])
    except (ValueError, RecursionError):  # a whole number of thousands of digits, a list within itself
        return f"a {type(value).__name__}"
    return text if len(text) <= SHOWN + 2 else f"{text[:SHOWN]}…"


def nearest(value: str, allowed: Iterable[str]) -> str | None:
    """The allowed word most like `value`, or None when none is near."""
    if len(value) > SHOWN:  # comparing takes the square of the length
        return None
    by_lower = {word.lower(): word for word in allowed}
    found = difflib.get_close_matches(value.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def unknown(kind: str, value: str, allowed: Iterable[str], see: str = "") -> LimenError:
    """The error for a name that is in no list: ``Unknown net 'resnt18'. Did you mean 'resnet18'? See …``.

    `see` names a command that lists what is allowed; without it the message lists it itself.
    """
    allowed = sorted(allowed)
    likely = nearest(value, allowed)
    hint = f" Did you mean {likely!r}?" if likely else ""
    rest = f" See `{see}`." if see else f" Allowed: {', '.join(allowed) or 'none'}."
    return LimenError(f"Unknown {kind} {shown(value)}.{hint}{rest}")
