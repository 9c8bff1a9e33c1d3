"""The loop: against a loop written out by hand, stopped and resumed at every step, and blown up on purpose."""

import copy
import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from limen.data.batches import Batches
from limen.data.dataset import Dataset, Split
from limen.data.spec import Augment
from limen.errors import LimenError
from limen.nets.build import build
from limen.train.evaluate import evaluate, measure, predict
from limen.train.fit import Epoch, Progress, fit, in_parts
from limen.train.objectives import OBJECTIVES
from limen.train.plan import Optimizer, Plan, Schedule
from limen.train.state import State
from limen.train.stopping import best_epoch, stop_early
from limen.train.watch import NonFiniteError, find_layer

CLASSIFICATION = OBJECTIVES["classification"]


def small(data, n=200):
    return replace(data, train=Split(data.train.x[:n], data.train.y[:n]))


def made(data, name="mnist-cnn", options=None, seed=0):
    torch.manual_seed(seed)
    return build(name, data.shape, len(data.classes), options)


def test_the_loop_does_what_one_written_out_by_hand_does(digits):
    data, plan = small(digits), Plan(epochs=2, batch_size=32, optimizer=Optimizer("sgd", 0.05, {"momentum": 0.9}))
    ours, theirs = made(data), made(data)
    epochs = list(fit(ours, data, plan))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    batches = Batches(data.train, 32, scale=data.scale, seed=0)
    for epoch in range(2):
        total = 0.0
        for x, y in batches.epoch(epoch):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(theirs(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        assert epochs[epoch].measures["train_loss"] == pytest.approx(total / len(data.train), rel=1e-5)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-6)


def test_an_epoch_tells_what_happened(iris):
    plan = Plan(epochs=3, batch_size=10, optimizer=Optimizer("adam", 0.01), schedule=Schedule("cosine"))
    events = list(fit(made(iris, "mlp"), iris, plan, progress=4))
    epochs = [e for e in events if isinstance(e, Epoch)]
    assert [e.number for e in epochs] == [1, 2, 3]
    assert set(epochs[0].measures) == {"train_loss", "validation_loss", "validation_accuracy"}
    assert epochs[0].examples == 96 and len(epochs[0].trace) == 10 and epochs[0].seconds > 0
    assert epochs[0].rate > epochs[2].rate > 0
    steps = [(e.epoch, e.step, e.examples) for e in events if isinstance(e, Progress)]
    assert steps[:3] == [(1, 4, 40), (1, 8, 80), (2, 4, 40)]
    assert str(epochs[0]).startswith("epoch 1: train_loss ")


def test_breaking_off_keeps_what_was_learnt(iris):
    net = made(iris, "mlp")
    before = copy.deepcopy(net.state_dict())
    for _ in fit(net, iris, Plan(epochs=100, batch_size=16)):
        break
    assert any(not torch.equal(before[k], v) for k, v in net.state_dict().items())


def test_the_test_split_is_never_looked_at(iris):
    poisoned = replace(iris, test=Split(torch.full_like(iris.test.x, torch.nan), iris.test.y))
    assert len(list(fit(made(iris, "mlp"), poisoned, Plan(epochs=2, batch_size=16)))) == 2


RECIPES = {
    "adam one-cycle": Plan(epochs=2, batch_size=48, schedule=Schedule("one-cycle")),
    "momentum, augmented": Plan(epochs=2, batch_size=50, optimizer=Optimizer("sgd", 0.1, {"momentum": 0.9}), augment=Augment(flip=True, shift=1)),
    "penalties and clipping": Plan(epochs=2, batch_size=64, l1=1e-4, l2=1e-3, clip=0.5, drop_last=True, schedule=Schedule("step", every=1)),
    "muon": Plan(epochs=2, batch_size=64, optimizer=Optimizer("muon", 1e-3)),
    "lookahead, mixed, smoothed": Plan(epochs=2, batch_size=60, optimizer=Optimizer("sgd", 0.1, {"momentum": 0.9}), lookahead=3, smoothing=0.1, augment=Augment(cutmix=1.0), looks=2),
    "adam, lookahead": Plan(epochs=2, batch_size=64, lookahead=2),
}  # fmt: skip


def fingerprint(net, state):
    return [t.clone() for t in net.state_dict().values()], [
        {k: v.clone() if torch.is_tensor(v) else v for k, v in m.items()}
        for memory in state.memories()
        for m in memory["state"].values()
    ]


def equal(a, b):
    if torch.is_tensor(a):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return all(equal(a[k], b[k]) for k in a)
    return all(map(equal, a, b)) if isinstance(a, list | tuple) else a == b


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("net_name", ["mnist-cnn", "mlp"])
def test_stopped_after_any_step_and_resumed_it_is_the_same_run(digits, recipe, net_name):
    """A fresh net, fresh optimizers, scrambled generators: only what `State` says is carried over."""
    plan, data = RECIPES[recipe], small(digits)
    options = {"dropout": 0.3} if net_name == "mlp" else None
    steps = len(Batches(data.train, plan.batch_size, drop_last=plan.drop_last))

    whole = made(data, net_name, options)
    whole_state = State.begin(whole, plan, steps)
    expected = list(fit(whole, data, plan, state=whole_state))

    for stop in range(1, 2 * steps + 1):
        net = made(data, net_name, options)
        state = State.begin(net, plan, steps)
        seen = []
        for event in itertools.islice(
            (e for e in fit(net, data, plan, state=state, progress=1)), stop + stop // (steps + 1)
        ):
            seen += [event] if isinstance(event, Epoch) else []
        carried = copy.deepcopy(
            (net.state_dict(), state.memories(), state.losses, state.epoch, state.step, state.generators())
        )
        torch.manual_seed(999)
        torch.rand(7)
        net = made(data, net_name, options, seed=123)
        state = State.begin(net, plan, steps)
        net.load_state_dict(carried[0])
        state.restore_memories(carried[1])
        state.losses.copy_(carried[2])
        state.epoch, state.step = carried[3], carried[4]
        state.restore_generators(carried[5])
        seen += list(fit(net, data, plan, state=state))
        assert seen == expected, f"stopped after {stop}"
        assert equal(fingerprint(net, state), fingerprint(whole, whole_state)), f"stopped after {stop}"


def test_the_same_seed_repeats_bit_for_bit_and_another_does_not(digits):
    def weights(seed):
        net = made(digits, "mlp", {"dropout": 0.2})
        list(fit(net, small(digits), Plan(epochs=2, batch_size=32, seed=seed)))
        return list(net.state_dict().values())

    a, b, c = weights(0), weights(0), weights(1)
    assert equal(a, b) and not equal(a, c)


def test_random_draws_of_the_caller_change_nothing(digits):
    def weights(disturb):
        net = made(digits, "mlp", {"dropout": 0.2})
        for _ in fit(net, small(digits), Plan(epochs=2, batch_size=32)):
            torch.rand(disturb)
        return list(net.state_dict().values())

    assert equal(weights(0), weights(13))


def test_weight_penalties_are_those_of_the_textbook(iris):
    """After one step of plain descent: v = w - rate·(g + λ₂·w), then v moved by rate·λ₁ towards 0; biases stay free."""
    rate, l1, l2 = 0.1, 0.01, 0.1
    plan = Plan(epochs=1, batch_size=96, optimizer=Optimizer("sgd", rate), l1=l1, l2=l2)
    net, free = made(iris, "mlp"), made(iris, "mlp")
    before = {k: v.clone() for k, v in net.state_dict().items()}
    list(fit(net, iris, plan))
    list(fit(free, iris, replace(plan, l1=0.0, l2=0.0)))
    for name, value in net.state_dict().items():
        expected = free.state_dict()[name]
        if name.endswith("weight"):
            stepped = expected - rate * l2 * before[name]
            expected = stepped.sign() * (stepped.abs() - rate * l1).clamp(min=0)
        torch.testing.assert_close(value, expected, rtol=1e-5, atol=1e-7)


def test_a_gradient_is_cut_to_its_greatest_length(iris):
    plan = Plan(epochs=1, batch_size=96, optimizer=Optimizer("sgd", 1.0), clip=0.01)
    net = made(iris, "mlp")
    before = [p.detach().clone() for p in net.parameters()]
    list(fit(net, iris, plan))
    moved = torch.cat([(p.detach() - b).flatten() for p, b in zip(net.parameters(), before, strict=True)])
    assert moved.norm().item() == pytest.approx(0.01, rel=1e-3)


def test_l1_makes_weights_small(iris):
    plan = Plan(epochs=30, batch_size=16, optimizer=Optimizer("sgd", 0.05))
    sums = []
    for l1 in (0.0, 0.05):
        net = made(iris, "mlp")
        list(fit(net, iris, replace(plan, l1=l1)))
        sums.append(sum(p.abs().sum().item() for p in net.parameters() if p.ndim > 1))
    assert sums[1] < 0.5 * sums[0]


def test_a_rate_too_high_is_told_with_step_rate_and_layer(digits):
    net = made(digits)
    plan = Plan(epochs=5, batch_size=32, optimizer=Optimizer("sgd", 1000.0))
    with pytest.raises(NonFiniteError) as caught:
        list(fit(net, small(digits), plan))
    error = caught.value
    assert error.epoch == 1 and 1 < error.step <= 10 and error.rate == 1000 and "'" in error.layer
    assert "--set plan.optimizer.lr=100" in str(error) and "\n" not in str(error)


@pytest.mark.parametrize("step", [1, 2, 5])
def test_a_nan_in_the_data_stops_at_its_step_with_the_weights_still_good(iris, step):
    order = Batches(iris.train, 8, seed=0).order(0)
    x = iris.train.x.clone()
    x[order[8 * (step - 1)]] = torch.nan
    net = made(iris, "mlp")
    with pytest.raises(NonFiniteError) as caught:
        list(fit(net, replace(iris, train=Split(x, iris.train.y)), Plan(epochs=2, batch_size=8)))
    assert (caught.value.epoch, caught.value.step, caught.value.layer) == (1, step, "the data")
    assert all(p.isfinite().all() for p in net.parameters())


def test_an_overflow_in_one_layer_is_found(iris):
    net = made(iris, "mlp", {"hidden": (8, 8)})
    with torch.no_grad():
        net.dense2.weight.fill_(3e38)
    with pytest.raises(NonFiniteError) as caught:
        list(fit(net, iris, Plan(epochs=1, batch_size=8)))
    assert caught.value.layer == "layer 'dense2'" and caught.value.step == 1
    with torch.no_grad():
        net.dense1.weight[0, 0] = torch.nan
    assert find_layer(net, iris.train.x[:4]) == "the weights of layer 'dense1'"


def test_a_validation_loss_that_is_not_finite_is_told(iris):
    x = iris.validation.x.clone()
    x[0, 0] = torch.inf
    with pytest.raises(NonFiniteError, match="validation_loss is nan"):
        list(
            fit(made(iris, "mlp"), replace(iris, validation=Split(x, iris.validation.y)), Plan(epochs=1, batch_size=8))
        )


def test_a_batch_larger_than_the_data_is_refused(iris):
    with pytest.raises(LimenError, match="97 does not fit 96 examples"):
        list(fit(made(iris, "mlp"), iris, Plan(batch_size=97)))


def test_regression_trains_too():
    x = torch.linspace(-1, 1, 200)[:, None]
    y = 3 * x[:, 0] + 1
    part = lambda k: Split(x[k::3].contiguous(), y[k::3].contiguous())  # noqa: E731
    data = Dataset("line", part(0), part(1), part(2))
    net = build("mlp", (1,), 1, {"hidden": ()})
    events = list(
        fit(net, data, Plan(epochs=60, batch_size=8, optimizer=Optimizer("sgd", 0.1)), OBJECTIVES["regression"])
    )
    assert events[-1].measures["validation_loss"] < 1e-4
    assert net.out.weight.item() == pytest.approx(3, abs=0.05) and net.out.bias.item() == pytest.approx(1, abs=0.05)


def test_bf16_learns_what_fp32_learns(digits):
    measures = {}
    for precision in ("fp32", "bf16"):
        net = made(digits)
        *_, last = fit(
            net, digits, Plan(epochs=8, batch_size=64, optimizer=Optimizer("adam", 4e-3)), precision=precision
        )
        measures[precision] = last.measures["validation_accuracy"]
        assert all(p.dtype == torch.float32 for p in net.parameters())
    assert measures["bf16"] > measures["fp32"] - 0.03 and measures["fp32"] > 0.9


@pytest.mark.parametrize("n", [1, 7, 20, 21, 57, 1000])
def test_the_trace_is_the_losses_in_equal_parts(n):
    losses = [float(i) for i in range(n)]
    parts = in_parts(losses)
    assert len(parts) == min(20, n) and list(parts) == sorted(parts)
    assert sum(parts) / len(parts) == pytest.approx(sum(losses) / n, rel=0.05, abs=0.5)


def epochs_with(*losses):
    return [Epoch(i, {"validation_loss": v}, (), 0.1, 1, 0.0) for i, v in enumerate(losses, 1)]


def test_early_stopping_waits_as_long_as_it_says():
    run = epochs_with(5, 4, 3, 3.5, 3.2, 3.0, 2.9, 1)
    assert [e.number for e in stop_early(run, 3)] == [1, 2, 3, 4, 5, 6]
    assert len(list(stop_early(run, 4))) == 8 and len(list(stop_early(run, None))) == 8
    assert best_epoch(epochs_with(2, 1, 1, 3)) == 1


@pytest.mark.parametrize("cut", range(9))
def test_early_stopping_goes_on_after_a_resume(cut):
    run = epochs_with(5, 4, 3, 3.5, 3.2, 3.0, 2.9, 1)
    whole = list(stop_early(run, 3))
    first = whole[:cut]
    assert first + list(stop_early(run[len(first) :], 3, first)) == whole


def test_evaluation_is_of_all_examples_together_and_leaves_the_net_alone(digits):
    net = made(digits, "mlp", {"dropout": 0.5})
    net.train()
    outputs = predict(net, digits.train, digits.scale)
    assert outputs.shape == (1150, 10) and net.training
    net.eval()
    with torch.no_grad():
        x = digits.train.x.float().div(16).permute(0, 3, 1, 2)
        torch.testing.assert_close(outputs, net(x), rtol=1e-4, atol=1e-6)
        expected = nn.functional.cross_entropy(net(x), digits.train.y).item()
    measured = evaluate(net, digits.train, digits.scale)
    assert measured["loss"] == pytest.approx(expected, rel=1e-5)
    assert measured == measure(outputs, digits.train.y, CLASSIFICATION)


def test_a_hook_hung_on_between_epochs_is_called(digits):
    net, seen = build("mnist-cnn", digits.shape, 10), []
    for epoch in fit(net, digits, Plan(epochs=2, batch_size=64)):
        if epoch.number == 1:
            net[0].register_forward_hook(lambda *_: seen.append(1) if net.training else None)
    assert len(seen) == 18  # ⌈1150 / 64⌉ steps


def test_how_a_step_is_computed_is_not_taken_from_a_checkpoint():
    net, plan = build("mlp", (4,), 3), Plan(optimizer=Optimizer("rmsprop", 0.5))
    state = State.begin(net, plan, 1)
    (memory,) = state.memories()
    foreign = {
        **memory,
        "param_groups": [group | {"capturable": True, "lr": torch.tensor(0.25)} for group in memory["param_groups"]],
    }
    state.restore_memories([foreign])
    (group,) = state.optimizers[0].param_groups
    assert group["capturable"] is False and group["lr"] == 0.25 and isinstance(group["lr"], float)


def test_smoothed_labels_are_shares_of_all_classes(digits):
    data, share = small(digits, 32), 0.2
    net = made(data, "softmax")
    before = copy.deepcopy(net)
    (last,) = fit(net, data, Plan(epochs=1, batch_size=32, smoothing=share, optimizer=Optimizer("sgd", 0.5)))
    x, y = next(iter(Batches(data.train, 32, scale=data.scale)))
    log = before(x).log_softmax(1)
    target = share / 10 + (1 - share) * nn.functional.one_hot(y, 10)
    assert last.measures["train_loss"] == pytest.approx(-(target * log).sum(1).mean().item(), rel=1e-5)
    held = evaluate(net, data.validation, data.scale)["loss"]
    assert last.measures["validation_loss"] == pytest.approx(held, rel=1e-6)  # of the labels as they are


def test_lookahead_goes_half_of_the_way_as_often_as_it_says(digits):
    """Against the rule written out by hand, beside the same steps without it."""
    data, plan = small(digits, 128), Plan(epochs=1, batch_size=16, optimizer=Optimizer("sgd", 0.3))
    net = made(data, "softmax")
    fast, slow = copy.deepcopy(net), None
    list(fit(net, data, replace(plan, lookahead=3)))
    for number, (x, y) in enumerate(Batches(data.train, 16, scale=data.scale).epoch(0), start=1):
        fast.zero_grad()
        nn.functional.cross_entropy(fast(x), y).backward()
        with torch.no_grad():
            for p in fast.parameters():
                p -= 0.3 * p.grad
            slow = slow or [p.clone() for p in fast.parameters()]
            if number % 3 == 0 or number == 8:  # every third, and where the epoch ends
                for p, s in zip(fast.parameters(), slow, strict=True):
                    s += 0.5 * (p - s)
                    p.copy_(s)
    for p, q in zip(net.parameters(), fast.parameters(), strict=True):
        torch.testing.assert_close(p, q, atol=1e-6, rtol=1e-5)


def test_a_mirrored_net_answers_alike_to_a_picture_and_its_mirror_image(digits):
    net = made(digits)
    turned = Split(digits.validation.x.flip(2), digits.validation.y)
    one, other = (predict(net, split, digits.scale, looks=2) for split in (digits.validation, turned))
    torch.testing.assert_close(one, other)
    plain, back = (predict(net, split, digits.scale) for split in (digits.validation, turned))
    torch.testing.assert_close(one, (plain + back) / 2)
    assert not torch.allclose(plain, back)


def test_six_looks_are_the_picture_and_its_mirror_image_in_place_and_moved_by_a_pixel(digits):
    net, stored = made(digits), digits.validation.x.numpy()
    wide = np.pad(stored, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")

    def answers(x):
        split = Split(torch.from_numpy(np.ascontiguousarray(x)), digits.validation.y)
        return predict(net, split, digits.scale).double().numpy()

    looks = {
        where: (wide[:, a : a + 8, a : a + 8], share) for where, a, share in (("in", 1, 2), ("ul", 2, 1), ("dr", 0, 1))
    }
    expected = sum(share * (answers(x) + answers(x[:, :, ::-1])) for x, share in looks.values()) / 8
    found = predict(net, digits.validation, digits.scale, looks=6)
    np.testing.assert_allclose(found.double().numpy(), expected, atol=1e-5)
