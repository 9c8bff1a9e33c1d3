"""Where training stands: all that the next step depends on.

The net's numbers, the optimizers' memories, how far the epoch has come, the losses of its steps so far, and the
state of torch's generators (dropout draws from them). Save these, load them elsewhere, and the next step is the same.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.machine import derive_seed
from limen.nets.frozen import at_rest, freeze
from limen.train import optimizers
from limen.train.lookahead import Lookahead
from limen.train.memories import check_memory
from limen.train.plan import Plan
from limen.train.processes import ALONE, Processes
from limen.train.update import set_rate


def numbered(name: str, rank: int) -> str:
    """The name of one process's generator."""
    return f"{name}-{rank}" if rank else name


T = TypeVar("T")


@dataclass
class State:
    """A net in training. `epoch` and `step` count what is finished; `losses` (steps,) are those of this epoch.

    `samples` are what was measured inside the net in this epoch (see `limen.train.statistics`), as plain values, and
    `frozen` are the layers that keep their weights.

    With several processes each has its own part of a loss, until `settle` puts the mean of all in its place.
    """

    net: nn.Module
    optimizers: list[torch.optim.Optimizer]
    losses: Tensor
    epoch: int = 0
    step: int = 0
    settled: int = 0  # how many of the losses are the whole batch's
    processes: Processes = ALONE
    samples: list[dict[str, Any]] = field(default_factory=list)
    frozen: list[nn.Module] = field(default_factory=list)

    @classmethod
    def begin(cls, net: nn.Module, plan: Plan, steps_per_epoch: int, processes: Processes = ALONE) -> "State":
        """Before the first step of a plan."""
        frozen = freeze(net, plan.thaw)
        made = optimizers.build(plan.optimizer, net)
        if plan.lookahead:
            made.append(Lookahead([p for p in net.parameters() if p.requires_grad], every=plan.lookahead))
        first = next(net.parameters())
        losses = torch.zeros(steps_per_epoch, device=first.device, dtype=first.dtype)
        return cls(net, made, losses, processes=processes, frozen=frozen)

    def __repr__(self) -> str:
        return f"State(epoch {self.epoch}, step {self.step} of {len(self.losses)})"

    @property
    def device(self) -> torch.device:
        """Where the net lies."""
        return self.losses.device

    def learn(self) -> None:
        """Put the net into the mode in which it learns, but for the layers that are frozen."""
        self.net.train()
        at_rest(self.frozen)

    def seed_epoch(self, seed: int) -> None:
        """Give torch's generators the state that this epoch begins with, a function of (seed, epoch, rank) alone."""
        rank = self.processes.rank
        drawn = derive_seed(seed, "epoch", self.epoch, *(("rank", rank) if rank else ()))
        torch.default_generator.manual_seed(drawn)  # torch.manual_seed costs 30 times as much where there is no GPU
        if self.device.type == "cuda":
            torch.cuda.manual_seed(drawn)
        elif self.device.type == "mps":
            torch.mps.manual_seed(drawn)

    def settle(self) -> None:
        """Put the whole batch's loss in the place of this process's part of it; all processes must do so at once."""
        if self.processes.count > 1 and self.settled < self.step:
            own = self.losses[self.settled : self.step].clone()
            self.losses[self.settled : self.step] = self.processes.add(own) / self.processes.count
        self.settled = self.step

    def settle_weights(self) -> None:
        """Draw fast weights back to the slow ones, where there are such: an epoch is judged by those."""
        for optimizer in self.optimizers:
            if isinstance(optimizer, Lookahead):
                optimizer.settle()

    def follow(self) -> None:
        """Have slow weights follow the step just taken, where there are such; they are no part of what is recorded."""
        for optimizer in self.optimizers:
            if isinstance(optimizer, Lookahead):
                optimizer.step()

    def generators(self) -> dict[str, Tensor]:
        """The states of torch's generators that the next step may draw from, of every process: ``cpu``, ``cpu-1``, …"""
        states = {"cpu": torch.get_rng_state()}
        if self.device.type == "cuda":
            states["cuda"] = torch.cuda.get_rng_state(self.device)
        elif self.device.type == "mps":
            states["mps"] = torch.mps.get_rng_state()
        rows = {name: self.processes.gather(state) for name, state in states.items()}
        return {numbered(name, rank): state for name, row in rows.items() for rank, state in enumerate(row)}

    def restore_generators(self, states: dict[str, Tensor], seed: int = 0) -> None:
        """Put the generators back; last of all when loading, since making nets and optimizers may draw.

        A process that was not there when they were saved begins the epoch's draws anew.
        """
        rank = self.processes.rank
        if rank and numbered("cpu", rank) not in states:
            self.seed_epoch(seed)
            return
        try:
            torch.set_rng_state(states[numbered("cpu", rank)])
            if self.device.type == "cuda" and numbered("cuda", rank) in states:
                torch.cuda.set_rng_state(states[numbered("cuda", rank)], self.device)
            elif self.device.type == "mps" and "mps" in states:
                torch.mps.set_rng_state(states["mps"])
        except (KeyError, TypeError, RuntimeError) as error:
            raise LimenError(
                f"The checkpoint's random generators cannot be used ({' '.join(str(error).split())[:80]}). "
                "Start a new run."
            ) from error

    def weights(self) -> dict[str, Tensor]:
        """The net's weights and buffers, whole."""
        return self.collected(dict(self.net.state_dict()))

    def collected(self, value: T) -> T:
        """A nested value with what is spread over several processes collected; all of them must ask at once."""
        if not self.processes.shard:
            return value
        from limen.train.sharding import whole

        collected: T = whole(value)
        return collected

    def trained(self) -> list[list[str]]:
        """The names of the parameters that each optimizer trains, in its order: what its memories belong to."""
        names = {id(parameter): name for name, parameter in self.net.named_parameters()}
        return [[names[id(p)] for g in o.param_groups for p in g["params"]] for o in self.optimizers]

    def memories(self) -> list[dict[str, Any]]:
        """The optimizers' state dictionaries."""
        return self.collected([optimizer.state_dict() for optimizer in self.optimizers])

    def restore_memories(self, memories: list[dict[str, Any]]) -> None:
        """Load what `memories` gave; the options, and how a step is computed (fused, where), stay the plan's own."""
        if len(memories) != len(self.optimizers):
            raise LimenError(
                f"The checkpoint holds {len(memories)} optimizers, the plan makes {len(self.optimizers)}. "
                "Resume with the plan that the run began with."
            )
        for optimizer, memory in zip(self.optimizers, memories, strict=True):
            check_memory(optimizer, memory)
            groups = [
                {**own, "params": saved["params"]}
                for saved, own in zip(memory["param_groups"], optimizer.param_groups, strict=True)
            ]
            kept = memory["state"]
            if self.processes.shard:
                from limen.train.sharding import like

                own = [p for group in optimizer.param_groups for p in group["params"]]
                kept = {n: {key: like(value, own[n]) for key, value in part.items()} for n, part in kept.items()}
            optimizer.load_state_dict({"state": kept, "param_groups": groups})
            set_rate([optimizer], float(memory["param_groups"][0]["lr"]))
