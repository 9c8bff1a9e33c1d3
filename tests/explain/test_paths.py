"""Ways down a surface, against the optimizers' formulas and torch's own steps."""

import numpy as np
import pytest
import torch
from scipy.optimize import rosen

from limen.errors import LimenError
from limen.explain.paths import SURFACES, Surface, adam_path, path
from limen.train.plan import Optimizer

VALLEY, BANANA = SURFACES["valley"], SURFACES["banana"]


@pytest.mark.parametrize("surface", SURFACES.values(), ids=str)
def test_every_surface_is_lowest_where_it_says_and_holds_its_start(surface):
    left, right, bottom, top = surface.box
    grid = torch.cartesian_prod(torch.linspace(left, right, 201), torch.linspace(bottom, top, 201))
    lowest = surface.height(torch.tensor(surface.lowest))
    assert lowest == 0 and (surface.height(grid) >= 0).all()
    for a, b in (surface.start, surface.lowest):
        assert left < a < right and bottom < b < top


def test_the_banana_is_rosenbrocks_with_gentler_sides():
    w = torch.randn(50, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    steep = torch.tensor([rosen(p) for p in w.numpy()])
    sides = 80 * (w[:, 1] - w[:, 0].square()).square()
    torch.testing.assert_close(BANANA.height(w), steep - sides)


def descend(surface, rule, steps):
    """The same way with a rule written out in NumPy: place, gradient, memory → place, memory."""
    place, memory, places = np.array(surface.start), None, [np.array(surface.start)]
    for step in range(1, steps + 1):
        w = torch.tensor(place, requires_grad=True)
        surface.height(w).backward()
        place, memory = rule(place, w.grad.numpy(), memory, step)
        places.append(place)
    return np.stack(places)


def momentum(place, g, v, step):
    v = g if v is None else 0.9 * v + g
    return place - 0.05 * v, v


def adagrad(place, g, s, step):
    s = g**2 if s is None else s + g**2
    return place - 0.5 * g / (np.sqrt(s) + 1e-10), s


def rmsprop(place, g, s, step):
    s = 0.01 * g**2 if s is None else 0.99 * s + 0.01 * g**2
    return place - 0.05 * g / (np.sqrt(s) + 1e-8), s


def plain(place, g, memory, step):
    return place - 0.5 * g, None


RULES = {
    "sgd": (Optimizer("sgd", 0.5), plain),
    "momentum": (Optimizer("sgd", 0.05, {"momentum": 0.9}), momentum),
    "adagrad": (Optimizer("adagrad", 0.5), adagrad),
    "rmsprop": (Optimizer("rmsprop", 0.05), rmsprop),
}


@pytest.mark.parametrize("name", RULES)
def test_the_way_is_that_of_the_rule_written_out(name):
    spec, rule = RULES[name]
    way = path(VALLEY, spec, 40)
    assert way.shape == (41, 2) and tuple(way[0].tolist()) == pytest.approx(VALLEY.start)
    np.testing.assert_allclose(way.numpy(), descend(VALLEY, rule, 40), rtol=2e-4, atol=2e-4)


def test_the_corrected_adam_is_torchs():
    place = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer, theirs = torch.optim.Adam([place], lr=0.05, betas=(0.8, 0.95)), [place.detach().clone()]
    for _ in range(60):
        optimizer.zero_grad()
        BANANA.height(place).backward()
        optimizer.step()
        theirs.append(place.detach().clone())

    def gradient(w):
        w = w.clone().requires_grad_()
        return torch.autograd.grad(BANANA.height(w), w)[0]

    ours = adam_path(gradient, theirs[0], 60, 0.05, (0.8, 0.95))
    torch.testing.assert_close(ours, torch.stack(theirs), rtol=1e-12, atol=1e-12)


def test_without_correction_the_first_steps_are_too_long_by_the_known_factor():
    """Of a constant gradient: (1 - β₁ᵗ) / √(1 - β₂ᵗ) times the rate; with correction, the rate."""
    start = torch.zeros((), dtype=torch.float64)
    for corrected in (True, False):
        way = adam_path(lambda w: torch.ones_like(w), start, 2000, 1e-3, corrected=corrected)
        t = torch.arange(1, 2001, dtype=torch.float64)
        wanted = torch.ones_like(t) if corrected else (1 - 0.9**t) / (1 - 0.999**t).sqrt()
        torch.testing.assert_close(-way.diff() / 1e-3, wanted, rtol=1e-6, atol=0)
    assert wanted[0] == pytest.approx(3.1623, abs=1e-4) and wanted.max() > 6


def test_an_optimizer_that_there_is_not_is_named():
    with pytest.raises(LimenError, match="Unknown optimizer 'adamm'"):
        path(VALLEY, Optimizer("adamm", 0.1), 1)
    assert "lbfgs" in Optimizer("lbfgs", 1.0).name
    assert torch.allclose(path(VALLEY, Optimizer("lbfgs", 1.0), 5)[-1], torch.zeros(2), atol=1e-3)
    assert repr(VALLEY) == "Surface('valley', from (-9.0, 1.6) to (0.0, 0.0))" and isinstance(VALLEY, Surface)
