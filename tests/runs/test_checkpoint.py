"""Checkpoints: complete or not there, checked when they are read, the one before used when one is bad."""

import contextlib
import errno
import json
import os

import pytest
import torch

from limen import storage
from limen.errors import LimenError
from limen.nets.build import build
from limen.runs import checkpoint as checkpoints
from limen.runs.checkpoint import Checkpoint, decode, encode
from limen.storage import StorageError
from limen.train.optimizers import OPTIMIZERS
from limen.train.plan import MOST_EPOCHS, Optimizer, Plan
from limen.train.state import State


def trained(name="adam", steps=2, seed=0):
    """A small state after some steps."""
    torch.manual_seed(seed)
    net = build("mlp", (4,), 3, {"hidden": (5,)})
    state = State.begin(net, Plan(optimizer=Optimizer(name, 0.01)), 10)
    x, y = torch.randn(12, 4), torch.arange(12) % 3

    def closure():
        net.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        for optimizer in state.optimizers:
            state.losses[state.step] = float(optimizer.step(closure).detach())
        state.step += 1
    return state


def taken(state, history=()):
    return Checkpoint.take(state, dict(state.net.state_dict()), list(history))


def same_tree(a, b):
    if torch.is_tensor(a):
        return torch.is_tensor(b) and a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_tree(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same_tree, a, b))
    return a == b


@pytest.mark.parametrize("name", [n for n in OPTIMIZERS if n != "sparse-adam"])
def test_every_optimizers_state_comes_back_bit_for_bit(tmp_path, name):
    state = trained(name)
    checkpoints.save(tmp_path, taken(state, [{"epoch": 1, "train_loss": 0.1}]))
    loaded, bad = checkpoints.load(tmp_path)
    assert not bad and loaded.history == [{"epoch": 1, "train_loss": 0.1}]
    fresh = trained(name, steps=0, seed=1)
    torch.manual_seed(77)
    loaded.restore(fresh)
    assert same_tree(fresh.memories(), state.memories())
    assert same_tree(dict(fresh.net.state_dict()), dict(state.net.state_dict()))
    assert torch.equal(fresh.losses, state.losses) and (fresh.epoch, fresh.step) == (state.epoch, state.step)
    assert same_tree(fresh.generators(), loaded.generators)


def test_two_are_kept_and_latest_names_the_newest(tmp_path):
    state = trained()
    for step in (1, 2, 3, 4):
        state.step = step
        checkpoints.save(tmp_path, taken(state))
    names = [p.name for p in checkpoints.saved(tmp_path)]
    assert names == ["epoch-000000-step-000000004", "epoch-000000-step-000000003"]
    assert (tmp_path / "LATEST").read_text() == names[0] + "\n"


def test_the_end_of_an_epoch_comes_after_its_last_step(tmp_path):
    state = trained()
    state.step = 10
    checkpoints.save(tmp_path, taken(state))
    state.epoch, state.step = 1, 0
    checkpoints.save(tmp_path, taken(state))
    assert (checkpoints.load(tmp_path)[0].epoch, len(checkpoints.saved(tmp_path))) == (1, 2)


def two(tmp_path):
    state = trained()
    for step in (1, 2):
        state.step = step
        checkpoints.save(tmp_path, taken(state))
    return checkpoints.saved(tmp_path)[0]


