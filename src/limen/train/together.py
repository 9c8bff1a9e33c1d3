"""The gradient of a batch, taken by several processes.

Each process runs its share of the batch forward and back, and the gradients are averaged while they are computed
(DistributedDataParallel). A share's mean loss is weighted by the share's size, so that a last, short batch that does
not divide evenly gives the same mean as one process would find.
"""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from limen.data.batches import share_of
from limen.errors import LimenError
from limen.train.objectives import Objective
from limen.train.processes import MATTERS
from limen.train.state import State
from limen.train.step import total_loss
from limen.train.update import current_rate
from limen.train.watch import NonFiniteError, blown_up

Forward = Callable[[Tensor], Tensor]


class Together(nn.Module):
    """A net with a ballot: a parameter that is always 0, whose gradient is what this process votes for.

    So the votes travel with the gradients, and agreeing costs no message of its own.
    """

    def __init__(self, net: nn.Module, forward: Forward, device: torch.device) -> None:
        super().__init__()
        self.net = net  # its parameters are found here; the way through them may be a faster one
        self.ballot = nn.Parameter(torch.zeros(len(MATTERS), device=device))
        self.way = forward

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The net's output, and the ballot."""
        return self.way(x), self.ballot


class Late:
    """Reads a tensor on a GPU one step late, so that nothing waits for the device; at once on the CPU."""

    def __init__(self) -> None:
        self.before: tuple[Tensor, torch.cuda.Event] | None = None

    def read(self, value: Tensor) -> Tensor | None:
        """The value given in the step before, in the host's memory; None in the first step."""
        if value.device.type != "cuda":
            return value
        copy = torch.empty_like(value, device="cpu", pin_memory=True).copy_(value, non_blocking=True)
        event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        event.record()
        before, self.before = self.before, (copy, event)
        if before is None:
            return None
        before[1].synchronize()
        return before[0]


def blown_up_together(state: State, x: Tensor, fine: bool) -> NonFiniteError:
    """The error for a step that some process's loss was not finite in; `fine`: not this one's."""
    what = "the loss is not finite"
    if not fine and not state.processes.shard:  # a net in parts cannot be walked through by one process alone
        return blown_up(state, what, x, state.step + 1)
    where = "another process's share of the batch" if fine else "this process's share of the batch"
    return NonFiniteError(what, state.epoch + 1, state.step + 1, current_rate(state.optimizers), where)


def gradient_together(
    state: State,
    objective: Objective,
    forward: Forward,
    context: AbstractContextManager[object],
    sizes: list[int],
    auxiliary: float,
) -> Callable[[Tensor, Tensor], Tensor]:
    """A function that leaves the gradient of the whole batch in the parameters, from this process's share of it.

    It returns this process's part of the batch's loss; the mean over all processes is the loss. `sizes` are those of
    the epoch's batches. Raises what `make_step` raises, on every process alike.
    """
    device, processes, late = state.device, state.processes, Late()
    net: nn.Module = Together(state.net, forward, device)
    if not processes.shard:
        cards = [device.index or 0] if device.type == "cuda" else None
        net = DistributedDataParallel(net, device_ids=cards, init_sync=False)

    def gradient(x: Tensor, y: Tensor) -> Tensor:
        size = sizes[state.step]
        start, stop = share_of(size, processes.rank, processes.count)
        weight = (stop - start) * processes.count / size
        with context:
            out, ballot = net(x)
        loss, total = total_loss(state.net, out, x, y, objective, auxiliary)
        if device.type == "cpu" and weight and not loss.isfinite():
            processes.vote("bad")
        votes = torch.tensor([processes.votes[matter] for matter in MATTERS], device=device)
        ballot.grad = None
        try:
            with warnings.catch_warnings():  # a kernel on one channel has two layouts of one and the same memory
                warnings.filterwarnings("ignore", message="Grad strides do not match")
                (total * weight + (ballot * votes).sum()).backward()
            counted = processes.add(votes) if processes.shard else ballot.grad
        except RuntimeError as error:
            if "onnection" not in str(error) and "peer" not in str(error):
                raise
            raise LimenError(
                "Another process of this run has ended, so training cannot go on. What was saved is kept: "
                "go on with `limen run --resume`."
            ) from error
        assert counted is not None
        if (known := late.read(counted)) is not None:
            processes.count_votes(known)
        if processes.take("bad"):
            raise blown_up_together(state, x, bool(loss.isfinite()))
        return loss.detach() * weight

    return gradient
