"""A disk operation that fails costs no run."""

from tests.faults.operations import operations


def test_any_operation_may_fail(memory):
    outcome = operations(memory, most=60)
    assert outcome.met and outcome.tried == 60, outcome