@pytest.mark.parametrize(
    "name", ["weights.safetensors", "training.safetensors", "best.safetensors", "state.json", "manifest.json"]
)
@pytest.mark.parametrize("how", ["flip", "cut", "zero", "gone", "empty"])
def test_a_damaged_file_is_found_and_the_checkpoint_before_is_used(tmp_path, name, how):
    newest = two(tmp_path)
    path = newest / name
    content = bytearray(path.read_bytes())
    for offset in range(0, len(content), max(1, len(content) // 12)):
        damaged = bytearray(content)
        if how == "flip":
            damaged[offset] ^= 1
        elif how == "zero":
            damaged[offset] = 0 if damaged[offset] else 1
        elif how == "cut":
            damaged = damaged[:offset]
        elif how == "empty":
            damaged = bytearray()
        path.write_bytes(damaged) if how != "gone" else path.unlink(missing_ok=True)
        loaded, bad = checkpoints.load(tmp_path)
        assert loaded.step == 1, (how, offset)
        ((where, why),) = bad.items()
        assert where == newest and (name in why or name == "manifest.json")
    checkpoints.set_aside(newest)
    assert [p.name for p in checkpoints.saved(tmp_path)] == ["epoch-000000-step-000000001"]
    assert (tmp_path / f"bad-{newest.name}").is_dir()


def test_when_all_are_bad_none_is_loaded(tmp_path):
    two(tmp_path)
    for path in checkpoints.saved(tmp_path):
        (path / "weights.safetensors").unlink()
    loaded, bad = checkpoints.load(tmp_path)
    assert loaded is None and len(bad) == 2


def test_a_manifest_may_not_point_outside(tmp_path):
    newest = two(tmp_path)
    (tmp_path / "secret").write_text("x")
    manifest = json.loads((newest / "manifest.json").read_bytes())
    manifest["files"]["../secret"] = manifest["files"].pop("state.json")
    (newest / "manifest.json").write_bytes(checkpoints.to_json(manifest))
    _, bad = checkpoints.load(tmp_path)
    assert "names a file outside itself" in bad[newest]


def test_a_newer_format_is_told(tmp_path):
    newest = two(tmp_path)
    text = (newest / "manifest.json").read_text().replace('"format": 1', '"format": 99')
    (newest / "manifest.json").write_text(text)
    assert "update Limen" in checkpoints.load(tmp_path)[1][newest]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_whichever_operation_fails_a_good_checkpoint_is_left(tmp_path, monkeypatch, number):
    state, real, k, count = trained(), storage.operate, 0, 1
    state.step = 1
    checkpoints.save(tmp_path, taken(state))
    state.step = 2
    checkpoints.save(tmp_path, taken(state))
    while count >= k:
        k, count = k + 1, 0

        def failing(verb, path, act, k=k):
            nonlocal count
            count += 1

            def no():
                raise OSError(number, os.strerror(number))

            return real(verb, path, no if count == k else act)

        state.step = 2 + k
        monkeypatch.setattr(storage, "operate", failing)
        with contextlib.suppress(StorageError):
            checkpoints.save(tmp_path, taken(state))
        monkeypatch.setattr(storage, "operate", real)
        loaded, bad = checkpoints.load(tmp_path)
        assert not bad and loaded.step >= 1
    assert k > 15


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.pop("out.bias"), "missing out.bias"),
        (lambda w: w.update(extra=torch.zeros(1)), "unexpected extra"),
        (lambda w: w.update({"out.bias": torch.zeros(4)}), "out.bias is 4 where 3 belongs"),
    ],
)
def test_weights_of_another_net_are_refused(change, words):
    net = build("mlp", (4,), 3)
    weights = dict(net.state_dict())
    change(weights)
    with pytest.raises(LimenError, match=f"do not fit the net: {words}"):
        checkpoints.load_weights(net, weights)


def test_equal_states_are_equal_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    a, b = (checkpoints.save(tmp_path / name, taken(trained())) for name in "ab")
    assert {p.name: p.read_bytes() for p in a.iterdir()} == {p.name: p.read_bytes() for p in b.iterdir()}


def test_another_number_of_steps_is_refused(tmp_path):
    checkpoints.save(tmp_path, taken(trained()))
    loaded, _ = checkpoints.load(tmp_path)
    other = State.begin(build("mlp", (4,), 3, {"hidden": (5,)}), Plan(), 7)
    with pytest.raises(LimenError, match="epoch has 10 steps, this one 7"):
        loaded.restore(other)


def test_the_longest_run_that_a_plan_allows_can_be_read_back():
    line = {"train_loss": 0.123456789012345, "validation_loss": 0.123456789012345, "validation_accuracy": 0.987654321}
    line |= {"trace": [0.123456789012345] * 20, "rate": 0.00123456789, "examples": 60000}
    history = [{"epoch": number, **line} for number in range(1, MOST_EPOCHS + 1)]
    assert decode(encode(taken(trained(), history))).history == history
