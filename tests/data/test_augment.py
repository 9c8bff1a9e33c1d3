"""Pictures in other poses, held against kornia, SciPy and the papers' formulas."""

import numpy as np
import pytest
import torch
from scipy import stats

from limen.data.augment import augment, columns, draws, mix, prepare, recolour, resample, shares, squares
from limen.data.batches import Batches
from limen.data.dataset import Scale, Split
from limen.data.spec import Augment
from limen.errors import LimenError

kornia = pytest.importorskip("kornia")
UNIT = Scale((0.0,), (255.0,))


def pictures(n=6, channels=3, side=16, seed=0):
    return torch.rand(n, channels, side, side, generator=torch.Generator().manual_seed(seed))


def draw(n, count, seed=1):
    return torch.rand(n, count, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", [(16, 16), (12, 20)])
def test_a_turn_is_kornias(shape):
    x = pictures(side=20)[:, :, : shape[0], : shape[1]]
    angle = torch.tensor([0.0, 10.0, -25.0, 45.0, 90.0, 180.0])
    turned = resample(x, angle, torch.ones(6), torch.zeros(6, 2))
    centre = torch.tensor([[(shape[1] - 1) / 2, (shape[0] - 1) / 2]]).repeat(6, 1)
    theirs = kornia.geometry.transform.rotate(x, angle, center=centre, padding_mode="zeros", align_corners=True)
    inner = (slice(None), slice(None), slice(3, -3), slice(3, -3))
    torch.testing.assert_close(turned[inner], theirs[inner], atol=2e-5, rtol=0)


def test_a_window_is_kornias_crop_and_resize():
    x = pictures(side=16)
    side, centre = torch.full((6,), 0.5), torch.tensor([[-1.0, -1], [1, 1], [-1, 1], [0, 0], [0.5, 0], [0, -0.5]])
    got = resample(x, torch.zeros(6), side, centre)
    for picture, (down, right), result in zip(x, centre.tolist(), got, strict=True):
        top, left = 4 + 4 * down, 4 + 4 * right  # the window is 8 pixels wide, and moves by 8
        corners = torch.tensor([[[left, top], [left + 8, top], [left + 8, top + 8], [left, top + 8]]]) - 0.5
        # kornia counts from pixel centres; half a pixel of the enlarged picture is a quarter of the old
        inside = corners + torch.tensor([[[0.25, 0.25], [-0.25, 0.25], [-0.25, -0.25], [0.25, -0.25]]])
        theirs = kornia.geometry.transform.crop_and_resize(picture[None], inside, (16, 16), align_corners=True)[0]
        torch.testing.assert_close(result[:, 1:-1, 1:-1], theirs[:, 1:-1, 1:-1], atol=1e-4, rtol=0)


@pytest.mark.parametrize(("which", "name"), [(0, "brightness"), (2, "saturation")])
def test_colours_change_as_kornias_do(which, name):
    x, factors = pictures(), torch.ones(6, 3)
    factors[:, which] = torch.tensor([0.5, 0.8, 1.0, 1.2, 1.5, 1.0])
    got = recolour(x, factors, Scale())
    if name == "brightness":
        theirs = kornia.enhance.adjust_brightness_accumulative(x, factors[:, which])
    else:
        theirs = kornia.enhance.adjust_saturation_with_gray_subtraction(x, factors[:, which])
    torch.testing.assert_close(got, theirs, atol=1e-3, rtol=0)  # their weights of red, green and blue are rounded


def test_contrast_keeps_the_mean_and_stretches_about_it():
    x, factors = 0.4 + 0.2 * pictures(), torch.ones(6, 3)
    factors[:, 1] = 0.5
    luma = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    mean = (x * luma).sum(1).mean((1, 2))[:, None, None, None]
    torch.testing.assert_close(recolour(x, factors, Scale()), mean + 0.5 * (x - mean))


@pytest.mark.parametrize("other", [Scale((127.5,), (127.5,)), Scale((124.0, 116.0, 104.0), (58.0, 57.0, 57.5))])
def test_colours_change_alike_whatever_the_scale(other):
    stored = (pictures() * 255).round().permute(0, 2, 3, 1)
    factors = 0.5 + draw(6, 3)
    unit, scaled = (recolour(s(stored).permute(0, 3, 1, 2), factors, s) for s in (UNIT, other))
    torch.testing.assert_close(other(unit.permute(0, 2, 3, 1) * 255).permute(0, 3, 1, 2), scaled, atol=2e-3, rtol=0)


def test_a_cut_out_square_lies_about_its_pixel_and_is_zero():
    x = pictures(500) + 0.1
    y = augment(x, draw(500, 2), Augment(cutout=5))
    holes = (y == 0).all(1)
    assert torch.equal(torch.where(holes[:, None], torch.zeros(()), x), y)
    sizes = holes.sum((1, 2))
    assert sizes.max() == 25 and sizes.min() >= 9  # cut off at the edges, never more than half of each side
    hit = holes.float().mean(0)
    assert hit[8, 8] == pytest.approx(25 / 256, abs=0.05) and hit[0, 0] < hit[8, 8]


@pytest.mark.parametrize("strength", [0.2, 1.0, 4.0])
def test_shares_have_the_beta_distribution(strength):
    drawn = shares(draw(4000, 1)[:, 0], strength).double().numpy()
    assert stats.kstest(drawn, stats.beta(strength, strength).cdf).pvalue > 0.01


def test_mixup_mixes_pictures_and_labels_in_the_same_shares():
    x, y, spec = pictures(5), torch.tensor([0, 1, 2, 1, 0]), Augment(mixup=1.0)
    u = prepare(draw(5, draws(spec)), spec)
    mixed, target = mix(x, y, u, spec, 3)
    for i, share in enumerate(u[:, 0].tolist()):
        torch.testing.assert_close(mixed[i], share * x[i] + (1 - share) * x[4 - i])
        expected = share * np.eye(3)[y[i]] + (1 - share) * np.eye(3)[y[4 - i]]
        np.testing.assert_allclose(target[i], expected, atol=1e-6)


def test_cutmix_gives_each_label_the_share_of_its_pixels():
    x, y, spec = pictures(200), torch.arange(200) % 3, Augment(cutmix=1.0)
    mixed, target = mix(x, y, prepare(draw(200, draws(spec)), spec), spec, 3)
    own = (mixed == x).all(1).float().mean((1, 2))
    np.testing.assert_allclose(target.sum(1), 1, atol=1e-6)
    differ = y != y.flip(0)
    np.testing.assert_allclose(target[torch.arange(200), y][differ], own[differ], atol=1e-6)
    assert own.min() < 0.4 and own.max() > 0.95


def test_numbers_are_mixed_as_labels_are():
    x, y, spec = pictures(4), torch.tensor([[1.0], [2.0], [3.0], [4.0]]), Augment(mixup=1.0)
    u = prepare(draw(4, 1), spec)
    torch.testing.assert_close(mix(x, y, u, spec, 0)[1], u[:, :1] * y + (1 - u[:, :1]) * y.flip(0))


EVERY = Augment(flip=True, rotate=15, crop=0.7, shift=2, colour=0.3, cutout=4, mixup=0.4)


def test_each_change_has_its_own_numbers():
    assert draws(EVERY) == 13 and draws(Augment()) == 0
    places = columns(EVERY)
    assert [place.start for place in places.values()] == [0, 1, 2, 5, 7, 10, 12] and "cutmix" not in places
    assert str(EVERY) == "flip, rotate 15, crop 0.7, shift 2, colour 0.3, cutout 4, mixup 0.4"
    assert str(Augment()) == "none"


@pytest.mark.parametrize("spec", [EVERY, Augment(cutmix=1.0)], ids=str)
def test_an_epoch_that_goes_on_in_the_middle_has_the_same_pictures(spec):
    split = Split(torch.randint(0, 256, (22, 8, 8, 3), dtype=torch.uint8), torch.arange(22) % 4)
    batches = Batches(split, 5, seed=3, augment=spec, scale=UNIT, classes=4)
    whole, rest = list(batches.epoch(2)), list(batches.epoch(2, start=3))
    assert all(
        torch.equal(a, b) for one, other in zip(whole[3:], rest, strict=True) for a, b in zip(one, other, strict=True)
    )
    assert whole[0][1].shape == (5, 4) and not torch.equal(whole[0][0], next(batches.epoch(1))[0])


@pytest.mark.parametrize("spec", [EVERY, Augment(cutmix=1.0), Augment(flip=True, shift=1)], ids=str)
def test_two_processes_share_the_batches_of_one(spec):
    split = Split(torch.randint(0, 256, (20, 8, 8, 3), dtype=torch.uint8), torch.arange(20) % 4)
    alone, *both = (
        list(Batches(split, 5, seed=3, augment=spec, scale=UNIT, classes=4, share=share).epoch(1))
        for share in ((0, 1), (0, 2), (1, 2))
    )
    for (x, y), *parts in zip(alone, *both, strict=True):
        torch.testing.assert_close(torch.cat([part[0] for part in parts]), x)
        torch.testing.assert_close(torch.cat([part[1] for part in parts]), y)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"crop": 0.0}, "plan.augment.crop 0 is out of range. Allowed: 0.05 to 1."),
        ({"rotate": float("nan")}, "plan.augment.rotate nan"),
        ({"mixup": 0.2, "cutmix": 1.0}, "exclude each other"),
        ({"shift": -1}, "plan.augment.shift -1"),
    ],
)
def test_what_no_picture_can_bear_is_refused(options, said):
    with pytest.raises(LimenError, match=said.replace(".", r"\.")):
        Augment(**options)


def test_rectangles_are_cut_off_at_the_edges():
    inside = squares(torch.tensor([[0.0, 0.0], [0.99, 0.5]]), (4, 2), (8, 10))
    assert inside[0].sum() == 2 * 1 and inside[0, :2, :1].all()
    assert inside[1, 5:, 4:6].all() and inside[1].sum() == 3 * 2
