"""The record of a table of results: found by name, written anew, refused when it is damaged."""

import json

import pytest

from limen.errors import LimenError
from limen.runs.results import Results
from limen.runs.seal import sealed

T = {"en": "a", "zh": "甲"}
ROW = {
    "variant": T, "measure": "test_accuracy", "figure": 0.9, "of": T, "measured": 0.95, "deviation": None, "count": 1,
    "standing": "reached", "seconds": 1.0,
}  # fmt: skip
ENTRY = {
    "name": "iris", "recipe": "", "lesson": False, "chapter": T, "command": "limen run iris", "seeds": [0],
    "runs": ["iris-1"], "state": "done", "reason": "", "trace": "", "precision": "fp32", "seconds": 1.0, "rows": [ROW],
}  # fmt: skip
RECORD = {"command": "limen results", "settings": [], "data": None, "machines": [], "entries": [ENTRY]}


def copy(**changes):
    return json.loads(json.dumps({**RECORD, **changes}))


def test_a_record_is_found_by_name_and_by_path_and_keeps_what_was_saved(tmp_path):
    results = Results.create(tmp_path, copy())
    assert results.path.name == "results-1" and Results.create(tmp_path, copy()).path.name == "results-2"
    results.entries[0]["state"] = "failed"
    assert results.waiting == results.entries and "1 of 1 to do" in repr(results)
    results.save()
    for name in ("results-1", str(results.path)):
        assert Results.find(name, tmp_path).record == results.record
    assert Results.find("results-2", tmp_path).waiting == []


def test_a_name_that_there_is_not_lists_those_that_are(tmp_path):
    with pytest.raises(LimenError, match="none yet"):
        Results.find("results-1", tmp_path)
    Results.create(tmp_path, copy())
    with pytest.raises(LimenError, match="No results 'results-7' in .* Allowed: results-1"):
        Results.find("results-7", tmp_path)


def test_a_record_that_was_changed_by_hand_is_refused(tmp_path):
    file = Results.create(tmp_path, copy()).path / "results.json"
    file.write_text(file.read_text().replace("0.95", "0.99"))
    with pytest.raises(LimenError, match="changed by hand"):
        Results.find("results-1", tmp_path)


@pytest.mark.parametrize(
    "entry",
    [
        {**ENTRY, "state": "dreamt"},
        {**ENTRY, "rows": [{**ROW, "standing": "best"}]},
        {**ENTRY, "rows": [{**ROW, "measured": "much"}]},
        {name: value for name, value in ENTRY.items() if name != "seeds"},
    ],
)
def test_a_record_that_could_not_have_been_written_is_refused(tmp_path, entry):
    results = Results.create(tmp_path, copy())
    (results.path / "results.json").write_bytes(sealed({**results.record, "entries": [entry]}))
    with pytest.raises(LimenError, match="is damaged"):
        Results.find("results-1", tmp_path)
