"""Holding a value against its reference: what agrees, by how much it may differ, and what never agrees."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.experiments.checking import difference, plain, printed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.integers(0, 5), st.floats(-1e3, 1e3))
def test_the_difference_is_the_largest_in_units_of_the_reference(numbers, at, by):
    moved = list(numbers)
    moved[at % len(numbers)] += by
    wanted = max(abs(a - b) / max(1.0, abs(b)) for a, b in zip(moved, numbers, strict=True))
    assert difference(torch.tensor(moved, dtype=torch.float64), np.array(numbers)) == pytest.approx(wanted)
    assert difference(moved, moved) == 0


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        (torch.tensor([1, 2]), [1, 2]),
        (torch.tensor([1.0, math.nan, math.inf]), [1, math.nan, math.inf]),
        (torch.zeros(2, requires_grad=True), np.zeros(2)),
        (True, True),
        ((2, 4), [2, 4]),
        (["a", "b"], ["a", "b"]),
        ("The size of tensor a (3)", "tensor a (3)"),
        ([[1], [2, 3]], [[1], [2, 3]]),
        (torch.zeros(0), []),
    ],
)
def test_what_agrees(value, reference):
    assert difference(value, reference) == 0


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        (torch.tensor([1, 2]), [[1, 2]]),
        (torch.tensor([1.0]), 1.0),
        (math.nan, 0.0),
        (0.0, math.nan),
        (math.inf, -math.inf),
        (True, 1),
        (1, False),
        ("b", "ab"),
        (3, "3"),
        (["a"], ["b"]),
        ("3", 3),
        (None, 0),
        ([[1], [2, 3]], [[1], [2, 4]]),
    ],
)
def test_what_never_agrees(value, reference):
    assert difference(value, reference) == math.inf


def test_a_value_is_printed_as_python_prints_it_and_a_large_one_by_its_shape():
    assert printed(torch.tensor([1, 2])) == "tensor([1, 2])" and printed(0.1) == "0.1" and printed("a b") == "a b"
    assert printed(torch.linspace(-1, 3, 100).view(4, 25)) == "tensor 4×25, float32: -1 … 3"
    assert printed(np.arange(256, dtype=np.uint8).reshape(16, 16)) == "array 16×16, uint8: 0 … 255"


def test_json_holds_every_value():
    told = plain(
        {"a": torch.tensor([1.0, math.inf]), "b": (math.nan, True, None), "c": torch.zeros(100, 100), "d": "x"}
    )
    assert told == {
        "a": [1.0, "inf"], "b": ["nan", True, None], "c": {"shape": [100, 100], "dtype": "float32"}, "d": "x",
    }  # fmt: skip
    assert json.loads(json.dumps(told, allow_nan=False)) == told
