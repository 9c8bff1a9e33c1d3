"""Texts as numbers, in two ways: how much each word counts (TF-IDF), or which words stand there (token ids).

TF-IDF weighs a word by how often it stands in this text and how few texts it stands in at all:

    x[word] = (1 + ln tf) · (1 + ln((1 + N) / (1 + df))),  then x / |x|

where tf counts the word in the text and df the training texts that hold it (Spärck Jones 1972; here as scikit-learn
has it, with sublinear tf). What is learnt of the texts, the words and their df, is learnt of the TRAINING split only:
the other splits must meet it as new texts would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.data.tokens import SPECIAL, Vocabulary
from limen.errors import LimenError, shown, unknown
from limen.machine import memory

# the options of each way, and what they are where nobody says
OPTIONS: dict[str, dict[str, int | bool]] = {
    "tfidf": {"words": 3000, "least": 2, "fold": True, "lengths": True},
    "tokens": {"words": 4000, "length": 80, "least": 2, "fold": True, "lengths": True},
}
LARGEST = {"words": 100_000, "length": 100_000, "least": 1_000_000}
NAME = "features"
FLOAT = 4  # bytes


@dataclass(frozen=True)
class Tfidf:
    """What TF-IDF learnt of the training texts: the words, and how rare each is. Called with texts, it weighs them."""

    vocabulary: Vocabulary
    idf: tuple[float, ...] = field(repr=False)  # of each word of the vocabulary

    def __post_init__(self) -> None:
        if len(self.idf) != len(self.vocabulary.words):
            raise LimenError(
                f"{len(self.idf):,} weights do not fit {len(self.vocabulary.words):,} words. Each word has one."
            )

    @classmethod
    def of(cls, texts: Sequence[str], vocabulary: Vocabulary) -> "Tfidf":
        """The weights that the training texts give to the words of a vocabulary."""
        fitted = vectorizer(vocabulary).fit(texts)
        return cls(vocabulary, tuple(fitted.idf_.tolist()))

    @property
    def columns(self) -> tuple[str, ...]:
        """The word of each column."""
        return self.vocabulary.words

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The weights of the words in each text: (N, words) float32, each row of length 1, or 0 without known words."""
        rows, columns = len(texts), len(self.columns)
        if rows * columns * FLOAT > memory() // 2:
            raise LimenError(
                f"{rows:,} texts by {columns:,} words would take {rows * columns * FLOAT / 1e9:,.1f} GB. "
                "Ask for fewer words, or use --set data.features=tokens."
            )
        if not rows:
            return np.empty((0, columns), np.float32)
        ready = vectorizer(self.vocabulary)
        ready.idf_ = np.array(self.idf)
        weights: NDArray[np.float32] = ready.transform(texts).astype(np.float32).toarray()
        return weights

    def to_plain(self) -> dict[str, Any]:
        """The record as lists, numbers and texts, ready for JSON."""
        return {"vocabulary": self.vocabulary.to_plain(), "idf": list(self.idf)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Tfidf":
        """The record that `to_plain` gave."""
        idf = plain.get("idf")
        if set(plain) != {"vocabulary", "idf"} or type(idf) is not list or not all(type(v) is float for v in idf):
            raise LimenError("This is no TF-IDF record. It must hold exactly vocabulary, idf. Save it again.")
        return cls(Vocabulary.from_plain(plain["vocabulary"]), tuple(idf))


@dataclass(frozen=True)
class Tokens:
    """Which words stand in a text, in order, and how many of them are kept. Called with texts, it numbers them."""

    vocabulary: Vocabulary
    length: int = 80
    columns: tuple[str, ...] = field(default=(), init=False, repr=False)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The ids of the first tokens of each text: (N, length) int64, 0 where there are no more."""
        return self.vocabulary.encode_all(texts, self.length)

    def to_plain(self) -> dict[str, Any]:
        """The record as lists, numbers and texts, ready for JSON."""
        return {"vocabulary": self.vocabulary.to_plain(), "length": self.length}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Tokens":
        """The record that `to_plain` gave."""
        if set(plain) != {"vocabulary", "length"} or type(plain["length"]) is not int or plain["length"] < 1:
            raise LimenError("This is no token record. It must hold exactly vocabulary, length. Save it again.")
        return cls(Vocabulary.from_plain(plain["vocabulary"]), plain["length"])


Features = Tfidf | Tokens


def vectorizer(vocabulary: Vocabulary) -> Any:
    """scikit-learn's, with our words: its own choice among words that are equally frequent differs between machines."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes longer to import than most texts to weigh

    return TfidfVectorizer(analyzer=vocabulary.cut, vocabulary=list(vocabulary.words), sublinear_tf=True)


def check_options(options: Mapping[str, Any]) -> tuple[str, dict[str, int | bool]]:
    """The way that options choose, and its options with those that nobody stated.

    Raises:
        LimenError: an unknown way or option, or a value of another type or out of its range.
    """
    kind = options.get(NAME, "tfidf")
    if kind not in OPTIONS:
        raise unknown(f"data.{NAME}", str(kind), OPTIONS)
    chosen = dict(OPTIONS[kind])
    for name, value in options.items():
        if name == NAME:
            continue
        if name not in chosen:
            raise unknown(f"option of the features {kind}", name, chosen)
        if type(value) is not type(chosen[name]):
            raise LimenError(
                f"data.{name} {shown(value)} is no {'whole number' if name in LARGEST else 'true or false'}. "
                f"Try --set data.{name}={str(chosen[name]).lower()}."
            )
        if name in LARGEST and not 1 <= value <= LARGEST[name]:
            raise LimenError(
                f"data.{name} {value:,} is out of range. Allowed: 1 to {LARGEST[name]:,}. "
                f"Try --set data.{name}={chosen[name]}."
            )
        chosen[name] = value
    return kind, chosen


def learn(texts: Sequence[str], options: Mapping[str, Any]) -> Features:
    """What the training texts teach of words: their weights, or their numbers.

    `options`: ``features`` "tfidf" or "tokens"; ``words``, how many columns, or ids with padding and unknown;
    ``least``, how often a word must occur; ``fold`` and ``lengths``, see `limen.data.tokens.tokenise`; and of tokens
    ``length``, how many are kept.
    """
    kind, chosen = check_options(options)
    size = chosen["words"] + (SPECIAL if kind == "tfidf" else 0)
    vocabulary = Vocabulary.of(
        texts, size, least=chosen["least"], fold=bool(chosen["fold"]), lengths=bool(chosen["lengths"])
    )
    return Tfidf.of(texts, vocabulary) if kind == "tfidf" else Tokens(vocabulary, chosen["length"])


def features_to_plain(features: Features) -> dict[str, Any]:
    """What was learnt of the training texts, as values that JSON can hold."""
    return {"way": "tfidf" if isinstance(features, Tfidf) else "tokens", **features.to_plain()}


def features_from_plain(plain: Mapping[str, Any]) -> Features:
    """The features that `features_to_plain` gave.

    Raises:
        LimenError: they are none.
    """
    rest = {name: value for name, value in plain.items() if name != "way"}
    if plain.get("way") not in OPTIONS:
        raise LimenError(f"The way {shown(plain.get('way'))} to read texts is unknown. Run the experiment again.")
    return Tfidf.from_plain(rest) if plain["way"] == "tfidf" else Tokens.from_plain(rest)
