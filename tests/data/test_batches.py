"""Batches without a history: order and augmentation follow from (seed, epoch, step) alone."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.data.augment import augment, draws, translate
from limen.data.batches import Batches
from limen.data.dataset import Dataset, Scale, Split, as_input
from limen.data.spec import Augment
from limen.errors import LimenError


def numbered(n):
    return Split(torch.arange(n, dtype=torch.float32)[:, None], torch.arange(n))


@settings(max_examples=80, deadline=None)
@given(n=st.integers(1, 60), data=st.data(), epoch=st.integers(0, 5), drop=st.booleans())
def test_an_epoch_shows_every_example_once(n, data, epoch, drop):
    size = data.draw(st.integers(1, n))
    batches = Batches(numbered(n), size, seed=1, drop_last=drop)
    seen = [y.tolist() for _, y in batches.epoch(epoch)]
    assert [len(y) for y in seen] == batches.sizes() and len(seen) == len(batches)
    flat = sum(seen, [])
    assert len(set(flat)) == len(flat) == (n - n % size if drop else n)


@settings(max_examples=40, deadline=None)
@given(n=st.integers(2, 50), data=st.data())
def test_starting_in_the_middle_gives_what_was_left(n, data):
    size = data.draw(st.integers(1, n))
    split = Split(torch.randint(0, 255, (n, 4, 4, 1), dtype=torch.uint8), torch.arange(n))
    batches = Batches(split, size, seed=3, augment=Augment(flip=True, shift=2))
    start = data.draw(st.integers(0, len(batches)))
    whole, rest = list(batches.epoch(2)), list(batches.epoch(2, start=start))
    assert len(rest) == len(whole) - start
    assert all(torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(whole[start:], rest, strict=True))


def test_orders_differ_by_epoch_and_seed_and_use_no_other_generator():
    before = torch.get_rng_state()
    orders = {tuple(Batches(numbered(50), 10, seed=s).order(e).tolist()) for s in range(5) for e in range(5)}
    assert len(orders) == 25
    assert torch.equal(before, torch.get_rng_state())


def test_without_shuffling_the_order_is_the_files():
    batches = Batches(numbered(10), 4, shuffle=False)
    assert [y.tolist() for _, y in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 90), columns=st.integers(1, 20), passes=st.integers(1, 3), drop=st.booleans(), data=st.data())
def test_a_table_gathered_at_once_gives_the_batches_that_are_gathered_one_by_one(n, columns, passes, drop, data):
    """And every batch begins where the processor wants it, so that a product with it has the same bits."""
    size = data.draw(st.integers(1, n - 1))
    split, scale = Split(torch.randn(n, columns), torch.arange(n)), Scale((1.0,) * columns, (3.0,) * columns)
    batches = Batches(split, size, scale=scale, seed=5, drop_last=drop, passes=passes)
    start = data.draw(st.integers(0, len(batches)))
    a_pass = len(batches) // passes
    rest = list(batches.epoch(3, start=start))
    assert len(rest) == len(batches) - start
    for number, (x, y) in enumerate(rest, start):
        turn, place = divmod(number, a_pass)
        chosen = batches.order(3, turn)[place * size : (place + 1) * size]
        assert torch.equal(x, as_input(split.x[chosen], scale)) and torch.equal(y, chosen)
        assert x.data_ptr() % 64 == 0


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_batch_larger_than_the_data_is_refused(size):
    with pytest.raises(LimenError, match=r"does not fit 10 examples\. Allowed: 1 to 10"):
        Batches(numbered(10), size)


def test_pictures_come_out_channels_last_and_scaled():
    split = Split(torch.randint(0, 256, (6, 5, 7, 3), dtype=torch.uint8), torch.zeros(6, dtype=torch.int64))
    x, _ = next(iter(Batches(split, 4, scale=Scale(divisor=(255.0,)), shuffle=False)))
    assert x.shape == (4, 3, 5, 7) and x.is_contiguous(memory_format=torch.channels_last)
    expected = split.x[:4].numpy().astype(np.float64).transpose(0, 3, 1, 2) / 255
    np.testing.assert_allclose(x.numpy(), expected, rtol=1e-6)


def test_a_scale_with_offsets_works_by_channel():
    scale = Scale(offset=(1.0, 2.0, 3.0), divisor=(2.0, 4.0, 8.0))
    x = torch.randint(0, 256, (2, 4, 4, 3), dtype=torch.uint8)
    expected = (x.double() - torch.tensor([1.0, 2.0, 3.0])) / torch.tensor([2.0, 4.0, 8.0])
    torch.testing.assert_close(as_input(x, scale).double(), expected.permute(0, 3, 1, 2))


def test_a_shift_moves_whole_pixels_and_fills_with_zero():
    x = torch.arange(1, 10, dtype=torch.float32).view(1, 1, 3, 3)
    moved = translate(x, torch.tensor([1]), torch.tensor([-1]))
    assert moved[0, 0].tolist() == [[0, 0, 0], [2, 3, 0], [5, 6, 0]]


@settings(max_examples=40, deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3))
def test_a_shift_is_numpys_padding_and_cutting(down, right, channels):
    x = torch.rand(2, channels, 5, 6)
    moved = translate(x, torch.tensor([down] * 2), torch.tensor([right] * 2)).numpy()
    padded = np.pad(x.numpy(), ((0, 0), (0, 0), (3, 3), (3, 3)))
    np.testing.assert_array_equal(moved, padded[:, :, 3 - down : 8 - down, 3 - right : 9 - right])


def test_flips_are_half_and_exact():
    x = torch.rand(2000, 1, 3, 4)
    u = torch.rand(2000, 1, generator=torch.Generator().manual_seed(0))
    y = augment(x, u, Augment(flip=True))
    flipped = (u[:, 0] < 0.5).nonzero().flatten()
    assert 900 < len(flipped) < 1100
    assert torch.equal(y[flipped], x[flipped].flip(3))
    kept = (u[:, 0] >= 0.5).nonzero().flatten()
    assert torch.equal(y[kept], x[kept])


def test_shifts_reach_every_place_equally():
    u = torch.rand(20_000, 2, generator=torch.Generator().manual_seed(0))
    x = torch.zeros(20_000, 1, 5, 5)
    x[:, 0, 2, 2] = 1
    counts = augment(x, u, Augment(shift=2)).sum((0, 1))
    assert counts.sum() == 20_000 and counts.min() > 700 and counts.max() < 900  # 800 each
    assert draws(Augment(flip=True, shift=2)) == 3 and draws(Augment()) == 0


def test_a_data_set_tells_its_shape_its_length_and_its_digest(digits, iris):
    assert repr(digits) == "Dataset('digits', 1,150 + 288 + 359 examples of 8×8×1, 10 classes)"
    assert repr(iris.train) == "Split(96 examples, 4 float32)"
    assert iris.shape == (4,)
    changed = digits.train.x.clone()
    changed[5, 3, 3] ^= 1
    other = Dataset(
        digits.name, Split(changed, digits.train.y), digits.validation, digits.test, digits.classes, digits.scale
    )
    assert other.digest() != digits.digest() and len(digits.digest()) == 64
    assert digits.to("cpu") is digits


def test_labels_must_be_as_many_as_examples():
    with pytest.raises(LimenError, match="3 examples have 2 labels"):
        Split(torch.zeros(3, 1), torch.zeros(2))
