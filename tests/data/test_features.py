"""Texts as numbers: learnt from the training split alone, equal to what scikit-learn computes."""

import json

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer

from limen.data.dataset import Scale, as_input
from limen.data.features import Tfidf, Tokens, learn
from limen.data.load import load
from limen.data.spec import Data
from limen.data.split import copies, together
from limen.data.tokens import tokenise
from limen.errors import LimenError

TEXTS = ["free prize call now", "call me later ok", "ok ok see you", "free free call 08001234567"]
SMALL = {"least": 1, "lengths": False}


def test_tfidf_is_scikit_learns_in_our_order_of_words():
    made = learn(TEXTS, SMALL)
    reference = TfidfVectorizer(analyzer=tokenise, sublinear_tf=True).fit(TEXTS)
    new = ["call free ok ok ok", "nothing known", ""]
    ours, theirs = made(new), reference.transform(new).toarray()
    order = [list(reference.get_feature_names_out()).index(word) for word in made.columns]
    np.testing.assert_allclose(ours, theirs[:, order], rtol=1e-6)
    assert ours.dtype == np.float32 and made.columns[:3] == ("call", "free", "ok")
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), [1, 0, 0], rtol=1e-6)
    assert made([]).shape == (0, len(made.columns))


def test_tfidf_by_hand():
    made = learn(["a b", "a"], SMALL)
    idf = {"a": 1 + np.log(3 / 3), "b": 1 + np.log(3 / 2)}
    row = np.array([idf["a"] * (1 + np.log(2)), idf["b"]])
    np.testing.assert_allclose(made(["a b a"])[0], row / np.linalg.norm(row), rtol=1e-6)


def test_the_most_frequent_words_are_kept():
    assert learn(TEXTS, SMALL | {"words": 3}).columns == ("call", "free", "ok")
    tokens = learn(TEXTS, SMALL | {"features": "tokens", "words": 5, "length": 3})
    assert tokens.vocabulary.words == ("call", "free", "ok") and tokens(["ok free x call"]).tolist() == [[4, 3, 1]]


@pytest.mark.parametrize("kind", ["tfidf", "tokens"])
def test_features_come_back_from_json(kind):
    made = learn(TEXTS, SMALL | {"features": kind})
    again = type(made).from_plain(json.loads(json.dumps(made.to_plain())))
    assert again == made and (again(TEXTS) == made(TEXTS)).all()
    with pytest.raises(LimenError, match="must hold exactly"):
        type(made).from_plain(made.to_plain() | {"more": 1})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"features": "tfdif"}, "Unknown data.features 'tfdif'. Did you mean 'tfidf'"),
        ({"wrds": 3}, "Unknown option of the features tfidf 'wrds'. Did you mean 'words'"),
        ({"length": 40}, "Unknown option of the features tfidf 'length'"),
        ({"words": 0}, "data.words 0 is out of range"),
        ({"words": True}, "data.words True is no whole number"),
        ({"fold": 1}, "data.fold 1 is no true or false"),
        ({"words": 2.5}, "data.words 2.5 is no whole number"),
    ],
)
def test_wrong_options_fail_with_the_way_out(small_data, options, words):
    with pytest.raises(LimenError) as caught:
        load(Data("sms", verify=False, options=options), folder=small_data)
    assert words in str(caught.value)


def test_other_sets_have_no_such_options():
    with pytest.raises(LimenError, match="Unknown option of the data iris 'words'"):
        load(Data("iris", options={"words": 3}))
    with pytest.raises(LimenError, match="data.split=last would part the copies"):
        load(Data("sms", split="last"))


def test_a_table_beyond_the_memory_is_refused_before_it_is_made():
    made = learn(TEXTS, SMALL)
    with pytest.raises(LimenError, match="would take .* GB"):
        made(range(10**12))


@pytest.mark.parametrize("kind", ["tfidf", "tokens"])
def test_the_messages_as_a_data_set(small_data, kind):
    data = load(Data("sms", verify=False, options={"features": kind}), folder=small_data, seed=3)
    assert [len(s) for s in (data.train, data.validation, data.test)] == [192, 48, 60]
    assert {name: len(texts) for name, texts in data.texts.items()} == {"train": 192, "validation": 48, "test": 60}
    for name in ("train", "validation", "test"):
        split = getattr(data, name)
        np.testing.assert_array_equal(data.features(data.texts[name]), split.x)
        assert abs(split.y.sum() - len(split) / 5) < 1 and all(
            ("free" in t) <= bool(y) for t, y in zip(data.texts[name], split.y, strict=True)
        )
    known = set(data.features.vocabulary.words)
    assert known == {w for w in known if sum(w in tokenise(t, lengths=True) for t in data.texts["train"])}
    if kind == "tfidf":
        assert isinstance(data.features, Tfidf) and data.columns == data.features.columns and data.scale == Scale()
    else:
        assert isinstance(data.features, Tokens) and data.train.x.dtype == torch.int64 and data.shape == (80,)
    assert data.to("cpu").texts == data.texts


def test_ids_pass_unscaled():
    x = torch.tensor([[3, 0], [1, 2]])
    assert as_input(x, Scale(divisor=(255.0,))) is x


def test_no_copy_of_a_message_is_in_two_splits(small_data):
    data = load(Data("sms", verify=False), folder=small_data)
    splits = [set(texts) for texts in data.texts.values()]
    assert not splits[0] & splits[1] and not splits[0] & splits[2] and not splits[1] & splits[2]
    assert sum(map(len, data.texts.values())) == 300 > len(set.union(*splits))


def test_groups_stay_together_and_classes_keep_their_share():
    labels, groups = np.arange(200) % 2, np.arange(200) // 2 % 40 * 2 + np.arange(200) % 2
    rest, drawn = together(labels, groups, 50, seed=0)
    assert not set(groups[rest]) & set(groups[drawn]) and sorted([*rest, *drawn]) == list(range(200))
    assert 48 <= len(drawn) <= 50 and abs(labels[drawn].mean() - 0.5) < 0.05
    assert (together(labels, groups, 50, seed=0)[1] == drawn).all() and (
        together(labels, groups, 50, seed=1)[1] != drawn[:1]
    ).any()
    with pytest.raises(LimenError, match="copies stay together"):
        together(np.array([0, 0, 0]), np.array([0, 0, 0]), 1, seed=0)


def test_copies_differ_in_capitals_and_blanks_at_most():
    groups, repeated = copies(["Hi  you", "hi you ", "hi you!", "HI YOU"])
    assert groups.tolist() == [0, 0, 1, 0] and repeated == 2


def test_the_published_messages_are_divided_without_copies_across(sms_folder):
    data = load("sms", folder=sms_folder)
    assert [len(s) for s in (data.train, data.validation, data.test)] == [3567, 892, 1115]
    assert [int(s.y.sum()) for s in (data.train, data.validation, data.test)] == [478, 120, 149]
    groups, repeated = copies([text for texts in data.texts.values() for text in texts])
    train, test = set(groups[:3567]), set(groups[-1115:])
    assert repeated == 415 and not train & test and data.shape == (3000,)
