import dataclasses

import pytest

from limen.errors import LimenError
from limen.train.plan import Optimizer, Plan, Schedule


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Plan(epochs=0), "plan.epochs 0 is out of range. Allowed: 1 to 50,000. Try --set plan.epochs=1."),
        (lambda: Plan(batch_size=0), "plan.batch_size 0"),
        (lambda: Plan(l1=-1), "plan.l1 -1"),
        (lambda: Plan(l2=float("nan")), "plan.l2 nan"),
        (lambda: Plan(clip=0), "plan.clip 0"),
        (lambda: Plan(patience=0), "plan.patience 0"),
        (lambda: Plan(seed=-1), "plan.seed -1"),
        (lambda: Plan(seed=2**70), "plan.seed"),
        (lambda: Plan(keep="bets"), "Unknown plan.keep 'bets'. Did you mean 'best'?"),
        (lambda: Optimizer("adam", 0), "plan.optimizer.lr 0"),
        (lambda: Optimizer("adam", -1), "plan.optimizer.lr -1"),
        (lambda: Optimizer("adam", 1e10), "plan.optimizer.lr"),
        (lambda: Optimizer("adam", float("nan")), "plan.optimizer.lr nan"),
        (lambda: Schedule("cosin"), "Unknown schedule 'cosin'. Did you mean 'cosine'?"),
        (lambda: Schedule(warmup=1.0), "plan.schedule.warmup 1.0"),
        (lambda: Schedule(drop=0), "plan.schedule.drop 0"),
        (lambda: Schedule(every=0), "plan.schedule.every 0"),
    ],
)
def test_a_number_out_of_range_fails_when_the_plan_is_made(make, words):
    with pytest.raises(LimenError) as caught:
        make()
    assert words in str(caught.value)


def test_a_plan_cannot_be_changed_only_replaced():
    plan = Plan()
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.epochs = 3
    assert dataclasses.replace(plan, epochs=3).epochs == 3


def test_a_misspelt_option_fails_at_the_call():
    with pytest.raises(TypeError, match="epoch"):
        Plan(epoch=3)


def test_plans_describe_themselves():
    assert str(Optimizer("sgd", 0.1, {"momentum": 0.9})) == "sgd 0.1, momentum 0.9"
    assert str(Schedule("step", drop=0.5, every=3)) == "step, ×0.5 every 3 epochs"
