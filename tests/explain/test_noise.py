"""Pictures with gaps: the share that was asked for, the same each time, and nothing else changed."""

import torch

from limen.explain.noise import masked


def test_the_share_is_missing_and_the_rest_is_as_it_was():
    x = torch.rand(200, 64) + 0.1
    state = torch.get_rng_state()
    gaps = masked(x, 0.3)
    kept = gaps != 0
    assert abs((~kept).float().mean().item() - 0.3) < 0.02 and torch.equal(gaps[kept], x[kept])
    assert torch.equal(gaps, masked(x, 0.3)) and torch.equal(torch.get_rng_state(), state)
