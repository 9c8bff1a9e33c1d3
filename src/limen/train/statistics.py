"""What goes on inside a net while it learns, measured now and then.

A loss that does not fall says that something is wrong, not what. What does stands inside: how large the answers of each
layer are and how many units never answer, how large the gradient is when it arrives at each layer, and how far a step
moves the weights, ‖Δw‖ / ‖w‖, which is near 1e-3 when the rate is right (Glorot & Bengio 2010; Karpathy, CS231n).

Measuring must not change what is measured. The answers are those to a fixed probe, given between two steps with
dropout off and every generator put back; gradients and weights are read when the step is done. So a run that is
measured has the bits of one that is not. What is measured when depends on the number of the step alone, so that a run
that is repeated or resumed records the same.
"""

import contextlib
import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from limen.data.dataset import Dataset, as_input
from limen.train.state import State
from limen.train.update import current_rate

# after these steps since the run began: a sample costs about as much as one step of a convolutional net and four of the
# smallest, so that all together cost below 3 % of some hundred steps, and ever less; the last lies in the last third
STEPS = (1, 16, 128, *(round(512 * 2 ** (k / 2)) for k in range(64)))
PROBE = 64  # training examples that the layers answer to: the same ones every time
NEAR = 0.02  # a sigmoid this near to 0 or 1, or a tanh to ±1, is saturated: its slope is below 8 % or 4 % of the best

# how far from the middle of its range such a layer's answers are saturated
ENDS: dict[type[nn.Module], tuple[float, float]] = {nn.Sigmoid: (0.5, 0.5 - NEAR), nn.Tanh: (0.0, 1 - NEAR)}
BENDS = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, *ENDS)


def due_after(done: int) -> int:
    """The number of the next step that is measured, when so many are done since the run began."""
    return STEPS[bisect_right(STEPS, done)]


def probe_of(data: Dataset) -> Tensor:
    """At most `PROBE` training examples, evenly taken from all, as the net takes them."""
    count = min(PROBE, len(data.train))
    rows = torch.arange(count, device=data.device) * len(data.train) // count
    return as_input(data.train.x.index_select(0, rows), data.scale)


def matrices(layer: nn.Module) -> list[nn.Parameter]:
    """A layer's own weights: matrices and kernels, no biases and no scales."""
    return [p for p in layer.parameters(recurse=False) if p.ndim >= 2]


def plain(value: float) -> float | None:
    """A number with six digits; None where it is none."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


@contextlib.contextmanager
def undisturbed(net: nn.Module, device: torch.device) -> Iterator[None]:
    """The net answers as in use; afterwards each part is in the mode it was in, and so are torch's generators."""
    learning = [layer for layer in net.modules() if layer.training]
    cards = [device] if device.type == "cuda" else []
    apple = torch.mps.get_rng_state() if device.type == "mps" else None
    net.eval()
    try:
        with torch.random.fork_rng(cards), torch.no_grad():
            yield
    finally:
        for layer in learning:
            layer.training = True
        if apple is not None:
            torch.mps.set_rng_state(apple)


def measure_answers(layer: nn.Module, y: Tensor) -> dict[str, Tensor]:
    """Sums over a layer's answers (B, units) or (B, channels, …), not yet waited for.

    `heard` counts a ReLU's units that are not 0 for every example and place, `ends` a sigmoid's or tanh's answers at
    the ends of its range.
    """
    kind = type(layer)
    wide = torch.float32 if y.dtype.itemsize < 4 else y.dtype
    sums = {f"norm{p}": torch.linalg.vector_norm(y, p, dtype=wide) for p in (1, 2)}
    if kind not in (nn.ReLU, nn.Sigmoid):  # whose answers are their own size
        sums["total"] = y.sum(dtype=wide)
    if kind is nn.ReLU:
        unit = 1 if y.ndim == 4 else y.ndim - 1
        sums["heard"] = y.amax([axis for axis in range(y.ndim) if axis != unit]).count_nonzero()
    if kind in ENDS:
        middle, end = ENDS[kind]
        sums["ends"] = (y - middle if middle else y).abs().gt(end).count_nonzero()
    return sums


@dataclass(frozen=True)
class Answers:
    """What a layer answered to the probe: how many numbers, of how many units, and sums over them."""

    count: int
    units: int
    sums: dict[str, Tensor]


