"""A damaged file is found, or was of no consequence."""

from tests.faults.damage import damaged


def test_damage_to_any_file_is_found_or_without_consequence(memory):
    outcome = damaged(memory, places=3)
    assert outcome.met and outcome.tried > 150, outcome
