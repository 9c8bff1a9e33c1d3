"""What a net consists of: its layers, their output shapes, parameters, memory, work, and what each number can see.

A dense layer multiplies each input with each output once; a convolution multiplies, for each number it puts out, a
window of kernel size × input channels per group; a restricted Boltzmann machine and the way back of a tied
autoencoder are dense layers too. Everything else is counted as free. See `limen.nets.field` for the receptive field.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import nn

from limen.nets.autoencoder import Transposed
from limen.nets.field import Axis
from limen.nets.misfit import Misfit, ShapeError, explained
from limen.nets.rbm import RBM
from limen.nets.stack import Stack
from limen.nets.texts import vocabulary_of
from limen.nets.trace import Passage, traced


@dataclass(frozen=True)
class LayerSummary:
    """One layer, or one place where branches join.

    All is told for one example in use: `output` is the shape, `memory` the bytes that the output takes (0 where it lies
    in its input's), `multiply_adds` the work, `field` what its numbers see of the input, for each direction of it.
    Parameters that are used again count where they are met first.
    """

    path: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    memory: int = 0
    field: tuple[Axis, ...] = ()

    @property
    def sees(self) -> tuple[int, ...]:
        """The receptive field: numbers of the input in each direction; the arithmetic may go beyond the input's edge.

        Of layers that look at everything at once: from the first to the last number that they see.
        """
        return tuple(math.ceil(a.size) if a.size is not None else a.ends[1] - a.ends[0] + 1 for a in self.field)

    @property
    def looks_at_all(self) -> bool:
        """Whether a layer has looked at everything at once."""
        return bool(self.field) and all(axis.size is None for axis in self.field)

    @property
    def jump(self) -> tuple[Fraction | None, ...]:
        """Steps in the input between neighbours, in each direction; None behind a layer that looks at all."""
        return tuple(axis.jump for axis in self.field)

    @property
    def centre(self) -> tuple[Fraction | None, ...]:
        """Where in the input the first number looks, counted from 0; None behind a layer that looks at all."""
        return tuple(axis.centre for axis in self.field)


Count = Callable[[Passage], int]


def counting() -> Count:
    """Counts parameters; each is counted once, however often it is met."""
    met: set[int] = set()

    def count(passage: Passage) -> int:
        if passage.outer and passage.kind != type(passage.module).__name__:
            return 0
        new = [p for p in passage.module.parameters(recurse=not passage.outer) if id(p) not in met]
        met.update(map(id, new))
        return sum(p.numel() for p in new)

    return count


def row(passage: Passage, count: Count) -> LayerSummary:
    """What is told of one passage."""
    out, layer = passage.output, passage.module
    assert out is not None
    shape, work = tuple(out.shape[1:]), passage.work
    memory = out.numel() * out.element_size() if passage.new else 0
    if isinstance(layer, RBM):  # told by its way up
        shape, work, memory = (layer.hidden,), layer.hidden * layer.visible, layer.hidden * out.element_size()
    return LayerSummary(passage.path, passage.kind, shape, count(passage), work, memory, passage.field)


def not_passed(layer: nn.Module, path: str, working: bool, count: Count) -> LayerSummary | None:
    """A layer with parameters that the example did not pass: a head for training, a layer of a stack's."""
    parameters = count(Passage(path, type(layer).__name__, layer, False))
    width = {nn.Linear: "out_features", Transposed: "out_features", RBM: "hidden"}.get(type(layer))
    if width is None:
        return LayerSummary(path, type(layer).__name__, (), parameters, 0) if parameters else None
    out = getattr(layer, width)
    work = out * (layer.visible if isinstance(layer, RBM) else layer.in_features) if working else 0
    return LayerSummary(path, type(layer).__name__, (out,), parameters, work)


def summarize(net: nn.Module, shape: tuple[int, ...]) -> list[LayerSummary]:
    """The net's layers in the order in which an input of `shape` passes them. The net is left as it was.

    A line of a module's own that brings branches together (add, mul, cat) or multiplies has a row too. An RBM is told
    by its way up. Layers that the input does not pass come last; of a stack they are told with their work, as they
    learn in their turn. A net on torch's "meta" device is told without any memory.

    Raises:
        ShapeError: the net cannot take such an input; it holds the layers that were passed, and what would fit.
    """
    first = next(net.parameters(), torch.zeros(()))
    kind = first.dtype if vocabulary_of(net) is None else torch.int64
    trace, count = traced(net, torch.zeros(1, *shape, device=first.device, dtype=kind)), counting()
    rows = [row(passage, count) for passage in trace.passages]
    if trace.error is not None:
        raise ShapeError(explained(net, shape, trace), rows) from trace.error
    passed = {passage.module for passage in trace.passages}
    for path, layer in net.named_modules():
        if layer not in passed and not list(layer.children()):
            told = not_passed(layer, path, isinstance(net, Stack), count)
            rows += [told] if told else []
    return rows


def misfit(net: nn.Module, shape: tuple[int, ...]) -> Misfit | None:
    """Where an input of `shape` does not fit the net, why, and what would; None where it fits."""
    try:
        summarize(net, shape)
    except ShapeError as error:
        return error.misfit
    return None


def count_parameters(net: nn.Module) -> int:
    """The net's weights and biases, those that are frozen among them."""
    return sum(p.numel() for p in net.parameters())
