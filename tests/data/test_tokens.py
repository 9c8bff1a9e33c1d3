"""Tokens and vocabularies: what a text is cut into, and what number each piece has."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limen.data.tokens import PADDING, UNKNOWN, Vocabulary, tokenise
from limen.errors import LimenError


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Free entry!!! £100", ["free", "entry", "!!!", "£", "100"]),
        ("don't DON’T I\x92m", ["don't", "don't", "i'm"]),
        ("call 08001234567 b4 2nite...", ["call", "08001234567", "b4", "2nite", "..."]),
        ("?!?! :-)", ["?", "!", "?", "!", ":", "-", ")"]),
        ("snake_case __", ["snake", "_", "case", "__"]),
        ("你好，GPT4真棒！！", ["你", "好", "，", "gpt4", "真", "棒", "！！"]),
        ("한국어 テスト", ["한국어", "テスト"]),
        ("cafe\u0301 नमस्ते", ["cafe\u0301", "नमस्ते"]),
        ("a\u200bb\x07 \ufeff", ["a", "b"]),
        ("Straße ÉCOLE", ["strasse", "école"]),
        (" \n\t", []),
    ],
)
def test_words_numbers_signs_and_chinese(text, tokens):
    assert tokenise(text) == tokens


def test_capitals_and_the_lengths_of_numbers_are_options():
    assert tokenise("WIN Big", fold=False) == ["WIN", "Big"]
    assert tokenise("ring 08001234567, 1st", lengths=True) == [
        "ring",
        "08001234567",
        "<11 digits>",
        ",",
        "1st",
        "<1 digit>",
    ]


@given(st.text())
def test_any_text_can_be_cut_and_loses_only_what_is_not_seen(text):
    kept = "".join(tokenise(text, fold=False))
    assert all(not letter.isspace() for letter in kept)
    assert [c for c in text if c.isalnum()] == [c for c in kept if c.isalnum()]


def test_the_frequent_come_first_and_equals_by_the_alphabet():
    texts = ["b b c", "a b c d", "d e"]
    vocabulary = Vocabulary.of(texts)
    counts = Counter(" ".join(texts).split())
    assert vocabulary.words == tuple(sorted(counts, key=lambda w: (-counts[w], w))) == ("b", "c", "d", "a", "e")
    assert Vocabulary.of(texts, 4).words == ("b", "c") and len(Vocabulary.of(texts, 4)) == 4
    assert Vocabulary.of(texts, least=2).words == ("b", "c", "d")


def test_ids_are_padded_cut_and_unknown_where_they_must():
    vocabulary = Vocabulary(("b", "c"))
    ids = vocabulary.encode("C b z", 5)
    np.testing.assert_array_equal(ids, [3, 2, UNKNOWN, PADDING, PADDING])
    assert ids.dtype == np.int64 and vocabulary.decode(ids) == ["c", "b", "�"]
    np.testing.assert_array_equal(vocabulary.encode_all(["b c b", ""], 2), [[2, 3], [0, 0]])
    assert vocabulary.encode_all([], 2).shape == (0, 2)


def test_what_is_lost_is_named():
    vocabulary = Vocabulary(("b", "c"))
    assert vocabulary.unknown("b x y x") == ["x", "y"]
    notes = vocabulary.notes("b x y c", 3)
    assert [note.en for note in notes] == ["not in the vocabulary: 'x', 'y'", "cut to the first 3 of 4 tokens"]
    assert [note.zh for note in notes] == ["词表中没有：'x', 'y'", "共 4 个词元，只取前 3 个"]
    letters = Vocabulary.of(["abc"], unit="characters")
    assert [note.en for note in letters.notes("añb", 2)] == [
        "not in the vocabulary: 'ñ'",
        "cut to the first 2 of 3 characters",
    ]
    assert letters.notes("cab", 3) == []


def test_a_vocabulary_comes_back_from_json():
    vocabulary = Vocabulary.of(["eins zwei zwei!"], least=1, fold=False, lengths=True)
    assert Vocabulary.from_plain(json.loads(json.dumps(vocabulary.to_plain()))) == vocabulary
    assert repr(vocabulary) == "Vocabulary(3 words: 'zwei', '!', 'eins')"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extra": 1}, "exactly words, least"),
        ({"least": "2"}, "exactly"),
        ({"words": ["a", 1]}, "not all texts"),
        ({"words": ["a", "a"]}, "'a' twice"),
        ({"unit": "wrds"}, "Did you mean 'words'"),
    ],
)
def test_what_is_no_vocabulary_is_refused(change, words):
    with pytest.raises(LimenError, match=words):
        Vocabulary.from_plain(Vocabulary(("a", "b")).to_plain() | change)


def test_a_vocabulary_without_words_is_refused():
    with pytest.raises(LimenError, match="No word occurs 3 times"):
        Vocabulary.of(["a a b"], least=3)
    with pytest.raises(LimenError, match="room for no word"):
        Vocabulary.of(["a"], 2)
