"""One example followed through a net, operation by operation: shapes, work and what each number can see.

Modules say who works, torch's operations say what is done: so it is all the same whether a layer is a module or a line
within `forward`, and whether the way divides, joins or goes round in a loop.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakIdKeyDictionary

from limen.nets.carry import carried, everything
from limen.nets.carry_places import Field, tensors
from limen.nets.field import entrance
from limen.nets.work import WORK


def joins(name: str, changing: int) -> bool:
    """Whether an operation brings several branches together."""
    return name.removesuffix("_") in ("add", "mul", "cat", "maximum") and changing > 1


@dataclass
class Passage:
    """One module's turn, or one operation that joins or multiplies in a module that has others within it."""

    path: str
    kind: str
    module: nn.Module
    outer: bool  # it has modules within
    output: Tensor | None = None
    work: int = 0  # multiply-adds
    new: bool = True  # the output takes memory of its own
    inputs: tuple[tuple[int, ...], ...] = ()  # shapes
    field: Field = ()


@dataclass
class Trace:
    """What was passed, in order, until the end or until a layer could not go on."""

    passages: list[Passage] = field(default_factory=list)
    failed: list[Passage] = field(default_factory=list)  # the modules that were at work then, the outermost first
    error: Exception | None = None
    last: tuple[str, tuple[Any, ...]] = ("", ())  # the operation that could not be carried out, and what it was given


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every operation of torch; `current` are the modules at work, the innermost last."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.trace = trace
        self.current: list[Passage] = []
        self.fields: Any = WeakIdKeyDictionary()  # tensor → Field

    def known(self, t: Tensor) -> Field | None:
        """What the numbers of a tensor see; None of weights and constants."""
        found: Field | None = self.fields.get(t)
        return found

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Carry an operation out, and note what came of it."""
        seen = [t for t in tensors(args) if self.known(t) is not None]
        told = {id(t): self.known(t) for t in seen}
        name = func.overloadpacket.__name__
        self.trace.last = (name.removesuffix("_"), args)
        out = func(*args, **(kwargs or {}))
        self.trace.last = ("", ())
        for made, here in carried(func, lambda t: told.get(id(t)), out, args):
            self.fields[made] = here
            whole = made._base
            if name.endswith("_") and whole is not None:  # written through a view into what lies behind it
                fields = [f for t in (whole, made) if (f := self.known(t)) is not None]
                self.fields[whole] = everything(fields, bound=True)
        if self.current:
            at = self.current[-1]
            work = WORK[name](tensors(out)[0], args) if name in WORK and tensors(out) else 0
            if at.outer and (work or (joins(name, len(seen)) and tensors(out)[0].ndim > 1)):
                self.trace.passages.append(self.joint(at, name, tensors(out)[0], work))
            else:
                at.work += work
        return out

    def joint(self, at: Passage, name: str, out: Tensor, work: int) -> Passage:
        """A container's own operation that brings branches together or multiplies."""
        kind = name.strip("_")
        return Passage(at.path, kind, at.module, True, out, work, not name.endswith("_"), field=self.known(out) or ())


@contextmanager
def hooked(net: nn.Module, watch: Watch) -> Iterator[None]:
    """Every module tells when its turn begins and ends; afterwards none does."""
    paths = {module: path for path, module in net.named_modules()}

    def begin(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        shapes = tuple(tuple(t.shape) for t in tensors(inputs))
        watch.current.append(
            Passage(paths[module], type(module).__name__, module, bool(list(module.children())), inputs=shapes)
        )

    def end(module: nn.Module, inputs: tuple[Any, ...], result: object) -> None:
        at = watch.current.pop()
        out = tensors(list(result.values()) if isinstance(result, dict) else result)
        own = at.outer and next(module.parameters(recurse=False), None) is not None
        if out and (own or not at.outer):
            at.output = out[0]
            at.field = watch.known(out[0]) or ()
            at.new = not at.outer and not any(out[0] is t or out[0]._base is t for t in tensors(inputs))
            watch.trace.passages.append(at)

    hooks = [module.register_forward_pre_hook(begin) for module in paths]
    hooks += [module.register_forward_hook(end) for module in paths]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def in_use(net: nn.Module) -> Iterator[None]:
    """The net as it is in use, without dropout and without gradients; afterwards each module learns as it did."""
    modes = {module: module.training for module in net.modules()}
    try:
        with torch.no_grad():
            net.eval()
            yield
    finally:
        for module, training in modes.items():
            module.training = training


def directions(shape: tuple[int, ...]) -> Field:
    """What a picture (C, H, W), or a signal (C, L), sees at the entrance; nothing is told of rows of numbers."""
    return tuple(entrance(size, dim) for dim, size in enumerate(shape[1:], 2))


def traced(net: nn.Module, x: Tensor) -> Trace:
    """Follow x (1, …) through the net, which is left as it was."""
    trace = Trace()
    watch = Watch(trace)
    with hooked(net, watch), in_use(net), watch:
        watch.fields[x] = directions(tuple(x.shape[1:]))
        try:
            net(x)
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            trace.error, trace.failed = error, list(watch.current)
    return trace
