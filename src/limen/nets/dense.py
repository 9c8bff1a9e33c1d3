"""Dense nets: every number of one layer is connected to every number of the next.

One layer and a softmax is multinomial logistic regression: p(class k) ∝ exp(w_k·x + b_k). Put layers with a bend
(the activation) between, and the net can bend the boundaries too: z = W h + b, h' = f(z).
All nets here return scores (logits); the softmax belongs to the objective.
"""

import math
from collections import OrderedDict

from torch import nn

from limen.errors import LimenError, unknown
from limen.nets.heads import WithHeads
from limen.nets.initialise import initialise
from limen.nets.layers import Noise, check_dropout
from limen.nets.layers import activation as make_activation
from limen.nets.layers import norm as make_norm


def softmax_regression(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """One dense layer: a template per class. Input (B, *shape), output (B, classes)."""
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), dense=nn.Linear(math.prod(shape), classes)))


def mlp(
    shape: tuple[int, ...],
    classes: int,
    hidden: tuple[int, ...] = (128,),
    activation: str = "relu",
    dropout: float = 0.0,
    init: str = "default",
    norm: str = "none",
    noise: float = 0.0,
    auxiliary: bool = False,
) -> nn.Module:
    """A multilayer perceptron: dense layers of `hidden` widths, each followed by the activation.

    Input (B, *shape), output (B, classes). `dropout` is the share of units silenced after each hidden layer in
    training, `noise` the deviation of the noise added to the input in training. `init` names the first weights
    (`limen.nets.initialise`); `norm`, batch or layer, what normalises a layer's sums before its activation. With
    `auxiliary` every hidden layer but the last has an output of its own: see `limen.nets.heads.WithHeads`.
    """
    check_regularisers(dropout, noise)
    layers: OrderedDict[str, nn.Module] = OrderedDict(flatten=nn.Flatten())
    if noise:
        layers["noise"] = Noise(noise)
    width = math.prod(shape)
    for number, wider in enumerate(hidden, 1):
        layers[f"dense{number}"] = nn.Linear(width, wider)
        if (normalise := make_norm(norm, wider)) is not None:
            layers[f"norm{number}"] = normalise
        layers[f"act{number}"] = make_activation(activation)
        if dropout:
            layers[f"drop{number}"] = nn.Dropout(dropout)
        width = wider
    layers["out"] = nn.Linear(width, classes)
    net = nn.Sequential(layers)
    initialise(net, init)
    if not auxiliary or len(hidden) < 2:
        return net
    heads = {f"act{number}": nn.Linear(wide, classes) for number, wide in enumerate(hidden[:-1], 1)}
    initialise(nn.ModuleDict(heads), init)  # after the others, whose draws are those of the net without heads
    return WithHeads(layers, heads)


def check_regularisers(dropout: float, noise: float) -> None:
    """Refuse shares and deviations that are none."""
    check_dropout(dropout)
    if not 0 <= noise < math.inf:
        raise LimenError(
            f"net.noise {noise:g} is out of range. Allowed: a deviation of 0 or more. Try --set net.noise=0.1."
        )


def cosine(shape: tuple[int, ...], classes: int, init: str = "normal") -> nn.Sequential:
    """The curve-fitting net of the first lab: dense 200 sigmoid, dense 100 leaky ReLU, dense; no biases.

    Input (B, columns), output (B, outputs). `init`: `normal` draws every weight from N(0, 1), as one does by hand;
    `layers` as torch's own layers do, with biases.
    """
    if init not in ("normal", "layers"):
        raise unknown("init of the net cosine", init, ("normal", "layers"))
    width, bias = math.prod(shape), init == "layers"
    layers = OrderedDict(
        flatten=nn.Flatten(),
        dense1=nn.Linear(width, 200, bias),
        act1=nn.Sigmoid(),
        dense2=nn.Linear(200, 100, bias),
        act2=nn.LeakyReLU(0.01),
        out=nn.Linear(100, classes, bias),
    )
    if init == "normal":
        for layer in layers.values():
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight)
    return nn.Sequential(layers)
