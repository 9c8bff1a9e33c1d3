"""A small net's gradients with and without autograd: microseconds a call, taking turns in one process, on one thread.

python benchmarks/backward.py [--rounds 200]
"""

import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional

from limen.nets.kernels import backward

CALLS = 50  # a round


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    rounds = arguments.parse_args().rounds
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
    x, y, layers = torch.randn(32, 8), torch.randint(0, 3, (32,)), list(net)

    def by_autograd() -> list[torch.Tensor]:
        for parameter in net.parameters():
            parameter.grad = None
        functional.cross_entropy(net(x), y).backward()
        return [parameter.grad for parameter in net.parameters()]

    def by_hand() -> list[torch.Tensor]:
        return backward(layers, x, y, "cross-entropy")[1]

    assert all(map(torch.equal, by_autograd(), by_hand()))
    ways = {"loss.backward()": by_autograd, "limen.nets.kernels.backward": by_hand}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 5):
        for name, way in ways.items():
            start = time.perf_counter()
            for _ in range(CALLS):
                way()
            if turn >= 5:  # the first rounds warm up
                times[name].append((time.perf_counter() - start) / CALLS * 1e6)
    for name, taken in times.items():
        print(f"{name:28} {statistics.median(taken):6.1f} µs  (least {min(taken):.1f})")
    pairs = zip(*times.values(), strict=True)
    print(f"ratio, median over rounds    {statistics.median(a / b for a, b in pairs):6.2f}")


if __name__ == "__main__":
    main()
