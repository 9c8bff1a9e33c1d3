"""Logistic regression to look at: its table, its odds ratios, and the probability over one or two columns."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, ScalarFormatter
from numpy.typing import ArrayLike, NDArray
from rich.table import Table
from rich.text import Text as RichText

from limen.errors import LimenError, unknown
from limen.explain.logistic import Z_95, LogisticFit, probability
from limen.explain.two_classes import Floats, two_classes
from limen.views.style import AGAINST_FOR, BLUE, GREY, INK, RED, SKY
from limen.views.tables import table
from limen.views.words import word

Classes = NDArray[np.int64]
WIDEST = 1e3  # intervals are drawn to at most so many times the outermost ratio; an arrow says that one goes on
PARTS = 10  # equal parts of the rows in which the share of class 1 is counted
NAMED = 3  # columns held at their means that are named
GRID = 200  # points along each column at which the probability is worked out


def p_value(p: float) -> str:
    """A p-value as papers print it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def digits(value: float, count: int = 3) -> str:
    """A number with so many significant digits, zeros at the end included."""
    return f"{value:#.{count}g}".rstrip(".")


def interval(low: float, high: float) -> str:
    """The ends of an interval."""
    return f"{digits(low)} – {digits(high)}"


def odds_table(fit: LogisticFit, language: str) -> Table:
    """Coefficient, standard error, z, p, odds ratio and its interval, for the intercept and every column."""
    headings = ("column", "coefficient", "standard error", "z value", "p value", "odds ratio", "ratio interval")
    names = [word("intercept", language), *fit.columns]
    figures = zip(fit.coefficients, fit.errors, fit.z, fit.p_values, fit.odds_ratios, fit.odds_intervals, strict=True)
    rows = [
        (name, digits(c, 4), digits(e), f"{z:.2f}", p_value(p), digits(ratio), interval(*ends))
        for name, (c, e, z, p, ratio, ends) in zip(names, figures, strict=True)
    ]
    made = table([word(name, language) for name in headings], rows, numbers=range(1, 7))
    below = [
        word("goodness", language).format(
            rows=fit.rows,
            events=fit.events,
            likelihood=fit.log_likelihood,
            deviance=fit.deviance,
            aic=fit.aic,
            r2=fit.pseudo_r2,
            steps=fit.iterations,
        ),
        *(word("caution", language).format(note=note[language]) for note in fit.notes),
    ]
    made.caption, made.caption_justify = RichText("\n".join(below), style="dim"), "left"
    return made


def ratio_axis(axes: Axes, low: float, high: float) -> None:
    """A logarithmic axis of ratios, 1 always on it, with plain numbers."""
    reach = max(high, 1) / min(low, 1)
    axes.set_xscale("log")
    axes.set_xlim(min(low, 1) / reach**0.06, max(high, 1) * reach**0.06)
    narrow = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]) if reach < 6 else None
    axes.xaxis.set_major_locator(narrow or LogLocator(subs=(1, 2, 5) if reach < 300 else (1,), numticks=8))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(ScalarFormatter() if reach < 300 else "{x:g}")


