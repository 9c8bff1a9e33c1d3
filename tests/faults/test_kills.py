"""A killed process costs no run."""

from tests.faults.elsewhere import elsewhere
from tests.faults.kills import kills


def test_a_run_outlives_fifty_kills(memory):
    outcome = kills(memory, 50)
    assert outcome.met and outcome.tried >= 50, outcome


def test_nothing_trips_over_what_was_killed_half_way(memory):
    outcome = elsewhere(memory, 2)
    assert outcome.met, outcome
