"""Examples that the net takes for alike.

The last layer of a classifier draws straight borders; whatever the net understands, it has done before, in the numbers
that go into that layer: the features. Pictures with the same features get the same answer, so the nearest training
examples show what an answer was learnt from, and a map of the features shows which classes the net keeps apart.
"""

import numpy as np
import torch
from torch import Tensor, nn

from limen.data.dataset import Scale, Split, as_input
from limen.errors import LimenError
from limen.explain.components import principal_components
from limen.explain.maps import in_use

BATCH = 256
PERPLEXITY = 30.0  # t-SNE: about how many neighbours each point looks at


def last_layer(net: nn.Module, x: Tensor) -> nn.Module:
    """The layer with weights that an input passes last: x (B, …). Raises LimenError where there is none."""
    passed: list[nn.Module] = []
    handles = [
        layer.register_forward_pre_hook(lambda layer, _: passed.append(layer))
        for layer in net.modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    ]
    try:
        with torch.no_grad(), in_use(net):
            net(x)
    finally:
        for handle in handles:
            handle.remove()
    if not passed:
        raise LimenError("The net has no dense or convolutional layer, so it has no features. Choose another net.")
    return passed[-1]


@torch.no_grad()
def features(net: nn.Module, split: Split, scale: Scale) -> Tensor:
    """What goes into the last layer with weights, for every example: (N, features) on the CPU; planes by their mean."""
    first, kept = next(net.parameters()), []

    def keep(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        kept.append((inputs[0].flatten(2).mean(2) if inputs[0].ndim > 2 else inputs[0]).float().cpu())

    def ready(x: Tensor) -> Tensor:
        return as_input(x.to(first.device), scale).to(first.dtype)

    handle = last_layer(net, ready(split.x[:1])).register_forward_pre_hook(keep)
    try:
        with in_use(net):
            for some in split.x.split(BATCH):  # type: ignore[no-untyped-call]
                net(ready(some))
    finally:
        handle.remove()
    return torch.cat(kept)


def nearest(queries: Tensor, known: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Of each query (Q, features) the numbers of the most similar known ones (N, features), and how similar.

    Both (Q, count). Similarity is the cosine of the angle between them, -1 to 1; of equal ones the first comes first.
    """
    a, b = (f / f.norm(dim=1, keepdim=True).clamp(min=1e-12) for f in (queries.double(), known.double()))
    similar = (a @ b.T).clamp(-1, 1)
    order = similar.argsort(dim=1, descending=True, stable=True)[:, :count]
    return order, similar.gather(1, order).float()


def main_plane(found: Tensor) -> Tensor:
    """The two directions in which features vary most: (N, features) to (N, 2), by principal components."""
    if min(found.shape) < 2:
        return torch.cat((found, torch.zeros(len(found), 2)), 1)[:, :2]
    return principal_components(found, 2).encode(found)


def neighbour_plane(found: Tensor, seed: int = 0) -> Tensor:
    """A plane in which neighbours stay neighbours: (N, features) to (N, 2), by t-SNE (van der Maaten & Hinton 2008).

    Distances between groups mean nothing there. The same seed gives the same plane.

    Raises:
        LimenError: fewer than 4 examples.
    """
    if len(found) < 4:
        raise LimenError(f"t-SNE of {len(found)} examples shows nothing. Allowed: 4 or more.")
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(found) - 1) / 3)
    start = main_plane(found).double().numpy()
    start = start / max(float(start[:, 0].std()), 1e-12) * 1e-4
    made = TSNE(2, perplexity=perplexity, init=start, learning_rate="auto", random_state=seed)
    return torch.from_numpy(np.ascontiguousarray(made.fit_transform(found.double().numpy()))).float()
