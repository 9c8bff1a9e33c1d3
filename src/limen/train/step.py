"""One step of gradient descent: forward, loss, backward, update.

w ← w - rate · ∂L/∂w, where the gradient may gain a penalty (L1, L2), be cut to a greatest length, and be turned into
a step by an optimizer with a memory.
"""

import contextlib
import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from limen.nets.hasten import hasten
from limen.train.objectives import Objective
from limen.train.plan import Plan
from limen.train.state import State
from limen.train.update import update_of
from limen.train.watch import blown_up

Step = Callable[[Tensor, Tensor], Tensor]


def autocast(device: torch.device, precision: str) -> contextlib.AbstractContextManager[object]:
    """The context in which a forward pass multiplies in bfloat16; an empty one for fp32."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()


def penalize(weights: list[nn.Parameter], plan: Plan) -> None:
    """Add the slopes of the penalties to the gradients: λ₂·w, and λ₁·sign(w)."""
    gradients = [w.grad for w in weights if w.grad is not None]
    values = [w.detach() for w in weights if w.grad is not None]
    if plan.l2:
        torch._foreach_add_(gradients, values, alpha=plan.l2)
    if plan.l1:
        torch._foreach_add_(gradients, torch._foreach_sign(values), alpha=plan.l1)


def gradient_alone(
    state: State,
    objective: Objective,
    forward: Callable[[Tensor], Tensor],
    context: contextlib.AbstractContextManager[object],
) -> Step:
    """A function that leaves the gradient of a batch's mean loss in the parameters, and returns that loss."""
    on_cpu = state.device.type == "cpu"

    def gradient(x: Tensor, y: Tensor) -> Tensor:
        with context:
            scores = forward(x)
        loss = objective.loss(scores.float(), y)
        if on_cpu and not math.isfinite(loss.item()):
            raise blown_up(state, f"the loss is {loss.item()}", x, state.step + 1)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    return gradient


def make_step(state: State, objective: Objective, plan: Plan, precision: str, sizes: Sequence[int] = ()) -> Step:
    """A function that trains the state's net on one batch, and returns the batch's loss on the device.

    x: (B, …), y: (B, …). On the CPU a loss that is not finite raises `NonFiniteError` before any weight is changed.
    With several processes, x and y are this one's share of a batch of `sizes[step]` examples, and the mean of what
    they return is the loss.
    """
    forward, updates = hasten(state.net), [update_of(optimizer) for optimizer in state.optimizers]
    parameters = [p for p in state.net.parameters() if p.requires_grad]
    weights = [p for p in parameters if p.ndim >= 2]
    penalized = plan.l1 or plan.l2
    context = autocast(state.device, precision)
    if state.processes.count > 1:
        from limen.train.together import gradient_together  # torch's own import of it takes a second

        gradient = gradient_together(state, objective, forward, context, list(sizes))
    else:
        gradient = gradient_alone(state, objective, forward, context)

    def descend(x: Tensor, y: Tensor) -> Tensor:
        for p in parameters:
            p.grad = None
        loss = gradient(x, y)
        if penalized:
            penalize(weights, plan)
        if plan.clip is not None:
            nn.utils.clip_grad_norm_(parameters, plan.clip)
        return loss

    def step(x: Tensor, y: Tensor) -> Tensor:
        loss = descend(x, y)
        for update in updates:
            update()
        return loss

    def search(x: Tensor, y: Tensor) -> Tensor:
        return state.optimizers[0].step(lambda: descend(x, y))  # type: ignore[arg-type, return-value]

    return search if isinstance(state.optimizers[0], torch.optim.LBFGS) else step  # L-BFGS looks at several points
