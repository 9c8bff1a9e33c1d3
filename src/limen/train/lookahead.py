"""Lookahead: fast weights explore, slow weights follow, and the fast ones begin again from there.

    slow ← slow + ½ (fast - slow),  fast ← slow        every k steps

A running mean of the weights along their way, which lies lower in the valley than the noisy weights do. Zhang, Lucas,
Hinton & Ba 2019.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

HALF = 0.5  # of the way from the slow weights to the fast ones


class Lookahead(torch.optim.Optimizer):
    """Stands behind another optimizer: called after each of its steps, it draws the weights back at every `every`-th.

    Its memory, the slow weights and the count of steps, is saved and restored like any optimizer's. `lr` is not used.
    """

    def __init__(self, params: list[nn.Parameter], lr: float | Tensor = 0.0, every: int = 5) -> None:
        super().__init__(params, {"lr": lr, "every": every})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Count a step of the other optimizer; draw the weights back if it is time."""
        for group in self.param_groups:
            own = [self.remember(p) for p in group["params"]]
            for memory in own:
                memory["step"] += 1
            if own[0]["step"].item() % group["every"] == 0:
                draw_back(group["params"], own)

    def remember(self, parameter: nn.Parameter) -> dict[str, Any]:
        """What is kept of a parameter; the slow weights begin as those after the first step."""
        memory: dict[str, Any] = self.state[parameter]
        if not memory:
            memory["step"] = torch.zeros(())
            memory["slow"] = parameter.detach().clone(memory_format=torch.preserve_format)
        return memory

    @torch.no_grad()
    def settle(self) -> None:
        """Draw the weights back now, as before they are looked at."""
        for group in self.param_groups:
            draw_back(group["params"], [self.remember(p) for p in group["params"]])


def draw_back(fast: list[nn.Parameter], own: list[dict[str, Any]]) -> None:
    """The slow weights half of the way to the fast, and the fast ones there too."""
    slow = [memory["slow"] for memory in own]
    torch._foreach_lerp_(slow, [p.detach() for p in fast], HALF)
    for parameter, followed in zip(fast, slow, strict=True):
        parameter.copy_(followed)  # at once for all there is no way where a net lies in parts
