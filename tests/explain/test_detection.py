"""Finding one of two classes: every measure against its definition, or another way to compute it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.errors import LimenError
from limen.explain.detection import (
    calibration,
    chances,
    choose_threshold,
    detection,
    margins,
    mistakes,
    precision_recall,
    roc,
)  # fmt: skip


def drawn(seed, n=40):
    """Scores that know something of the targets, with ties; both classes occur."""
    draw = np.random.default_rng(seed)
    targets = np.r_[0, 1, draw.integers(0, 2, n)]
    outputs = np.round(np.c_[np.zeros(n + 2), 2 * targets - 1 + draw.normal(0, 2, n + 2)], 1)
    return torch.from_numpy(outputs), torch.from_numpy(targets)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 0.99))
def test_precision_recall_and_f1_are_their_definitions(seed, threshold):
    outputs, targets = drawn(seed)
    p, y = 1 / (1 + np.exp(-outputs[:, 1].numpy())), targets.numpy() == 1
    np.testing.assert_allclose(chances(outputs), p, rtol=1e-12)
    called, made = chances(outputs) >= threshold, detection(outputs, targets, threshold)
    counts = [(called & y).sum(), (~called & y).sum(), (called & ~y).sum(), (~called & ~y).sum()]
    assert [made.found, made.missed, made.false_alarms, made.left_alone] == counts
    precision = counts[0] / called.sum() if called.any() else 0
    recall = counts[0] / y.sum()
    np.testing.assert_allclose([made.precision, made.recall, made.accuracy], [precision, recall, (called == y).mean()])
    np.testing.assert_allclose(made.f1, 2 * precision * recall / (precision + recall) if recall else 0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_area_is_the_chance_that_a_positive_scores_higher(seed):
    outputs, targets = drawn(seed)
    p, y = chances(outputs), targets.numpy() == 1
    pairs = p[y][:, None] - p[~y][None]
    np.testing.assert_allclose(roc(outputs, targets).area, ((pairs > 0) + 0.5 * (pairs == 0)).mean(), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_average_precision_weighs_by_the_gain_in_recall(seed):
    outputs, targets = drawn(seed)
    p, y, total, before = chances(outputs), targets.numpy() == 1, 0.0, 0.0
    for threshold in np.unique(p)[::-1]:
        recall = y[p >= threshold].sum() / y.sum()
        total += (recall - before) * y[p >= threshold].mean()
        before = recall
    made = precision_recall(outputs, targets)
    np.testing.assert_allclose(made.average, total, rtol=1e-12)
    assert made.share == y.mean() and len(made.precision) == len(made.thresholds) + 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_calibration_compares_what_was_said_and_what_happened(seed):
    outputs, targets = drawn(seed)
    p, y, made = chances(outputs), targets.numpy() == 1, calibration(outputs, targets)
    bins, error, sizes = np.clip(np.ceil(p * 10), 1, 10), 0.0, []
    for number in np.unique(bins):
        inside = bins == number
        sizes.append(inside.sum())
        error += inside.mean() * abs(p[inside].mean() - y[inside].mean())
    assert list(made.sizes) == sizes and sum(sizes) == len(p)
    np.testing.assert_allclose([made.error, made.brier], [error, ((p - y) ** 2).mean()], rtol=1e-9)
    assert all(a <= b <= c for a, b, c in zip(made.low, made.happened, made.high, strict=True))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_the_chosen_threshold_is_the_best_of_all(seed):
    outputs, targets = drawn(seed)
    best = detection(outputs, targets, choose_threshold(outputs, targets)).f1
    assert best == pytest.approx(max(detection(outputs, targets, t).f1 for t in np.unique(chances(outputs))))


def test_a_precision_can_be_asked_for():
    outputs = torch.tensor([[0.0, 3.0], [0, 2], [0, 1], [0, 0], [0, -1]])
    targets = torch.tensor([1, 0, 1, 1, 0])
    threshold = choose_threshold(outputs, targets, precision=0.74)
    made = detection(outputs, targets, threshold)
    assert made.precision == 0.75 and made.recall == 1
    assert detection(outputs, targets, choose_threshold(outputs, targets, precision=1.0)).found == 1
    with pytest.raises(LimenError, match="No threshold reaches a precision of 0.9; the highest is 0.5000"):
        choose_threshold(outputs, 1 - targets, precision=0.9)


def test_the_other_class_may_be_the_positive_one():
    outputs, targets = drawn(1)
    assert roc(outputs, targets, positive=0).area == pytest.approx(roc(outputs, targets).area)
    assert torch.equal(margins(outputs, 0), -margins(outputs)) and "recall" in str(detection(outputs, targets))


def test_mistakes_come_with_their_text_the_surest_first():
    outputs = torch.tensor([[0.0, 5.0], [0.0, 1.0], [4.0, 0.0], [0.0, 3.0]])
    targets, texts = torch.tensor([0, 1, 1, 0]), ["a", "b", "c", "d"]
    found = mistakes(outputs, targets, texts)
    assert [(m.number, m.text, m.true, m.answer) for m in found] == [(0, "a", 0, 1), (2, "c", 1, 0), (3, "d", 0, 1)]
    assert found[1].probability == pytest.approx(1 / (1 + np.exp(-4)))
    assert [m.text for m in mistakes(outputs, targets, texts, threshold=0.97)] == ["a", "c", "b"]
    assert len(mistakes(outputs, targets, texts, most=1)) == 1
    with pytest.raises(LimenError, match="3 texts do not fit"):
        mistakes(outputs, targets, texts[:3])


@pytest.mark.parametrize(("shape", "targets"), [((3, 3), [0, 1, 2]), ((3, 2), [1, 1, 1]), ((3, 2), [0, 1])])
def test_what_cannot_be_told_apart_is_refused(shape, targets):
    with pytest.raises(LimenError):
        roc(torch.zeros(shape), torch.tensor(targets))
