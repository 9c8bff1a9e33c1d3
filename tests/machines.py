"""Tiny restricted Boltzmann machines and data for them, small enough to count every state."""

import itertools

import torch

from limen.nets.rbm import RBM


def machine(visible=6, hidden=4, scale=1.0, seed=0, **options):
    """A machine with weights large enough to matter, in float64."""
    torch.manual_seed(seed)
    net = RBM(visible, hidden, **options).double()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.randn_like(p) * scale)
    return net


def bits(units):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units)), dtype=torch.float64)


def patterns(n=200):
    """Stripes of six bits with a few flipped: something to learn."""
    draw = torch.Generator().manual_seed(5)
    which = torch.randint(0, 3, (n,), generator=draw)
    clean = torch.tensor([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [1, 0, 1, 0, 1, 0]], dtype=torch.float64)[which]
    return (clean + (torch.rand(n, 6, generator=draw) < 0.05)) % 2
