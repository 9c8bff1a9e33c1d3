"""The shape doctor: where a net and an input do not fit, why, and the value that would.

Every layer says what it takes: a dense layer so many numbers, a convolution so many channels, a window no more than
there is. The first that is given something else is named, with what it was given.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from limen.errors import LimenError
from limen.nets.carry_places import tensors
from limen.nets.fitting import fitting_input
from limen.nets.trace import Trace

if TYPE_CHECKING:
    from limen.nets.summary import LayerSummary

Shape = tuple[int, ...]
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)


@dataclass(frozen=True)
class Misfit:
    """Where it does not fit. Shapes are without the batch; `why` and `fits` are the halves of a sentence."""

    shape: Shape  # of the net's input
    path: str
    kind: str
    given: tuple[Shape, ...]
    why: str
    fits: str
    input: Shape | None  # an input that the net takes, where one was found

    def __str__(self) -> str:
        where = f"{self.path!r} ({self.kind})" if self.path else f"the net itself ({self.kind})"
        inputs = f"--input {'x'.join(map(str, self.input))}" if self.input else "another shape with --input"
        fits = f"{self.fits}, or {inputs}" if self.fits else inputs
        return f"The net does not take inputs of shape {times(self.shape)}: {where} {self.why}. What fits: {fits}."


class ShapeError(LimenError):
    """A net was given an input that it cannot take. `passed` are the layers before the one that `misfit` names."""

    def __init__(self, misfit: Misfit, passed: Sequence["LayerSummary"]) -> None:
        super().__init__(str(misfit))
        self.misfit = misfit
        self.passed = tuple(passed)


def times(shape: Sequence[int]) -> str:
    """``3×224×224``; one number by itself."""
    return "×".join(map(str, shape)) or "1"


Told = tuple[str, str]  # why it does not fit, and what would


def dense(layer: nn.Linear, given: Shape) -> Told | None:
    """A dense layer takes rows of `in_features` numbers."""
    wanted, last = layer.in_features, given[-1] if given else 1
    if last == wanted:
        return None
    if len(given) > 1 and math.prod(given) == wanted:
        return f"expects {wanted} numbers in a row and is given {times(given)}", "nn.Flatten() before it"
    return f"expects {wanted} numbers in a row and is given {times(given)}", f"in_features={last}"


def counted(channels: int) -> str:
    """``3 channels``."""
    return f"{channels} channel{'s' * (channels != 1)}"


def convolution(layer: Any, given: Shape) -> Told | None:
    """A convolution takes `in_channels` channels, and windows that are no larger than what there is."""
    directions = len(layer.kernel_size)
    if len(given) != directions + 1:
        takes = ("channels", "depth", "height", "width")[:1] + ("depth", "height", "width")[-directions:]
        return f"expects {'×'.join(takes)} and is given {times(given)}", f"{directions + 1} dimensions before it"
    if given[0] != layer.in_channels:
        return f"expects {counted(layer.in_channels)} and is given {times(given)}", f"in_channels={given[0]}"
    if layer.transposed or isinstance(layer.padding, str):
        return None
    return too_small(given, layer.kernel_size, layer.padding, layer.dilation)


def per_direction(value: int | Sequence[int], count: int) -> tuple[int, ...]:
    """A setting for each direction."""
    return (value,) * count if isinstance(value, int) else tuple(value)


def too_small(given: Shape, kernel: Any, padding: Any, dilation: Any) -> Told | None:
    """A window with its dilation must not be larger than the input with its padding."""
    sizes = given[1:]
    kernels, pads, apart = (per_direction(v, len(sizes)) for v in (kernel, padding, dilation))
    spans = [d * (k - 1) + 1 for k, d in zip(kernels, apart, strict=True)]
    lacking = [span - n - 2 * p for span, n, p in zip(spans, sizes, pads, strict=True)]
    if max(lacking) <= 0:
        return None
    needed = [p + max(-(-lack // 2), 0) for p, lack in zip(pads, lacking, strict=True)]
    text = str(needed[0]) if len(set(needed)) == 1 else str(tuple(needed))
    why = f"lays a window of {times(spans)} on {times(sizes)}{f' with padding {times(pads)}' if any(pads) else ''}"
    return why, f"padding={text}, a kernel that is no larger"


def pool(layer: Any, given: Shape) -> Told | None:
    """A pooling window too must fit."""
    directions = int(type(layer).__name__[-2])
    if len(given) != directions + 1:
        return f"expects {directions + 1} dimensions and is given {times(given)}", f"{directions + 1} dimensions"
    told = too_small(given, layer.kernel_size, layer.padding, getattr(layer, "dilation", 1))
    return told and (told[0], f"a kernel of at most {min(given[1:])}, one pooling less before it")


def norm(layer: Any, given: Shape) -> Told | None:
    """A norm has a scale for each channel."""
    name = "num_features" if hasattr(layer, "num_features") else "num_channels"
    channels = getattr(layer, name)
    if given and given[0] == channels:
        return None
    return f"expects {counted(channels)} and is given {times(given)}", f"{name}={given[0] if given else 1}"


def layer_norm(layer: nn.LayerNorm, given: Shape) -> Told | None:
    """A layer norm has a scale for each number along the last dimensions."""
    wanted = tuple(layer.normalized_shape)
    last = given[-len(wanted) :]
    return None if last == wanted else (f"expects {times(wanted)} last and is given {times(given)}",
                                        f"normalized_shape={last if len(last) > 1 else last[0]}")  # fmt: skip


def recurrent(layer: nn.RNNBase, given: Shape) -> Told | None:
    """A recurrent layer takes `input_size` numbers at each step."""
    if given and given[-1] == layer.input_size:
        return None
    return f"expects {layer.input_size} numbers a step and is given {times(given)}", f"input_size={given[-1]}"


SAYS: tuple[tuple[tuple[type[nn.Module], ...], Callable[[Any, Shape], Told | None]], ...] = (
    ((nn.Linear,), dense),
    (CONVOLUTIONS, convolution),
    (POOLS, pool),
    ((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.InstanceNorm2d, nn.GroupNorm), norm),
    ((nn.LayerNorm,), layer_norm),
    ((nn.RNNBase,), recurrent),
)


def meet(name: str, whole: Sequence[Shape], dim: int) -> bool:
    """Whether tensors of these shapes can be brought together: broadcast, or laid side by side along a dimension."""
    if name == "cat":
        return len({(*shape[:dim], *shape[dim + 1 :]) for shape in whole}) == 1
    return all(len({a, b} - {1}) < 2 for a, b in zip(whole[0][::-1], whole[1][::-1], strict=False))


def joining(name: str, args: tuple[Any, ...]) -> Told | None:
    """Branches that cannot be brought together, and numbers that cannot be laid out anew."""
    whole = [tuple(t.shape) for t in tensors(args)]
    shapes = [shape[1:] for shape in whole]
    dim = args[1] % len(whole[0]) if name == "cat" and len(args) > 1 and whole else 0
    if len(whole) > 1 and name != "view" and meet(name, whole, dim):
        return None
    if name in ("add", "mul", "sub", "maximum") and len(shapes) == 2:
        (a, b), fits = shapes, "branches of one shape"
        if len(a) == len(b) and a[1:] != b[1:]:
            fits = "the same strides in both branches"
        elif len(a) == len(b):
            fits = f"a 1×1 convolution {b[0]} → {a[0]} in the second branch"
        return f"cannot {name} {times(a)} and {times(b)}", fits
    if name == "cat" and len(shapes) > 1:
        return f"cannot lay {' and '.join(map(times, shapes))} side by side", "branches that differ in channels only"
    if name == "view" and isinstance(args[1], list | tuple) and isinstance(args[0], Tensor):
        numbers = math.prod(args[0].shape[1:])
        wanted = ", ".join(map(str, args[1]))
        return f"cannot view {times(shapes[0])} = {numbers} numbers as ({wanted})", f"flatten(1), which gives {numbers}"
    return None


def explained(net: nn.Module, shape: Shape, trace: Trace) -> Misfit:
    """What a trace that ended in an error says."""
    at = trace.failed[-1] if trace.failed else None
    layer: nn.Module = at.module if at else net
    given = tuple(shape[1:] for shape in at.inputs) if at else (shape,)
    told = None
    if at and given and not at.outer:
        says = next((say for kinds, say in SAYS if isinstance(layer, kinds)), None)
        told = says(layer, given[0]) if says else None
    told = told or joining(*trace.last)
    if told is None:
        words = str(trace.error).splitlines()[0] if str(trace.error) else type(trace.error).__name__
        told = f"is given {' and '.join(map(times, given)) or 'nothing'} and torch says: {words.rstrip('.!')}", ""
    found = fitting_input(net, shape)  # the same shape, where it is no matter of shapes
    found = None if found == shape else found
    return Misfit(shape, at.path if at else "", type(layer).__name__, given, *told, found)
