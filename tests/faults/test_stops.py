"""However often a run is stopped, it is the same run."""

from tests.faults.stops import RECIPES, chains, stops, whole


def test_a_run_stopped_anywhere_is_the_run_that_was_not(memory):
    outcome = stops(memory, each=2)
    assert outcome.met and outcome.tried == 2 * len(RECIPES), outcome


def test_many_resumes_within_an_epoch_are_none(memory):
    outcome = chains(memory, 12)
    assert outcome.met and outcome.tried == 12, outcome


def test_the_ledger_holds_every_step_once(memory):
    _, ledger = whole("bf16, augmentation, adam", memory)
    assert [seen[:2] for seen in ledger] == [(epoch, step) for epoch in range(3) for step in range(5)]
    assert len({digest for _, _, digest in ledger}) == 15
