"""How a figure stands: by the mean, on the right side, over all runs, and only where it compares."""

from dataclasses import replace

import pytest

from limen.experiments.experiment import Published
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.standings import recipes_needed, rows_of
from limen.language import Text

OF = Text("a book", "一本书")
LABEL = Text("", "")


def rows(figures, *metrics, epochs=2, elsewhere=False):
    one = replace(EXPERIMENTS["iris"](), published=tuple(figures))
    results = [{"metrics": each, "seconds": 1.5, "epochs": epochs} for each in metrics]
    return rows_of(one, one, LABEL, results, elsewhere)


@pytest.mark.parametrize(
    ("measure", "values", "figure", "standing"),
    [
        ("test_accuracy", (0.9, 1.0), 0.95, "reached"),
        ("test_accuracy", (0.9, 1.0), 0.96, "short"),  # the best run would reach it, the mean does not
        ("test_loss", (0.1, 0.3), 0.2, "reached"),
        ("test_loss", (0.1, 0.3), 0.19, "short"),
        ("test_accuracy", (1.0, None), 0.9, "gaps"),
        ("test_accuracy", (0.8, None), 0.9, "short"),
        ("test_accuracy", (None, None), 0.9, "unmeasured"),
    ],
)
def test_the_mean_must_reach_the_figure_in_every_run(measure, values, figure, standing):
    metrics = [{"other": 0.0} | ({} if value is None else {measure: value}) for value in values]
    row = rows([Published(measure, (figure,), OF)], *metrics)[0]
    assert row["standing"] == standing and row["figure"] == figure and row["of"] == {"en": "a book", "zh": "一本书"}
    assert row["count"] == sum(value is not None for value in values) and row["seconds"] == 3.0


def test_a_figure_of_other_epochs_is_told_and_not_compared():
    figure = Published("train_loss", (0.5, 0.4, 0.3), OF)
    (row,) = rows([figure], {"train_loss": 0.1})
    assert row["standing"] == "uncompared" and row["measured"] == 0.1
    assert rows([figure], {"train_loss": 0.1}, epochs=3)[0]["standing"] == "reached"
    (row,) = rows([figure], {"train_loss": 0.1, "test_accuracy": 0.5}, elsewhere=True)
    assert (row["measure"], row["standing"]) == ("train_loss", "shown")


def test_without_figures_the_main_measure_is_shown():
    (row,) = rows([], {"train_loss": 0.1, "test_loss": 0.2, "test_accuracy": 0.9})
    assert (row["measure"], row["measured"], row["figure"], row["standing"]) == ("test_accuracy", 0.9, None, "shown")
    assert row["deviation"] is None
    told = rows([Published("pieces", (3,), OF)], {"test_accuracy": 0.9})
    assert [(row["measure"], row["standing"]) for row in told] == [("pieces", "unmeasured"), ("test_accuracy", "shown")]


def test_a_recipe_is_needed_only_where_the_experiment_itself_does_not_compare():
    assert {name: r for name, make in EXPERIMENTS.items() if (r := recipes_needed(make()))} == {"mnist-cnn": ["notes"]}
