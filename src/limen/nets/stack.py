"""Greedy layer-wise learning: each layer learns, without labels, to represent what the layer below makes of the data.

Layer 1 is an autoencoder or an RBM on the inputs; when it has learnt, its codes are the data of layer 2, and so on
(Hinton, Osindero & Teh 2006; Bengio et al. 2007). The encoder's weights are then the start of an ordinary net, which
labels finish; a stack of RBMs is also a model that dreams, the deep belief net.
"""

import inspect
import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from limen.errors import LimenError, unknown
from limen.nets.autoencoder import Autoencoder, autoencoder
from limen.nets.rbm import RBM, rbm

# what only one kind of layer has, and the other kind therefore refuses
OWN = {
    "autoencoder": ("activation", "tied", "noise", "noise_kind", "output"),
    "rbm": ("units", "steps", "persistent", "chains"),
}


class Stack(nn.Module):
    """Layers that learn one after the other, from the lowest; the buffer `active` is the number of the one that does.

    The layers below give it their codes, the means without chance or noise, and get no slope from it.
    """

    active: Tensor

    def __init__(self, layers: list[Autoencoder] | list[RBM]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.register_buffer("active", torch.tensor(0))

    def at_epoch(self, epoch: int, epochs: int) -> None:
        """Choose the layer that learns in an epoch, counted from 0: all `epochs` are shared evenly among the layers.

        A training loop calls this before every epoch. Raises LimenError where some layer would have none.
        """
        if epochs < len(self.layers):
            raise LimenError(
                f"plan.epochs {epochs} is too few for a stack of {len(self.layers)} layers, which learn one after the "
                f"other. Allowed: {len(self.layers)} or more."
            )
        self.active.fill_(min(epoch * len(self.layers) // epochs, len(self.layers) - 1))

    def encode(self, x: Tensor) -> Tensor:
        """(B, *shape) to the codes of the highest layer (B, code)."""
        return self.below(x, len(self.layers))

    def below(self, x: Tensor, layers: int) -> Tensor:
        """(B, *shape) through the lowest `layers` layers; through none, the inputs laid flat."""
        x = x.flatten(1)
        for layer in self.layers[:layers]:
            x = layer.encode(x)  # type: ignore[operator]
        return x

    def decode(self, code: Tensor) -> Tensor:
        """Codes of the highest layer back to the inputs laid flat (B, inputs), by means."""
        for layer in reversed(self.layers):
            code = layer.decode(code)  # type: ignore[operator]
        return code

    def reconstruct(self, x: Tensor) -> Tensor:
        """Up through all layers and down again, by means: (B, *shape) to (B, inputs)."""
        return self.decode(self.encode(x))

    def forward(self, x: Tensor) -> Tensor:
        """(B, *shape) to (B, 3) for the active layer on the codes below it; the loss is mean(column 0 - column 1).

        RBM: as `RBM.forward`. Autoencoder: squared error a number with the sparsity penalty, 0, squared error.
        """
        active = int(self.active)
        with torch.no_grad():
            codes = self.below(x, active)
        layer = self.layers[active]
        output: Tensor = layer(codes)
        if not isinstance(layer, Autoencoder):
            return output
        error = (output.float() - codes.float()).square().mean(1)
        cost = error if layer.penalty is None else error + layer.penalty
        layer.penalty = None
        return torch.stack((cost, torch.zeros_like(error), error.detach()), 1)

    @torch.no_grad()
    def sample(self, count: int, steps: int = 1000) -> Tensor:
        """What a deep belief net dreams of: `steps` Gibbs steps in its top RBM, then down once; (count, inputs).

        Means at the bottom, drawn bits above. Raises LimenError for autoencoders, which are no model of chance.
        """
        top, *rest = reversed(self.layers)
        if not isinstance(top, RBM):
            raise LimenError("A stack of autoencoders has nothing to sample from. Build it with net.kind=rbm.")
        if not rest:
            return top.sample(count, steps)
        v = top.gibbs(top.particles(count), steps)
        for layer in rest[:-1]:
            v = layer.sample_visible(v)  # type: ignore[operator]
        return rest[-1].decode(v)  # type: ignore[operator, no-any-return]


def stack(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...] = (256, 64),
    kind: str = "autoencoder",
    activation: str = "sigmoid",
    tied: bool = False,
    noise: float = 0.0,
    noise_kind: str = "mask",
    output: str = "sigmoid",
    units: str = "bernoulli",
    steps: int = 1,
    persistent: bool = False,
    chains: int = 100,
    sparsity: float = 0.05,
    sparsity_cost: float = 0.0,
) -> Stack:
    """Layers of `hidden` widths, each an autoencoder with one code layer or an RBM, on the codes of the one below.

    Input (B, *shape), output (B, 3), see `Stack.forward`; `classes` is there for the caller's sake and not used.
    The options are those of `autoencoder` and `rbm`; `output` and `units` are the lowest layer's, as the layers above
    see codes: between 0 and 1 from sigmoid units and RBMs, of any size else.
    """
    given = dict(locals())
    if kind not in OWN:
        raise unknown("kind of layer", kind, OWN)
    usual = inspect.signature(stack).parameters
    for name in (name for other, names in OWN.items() if other != kind for name in names):
        if given[name] != usual[name].default:
            raise LimenError(f"net.{name} is no option of a stack of kind {kind}. Allowed: {', '.join(OWN[kind])}.")
    if not hidden:
        raise LimenError("net.hidden is empty: a stack needs a layer. For example: --set net.hidden=256,64.")
    pairs = list(pairwise((math.prod(shape), *hidden)))
    if kind == "rbm":
        seen = [units] + ["bernoulli"] * len(hidden)
        rest = (steps, persistent, chains, sparsity, sparsity_cost)
        return Stack([rbm((low,), classes, high, kind, *rest) for (low, high), kind in zip(pairs, seen, strict=False)])
    outputs = [output] + ["sigmoid" if activation == "sigmoid" else "identity"] * len(hidden)
    options = (activation, None, tied, noise, noise_kind, sparsity, sparsity_cost)
    return Stack(
        [
            autoencoder((low,), classes, (), high, *options, out)
            for (low, high), out in zip(pairs, outputs, strict=False)
        ]
    )


def encoder_weights(net: Stack | Autoencoder | RBM) -> dict[str, Tensor]:
    """The way up as the hidden layers of an `mlp` of the same widths: ``dense1.weight`` (out, in), ``dense1.bias``, …

    Copies, without slopes. ``mlp.load_state_dict(encoder_weights(net), strict=False)`` leaves only its ``out`` as it
    was drawn. Choose the mlp's activation to match: sigmoid for RBMs.
    """
    weights: list[tuple[Tensor, Tensor]] = []
    for layer in net.layers if isinstance(net, Stack) else [net]:
        if isinstance(layer, RBM):
            weights.append((layer.weight.T, layer.hidden_bias))
        else:
            weights += [(m.weight, m.bias) for m in layer.encoder if isinstance(m, nn.Linear)]  # type: ignore[union-attr]
    named = {}
    for number, (weight, bias) in enumerate(weights, 1):
        named[f"dense{number}.weight"] = weight.detach().clone(memory_format=torch.contiguous_format)
        named[f"dense{number}.bias"] = bias.detach().clone()
    return named
