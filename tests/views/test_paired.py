"""Variants seed by seed: the differences are those of the pairs, and one seed proves nothing."""

import numpy as np
import pytest
from scipy import stats

from limen.runs.repeats import paired
from limen.views.paired import differences

FIRST, OTHER = [0.84, 0.85, 0.87, 0.87, 0.86], [0.88, 0.90, 0.89, 0.91, 0.89]


def results(accuracies, losses=None):
    losses = losses or [1 - a for a in accuracies]
    return [{"test_accuracy": a, "test_loss": b} for a, b in zip(accuracies, losses, strict=True)]


def test_the_interval_is_that_of_the_paired_t_test():
    found = paired(FIRST, OTHER)
    test = stats.ttest_rel(OTHER, FIRST).confidence_interval(0.95)
    assert found.mean == pytest.approx(np.mean(OTHER) - np.mean(FIRST))
    assert (found.low, found.high) == pytest.approx((test.low, test.high))


def test_the_table_says_by_how_much_and_whether_chance_may_have_made_it():
    noisy = [0.80, 0.95, 0.85, 0.90, 0.84]
    rows = [("plain", results(FIRST)), ("better", results(OTHER)), ("noisy", results(noisy))]
    headings, body = differences([*rows, ("other", [{"test_loss": 1.0}] * 5)], "en")
    assert len(headings) == 5 and [row[:2] for row in body] == [
        ("better", "test accuracy"), ("noisy", "test accuracy"), ("better", "test loss"), ("noisy", "test loss"),
    ]  # fmt: skip
    assert body[0][2] == "+0.0360" and body[0][4] == "better" and body[1][4] == "chance may have made it"
    assert body[2][2] == "-0.0360" and body[2][4] == "better"  # a lower loss
    assert differences([rows[1], rows[0]], "zh")[1][0][4] == "更差"


def test_one_seed_has_no_table():
    assert differences([("plain", results([0.8])), ("other", results([0.9]))], "en")[1] == []
