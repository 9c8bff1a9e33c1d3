"""A line or the proof that there is none, beside scikit-learn, brute force and the perceptron rule itself."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC

from limen.errors import LimenError
from limen.explain.separable import separable

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])


def certified(x, y, overlap):
    """Whether the means of both classes, worked out anew, are the same point."""
    x, y = np.asarray(x, float), np.asarray(y)
    assert (y[overlap.ones] == 1).all() and (y[overlap.zeros] == 0).all()
    assert (overlap.ones_weights > 0).all() and (overlap.zeros_weights > 0).all()
    np.testing.assert_allclose([overlap.ones_weights.sum(), overlap.zeros_weights.sum()], 1, rtol=1e-12)
    reach = np.ptp(x, axis=0)
    for rows, weights in ((overlap.ones, overlap.ones_weights), (overlap.zeros, overlap.zeros_weights)):
        assert (np.abs(weights @ x[rows] - overlap.point) <= 1e-9 * reach).all()
    return True


def gap(x, y, weights):
    """Half the distance between the classes along a direction."""
    along = x @ weights / np.linalg.norm(weights)
    return (along[y == 1].min() - along[y == 0].max()) / 2


@pytest.mark.parametrize(
    ("y", "weights", "bias", "bound"),
    [
        pytest.param([0, 0, 0, 1], (1, 1), -1.5, 51, id="and"),
        pytest.param([0, 1, 1, 1], (1, 1), -0.5, 27, id="or"),
        pytest.param([1, 1, 1, 0], (-1, -1), 1.5, 51, id="nand"),
    ],
)
def test_a_line_computes_and_or_nand(y, weights, bias, bound):
    line = separable(CORNERS, y).line
    root = np.sqrt(2)
    np.testing.assert_allclose([*line.weights, line.bias], np.array([*weights, bias]) / root, atol=1e-12)
    assert line.margin == pytest.approx(0.5 / root, abs=1e-12)
    assert line.radius == pytest.approx(np.sqrt(3), abs=1e-12)
    assert line.most_mistakes == pytest.approx(bound, rel=1e-12)
    assert str(line) == f"a line parts the classes, margin 0.3536; at most {bound} mistakes"


def test_no_line_computes_xor_since_the_diagonals_share_their_midpoint():
    separation = separable(CORNERS, [0, 1, 1, 0])
    assert not separation.possible and separation.line is None
    overlap = separation.overlap
    assert overlap.ones.tolist() == [1, 2] and overlap.zeros.tolist() == [0, 3]
    np.testing.assert_allclose(np.r_[overlap.ones_weights, overlap.zeros_weights, overlap.point], 0.5, atol=1e-12)
    assert (
        str(separation)
        == "no line parts the classes: 0.5·row 1 + 0.5·row 2 (class 1) = 0.5·row 0 + 0.5·row 3 (class 0)"
    )


def widest_by_hand(x, y):
    """The widest margin in the plane: the line is square to two rows of either class, or along two of one."""
    ones, zeros = x[y == 1], x[y == 0]
    directions = [a - b for a in ones for b in zeros]
    directions += [
        s * np.array([-d[1], d[0]])
        for c in (ones, zeros)
        for a, b in itertools.combinations(c, 2)
        for d in [a - b]
        for s in (1, -1)
    ]
    return max((gap(x, y, d) for d in directions if d.any()), default=-1)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=2, max_size=9))
def test_in_the_plane_it_agrees_with_brute_force(rows):
    x, y = np.array([r[:2] for r in rows], float), np.array([r[2] for r in rows], int)
    if y.min() == y.max():
        return
    separation, widest = separable(x, y), widest_by_hand(x, y)
    assert separation.possible == (widest > 1e-9)
    if separation.possible:
        assert separation.line.margin == pytest.approx(widest, rel=1e-9)
    else:
        assert certified(x, y, separation.overlap) and len(separation.overlap.ones) + len(separation.overlap.zeros) <= 4


def clouds(seed, apart):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(10, 80)), int(rng.integers(1, 6))
    x, w = rng.normal(size=(n, p)), rng.normal(size=p)
    y = (x @ w > np.median(x @ w)).astype(int)
    return x + apart * (2 * y[:, None] - 1) * w / np.linalg.norm(w), y


@pytest.mark.parametrize("seed", range(25))
def test_its_margin_is_that_of_the_hard_margin_support_vector_machine(seed):
    x, y = clouds(seed, 0.3)
    line = separable(x, y).line
    machine = SVC(kernel="linear", C=1e10, tol=1e-8).fit(x, y)
    assert machine.score(x, y) == 1
    theirs = gap(x, y, machine.coef_[0])
    assert line.margin >= theirs * (1 - 1e-12)
    assert line.margin == pytest.approx(theirs, rel=1e-6)
    np.testing.assert_allclose(line.weights, machine.coef_[0] / np.linalg.norm(machine.coef_), atol=1e-3)
    assert line.margin == pytest.approx((np.where(y == 1, 1, -1) * (x @ line.weights + line.bias)).min(), rel=1e-12)


@pytest.mark.parametrize("seed", range(25))
def test_rows_drawn_at_random_are_parted_or_proved_not_to_be(seed):
    x, y = clouds(seed, 0.0)
    assert separable(x, y).possible
    ones = np.flatnonzero(y == 1)
    inside = np.vstack([x, x[ones].mean(0)])  # the mean of class 1, called class 0
    separation = separable(inside * 10 ** np.linspace(-3, 3, x.shape[1]) + 5, np.append(y, 0))
    assert not separation.possible
    assert certified(inside * 10 ** np.linspace(-3, 3, x.shape[1]) + 5, np.append(y, 0), separation.overlap)


def perceptron(x, y, order):
    """Rosenblatt's rule, w += (y - ŷ) x from w = 0 with the bias as one more input: how often it errs until it does not."""
    rows, w, mistakes = np.column_stack([x, np.ones(len(x))]), np.zeros(x.shape[1] + 1), 0
    for _ in range(100_000):
        before = mistakes
        for i in order.permutation(len(x)):
            answer = int(rows[i] @ w >= 0)
            mistakes += answer != y[i]
            w += (y[i] - answer) * rows[i]
        if mistakes == before:
            return mistakes
    raise AssertionError("did not converge")


