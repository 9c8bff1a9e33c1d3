"""Who buys a car: made from stated coefficients, so that what a regression finds can be held against the truth.

Customers of 20 to 64 years, evenly; monthly household incomes log-normal about 15 thousand yuan. The log-odds of buying
are -8 + 0.08 age + 0.25 income: ten more years multiply the odds by e^0.8 = 2.2, a thousand yuan more a month by 1.28.
About 41 % buy.
"""

import numpy as np
from numpy.typing import NDArray

from limen.errors import LimenError

COLUMNS = ("age", "income")  # years; thousand yuan a month
COEFFICIENTS = (-8.0, 0.08, 0.25)  # intercept, age, income
YOUNGEST, OLDEST = 20, 65  # years; the older is not reached
MEDIAN, WIDTH = 15.0, 0.5  # of the log-normal incomes: thousand yuan a month, deviation of the logarithm


def buy_car(rows: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Customers (rows, 2), age in whole years and income in thousand yuan a month to 0.01, and who bought: 1 or 0.

    Three numbers are drawn for each row in turn, so that more rows of one seed go on where fewer end.
    """
    from scipy.special import expit, ndtri

    if rows < 1:
        raise LimenError(f"rows {rows} is out of range. Allowed: 1 or more.")
    draw = np.random.default_rng(seed).random((rows, 3))
    age = np.floor(YOUNGEST + (OLDEST - YOUNGEST) * draw[:, 0])
    income = np.round(MEDIAN * np.exp(WIDTH * ndtri(np.clip(draw[:, 1], 1e-9, 1))), 2)
    intercept, for_age, for_income = COEFFICIENTS
    bought = draw[:, 2] < expit(intercept + for_age * age + for_income * income)
    return np.column_stack([age, income]), bought.astype(np.int64)
