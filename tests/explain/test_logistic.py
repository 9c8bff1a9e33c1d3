"""Logistic regression agrees with statsmodels, its intervals hold what they promise, and hopeless data are refused."""

import re

import numpy as np
import pytest
from statsmodels.api import Logit, add_constant

from limen.data.made_cars import COEFFICIENTS, COLUMNS, buy_car
from limen.errors import LimenError
from limen.explain.logistic import fit_logistic, odds, odds_multiply, probability


def draw(seed, rows, columns):
    """Rows of unlike scale and place, and classes drawn from random coefficients."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    scores = z @ rng.normal(size=columns) / columns + rng.normal() / 2
    y = (rng.random(rows) < 1 / (1 + np.exp(-scores))).astype(int)
    return z * 10 ** rng.uniform(-2, 3, columns) + rng.normal(size=columns) * 5, y


def names(columns):
    return [f"x{j}" for j in range(columns)]


@pytest.mark.parametrize("seed", range(20))
def test_the_fit_is_that_of_statsmodels(seed):
    columns = 1 + seed % 5
    x, y = draw(seed, 150 + 30 * seed, columns)
    fit = fit_logistic(x, y, names(columns))
    other = Logit(y, add_constant(x)).fit(disp=0, method="newton", maxiter=100, tol=1e-10)
    close = {"rtol": 1e-6, "atol": 1e-9}
    np.testing.assert_allclose(fit.coefficients, other.params, **close)
    np.testing.assert_allclose(fit.errors, other.bse, **close)
    np.testing.assert_allclose(fit.z, other.tvalues, **close)
    np.testing.assert_allclose(fit.p_values, other.pvalues, **close)
    np.testing.assert_allclose(fit.intervals, other.conf_int(), **close)
    np.testing.assert_allclose(fit.covariance, other.cov_params(), rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(fit.odds_intervals, np.exp(other.conf_int()), **close)
    np.testing.assert_allclose(
        [fit.log_likelihood, fit.null_log_likelihood, fit.pseudo_r2, fit.aic],
        [other.llf, other.llnull, other.prsquared, other.aic],
        **close,
    )
    assert fit.deviance == -2 * fit.log_likelihood and 3 <= fit.iterations <= 12
    np.testing.assert_allclose(probability(fit, x), other.predict(), rtol=1e-6)


def test_95_percent_intervals_hold_the_truth_in_about_95_of_100_samples():
    samples = 500
    held = np.zeros(3)
    for seed in range(samples):
        fit = fit_logistic(*buy_car(200, seed), COLUMNS)
        held += (fit.intervals[:, 0] <= COEFFICIENTS) & (fit.intervals[:, 1] >= COEFFICIENTS)
    assert (held / samples >= 0.92).all() and (held / samples <= 0.98).all(), held


def test_one_more_unit_multiplies_the_odds_of_every_row():
    x, y = buy_car(500, 1)
    fit = fit_logistic(x, y, COLUMNS)
    found = odds_multiply(fit, x, "income")
    assert found.factor == pytest.approx(np.exp(fit.coefficients[2]), rel=1e-15) == fit.odds_ratios[2]
    p, q = probability(fit, x), probability(fit, x + np.array([0, 1]))
    np.testing.assert_allclose(found.before, p / (1 - p), rtol=1e-9)
    np.testing.assert_allclose(found.ratios, q / (1 - q) * (1 - p) / p, rtol=1e-9)
    assert found.error < 1e-12
    assert re.fullmatch(r"one more income: odds × 1\.\d+ in 500 rows \(to .*\)", str(found))
    np.testing.assert_allclose(odds(fit, [[0, 0]]), fit.odds_ratios[:1])


def test_odds_of_a_column_that_is_not_there_or_of_rows_too_far_out():
    x, y = buy_car(500, 1)
    fit = fit_logistic(x, y, COLUMNS)
    with pytest.raises(LimenError, match="Unknown column 'incom'. Did you mean 'income'"):
        odds_multiply(fit, x, "incom")
    with pytest.raises(LimenError, match="too large or too small"):
        odds_multiply(fit, x * 1e4, "age")
    with pytest.raises(LimenError, match=r"shape \(500, 1\)"):
        probability(fit, x[:, :1])


def refused(x, y, words, columns=None):
    with pytest.raises(LimenError) as caught:
        fit_logistic(x, y, columns or names(np.shape(x)[1] if np.ndim(x) == 2 else 1))
    message = str(caught.value)
    assert words in message and "\n" not in message and message.count(". ") >= 1, message


def noise(rows=60, columns=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, columns)), rng.integers(0, 2, rows)


@pytest.mark.parametrize("seed", range(10))
def test_complete_separation_names_the_columns_that_do_it(seed):
    x, _ = noise(seed=seed)
    refused(x, x[:, 1] > 0.3, "The column 'x1' separates the classes completely")
    x, _ = noise(columns=2, seed=seed)
    y = x[:, 0] - x[:, 1] > 0.1
    refused(x * [1e3, 1e-3], y, "The columns 'x0', 'x1' together separate the classes completely")


@pytest.mark.parametrize("seed", range(10))
def test_quasi_separation_names_the_columns_that_do_it(seed):
    x, y = noise(seed=seed)
    flag = (np.arange(len(y)) < 5).astype(float)  # whoever has the flag is of class 1; without it, both
    y[:5] = 1
    refused(np.column_stack([x, flag]), y, "The column 'x3' separates the classes but for rows on the boundary")
    one, other = x[:, 0].round(), x[:, 1].round()
    y = np.where(one == other, y, one > other)
    refused(np.column_stack([one, other]), y, "'x0', 'x1' together separate the classes but for rows on the boundary")


def test_classes_that_overlap_by_one_pair_are_fitted():
    x = np.array([0, 1, 2, 3, 3 + 1e-6, 4, 5, 6.0])
    fit = fit_logistic(x[:, None], [0, 0, 0, 1, 0, 1, 1, 1], ["x"])
    other = Logit(np.array([0, 0, 0, 1, 0, 1, 1, 1]), add_constant(x)).fit(
        disp=0, method="newton", maxiter=200, tol=1e-8
    )
    np.testing.assert_allclose(fit.coefficients, other.params, rtol=1e-5)
    refused(np.where(x == x[4], 3, x)[:, None], [0, 0, 0, 1, 0, 1, 1, 1], "but for rows on the boundary")
    refused(x[:, None], [0, 0, 0, 0, 1, 1, 1, 1], "completely")


def test_collinear_columns_are_named():
    x, y = noise()
    together = np.column_stack([x, 2 * x[:, 0] - x[:, 2] + 7])
    refused(together, y, "The columns 'x0', 'x2', 'x3' are collinear: 'x3' can be worked out")
    kinds = np.eye(3)[np.arange(60) % 3]  # every row is of just one kind: the columns sum to 1
    refused(np.column_stack([x[:, :1], kinds]), y, "The columns 'x1', 'x2', 'x3' are collinear")
    refused(x[:, [0, 0]], y, "The columns 'x0', 'x1' are collinear")


def test_constant_columns_are_named():
    x, y = noise()
    x[:, 1] = 0.1
    refused(x, y, "The column 'x1' is constant")
    x[:, 2] = 0
    refused(x, y, "The columns 'x1', 'x2' are constant")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda x, y: (x[:4], [0, 1, 0, 1]),
            "4 rows are too few for 3 columns. Allowed: more rows than columns + 1, here 5",
        ),
        (
            lambda x, y: (np.where(x == x[7, 2], np.nan, x), y),
            "x holds nan in row 7 (from 0) of column 'x2', 1 such in all",
        ),
        (lambda x, y: (np.where(x == x.max(), np.inf, x), y), "x holds inf"),
        (lambda x, y: (x * 1e200, y), "180 such in all. Allowed: finite numbers within ±1e+100"),
        (lambda x, y: (x, 0 * y), "All 60 rows are of class 0"),
        (lambda x, y: (x, 0 * y + 1), "All 60 rows are of class 1"),
        (lambda x, y: (x, y + 1), "y holds 2. Allowed: 0 and 1"),
        (lambda x, y: (x, np.where(y > 0, np.nan, 0)), "y holds nan"),
        (lambda x, y: (x, y[1:]), "y has the shape (59,) where x has 60 rows"),
        (lambda x, y: (x[:, 0], y), "x has the shape (60,)"),
        (lambda x, y: (x[:, :0], y), "x has the shape (60, 0)"),
        (lambda x, y: ([*x.tolist()[:-1], ["a", "b", "c"]], y), "no number"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(spoil, words):
    refused(*spoil(*noise()), words)


def test_every_column_has_a_name_of_its_own():
    x, y = noise()
    refused(x, y, "3 names (2 different) for 3 columns", ["a", "b", "a"])
    refused(x, y, "2 names (2 different) for 3 columns", ["a", "b"])


def test_few_rows_of_the_rarer_class_for_each_column_are_noted():
    x, y = draw(3, 400, 2)
    assert fit_logistic(x, y, names(2)).notes == ()
    rarer = np.flatnonzero(y == 1)[19:]
    few, classes = np.delete(x, rarer, 0), np.delete(y, rarer)
    (note,) = fit_logistic(few, classes, names(2)).notes
    assert "19 rows of the rarer class for 2 columns" in note["en"] and "19 行" in note["zh"]
    fit = fit_logistic(few, 1 - classes, names(2))
    assert len(fit.notes) == 1 and fit.events == len(classes) - 19


def test_a_fit_prints_itself_in_one_line():
    fit = fit_logistic(*buy_car(300, 0), COLUMNS)
    assert re.fullmatch(r"log-odds = -\d\S* \+\S+ age \+\S+ income \(rows 300, pseudo R² 0\.\d{4}\)", str(fit))