@pytest.mark.parametrize("seed", range(12))
def test_the_perceptron_rule_never_errs_more_often_than_the_bound(seed):
    x, y = clouds(seed, 0.4)
    bound = separable(x, y).line.most_mistakes
    order = np.random.default_rng(seed)
    assert 0 < max(perceptron(x, y, order) for _ in range(5)) <= bound
    for table in ([0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0]):
        assert perceptron(CORNERS, table, order) <= separable(CORNERS, table).line.most_mistakes


@pytest.mark.parametrize("out", [0, 1, 30, 2000, 1e5])
def test_the_bound_is_the_least_that_can_be_proved_even_far_from_the_origin(out):
    x, y = clouds(5, 0.4)
    x, y = x[:, :1] + out, (x[:, 0] > 0.2).astype(int)
    line = separable(x, y).line
    low, high = x[y == 0].max(), x[y == 1].min()
    at = np.linspace(low, high, 200_001)  # every plane through the origin, by where it cuts the rows
    best = (np.minimum(at - low, high - at) / np.hypot(1, at)).max()
    assert line.gamma == pytest.approx(best, rel=1e-4) and line.gamma >= best * (1 - 1e-9)
    assert line.radius == pytest.approx(np.hypot(x, 1).max())


def test_the_same_row_in_both_classes_and_a_constant_column():
    x = [[1, 5], [2, 5], [2, 5], [3, 5]]
    overlap = separable(x, [0, 0, 1, 1]).overlap
    assert overlap.ones.tolist() == [2] and overlap.zeros.tolist() == [1] and overlap.point.tolist() == [2, 5]
    assert separable([[1, 5], [3, 5]], [0, 1]).line.margin == pytest.approx(1)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([[0.0], [1.0]], [1, 1], "All 2 rows are of class 1"),
        ([[0.0], [np.nan]], [0, 1], "x holds nan in row 1"),
        ([[0.0], [1.0]], [0, 2], "y holds 2"),
        ([[], []], [0, 1], r"shape \(2, 0\)"),
    ],
)
def test_other_input_is_refused(x, y, words):
    with pytest.raises(LimenError, match=words):
        separable(x, y)