def forest(fit: LogisticFit, language: str) -> Figure:
    """The odds ratio of every column with its 95 % interval, on a logarithmic axis with a line at 1 (no effect).

    The intercept is no ratio and stays out. Values and p stand at the right.
    """
    ratios, ends, count = fit.odds_ratios[1:], fit.odds_intervals[1:], len(fit.columns)
    low, high = np.maximum(ends[:, 0], ratios.min() / WIDEST), np.minimum(ends[:, 1], ratios.max() * WIDEST)
    figure = Figure(figsize=(9.6, 1.7 + 0.46 * count), layout="constrained")
    axes, beside = figure.subplots(1, 2, width_ratios=(2, 1), sharey=True)
    ratio_axis(axes, low.min(), high.max())
    axes.axvline(1, color=INK, linewidth=1.2, zorder=1)
    beside.set_axis_off()
    for row, (ratio, start, end, p) in enumerate(zip(ratios, low, high, fit.p_values[1:], strict=True)):
        colour = GREY if ends[row, 0] <= 1 <= ends[row, 1] else BLUE
        axes.plot([start, end], [row, row], color=colour, solid_capstyle="butt")
        axes.plot(start, row, "<" if start > ends[row, 0] else "|", color=colour, markersize=8)
        axes.plot(end, row, ">" if end < ends[row, 1] else "|", color=colour, markersize=8)
        axes.plot(ratio, row, "s", color=colour, markersize=7)
        beside.text(0, row, f"{digits(ratio)}  ({interval(*ends[row])})", va="center")
        beside.text(1, row, p_value(p), va="center", ha="right")
    beside.set_title(word("forest values", language), loc="left", fontsize=10, color=GREY, fontweight="normal")
    beside.set_title(word("p value", language), loc="right", fontsize=10, color=GREY, fontweight="normal")
    axes.set_yticks(range(count), fit.columns)
    axes.set_ylim(count - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(word("forest axis", language))
    axes.set_title(word("forest", language))
    return figure


def grid_over(x: Floats, places: Sequence[int], points: Sequence[Floats]) -> Floats:
    """Rows that run over `points` in the columns at `places` and hold the other columns at their means."""
    rows = np.tile(x.mean(0), (len(points[0]), 1))
    for place, values in zip(places, points, strict=True):
        rows[:, place] = values
    return rows


def reach(values: Floats) -> tuple[float, float]:
    """From least to greatest, with a little room."""
    room = 0.04 * float(np.ptp(values))
    return float(values.min()) - room, float(values.max()) + room


def held(axes: Axes, fit: LogisticFit, x: Floats, places: Sequence[int], language: str) -> None:
    """Below the axis: at what the columns are held that are not shown."""
    others = [f"{name} = {x[:, j].mean():.4g}" for j, name in enumerate(fit.columns) if j not in places]
    if others:
        listed = ", ".join(others) if len(others) <= NAMED else word("n columns", language).format(n=len(others))
        axes.set_xlabel(f"{axes.get_xlabel()}\n{word('held at mean', language).format(columns=listed)}")


def legend(axes: Axes) -> None:
    """The legend in one line above the axes, where it hides no row."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2, fontsize=10)


def curve(axes: Axes, fit: LogisticFit, x: Floats, y: Classes, place: int, names: Sequence[str], language: str) -> None:
    """The probability over one column with its 95 % interval, the share seen in equal parts, and the rows as dashes."""
    from scipy.special import expit

    rows = grid_over(x, [place], [np.linspace(*reach(x[:, place]), GRID)])
    design = np.column_stack([np.ones(GRID), rows])
    error = np.sqrt(np.einsum("ij,jk,ik->i", design, fit.covariance, design))
    score, along = design @ fit.coefficients, rows[:, place]
    band = expit(score - Z_95 * error), expit(score + Z_95 * error)
    axes.fill_between(along, *band, color=SKY, alpha=0.35, linewidth=0, label=word("odds band", language))
    axes.plot(along, expit(score), color=BLUE, label=word("odds curve", language))
    if len(fit.columns) == 1:  # with others, the rows differ in those too, and their shares would not lie on the curve
        parts = [part for part in np.array_split(np.argsort(x[:, place], kind="stable"), PARTS) if len(part)]
        seen = np.array([(x[part, place].mean(), y[part].mean()) for part in parts])
        label = word("observed", language).format(n=len(parts))
        axes.plot(*seen.T, "o", color=INK, markerfacecolor="white", markersize=7, zorder=4, label=label)
    for value, level, colour in ((0, -0.06, RED), (1, 1.06, BLUE)):
        here, right = x[y == value, place], axes.get_yaxis_transform()
        axes.plot(here, np.full(len(here), level), "|", color=colour, alpha=0.35, rasterized=True)
        axes.text(1.01, level, names[value], transform=right, va="center", color=colour)
    axes.set_ylim(-0.12, 1.12)
    axes.set_yticks(np.linspace(0, 1, 5))
    axes.set_xlabel(fit.columns[place])
    axes.set_ylabel(word("probability of", language).format(name=names[1]))
    legend(axes)


def plane(
    axes: Axes,
    fit: LogisticFit,
    x: Floats,
    y: NDArray[np.int64],
    places: Sequence[int],
    names: Sequence[str],
    language: str,
) -> None:
    """The probability over two columns as shades, the line of even odds, and the rows."""
    across, up = (np.linspace(*reach(x[:, place]), GRID) for place in places)
    right, top = np.meshgrid(across, up)
    shades = probability(fit, grid_over(x, places, [right.ravel(), top.ravel()])).reshape(GRID, GRID)
    pale = [tuple(0.45 + 0.55 * np.array(AGAINST_FOR(step)[:3])) for step in np.linspace(0.05, 0.95, 10)]
    filled = axes.contourf(across, up, shades, levels=np.linspace(0, 1, 11), colors=pale)
    for value, marker, colour in ((0, "^", RED), (1, "o", BLUE)):
        points = axes.plot(*x[y == value][:, places].T, marker, color=colour, label=names[value], rasterized=True)
        points[0].set(markersize=6, markeredgecolor="white", markeredgewidth=0.6)
    if shades.min() < 0.5 < shades.max():
        axes.contour(across, up, shades, levels=[0.5], colors=INK, linewidths=2.2)
        axes.plot([], [], color=INK, label=word("even odds", language))
    label = word("probability of", language).format(name=names[1])
    axes.figure.colorbar(filled, ax=axes, ticks=np.linspace(0, 1, 6), label=label)
    axes.set_xlabel(fit.columns[places[0]])
    axes.set_ylabel(fit.columns[places[1]])
    axes.grid(visible=False)
    legend(axes)


def fitted(
    fit: LogisticFit,
    x: ArrayLike,
    y: ArrayLike,
    over: Sequence[str],
    language: str,
    names: tuple[str, str] | None = None,
) -> Figure:
    """The fitted probability of class 1 over one or two columns, with the rows (N, p) and classes (N,) themselves.

    Columns that are not shown are held at their means. names: what classes 0 and 1 are called.
    """
    rows, classes = two_classes(x, y, fit.columns)
    for name in over:
        if name not in fit.columns:
            raise unknown("column", name, fit.columns)
    if not 1 <= len(set(over)) == len(over) <= 2:
        raise LimenError(f"A figure over {len(over)} columns ({', '.join(over)}). Allowed: one, or two different ones.")
    places = [fit.columns.index(name) for name in over]
    labels = names or tuple(word("class n", language).format(n=n) for n in (0, 1))
    figure = Figure(figsize=(7.6, 4.8), layout="constrained")
    axes = figure.subplots()
    if len(places) == 1:
        curve(axes, fit, rows, classes, places[0], labels, language)
    else:
        plane(axes, fit, rows, classes, places, labels, language)
    axes.set_title(word("odds fitted", language), pad=30)
    held(axes, fit, rows, places, language)
    return figure
