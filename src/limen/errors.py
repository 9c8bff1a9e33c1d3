"""What Limen says when it cannot go on.

One line that holds four things: what is wrong, the value, what is allowed, and the next step.
The command line prints the line and exits with 2; a program catches `LimenError`.
"""

import difflib
from collections.abc import Iterable


class LimenError(Exception):
    """A mistake that the user can mend. The message is one line, fit to be shown as it is."""


def nearest(value: str, allowed: Iterable[str]) -> str | None:
    """The allowed word most like `value`, or None when none is near."""
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
    return LimenError(f"Unknown {kind} {value!r}.{hint}{rest}")