class Sampler:
    """Takes a step as it would be taken anyway, and measures around it."""

    def __init__(self, state: State, data: Dataset, autocast: contextlib.AbstractContextManager[object]) -> None:
        self.state, self.autocast, self.probe = state, autocast, probe_of(data)
        self.names = {layer: name for name, layer in state.net.named_modules()}
        self.owned = {layer: own for layer in self.names if (own := matrices(layer))}
        self.watched = [layer for layer in self.names if isinstance(layer, BENDS) or layer in self.owned]

    def answers(self) -> dict[nn.Module, Answers]:
        """What the layers with weights and the activations answer to the probe, in the order they are asked in."""
        found: dict[nn.Module, Answers] = {}

        def note(layer: nn.Module, _: Any, y: Any) -> None:
            if isinstance(y, Tensor) and y.is_floating_point() and layer not in found:
                units = y.shape[1 if y.ndim == 4 else -1] if y.ndim else 1
                found[layer] = Answers(y.numel(), units, measure_answers(layer, y))

        with undisturbed(self.state.net, self.state.device), self.autocast:
            hooks = [layer.register_forward_hook(note) for layer in self.watched]
            try:
                self.state.net(self.probe)
            finally:
                for hook in hooks:
                    hook.remove()
        return found

    def take(self, step: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor) -> Tensor:
        """Take the step on a batch; the batch's loss. What was measured is added to the state's samples."""
        state, answers = self.state, self.answers()
        weights = {layer: own for layer, every in self.owned.items() if (own := [p for p in every if p.requires_grad])}
        before = [p.detach().clone() for own in weights.values() for p in own]
        loss = step(x, y)
        sample = {"step": state.step + 1, "loss": plain(loss.item()), "rate": plain(current_rate(state.optimizers))}
        state.samples.append({**sample, "layers": self.rows(answers, weights, before)})
        return loss

    def lengths(self, weights: list[nn.Parameter], before: list[Tensor]) -> list[Tensor]:
        """The lengths of the weights' gradients, then of the weights before the step, then of the step."""
        zero = torch.zeros((), device=self.state.device)
        slopes = [zero if p.grad is None else p.grad for p in weights]
        moved = torch._foreach_sub([p.detach() for p in weights], before)
        return [length for tensors in (slopes, before, moved) for length in torch._foreach_norm(tensors)]

    def rows(
        self, answers: dict[nn.Module, Answers], weights: dict[nn.Module, list[nn.Parameter]], before: list[Tensor]
    ) -> list[dict[str, Any]]:
        """A row for each layer, from the input to the loss; the device is waited for once."""
        sums = [value for found in answers.values() for value in found.sums.values()]
        lengths = self.lengths([p for own in weights.values() for p in own], before) if before else []
        values = iter(torch.stack([value.float() for value in (*sums, *lengths)]).tolist() if sums or lengths else [])
        heard = {layer: {name: next(values) for name in found.sums} for layer, found in answers.items()}
        slopes, sizes, moves = ([next(values) for _ in before] for _ in range(3))
        told, at = {}, 0
        for layer, own in weights.items():
            parts = slice(at, at + len(own))
            told[layer] = in_weights(sum(p.numel() for p in own), slopes[parts], sizes[parts], moves[parts])
            at += len(own)
        order = [*answers, *(layer for layer in told if layer not in answers)]
        return [
            {
                "name": self.names[layer],
                "kind": type(layer).__name__,
                **(in_answers(answers[layer], heard[layer]) if layer in answers else {}),
                **told.get(layer, {}),
            }
            for layer in order
        ]


def in_answers(answers: Answers, sums: dict[str, float]) -> dict[str, float | None]:
    """What the sums over a layer's answers say: mean size, deviation, shares of dead and of saturated units."""
    count = answers.count
    variance = sums["norm2"] ** 2 / count - (sums.get("total", sums["norm1"]) / count) ** 2
    found = {"size": plain(sums["norm1"] / count)}
    found["deviation"] = 0.0 if variance <= 0 else plain(math.sqrt(variance))  # below 0 by rounding; nan is neither
    found |= {"dead": plain(1 - sums["heard"] / answers.units)} if "heard" in sums else {}
    found |= {"saturated": plain(sums["ends"] / count)} if "ends" in sums else {}
    return found


def in_weights(
    count: int, slopes: list[float], sizes: list[float], moves: list[float]
) -> dict[str, float | int | None]:
    """The gradient, the weights and the step of a layer with `count` weights: lengths, and step / weights."""
    slope, size, move = (math.hypot(*lengths) for lengths in (slopes, sizes, moves))
    moved = plain(move / size) if size else None
    return {"weights": count, "gradient": plain(slope), "weight": plain(size), "moved": moved}
