"""Freezing: layers that keep what they have learnt elsewhere.

The first layers of a trained net find edges and textures, which serve any picture; the last ones find what its own
classes are made of. With few photos it is better to let the former stand and to teach only the latter: fewer numbers
are to be learnt from the same examples (Yosinski, Clune, Bengio & Lipson 2014).
"""

from torch import nn

from limen.errors import unknown


def layers_before(net: nn.Module, first: str) -> list[nn.Module]:
    """The layers that stand before the one called `first` (a path such as ``layer4.0``), in the net's own order.

    What contains `first` is none of them: of ``layer4`` the blocks before ``layer4.1``, but not ``layer4`` itself.

    Raises:
        LimenError: the net has no layer of that name.
    """
    names = [name for name, _ in net.named_modules() if name]
    if first not in names:
        raise unknown("layer for plan.thaw", first, names, see="limen summary NET")
    return [layer for name, layer in net.named_modules() if name in names[: names.index(first)]
            and not first.startswith(f"{name}.")]  # fmt: skip


def freeze(net: nn.Module, first: str) -> list[nn.Module]:
    """Let the weights before the layer called `first` learn no more; the layers they belong to.

    Raises:
        LimenError: the net has no layer of that name.
    """
    frozen = layers_before(net, first) if first else []
    for layer in frozen:
        for parameter in layer.parameters(recurse=False):
            parameter.requires_grad_(False)
    return frozen


def at_rest(frozen: list[nn.Module]) -> None:
    """Have frozen layers answer as in use, after `train()`: a norm by the means it has, dropout not at all."""
    for layer in frozen:
        layer.training = False
