"""AlexNet: the net that ended the argument about features drawn up by hand.

Five convolutions, the first with windows of 11×11 at every fourth pixel, three overlapping max-poolings (3×3, stride
2), three dense layers with dropout, and ReLU, with which it learnt six times sooner than with tanh. In 2012 it halved
the distance of the other methods to a human on a thousand kinds of photographs (Krizhevsky, Sutskever & Hinton 2012).

This is its later form in one column (Krizhevsky 2014, arXiv:1404.5997), which torchvision has, with the same names and
shapes of weights: 61,100,840 for 224×224 in colour and 1,000 classes. The form of 2012 ran on two graphics cards that
saw each other's planes in some layers only, and damped strong answers by those of neighbouring planes.
"""

from collections import OrderedDict

import torch
from torch import nn

from limen.errors import unknown
from limen.nets.course import sides
from limen.nets.initialise import INITIALISERS, initialise
from limen.nets.layers import check_dropout


def classifier(inputs: int, hidden: tuple[int, ...], classes: int, dropout: float) -> list[nn.Module]:
    """Dense layers of `hidden` widths with ReLU, each on what dropout leaves, then the scores."""
    check_dropout(dropout)
    layers: list[nn.Module] = []
    for width in hidden:
        layers += [nn.Dropout(dropout), nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return [*layers, nn.Linear(inputs, classes)]


@torch.no_grad()
def draw_small(net: nn.Module, ones: tuple[str, ...] = ()) -> None:
    """Weights from a normal distribution of deviation 0.01, biases 0, or 1 in the layers called `ones`."""
    initialise(net, "small")
    for name in ones:
        layer = net.get_submodule(name)
        assert isinstance(layer.bias, nn.Parameter)
        layer.bias.fill_(1.0)


def alexnet(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...] = (4096, 4096),
    dropout: float = 0.5,
    width: int = 64,
    init: str = "published",
) -> nn.Sequential:
    """Input (B, C, H, W) of 63×63 or more, output scores (B, classes).

    `width` is the number of the first layer's filters, from which the others follow; `init` is how weights begin:
    "published" (deviation 0.01, some biases 1, so that the ReLUs are on), or a name in `INITIALISERS`.
    """
    planes, _, _ = sides(shape, (11, 4, 2), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 2, 0))
    if init not in ("published", *INITIALISERS):
        raise unknown("initialiser", init, ("published", *INITIALISERS))
    net = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(
                nn.Conv2d(planes, width, 11, stride=4, padding=2),
                nn.ReLU(),
                nn.MaxPool2d(3, 2),
                nn.Conv2d(width, 3 * width, 5, padding=2),
                nn.ReLU(),
                nn.MaxPool2d(3, 2),
                nn.Conv2d(3 * width, 6 * width, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(6 * width, 4 * width, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(4 * width, 4 * width, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(3, 2),
            ),
            avgpool=nn.AdaptiveAvgPool2d(6),  # the dense layers have the same weights for every size of picture
            flatten=nn.Flatten(),
            classifier=nn.Sequential(*classifier(4 * width * 36, hidden, classes, dropout)),
        )
    )
    if init == "published":
        dense = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear)]
        draw_small(net, ones=("features.3", "features.8", "features.10", *dense[:-1]))
    else:
        initialise(net, init)
    return net
