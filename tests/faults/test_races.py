"""Of several processes one has a run."""

from tests.faults.races import races


def test_one_process_has_a_run_and_the_others_are_told_which(memory):
    outcome = races(memory, 6)
    assert outcome.met and outcome.tried == 6, outcome
