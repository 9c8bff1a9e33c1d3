"""How a thing that was found in a folder of photos is told: the action, what, why, and what to do.

E stops before the first step, Q sets a file aside, F was handled, W should be looked at.
"""

from dataclasses import dataclass

from limen.data.notes import NOTHING
from limen.language import Text

Remark = tuple[str, str]  # what was found (a row of `limen.data.photo_words.SAYINGS`), and its detail


@dataclass(frozen=True)
class Found:
    """One thing found, and the files it is about: (name as shown, detail) each."""

    kind: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Saying:
    """How a thing is told. `what` may hold {n}, the number of files, and {detail}, that of the only one."""

    action: str
    what: Text
    why: Text = NOTHING
    do: Text = NOTHING


def e(en: str, zh: str, why_en: str, why_zh: str, do_en: str, do_zh: str) -> Saying:
    """An error: every part is said."""
    return Saying("E", Text(en, zh), Text(why_en, why_zh), Text(do_en, do_zh))


def q(en: str, zh: str, do_en: str = "", do_zh: str = "", why: Text = NOTHING) -> Saying:
    """Files set aside."""
    return Saying("Q", Text(en, zh), why, Text(do_en, do_zh))


def w(en: str, zh: str, do_en: str = "", do_zh: str = "", why: Text = NOTHING) -> Saying:
    """Something to look at."""
    return Saying("W", Text(en, zh), why, Text(do_en, do_zh))


def f(en: str, zh: str) -> Saying:
    """Something that was handled."""
    return Saying("F", Text(en, zh))
