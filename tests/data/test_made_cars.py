import numpy as np
import pytest

from limen.data.made_cars import COEFFICIENTS, buy_car
from limen.errors import LimenError


def test_the_same_seed_makes_the_same_customers_and_more_rows_go_on():
    x, y = buy_car(500, 3)
    assert x.shape == (500, 2) and x.dtype == np.float64 and y.shape == (500,) and y.dtype == np.int64
    fewer = buy_car(200, 3)
    np.testing.assert_array_equal(fewer[0], x[:200])
    np.testing.assert_array_equal(fewer[1], y[:200])
    assert not np.array_equal(x, buy_car(500, 4)[0])


def test_customers_are_as_described():
    x, y = buy_car(100_000, 0)
    age, income = x.T
    assert age.min() == 20 and age.max() == 64 and (age == age.round()).all()
    np.testing.assert_allclose(np.bincount(age.astype(int))[20:] / len(age), 1 / 45, atol=0.003)
    logarithm = np.log(income)
    assert np.exp(logarithm.mean()) == pytest.approx(15, rel=0.01) and logarithm.std() == pytest.approx(0.5, rel=0.01)
    assert abs(np.corrcoef(age, income)[0, 1]) < 0.02
    assert 0.40 < y.mean() < 0.42


def test_the_share_that_buys_is_what_the_coefficients_say():
    x, y = buy_car(100_000, 0)
    p = 1 / (1 + np.exp(-(COEFFICIENTS[0] + x @ COEFFICIENTS[1:])))
    for part in np.array_split(np.argsort(p), 10):
        assert y[part].mean() == pytest.approx(p[part].mean(), abs=0.02)


def test_no_customers():
    with pytest.raises(LimenError, match="rows 0 is out of range"):
        buy_car(0, 0)
