"""Each schedule against torch's own, step by step."""

import pytest
import torch
from torch.optim import lr_scheduler as torchs

from limen.train.plan import SCHEDULES, Schedule
from limen.train.schedules import rate_factor


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, seen = make(optimizer), []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def ours(schedule, epochs, per_epoch):
    return [rate_factor(schedule, step, epochs, per_epoch) for step in range(epochs * per_epoch)]


@pytest.mark.parametrize(("epochs", "per_epoch"), [(2, 375), (1, 15), (10, 3), (40, 36)])
@pytest.mark.parametrize("warmup", [None, 0.1, 0.5])
def test_one_cycle(epochs, per_epoch, warmup):
    steps = epochs * per_epoch
    expected = rates(
        lambda o: torchs.OneCycleLR(o, 1.0, total_steps=steps, pct_start=warmup or 0.3, cycle_momentum=False), steps
    )
    assert ours(Schedule("one-cycle", warmup=warmup), epochs, per_epoch) == pytest.approx(expected, rel=1e-9)


def test_cosine():
    expected = rates(lambda o: torchs.CosineAnnealingLR(o, T_max=60), 60)
    assert ours(Schedule("cosine"), 6, 10) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_linear():
    expected = rates(lambda o: torchs.LinearLR(o, 1.0, 0.0, total_iters=60), 60)
    assert ours(Schedule("linear"), 6, 10) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_step():
    per_epoch = rates(lambda o: torchs.StepLR(o, step_size=2, gamma=0.5), 7)
    assert ours(Schedule("step", drop=0.5, every=2), 7, 3)[::3] == pytest.approx(per_epoch)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize(("epochs", "per_epoch"), [(1, 1), (1, 2), (3, 1), (1, 4)])
def test_every_schedule_stays_between_0_and_1_on_the_shortest_runs(name, epochs, per_epoch):
    assert all(0 < f <= 1 for f in ours(Schedule(name), epochs, per_epoch))


def test_a_warm_up_rises_evenly_and_then_lets_go():
    factors = ours(Schedule("constant", warmup=0.2), 10, 10)
    assert factors[:20] == pytest.approx([(i + 1) / 20 for i in range(20)]) and set(factors[20:]) == {1.0}
