"""Where training stands: all that the next step depends on.

The net's numbers, the optimizers' memories, how far the epoch has come, the losses of its steps so far, and the
state of torch's generators (dropout draws from them). Save these, load them elsewhere, and the next step is the same.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.machine import derive_seed
from limen.train import optimizers
from limen.train.plan import Plan
from limen.train.update import set_rate


@dataclass
class State:
    """A net in training. `epoch` and `step` count what is finished; `losses` (steps,) are those of this epoch."""

    net: nn.Module
    optimizers: list[torch.optim.Optimizer]
    losses: Tensor
    epoch: int = 0
    step: int = 0

    @classmethod
    def begin(cls, net: nn.Module, plan: Plan, steps_per_epoch: int) -> "State":
        """Before the first step of a plan."""
        made = optimizers.build(plan.optimizer, net)
        where = next(net.parameters()).device
        return cls(net, made, torch.zeros(steps_per_epoch, device=where))

    def __repr__(self) -> str:
        return f"State(epoch {self.epoch}, step {self.step} of {len(self.losses)})"

    @property
    def device(self) -> torch.device:
        """Where the net lies."""
        return self.losses.device

    def seed_epoch(self, seed: int) -> None:
        """Give torch's generators the state that this epoch begins with, a function of (seed, epoch) alone."""
        drawn = derive_seed(seed, "epoch", self.epoch)
        torch.default_generator.manual_seed(drawn)  # torch.manual_seed costs 30 times as much where there is no GPU
        if self.device.type == "cuda":
            torch.cuda.manual_seed(drawn)
        elif self.device.type == "mps":
            torch.mps.manual_seed(drawn)

    def generators(self) -> dict[str, Tensor]:
        """The states of torch's generators that the next step may draw from."""
        states = {"cpu": torch.get_rng_state()}
        if self.device.type == "cuda":
            states["cuda"] = torch.cuda.get_rng_state(self.device)
        elif self.device.type == "mps":
            states["mps"] = torch.mps.get_rng_state()
        return states

    def restore_generators(self, states: dict[str, Tensor]) -> None:
        """Put the generators back; last of all when loading, since making nets and optimizers may draw."""
        torch.set_rng_state(states["cpu"])
        if self.device.type == "cuda" and "cuda" in states:
            torch.cuda.set_rng_state(states["cuda"], self.device)
        elif self.device.type == "mps" and "mps" in states:
            torch.mps.set_rng_state(states["mps"])

    def trained(self) -> list[list[str]]:
        """The names of the parameters that each optimizer trains, in its order: what its memories belong to."""
        names = {id(parameter): name for name, parameter in self.net.named_parameters()}
        return [[names[id(p)] for g in o.param_groups for p in g["params"]] for o in self.optimizers]

    def memories(self) -> list[dict[str, Any]]:
        """The optimizers' state dictionaries."""
        return [optimizer.state_dict() for optimizer in self.optimizers]

    def restore_memories(self, memories: list[dict[str, Any]]) -> None:
        """Load what `memories` gave; the options, and how a step is computed (fused, where), stay the plan's own."""
        if len(memories) != len(self.optimizers):
            raise LimenError(
                f"The checkpoint holds {len(memories)} optimizers, the plan makes {len(self.optimizers)}. "
                "Resume with the plan that the run began with."
            )
        for optimizer, memory in zip(self.optimizers, memories, strict=True):
            groups = [
                {**own, "params": saved["params"]}
                for saved, own in zip(memory["param_groups"], optimizer.param_groups, strict=True)
            ]
            optimizer.load_state_dict({**memory, "param_groups": groups})
            set_rate([optimizer], float(memory["param_groups"][0]["lr"]))
