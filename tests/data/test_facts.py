"""Facts about data, held against scikit-learn, SciPy and brute force."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from sklearn.neighbors import KNeighborsClassifier

from limen.data.dataset import Dataset, Split
from limen.data.facts import ASKED, best_column, constant_loss, copies, facts, nearest_alone, neighbours
from limen.data.load import load
from limen.data.spec import Data


def shuffled(split: Split) -> Split:
    return Split(split.x, split.y[torch.randperm(len(split), generator=torch.Generator().manual_seed(0))])


def test_copies_are_counted_with_their_targets(iris):
    train, held = iris.train, iris.validation
    x = torch.cat([train.x[:6], held.x[6:]])
    y = torch.cat([train.y[:6], held.y[6:]])
    y[0] = (y[0] + 1) % 3  # the same flower with another name is no copy
    told = copies(replace(iris, validation=Split(x, y)))
    assert told["validation"] == pytest.approx(5 / 24) and told["test"] <= 1 / 30
    twice = Split(train.x[[0, 0, 1, 2]], train.y[[0, 0, 1, 2]])
    assert copies(replace(iris, train=twice))["train"] == 0.5  # of the four, the two that are alike


def test_a_truth_table_that_teaches_and_tests_is_no_copy():
    assert copies(load(Data("gates", options={"gate": "xor"}))) == {"train": 0.0, "validation": 0.0, "test": 0.0}


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_neighbours_agree_as_those_of_scikit_learn(name, request):
    data: Dataset = request.getfixturevalue(name)
    offset, divisor = (np.array(v) for v in (data.scale.offset, data.scale.divisor))
    x, held = (((s.x.double().numpy() - offset) / divisor).reshape(len(s), -1) for s in (data.train, data.validation))
    rows = np.arange(min(1000, len(x))) * len(x) // min(1000, len(x))
    known = KNeighborsClassifier(1).fit(x[rows], data.train.y.numpy()[rows])
    told = neighbours(data)
    expected = known.score(held[:ASKED], data.validation.y.numpy())
    assert told["validation"][0] == pytest.approx(expected, abs=0.01) and told["validation"][2] == len(held)
    assert told["train"][0] > 0.9 and told["train"][1] == pytest.approx(1 / len(data.classes), abs=0.01)


def test_neighbours_of_shuffled_labels_agree_by_chance(digits):
    told = neighbours(replace(digits, train=shuffled(digits.train)))
    assert all(abs(near - chance) < 4 * (chance / n) ** 0.5 for near, chance, n in told.values())
    assert neighbours(replace(digits, train=Split(digits.train.x[:5], digits.train.y[:5]))) == {}


def test_neighbours_of_numbers_correlate():
    told = neighbours(load(Data("curve")))
    assert told["train"][0] > 0.95 and told["train"][1] == 0.0


def test_a_column_alone_is_judged_as_by_brute_force():
    draw = np.random.default_rng(0)
    column, y = draw.normal(size=60), draw.integers(0, 3, 60)
    distance = np.abs(column[:, None] - column[None]) + np.diag([np.inf] * 60)
    assert nearest_alone(column, y) == pytest.approx((y[distance.argmin(1)] == y).mean())


def test_a_column_that_holds_the_answer_is_found(iris):
    def tell(split: Split) -> Split:
        x = split.x.clone()
        x[:, 1] = split.y + 0.3 * torch.rand(len(split), generator=torch.Generator().manual_seed(1))
        return Split(x, split.y)

    assert best_column(iris)["agreement"] < 0.98
    assert best_column(replace(iris, train=tell(iris.train))) == {
        "name": "sepal width",
        "agreement": 1.0,
        "examples": 96,
    }
    assert best_column(replace(iris, train=Split(iris.train.x[:, :1], iris.train.y))) is None  # the only one may well


def test_the_blind_loss_is_the_entropy_or_the_variance(iris):
    y = torch.tensor([0, 0, 0, 1, 1, 2])
    few = replace(iris, train=Split(iris.train.x[:6], y))
    assert constant_loss(few) == pytest.approx(entropy([3, 2, 1]))
    curve = load(Data("curve"))
    assert constant_loss(curve) == pytest.approx(curve.train.y.double().numpy().var())


def test_facts_are_plain_and_repeat(digits):
    import json

    assert json.loads(json.dumps(facts(digits))) == facts(digits)
    words = replace(digits, train=Split(torch.arange(80).view(40, 2), digits.train.y[:40]))
    assert neighbours(words) == {} and best_column(words) is None  # ids of words have no distance
