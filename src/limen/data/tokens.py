"""Cutting a text into tokens, and giving each token a number.

A net computes with numbers, so a text becomes a row of them: cut it into words, count the words of the training texts,
and number those that occur most. What was not seen in training has a number of its own, and rows shorter than the
others are filled up:

    "Free entry!!! £100"  ->  free · entry · !!! · £ · 100  ->  17 305 40 23 96 0 0 0
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.errors import LimenError, shown, unknown
from limen.language import Text

PADDING, UNKNOWN = 0, 1
SPECIAL = 2  # ids before the first word's
UNITS = ("words", "characters")
NAMED = 5  # unknown words named in a note
# what is written without spaces, so that each character is a token
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\u3005\u3007"
APOSTROPHES = "'’\x92"  # the last is what old Windows wrote where it claimed Latin-1
STRAIGHT = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
DIGITS = re.compile(r"\d+")


@functools.cache
def pattern() -> "re.Pattern[str]":
    """What counts as one token: a Chinese character, a word or number, or a run of one sign.

    Accents and vowel signs that stand beside their letter belong to the word (categories M); controls, marks of
    direction and of no width belong to nothing.
    """
    every = [(chr(i), unicodedata.category(chr(i))) for i in range(0x80, 0x10000)]  # beyond, the search is slow
    marks = "".join(letter for letter, kind in every if kind[0] == "M")
    unseen = "".join(letter for letter, kind in every if kind in ("Cc", "Cf", "Cs"))
    letter = rf"[^\W_{HAN}]"
    word = rf"{letter}(?:{letter}|[{marks}])*"
    return re.compile(rf"[{HAN}]|{word}(?:[{APOSTROPHES}]{word})*|(?P<sign>[^\w\s\x00-\x1f\x7f{unseen}]|_)(?P=sign)*")


def tokenise(text: str, *, fold: bool = True, lengths: bool = False) -> list[str]:
    """The tokens of a text in order: words, numbers, runs of one sign (``!!!``), Chinese characters one by one.

    `fold` makes capitals small. `lengths` adds after each token the length of its numbers (``<11 digits>``): a number
    seen for the first time still tells by its length that it is a telephone's.
    """
    tokens = []
    for found in pattern().finditer(text.casefold() if fold else text):
        token = found.group().translate(STRAIGHT)
        tokens.append(token)
        if lengths:
            tokens += [f"<{len(run)} digit{'s' * (len(run) > 1)}>" for run in DIGITS.findall(token)]
    return tokens


def characters(text: str, *, fold: bool = True, lengths: bool = False) -> list[str]:
    """The characters of a text in order, made small by `fold`."""
    del lengths  # a digit is a character like any other
    return list(text.casefold() if fold else text)


CUTS: dict[str, Callable[..., list[str]]] = {"words": tokenise, "characters": characters}


@dataclass(frozen=True)
class Vocabulary:
    """Words and their numbers: 0 is padding, 1 is unknown, then the words by frequency and, of equals, the alphabet.

    `least` is how often a word had to occur to be taken in. The other fields say how texts are cut; see `tokenise`.
    """

    words: tuple[str, ...] = field(repr=False)
    least: int = 1
    unit: str = "words"
    fold: bool = True
    lengths: bool = False

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise unknown("unit", self.unit, UNITS)
        if len(set(self.words)) != len(self.words):
            twice = next(word for word, count in Counter(self.words).items() if count > 1)
            raise LimenError(f"The vocabulary holds {shown(twice)} twice. Each word has one number; remove one.")

    @classmethod
    def of(
        cls,
        texts: Iterable[str],
        size: int | None = None,
        *,
        least: int = 1,
        unit: str = "words",
        fold: bool = True,
        lengths: bool = False,
    ) -> "Vocabulary":
        """The vocabulary of some texts: the words that occur `least` times or more, and the most frequent if `size`.

        `size` counts padding and unknown too, so it is the number of rows that an embedding needs.

        Raises:
            LimenError: no word is left.
        """
        if size is not None and size <= SPECIAL:
            raise LimenError(f"A vocabulary of {size} has room for no word. Allowed: {SPECIAL + 1} or more.")
        empty, counts = cls((), least, unit, fold, lengths), Counter[str]()
        for text in texts:
            counts.update(empty.cut(text))
        often = sorted((-count, word) for word, count in counts.items() if count >= least)
        if not often:
            raise LimenError(f"No word occurs {least} times or more. Bring more text, or ask for less.")
        most = None if size is None else size - SPECIAL
        return cls(tuple(word for _, word in often[:most]), least, unit, fold, lengths)

    def __repr__(self) -> str:
        first = ", ".join(map(repr, self.words[:3]))
        return f"Vocabulary({len(self.words):,} {self.unit}: {first}{', …' if len(self.words) > 3 else ''})"

    def __len__(self) -> int:
        """Ids in all: the words, padding and unknown."""
        return len(self.words) + SPECIAL

    @functools.cached_property
    def ids(self) -> Mapping[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words, SPECIAL)}

    def cut(self, text: str) -> list[str]:
        """The tokens of a text as this vocabulary counts them."""
        return CUTS[self.unit](text, fold=self.fold, lengths=self.lengths)

    def encode(self, text: str, length: int) -> NDArray[np.int64]:
        """A text as ids (length,) int64: its first tokens, then padding."""
        ids = np.full(length, PADDING, np.int64)
        found = [self.ids.get(token, UNKNOWN) for token in self.cut(text)[:length]]
        ids[: len(found)] = found
        return ids

    def encode_all(self, texts: Sequence[str], length: int) -> NDArray[np.int64]:
        """Several texts as ids (N, length) int64."""
        return np.stack([self.encode(text, length) for text in texts]) if texts else np.empty((0, length), np.int64)

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The words of ids; padding is left out, unknown is "�"."""
        return ["�" if i == UNKNOWN else self.words[i - SPECIAL] for i in ids if i != PADDING]

    def unknown(self, text: str) -> list[str]:
        """The tokens of a text that have no number, each once, in order."""
        return list(dict.fromkeys(token for token in self.cut(text) if token not in self.ids))

    def notes(self, text: str, length: int) -> list[Text]:
        """What is lost when a text is encoded, a phrase each: unknown tokens, and what is cut off."""
        told, tokens = [], len(self.cut(text))
        if lost := self.unknown(text):
            names = ", ".join(map(repr, lost[:NAMED])) + ("…" if len(lost) > NAMED else "")
            told.append(Text(f"not in the vocabulary: {names}", f"词表中没有：{names}"))
        if tokens > length:
            kind = Text(*{"words": ("tokens", "词元"), "characters": ("characters", "字符")}[self.unit])
            told.append(
                Text(
                    f"cut to the first {length:,} of {tokens:,} {kind.en}",
                    f"共 {tokens:,} 个{kind.zh}，只取前 {length:,} 个",
                )
            )
        return told

    def to_plain(self) -> dict[str, Any]:
        """The vocabulary as lists, numbers and texts, ready for JSON."""
        return asdict(self) | {"words": list(self.words)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Vocabulary":
        """The vocabulary that `to_plain` gave.

        Raises:
            LimenError: what is given is no such record.
        """
        names = ("words", "least", "unit", "fold", "lengths")
        kinds = dict(zip(names, (list, int, str, bool, bool), strict=True))
        if set(plain) != set(names) or any(type(plain[name]) is not kind for name, kind in kinds.items()):
            raise LimenError(f"This is no vocabulary. It must hold exactly {', '.join(names)}. Save it again.")
        if not all(type(word) is str for word in plain["words"]):
            raise LimenError("This is no vocabulary: its words are not all texts. Save it again.")
        return cls(tuple(plain["words"]), plain["least"], plain["unit"], plain["fold"], plain["lengths"])
