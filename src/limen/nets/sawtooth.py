"""What depth buys: a net that folds a line over and over, so that its pieces multiply from layer to layer.

One layer of n ReLUs makes a zigzag of n teeth, which maps [0, 1] onto itself n times. A zigzag of a zigzag has n·n
teeth; `depth` layers make n^depth pieces out of n·depth ReLUs. A net of one layer needs a ReLU for every piece.
Telgarsky 2016; for n = 2 each layer is the tent map 2 relu(x) - 4 relu(x - 1/2).
"""

import torch
from torch import nn

from limen.errors import LimenError


def sawtooth(depth: int, teeth: int = 2) -> nn.Sequential:
    """A ReLU net on [0, 1] with `depth` hidden layers of `teeth` units and teeth^depth linear pieces. (B, 1) to (B, 1).

    Its weights are float64: in float32 the folds of a deep sawtooth miss one another.
    """
    if depth < 1 or teeth < 2:
        raise LimenError(f"A sawtooth of depth {depth} with {teeth} teeth folds nothing. Allowed: 1 and 2, or more.")
    bends = torch.arange(teeth, dtype=torch.float64) / teeth  # where each unit begins
    slopes = 2.0 * teeth * (-1.0) ** torch.arange(teeth, dtype=torch.float64)
    slopes[0] = teeth
    layers: list[nn.Module] = []
    for number in range(depth):
        dense = nn.Linear(teeth if number else 1, teeth, dtype=torch.float64)
        with torch.no_grad():
            dense.weight.copy_(slopes.expand(teeth, teeth) if number else torch.ones(teeth, 1))
            dense.bias.copy_(-bends)
        layers += [dense, nn.ReLU()]
    out = nn.Linear(teeth, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        out.weight.copy_(slopes[None])
    return nn.Sequential(*layers, out)
