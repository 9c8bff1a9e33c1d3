"""JSON as Limen writes it is read, and nothing else."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.runs.plain import from_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(VALUES)
def test_what_python_writes_comes_back(value):
    assert from_json(json.dumps(value).encode()) == value
    assert from_json(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": 1, "b": 2, "a": 3}', "'a' stands in it twice"),
        (b"[NaN]", "NaN stands in it"),
        (b"[-Infinity]", "Infinity stands in it"),
        (b"[1e999]", "too large"),
        (b"[" + b"1" * 5000 + b"]", "5,000 digits"),
        (b"[" * 41 + b"]" * 41, "more than 40 deep"),
        (b"[" * 100_000, "more than 40 deep"),
        (b'["\\ud800"]', "surrogates"),
        (b'["\xed\xa0\x80"]', "decode"),
        ('["x"]'.encode("utf-16"), "decode"),
        (b"[" + b"[]," * 4_000_000 + b"1]", "too many values"),
        (b'["\t"]', "control character"),
        (b"[1] 2", "Extra data"),
        (b"", "Expecting value"),
    ],
)
def test_anything_else_is_refused(content, words):
    with pytest.raises(ValueError, match=words):
        from_json(content)


def test_half_characters_that_make_a_whole_one_are_read():
    assert from_json(b'["\\ud83d\\ude00"]') == ["😀"]


def test_the_state_of_a_run_of_fifty_thousand_epochs_is_read():
    line = {"epoch": 1, "train_loss": 0.123456789012, "trace": [0.123456789012] * 20, "rate": 0.1, "examples": 1000}
    assert len(from_json(json.dumps([line] * 50_000).encode())) == 50_000
