"""Answers from half-way up: hidden layers that are asked for an answer of their own while the net trains.

The slope of a loss reaches the first of ten layers through all the others, and each may make it smaller. A head is a
small output layer on a hidden layer, with a loss of its own: so every layer has a short way to a loss (GoogLeNet,
Szegedy et al. 2015; deeply supervised nets, Lee et al. 2015). In use the heads are not asked.
"""

from collections.abc import Mapping

from torch import Tensor, nn


class WithHeads(nn.Module):
    """A chain of layers, some of which are asked for an answer of their own while the net trains.

    The layers keep their names; the heads are called after the layer they listen to: ``heads.act3.weight``.
    """

    def __init__(self, chain: Mapping[str, nn.Module], heads: Mapping[str, nn.Module]) -> None:
        super().__init__()
        for name, layer in chain.items():
            self.add_module(name, layer)
        self.heads = nn.ModuleDict(heads)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        """(B, …) to the answer (B, classes); in training to (answer, the heads' answers from the lowest up)."""
        others = []
        for name, layer in self.named_children():
            if layer is self.heads:
                continue
            x = layer(x)
            if self.training and name in self.heads:
                others.append(self.heads[name](x))
        return (x, *others) if others else x
