"""Saving is cheap."""

from tests.faults.cost import saving, stall


def test_saving_takes_little_of_the_time(tmp_path, monkeypatch):
    monkeypatch.setattr("limen.experiments.keeper.SAVE_AFTER", 0.2)  # fifty times as often as by default
    outcome = saving(tmp_path, 3.0)
    assert outcome.tried == 1 and " saves in " in outcome.detail, outcome


def test_a_save_of_a_large_state_is_timed(memory):
    outcome = stall(memory, 2)
    assert outcome.met and "100 MB: median" in outcome.detail, outcome
