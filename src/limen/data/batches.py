"""Mini-batches whose order has no history.

The order of epoch e is a function of (seed, e) alone, and so is every draw of augmentation. A run that stops in the
middle of an epoch goes on with exactly the batches that were left, and nothing needs to be remembered for it.
"""

import itertools
import math
from collections.abc import Iterator

import torch
from torch import Tensor

from limen.data.augment import augment, draws, mix, prepare
from limen.data.dataset import Scale, Split, as_input
from limen.data.spec import Augment, steps_of
from limen.errors import LimenError
from limen.machine import derive_seed

SMALL = 1 << 20  # numbers that are gathered at once: 4 MiB, which stay near the processor
LINE = 64  # bytes: matrix products add up in another order, with other last bits, where rows do not begin at a multiple


def share_of(examples: int, rank: int, count: int) -> tuple[int, int]:
    """The part of so many examples that is number `rank` of `count` parts, as even as can be: (start, stop)."""
    return examples * rank // count, examples * (rank + 1) // count


def place(epoch: int, turn: int) -> tuple[int, ...]:
    """What the chance of a pass hangs on: the epoch and, from the second pass on, the pass."""
    return (epoch, turn) if turn else (epoch,)


class Batches:
    """A split in batches of `size`: shuffled anew each epoch, or in order with `shuffle=False`.

    Iterating gives ``(x, y)`` of the first epoch; `epoch` gives those of any other. The last batch is short where the
    size does not divide the split, or left out with `drop_last`. ``share=(rank, count)`` gives each batch's part for
    one of several processes; where a batch has too few examples for all, one of them, which is not to be counted.
    An epoch of several `passes` goes through the split so many times, each time in an order of its own. Where pictures
    are mixed, labels become shares of `classes` (B, classes).
    """

    def __init__(
        self,
        split: Split,
        size: int,
        *,
        scale: Scale = Scale(),  # noqa: B008  frozen
        seed: int = 0,
        shuffle: bool = True,
        drop_last: bool = False,
        augment: Augment = Augment(),  # noqa: B008  frozen
        share: tuple[int, int] = (0, 1),
        passes: int = 1,
        classes: int = 0,
    ) -> None:
        if not 1 <= size <= len(split):
            raise LimenError(
                f"plan.batch_size {size:,} does not fit {len(split):,} examples. Allowed: 1 to {len(split):,}."
            )
        self.split, self.size, self.scale, self.seed = split, size, scale, seed
        self.shuffle, self.drop_last, self.augment, self.share = shuffle, drop_last, augment, share
        self.passes, self.classes = passes, classes

    def __len__(self) -> int:
        return steps_of(len(self.split), self.size, self.drop_last) * self.passes

    def __repr__(self) -> str:
        return f"Batches({len(self)} × {self.size} of {self.split!r})"

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return self.epoch(0)

    def sizes(self) -> list[int]:
        """The number of examples in each batch of an epoch."""
        sizes = [self.size] * (len(self) // self.passes)
        if not self.drop_last and (rest := len(self.split) % self.size):
            sizes[-1] = rest
        return sizes * self.passes

    def order(self, epoch: int, turn: int = 0) -> Tensor:
        """The examples' numbers in the order of a pass of an epoch: (N,) int64 on the split's device."""
        order = torch.arange(len(self.split))
        if self.shuffle:
            generator = torch.Generator().manual_seed(derive_seed(self.seed, "order", *place(epoch, turn)))
            order = torch.randperm(len(self.split), generator=generator)
        return order.to(self.split.x.device)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of an epoch from batch number `start` on. x is float32, pictures (B, C, H, W) channels-last."""
        if self.size == len(self.split) and self.share == (0, 1) and not draws(self.augment):
            yield from itertools.repeat((as_input(self.split.x, self.scale), self.split.y), len(self) - start)
            return  # the whole split in one batch has no order
        a_pass = len(self) // self.passes
        for turn in range(start // a_pass, self.passes):
            yield from self.walk(epoch, turn, max(0, start - turn * a_pass))

    def at_once(self) -> bool:
        """Whether a pass is gathered whole and then cut: a small table, each batch of which begins where one may."""
        x = self.split.x
        row = self.size * math.prod(x.shape[1:]) * x.element_size()
        alone = self.share == (0, 1) and not draws(self.augment)
        return alone and x.ndim == 2 and x.is_floating_point() and x.numel() <= SMALL and row % LINE == 0

    def walk(self, epoch: int, turn: int, start: int) -> Iterator[tuple[Tensor, Tensor]]:
        """One pass of an epoch, from its batch number `start` on."""
        order, device = self.order(epoch, turn), self.split.x.device
        columns, a_pass = draws(self.augment), len(self) // self.passes
        if self.at_once():
            x, y = as_input(self.split.x.index_select(0, order), self.scale), self.split.y.index_select(0, order)
            cut = zip(torch.split(x, self.size), torch.split(y, self.size), strict=True)
            yield from itertools.islice(cut, start, a_pass)
            return
        if columns:
            generator = torch.Generator().manual_seed(derive_seed(self.seed, "augment", *place(epoch, turn)))
            drawn = torch.rand(len(order), columns, generator=generator)
            uniform = prepare(drawn, self.augment).to(device)
        sizes = self.sizes()
        for number in range(start, a_pass):
            first, last = share_of(sizes[number], *self.share)
            own = slice(first, max(last, first + 1))  # of this process
            taken = slice(0, sizes[number]) if self.augment.mixes else own  # those that are mixed come from all
            rows = slice(number * self.size + taken.start, number * self.size + taken.stop)
            chosen = order[rows]
            x, y = as_input(self.split.x.index_select(0, chosen), self.scale), self.split.y.index_select(0, chosen)
            if columns:
                x = augment(x, uniform[rows], self.augment, self.scale)
            if self.augment.mixes:
                x, y = (mixed[own] for mixed in mix(x, y, uniform[rows], self.augment, self.classes))
            yield x, y
