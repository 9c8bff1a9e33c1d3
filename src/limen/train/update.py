"""The update: gradients in, new weights out, at the rate of this step.

What torch's optimizers do around their one fused kernel (looking for the device, grouping, asking the compiler) takes
150 µs a step, more than the kernel takes for a small net, and imports that compiler, which takes 1.5 s. On the CPU,
Adam and SGD therefore have their kernels called at once, on the memory that torch keeps for them.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Update = Callable[[], None]
KINDS = (torch.float32, torch.float64)


def remembered(optimizer: torch.optim.Optimizer, group: dict[str, Any], count: int) -> Callable[[], list[list[Any]]]:
    """A function that gives what `_init_group` fills: `count` lists, of which the first two are weights and gradients.

    Torch looks everything up anew at each step. Here it is asked once: as long as every weight has a gradient and the
    optimizer has the memory it had, only the gradients are others.
    """
    parameters: list[nn.Parameter] = group["params"]
    lists: list[list[Any]] = []
    memory: Any = None  # of the first weight

    def look() -> list[list[Any]]:
        nonlocal lists, memory
        gradients = [p.grad for p in parameters]
        every = all(g is not None for g in gradients)
        if every and memory is not None and optimizer.state.get(parameters[0]) is memory:
            lists[1] = gradients
            return lists
        lists = [[] for _ in range(count)]
        optimizer._init_group(group, *lists)  # type: ignore[attr-defined]
        memory = optimizer.state.get(parameters[0]) if every else None
        return lists

    return look


def adam(optimizer: torch.optim.Adam, group: dict[str, Any]) -> Update:
    """Adam and AdamW (Kingma & Ba 2014, Loshchilov & Hutter 2017) on one group of parameters."""
    look = remembered(optimizer, group, 6)  # parameters, gradients, means, squares, largest squares, steps
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    steps, counters = torch.empty(0), list[Tensor]()

    def update() -> None:
        nonlocal steps, counters
        lists = look()
        if lists[-1] is not counters:  # put side by side, so that one kernel counts the step of all
            steps = torch.stack(lists[-1])
            lists[-1] = counters = list(steps.unbind())
            for parameter, counter in zip(lists[0], counters, strict=True):
                optimizer.state[parameter]["step"] = counter
        steps.add_(1)
        beta1, beta2 = group["betas"]
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

    return update


def sgd(optimizer: torch.optim.SGD, group: dict[str, Any]) -> Update:
    """Gradient descent, with or without momentum, on one group of parameters."""
    look = remembered(optimizer, group, 3)  # parameters, gradients, velocities

    def update() -> None:
        parameters, gradients, before = look()
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
        for number, (p, velocity) in enumerate(zip(parameters, velocities, strict=False)):
            if before[number] is None:
                optimizer.state[p]["momentum_buffer"] = before[number] = velocity

    return update


DIRECT: dict[type, Callable[[Any, dict[str, Any]], Update]] = {
    torch.optim.Adam: adam,
    torch.optim.AdamW: adam,
    torch.optim.SGD: sgd,
}


def update_of(optimizer: torch.optim.Optimizer) -> Callable[[], object]:
    """`optimizer.step`, or the same by its kernel alone where that is possible."""
    groups = optimizer.param_groups
    parameters = [p for group in groups for p in group["params"]]
    fused = type(optimizer) in DIRECT and all(group["fused"] for group in groups)
    plain = all(type(p) is nn.Parameter and p.device.type == "cpu" and p.dtype in KINDS for p in parameters)
    if not fused or not plain:
        return optimizer.step
    each = [DIRECT[type(optimizer)](optimizer, group) for group in groups]

    def update() -> None:
        with torch.no_grad():
            for descend in each:
                descend()

    return update


def set_rate(optimizers: list[torch.optim.Optimizer], rate: float) -> None:
    """Give every parameter group the rate of this step."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            if type(group["lr"]) in (float, int):  # `isinstance(…, Tensor)` takes ten times as long
                group["lr"] = rate
            else:
                group["lr"].fill_(rate)


def current_rate(optimizers: list[torch.optim.Optimizer]) -> float:
    """The rate that was last set."""
    return float(optimizers[0].param_groups[0]["lr"])
