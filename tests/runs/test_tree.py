import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.errors import LimenError
from limen.runs.tree import flatten, unflatten

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("tensor")
TREES = st.recursive(
    LEAVES,
    lambda t: (
        st.lists(t, max_size=4) | st.tuples(t, t) | st.dictionaries(st.integers() | st.text(max_size=6), t, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_what_goes_through_json_comes_back(tree):
    def plant(value):  # tensors where the word stands
        if value == "tensor":
            return torch.rand(2)
        if isinstance(value, dict):
            return {k: plant(v) for k, v in value.items()}
        return type(value)(plant(v) for v in value) if isinstance(value, list | tuple) else value

    def same(a, b):
        if torch.is_tensor(a):
            return torch.equal(a, b)
        if isinstance(a, dict):
            return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
        if isinstance(a, list | tuple):
            return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
        return type(a) is type(b) and a == b

    planted, tensors = plant(tree), {}
    form = json.loads(json.dumps(flatten(planted, "root", tensors)))
    assert same(planted, unflatten(form, tensors))


def test_what_has_no_plain_form_is_refused():
    with pytest.raises(LimenError, match="Cannot save 'a/b': a set has no plain form"):
        flatten({"b": {1}}, "a", {})


def test_an_unknown_form_is_refused():
    with pytest.raises(LimenError, match="unknown form"):
        unflatten({"newer": 1}, {})
