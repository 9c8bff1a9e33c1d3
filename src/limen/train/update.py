"""The update: gradients in, new weights out, at the rate of this step.

What torch's optimizers do around their one fused kernel (looking for the device, grouping, asking the compiler) takes
150 µs a step, more than the kernel takes for a small net, and imports that compiler, which takes 1.5 s. On the CPU,
Adam and SGD therefore have their kernels called at once, on the memory that torch keeps for them.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Lists = tuple[list[Tensor], ...]


def adam(optimizer: torch.optim.Adam, group: dict[str, Any]) -> None:
    """Adam and AdamW (Kingma & Ba 2014, Loshchilov & Hutter 2017) on one group of parameters."""
    lists: Lists = ([], [], [], [], [], [])  # parameters, gradients, means, squares, largest squares, steps
    optimizer._init_group(group, *lists)  # type: ignore[no-untyped-call]
    beta1, beta2 = group["betas"]
    torch._foreach_add_(lists[-1], 1)
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    kernel(
        *lists,
        lr=group["lr"],
        beta1=beta1,
        beta2=beta2,
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        amsgrad=group["amsgrad"],
        maximize=group["maximize"],
    )


def sgd(optimizer: torch.optim.SGD, group: dict[str, Any]) -> None:
    """Gradient descent, with or without momentum, on one group of parameters."""
    parameters, gradients, before = list[Tensor](), list[Tensor](), list[Tensor | None]()
    optimizer._init_group(group, parameters, gradients, before)  # type: ignore[no-untyped-call]
    velocities = [torch.zeros_like(p) if v is None else v for p, v in zip(parameters, before, strict=False)]
    torch._fused_sgd_(
        parameters,
        gradients,
        velocities,
        weight_decay=group["weight_decay"],
        momentum=group["momentum"],
        lr=group["lr"],
        dampening=group["dampening"],
        nesterov=group["nesterov"],
        maximize=group["maximize"],
        is_first_step=bool(before) and all(v is None for v in before),
    )
    for p, velocity, earlier in zip(parameters, velocities, before, strict=False):
        if earlier is None:
            optimizer.state[p]["momentum_buffer"] = velocity


DIRECT: dict[type, Callable[[Any, dict[str, Any]], None]] = {
    torch.optim.Adam: adam,
    torch.optim.AdamW: adam,
    torch.optim.SGD: sgd,
}


def update_of(optimizer: torch.optim.Optimizer) -> Callable[[], object]:
    """`optimizer.step`, or the same by its kernel alone where that is possible."""
    groups = optimizer.param_groups
    parameters = [p for group in groups for p in group["params"]]
    fused = type(optimizer) in DIRECT and all(group["fused"] for group in groups)
    plain = all(type(p) is nn.Parameter and p.device.type == "cpu" and p.dtype == torch.float32 for p in parameters)
    if not fused or not plain:
        return optimizer.step
    direct = DIRECT[type(optimizer)]

    @torch.no_grad()
    def update() -> None:
        for group in groups:
            direct(optimizer, group)

    return update


def set_rate(optimizers: list[torch.optim.Optimizer], rate: float) -> None:
    """Give every parameter group the rate of this step."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate


def current_rate(optimizers: list[torch.optim.Optimizer]) -> float:
    """The rate that was last set."""
    return float(optimizers[0].param_groups[0]["lr"])
