"""Ctrl-C and SIGTERM lose nothing."""

from tests.faults.signals import signals


def test_a_signal_at_any_moment_loses_no_step(memory):
    outcome = signals(memory, 16)
    assert outcome.met and outcome.tried == 16, outcome
