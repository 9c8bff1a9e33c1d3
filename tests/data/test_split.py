"""Divisions keep every class's share, lose nothing and repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.data.split import last, mislabelled, shares, stratified
from limen.errors import LimenError

LABELS = st.lists(st.integers(0, 4), min_size=2, max_size=80).map(np.array)


@settings(max_examples=150, deadline=None)
@given(labels=LABELS, data=st.data(), seed=st.integers(0, 2**63 - 1))
def test_nothing_is_lost_and_nothing_is_twice(labels, data, seed):
    count = data.draw(st.integers(1, len(labels) - 1))
    rest, drawn = stratified(labels, count, seed)
    assert len(drawn) == count
    assert sorted([*rest, *drawn]) == list(range(len(labels)))
    assert list(rest) == sorted(rest) and list(drawn) == sorted(drawn)
    again = stratified(labels, count, seed)
    np.testing.assert_array_equal(drawn, again[1])


@settings(max_examples=150, deadline=None)
@given(labels=LABELS, data=st.data())
def test_each_class_gives_its_share_to_within_one(labels, data):
    count = data.draw(st.integers(1, len(labels) - 1))
    _, drawn = stratified(labels, count, 0)
    for label in np.unique(labels):
        exact = (labels == label).sum() * count / len(labels)
        assert abs((labels[drawn] == label).sum() - exact) < 1
    assert sum(shares(labels, count).values()) == count


def test_other_seeds_draw_others():
    labels = np.repeat(np.arange(10), 20)
    draws = {tuple(stratified(labels, 40, seed)[1]) for seed in range(20)}
    assert len(draws) == 20


@pytest.mark.parametrize("count", [0, 10, 11, -1])
def test_both_parts_must_have_some(count):
    with pytest.raises(LimenError, match="both parts must have some"):
        stratified(np.zeros(10, int), count, 0)
    with pytest.raises(LimenError, match="both parts must have some"):
        last(10, count)


def test_the_last_are_the_last():
    rest, held = last(10, 3)
    assert rest.tolist() == list(range(7)) and held.tolist() == [7, 8, 9]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1.0])
def test_just_the_share_is_mislabelled_and_every_wrong_class_is_drawn_alike(share):
    labels = np.arange(6000) % 6
    wrong = mislabelled(labels, share, 6, seed=0)
    changed = wrong != labels
    assert changed.sum() == round(share * 6000) and wrong.min() >= 0 and wrong.max() < 6
    by = np.bincount((wrong - labels)[changed] % 6, minlength=6)[1:]
    assert (abs(by - changed.sum() / 5) <= 5 * np.sqrt(changed.sum() / 5) + 1e-9).all()
    assert np.array_equal(mislabelled(labels, share, 6, seed=0), wrong)
    assert (share == 0) == np.array_equal(mislabelled(labels, share, 6, seed=1), wrong)


def test_numbers_cannot_be_mislabelled():
    with pytest.raises(LimenError, match=r"data\.mislabel needs targets that are classes"):
        mislabelled(np.zeros(4), 0.5, 0, seed=0)
