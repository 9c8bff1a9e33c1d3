"""What each measure of speed gains: from a plain loop to Limen's, one measure after the other, in one run.

The net, the digits and the contest are those of step.py; the data are resident from the first line on, so this is what
remains when the DataLoader has gone.

    python benchmarks/gains.py --data DIR [--rounds 11] [--images 12800]
"""

import time
from functools import partial

from contest import BATCH, RATE, Train, compete, limen_data

STEPS = {  # each line keeps what the lines before it brought
    "resident": "plain, tensors resident",
    "memory": "freed memory kept",
    "channels-last": "pictures channels-last",
    "fused": "fused Adam",
    "chain": "pooling first, in place",
}


def loop(until: str, images: int, data: str | None) -> Train:
    """A plain loop with the measures up to `until`."""
    import torch

    from limen.machine import keep_freed_memory
    from limen.nets.build import build
    from limen.nets.hasten import hasten

    names = list(STEPS)
    has = set(names[: names.index(until) + 1])
    if "memory" in has:
        keep_freed_memory()
    torch.manual_seed(0)
    split = limen_data(images, data).train
    x = split.x.float() / 255  # (N, 28, 28, 1)
    net = build("mnist-cnn", (1, 28, 28), 10)
    forward = hasten(net) if "chain" in has else net
    optimizer = torch.optim.Adam(net.parameters(), RATE, fused="fused" in has)
    criterion = torch.nn.CrossEntropyLoss()

    def train() -> float:
        began = time.perf_counter()
        for rows in torch.randperm(len(x)).split(BATCH):
            batch = x[rows]
            batch = batch.permute(0, 3, 1, 2) if "channels-last" in has else batch.view(-1, 1, 28, 28)
            optimizer.zero_grad()
            loss = criterion(forward(batch), split.y[rows])
            loss.backward()
            optimizer.step()
        return (time.perf_counter() - began) / images

    return train


def limen(images: int, data: str | None) -> Train:
    """`limen.fit`: all of these, and Adam's kernel called directly."""
    from step import limen

    return limen(images, data, "fp32")


CONTESTANTS = {text: partial(loop, name) for name, text in STEPS.items()} | {"limen.fit": limen}

if __name__ == "__main__":
    compete(__file__, __doc__, CONTESTANTS, ours=("limen.fit",), ordered=False)
