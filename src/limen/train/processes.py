"""Several processes that train one net: each takes a share of every batch, and their gradients are averaged.

The gradient of a mean over a batch is the mean of the gradients over its parts, so n processes that each take 1/n of a
batch make the same step as one process that takes all of it, up to the rounding of sums. What grows with n is the talk:
every step all gradients are averaged over all processes (Li et al. 2020, PyTorch Distributed).

Torch's launcher starts the processes and tells each its rank; the process of rank 0 leads: it alone writes and speaks.
"""

import datetime
import os
import signal
import threading
import time
from dataclasses import dataclass, field

import torch
import torch.distributed
from torch import Tensor, nn

from limen.errors import LimenError

WAIT = datetime.timedelta(minutes=30)  # how long one process waits for another: a download may take that long
GRACE = 3.0  # seconds in which a process whose launcher has died may save
MATTERS = ("bad", "save", "stop", "end")  # a loss that is not finite; a checkpoint; SIGINT; SIGTERM
SIGNALS = {signal.SIGINT: "stop", signal.SIGTERM: "end"}


def launched() -> bool:
    """Whether torch's launcher started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1 and "RANK" in os.environ


@dataclass(eq=False)
class Processes:
    """This process's place among those that train together. `local` counts those on this machine.

    A matter is voted on with each step's gradients: what any process votes for, all hear after the step, so that they
    save and stop at the same one. Alone, a vote is heard at once.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    local: int = 1
    shard: bool = False  # each keeps a part of every weight (FSDP2) instead of the whole
    votes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(MATTERS, 0.0))
    heard: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(MATTERS, False))

    @classmethod
    def join(cls, shard: bool = False) -> "Processes":
        """Meet the other processes that torch's launcher started.

        Raises:
            LimenError: the environment does not say how, or the others cannot be reached.
        """
        try:
            rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
            local_rank, local = int(os.environ["LOCAL_RANK"]), int(os.environ["LOCAL_WORLD_SIZE"])
            backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
            torch.distributed.init_process_group(backend, timeout=WAIT)
        except (KeyError, ValueError, RuntimeError) as error:
            raise LimenError(
                f"This process cannot join the others ({type(error).__name__}: {str(error)[:200]}). "
                "Start them with `limen run … --processes 2` or with torchrun."
            ) from error
        watch_launcher()
        return cls(rank, count, local_rank, local, shard)

    def leave(self) -> None:
        """Part from the others."""
        if self.count > 1 and torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.rank == 0

    def vote(self, matter: str) -> None:
        """Ask all processes for something."""
        if self.count == 1:
            self.heard[matter] = True
        else:
            self.votes[matter] = 1.0

    def vote_for(self, signalled: int) -> None:
        """Ask all processes to stop, because this one was asked to by a signal. Alone, nobody need be asked."""
        if self.count > 1:
            self.vote(SIGNALS[signal.Signals(signalled)])

    def count_votes(self, ballot: Tensor) -> None:
        """Hear what all processes voted for. ballot: (matters,), the votes' sum or mean over all processes."""
        for matter, votes in zip(MATTERS, ballot.tolist(), strict=True):
            self.heard[matter] = votes > 0
            if votes > 0:
                self.votes[matter] = 0.0

    def take(self, matter: str) -> bool:
        """Whether a matter was voted for; it is settled then."""
        heard, self.heard[matter] = self.heard[matter], False
        return heard

    def share(self, content: bytes | None) -> bytes:
        """The bytes that the leader gives, on every process."""
        if self.count == 1:
            assert content is not None
            return content
        length = torch.tensor([len(content or b"")])
        torch.distributed.broadcast(length, 0)
        data = torch.empty(int(length), dtype=torch.uint8)
        if content:
            data = torch.frombuffer(bytearray(content), dtype=torch.uint8)
        if len(data):
            torch.distributed.broadcast(data, 0)
        return data.numpy().tobytes()

    def gather(self, row: Tensor) -> list[Tensor]:
        """A tensor of equal shape from every process, in the order of their ranks, on every process."""
        if self.count == 1:
            return [row]
        rows = [torch.empty_like(row) for _ in range(self.count)]
        torch.distributed.all_gather(rows, row)
        return rows

    def add(self, value: Tensor) -> Tensor:
        """The sum over all processes, in place."""
        if self.count > 1:
            torch.distributed.all_reduce(value)
        return value

    def align(self, net: nn.Module) -> None:
        """Give every process the leader's weights and buffers, to begin with the same."""
        if self.count > 1 and not self.shard:
            for tensor in net.state_dict().values():
                torch.distributed.broadcast(tensor, 0)


ALONE = Processes()


def watch_launcher() -> None:
    """End this process when the one that started it has died: asked to stop first, so that the run is saved."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(128 + signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
