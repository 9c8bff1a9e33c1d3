"""What is shown of a logistic regression is what was fitted."""

import numpy as np
import pytest
from rich.console import Console

from limen.data.made_cars import COLUMNS, buy_car
from limen.errors import LimenError
from limen.explain.logistic import fit_logistic, probability
from limen.language import LANGUAGES
from limen.views.odds import fitted, forest, odds_table, p_value
from limen.views.style import styled, to_png


@pytest.fixture(scope="module")
def cars():
    x, y = buy_car(400, 0)
    return x, y, fit_logistic(x, y, COLUMNS)


def printed(table):
    console = Console(width=160, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def texts(figure):
    return [t.get_text() for axes in figure.axes for t in axes.texts]


@pytest.mark.parametrize(
    "p", [(0.0, "< 0.001"), (0.00099, "< 0.001"), (0.001, "0.001"), (0.0496, "0.050"), (1.0, "1.000")]
)
def test_p_values_are_printed_as_papers_do(p):
    assert p_value(p[0]) == p[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_holds_every_figure(cars, language):
    _, _, fit = cars
    text = printed(odds_table(fit, language))
    lines = text.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == [{"en": "intercept", "zh": "截距"}[language], "age", "income"]
    low, high = fit.odds_intervals[2]
    for value in (
        f"{fit.coefficients[2]:.4f}",
        f"{fit.errors[2]:.4f}",
        f"{fit.z[2]:.2f}",
        "< 0.001",
        f"{fit.odds_ratios[2]:.2f}",
        f"{low:.2f} – {high:.2f}",
    ):
        assert value in lines[3]
    for value in (fit.log_likelihood, fit.deviance, fit.aic):
        assert f"{value:.2f}" in text
    assert f"{fit.pseudo_r2:.4f}" in text and "400" in lines[4]


@pytest.mark.parametrize("language", LANGUAGES)
def test_cautions_stand_below_the_table(cars, language):
    x, y, _ = cars
    few = fit_logistic(x[:30], y[:30], COLUMNS)
    assert few.notes and few.notes[0][language][:12] in printed(odds_table(few, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forest_shows_ratios_intervals_and_p_values_without_the_intercept(cars, language):
    _, _, fit = cars
    with styled():
        figure = forest(fit, language)
        to_png(figure, 50)
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(COLUMNS)
    assert axes.get_xscale() == "log" and axes.get_xlim()[0] < 1 < axes.get_xlim()[1]
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2][1:]
    np.testing.assert_allclose(bars, fit.odds_intervals[1:])
    low, high = fit.odds_intervals[1]
    assert texts(figure)[:2] == [f"{fit.odds_ratios[1]:.2f}  ({low:.2f} – {high:.2f})", "< 0.001"]


def test_an_interval_that_goes_on_has_an_arrow(cars):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2)) * [1, 0.01]
    fit = fit_logistic(x, (x @ [1, 100] + rng.logistic(size=40) > 0).astype(int), ["a", "b"])
    with styled():
        figure = forest(fit, "en")
        to_png(figure, 50)
    assert {line.get_marker() for line in figure.axes[0].lines} >= {"<", ">", "|", "s"}
    assert np.isfinite(figure.axes[0].get_xlim()).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_column_shows_the_curve_at_the_means_of_the_others(cars, language):
    x, y, fit = cars
    with styled():
        figure = fitted(fit, x, y, ["income"], language, ("no", "yes"))
        to_png(figure, 50)
    axes = figure.axes[0]
    (curve,) = [line for line in axes.lines if len(line.get_xdata()) == 200]
    at = np.column_stack([np.full(200, x[:, 0].mean()), curve.get_xdata()])
    np.testing.assert_allclose(curve.get_ydata(), probability(fit, at))
    shown = {line.get_ydata()[0]: len(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"}
    assert shown == {-0.06: (y == 0).sum(), 1.06: (y == 1).sum()}
    assert texts(figure) == ["no", "yes"] and f"age = {x[:, 0].mean():.4g}" in axes.get_xlabel()


def test_the_band_around_the_curve_is_that_of_the_log_odds(cars):
    x, y, _ = cars
    fit = fit_logistic(x[:, 1:], y, ["income"])
    with styled():
        axes = fitted(fit, x[:, 1:], y, ["income"], "en").axes[0]
    (band,) = [c.get_paths()[0].vertices for c in axes.collections]
    at = band[np.argmin(np.abs(band[:, 0] - 20))][0]
    ends = sorted(band[np.isclose(band[:, 0], at)][:, 1])
    low, high = fit_logistic(x[:, 1:] - at, y, ["income"]).intervals[0]  # there the intercept is the log-odds
    np.testing.assert_allclose([ends[0], ends[-1]], [1 / (1 + np.exp(-low)), 1 / (1 + np.exp(-high))], rtol=1e-5)
    shares = next(line for line in axes.lines if line.get_marker() == "o").get_ydata()
    assert len(shares) == 10 and np.mean(shares) == pytest.approx(y.mean())


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_columns_show_shades_the_line_of_even_odds_and_every_row(cars, language):
    x, y, fit = cars
    with styled():
        figure = fitted(fit, x, y, COLUMNS, language)
        to_png(figure, 50)
    axes = figure.axes[0]
    points = {line.get_marker(): line for line in axes.lines if line.get_marker() in "o^"}
    np.testing.assert_array_equal(np.column_stack(points["o"].get_data()), x[y == 1])
    np.testing.assert_array_equal(np.column_stack(points["^"].get_data()), x[y == 0])
    assert points["o"].get_color() != points["^"].get_color()
    line = axes.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(probability(fit, line), 0.5, atol=0.01)


def test_columns_that_cannot_be_shown(cars):
    x, y, fit = cars
    with pytest.raises(LimenError, match="Unknown column 'agee'. Did you mean 'age'"):
        fitted(fit, x, y, ["agee"], "en")
    with pytest.raises(LimenError, match="over 2 columns .age, age."):
        fitted(fit, x, y, ["age", "age"], "en")
    with pytest.raises(LimenError, match="over 0 columns"):
        fitted(fit, x, y, [], "en")
