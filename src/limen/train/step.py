"""One step of gradient descent: forward, loss, backward, update.

w ← w - rate · ∂L/∂w, where the gradient may gain a penalty (L2), be cut to a greatest length, and be turned into a
step by an optimizer with a memory. What bounds the weights themselves (L1, a greatest norm) acts after the step.
"""

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from limen.nets.hasten import hasten
from limen.train.chains import gradient_of_chain
from limen.train.lookahead import Lookahead
from limen.train.objectives import Objective, smoothed
from limen.train.plan import Plan
from limen.train.state import State
from limen.train.update import current_rate, update_of
from limen.train.watch import blown_up

Step = Callable[[Tensor, Tensor], Tensor]


def autocast(device: torch.device, precision: str) -> contextlib.AbstractContextManager[object]:
    """The context in which a forward pass multiplies in bfloat16; an empty one otherwise."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()


def full(output: Tensor) -> Tensor:
    """A net's output in full precision: bfloat16 has too few digits for a loss."""
    return output.float() if output.dtype == torch.bfloat16 else output


def total_loss(
    net: nn.Module, out: Tensor | tuple[Tensor, ...], x: Tensor, y: Tensor, objective: Objective, auxiliary: float
) -> tuple[Tensor, Tensor]:
    """(the objective's loss alone, all that is minimised).

    A net may put out more than its answer while it trains, ``(answer, other answers, …)``: each of the others is held
    against the targets too, with the weight `auxiliary`. It may have a `penalty` of its own, which is added.
    """
    main, *others = (out,) if isinstance(out, Tensor) else out
    target = objective.target(x, y)
    loss = objective.loss(full(main), target)
    total = loss
    for other in others:
        total = total + auxiliary * objective.loss(full(other), target)
    penalty = getattr(net, "penalty", None)
    return loss, total if penalty is None else total + penalty


def penalize(weights: list[nn.Parameter], plan: Plan) -> None:
    """Add the slope of the L2 penalty to the gradients: λ·w."""
    gradients = [w.grad for w in weights if w.grad is not None]
    values = [w.detach() for w in weights if w.grad is not None]
    torch._foreach_add_(gradients, values, alpha=plan.l2)


@torch.no_grad()
def bound(weights: list[nn.Parameter], plan: Plan, rate: float | Tensor) -> None:
    """What acts on the weights after a step.

    L1 draws every weight that had a gradient towards 0 by rate·λ and stops it there, so that useless weights become
    exactly 0 (a proximal step; Daubechies et al. 2004). The norm of the weights into one unit is cut back to the
    greatest that is allowed (Srebro & Shraibman 2005).
    """
    reach = torch.as_tensor(rate * plan.l1, device=weights[0].device, dtype=weights[0].dtype) if plan.l1 else None
    for w in weights:
        if reach is not None and w.grad is not None:
            w.sub_(w.clamp(-reach, reach))
        if plan.max_norm is not None:
            w.copy_(torch.renorm(w, 2, 0, plan.max_norm))


def gradient_alone(
    state: State,
    objective: Objective,
    forward: Callable[[Tensor], Tensor],
    context: contextlib.AbstractContextManager[object],
    auxiliary: float,
) -> Step:
    """A function that leaves the gradient of a batch's loss in the parameters, and returns that loss."""
    on_cpu = state.device.type == "cpu"

    def gradient(x: Tensor, y: Tensor) -> Tensor:
        with context:
            out = forward(x)
        loss, total = total_loss(state.net, out, x, y, objective, auxiliary)
        if on_cpu and not math.isfinite(loss.item()):
            raise blown_up(state, f"the loss is {loss.item()}", x, state.step + 1)
        total.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    return gradient


def make_step(state: State, objective: Objective, plan: Plan, precision: str, sizes: Sequence[int] = ()) -> Step:
    """A function that trains the state's net on one batch, and returns the batch's loss on the device.

    x: (B, …), y: (B, …). On the CPU a loss that is not finite raises `NonFiniteError` before any weight is changed.
    Slow weights that follow it (`State.follow`) are no part of it. With several processes, x and y are this one's share
    of a batch of `sizes[step]` examples, and the mean of what they return is the loss.
    """
    stepping = [optimizer for optimizer in state.optimizers if not isinstance(optimizer, Lookahead)]
    forward, updates = hasten(state.net), [update_of(optimizer) for optimizer in stepping]
    parameters = [p for p in state.net.parameters() if p.requires_grad]
    weights = [p for p in parameters if p.ndim >= 2]
    bounded = plan.l1 or plan.max_norm is not None
    context = autocast(state.device, precision)
    if plan.smoothing:
        objective = replace(objective, loss=smoothed(plan.smoothing))
    if state.processes.count > 1:
        from limen.train.together import gradient_together  # torch's own import of it takes a second

        gradient = gradient_together(state, objective, forward, context, list(sizes), plan.auxiliary)
    else:
        gradient = gradient_alone(state, objective, forward, context, plan.auxiliary)
        if precision != "bf16":
            gradient = gradient_of_chain(state, objective, gradient)

    def descend(x: Tensor, y: Tensor) -> Tensor:
        for p in parameters:
            p.grad = None
        loss = gradient(x, y)
        if plan.l2:
            penalize(weights, plan)
        if plan.clip is not None:
            nn.utils.clip_grad_norm_(parameters, plan.clip)
        return loss

    def step(x: Tensor, y: Tensor) -> Tensor:
        loss = descend(x, y)
        for update in updates:
            update()
        if bounded:
            bound(weights, plan, state.optimizers[0].param_groups[0]["lr"])
        return loss

    def search(x: Tensor, y: Tensor) -> Tensor:
        loss = state.optimizers[0].step(lambda: descend(x, y))  # type: ignore[arg-type, return-value]
        if bounded:
            bound(weights, plan, current_rate(state.optimizers))
        return loss  # type: ignore[return-value]

    return search if isinstance(state.optimizers[0], torch.optim.LBFGS) else step  # L-BFGS looks at several points
