"""Examples that the net takes for alike.

The last layer of a classifier draws straight borders; whatever the net understands, it has done before, in the numbers
that go into that layer: the features. Pictures with the same features get the same answer, so the nearest training
examples show what an answer was learnt from, and a map of the features shows which classes the net keeps apart.
"""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from limen.data.dataset import Scale, Split, as_input
from limen.errors import LimenError
from limen.explain.components import principal_components
from limen.explain.maps import in_use
from limen.nets.hasten import Layer, hasten, is_watched, leaves

AT_ONCE = 32 * 3 * 224 * 224  # input numbers: 32 pictures of that size, whose widest planes then take 410 MB
BATCH = 256  # pictures at most
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
    first = next(net.parameters())

    def ready(x: Tensor) -> Tensor:
        return as_input(x.to(first.device), scale).to(first.dtype)

    last, kept = last_layer(net, ready(split.x[:1])), []
    count = max(1, min(BATCH, AT_ONCE // max(1, split.x[0].numel())))
    with in_use(net), below(net, last) as body:
        for some in split.x.split(count):  # type: ignore[no-untyped-call]
            found = body(ready(some))
            kept.append((found.flatten(2).mean(2) if found.ndim > 2 else found).float().cpu())
    return torch.cat(kept)


@contextlib.contextmanager
def below(net: nn.Module, last: nn.Module) -> Iterator[Layer]:
    """What the net computes before its layer `last`, as a function: (B, …) to what goes into that layer."""
    if type(net) is nn.Sequential and not is_watched(net):
        order = list(leaves(net))
        yield hasten(nn.Sequential(*order[: order.index(last)]))
        return
    heard: list[Tensor] = []
    handle = last.register_forward_pre_hook(lambda _, inputs: heard.append(inputs[0]))

    def listen(x: Tensor) -> Tensor:
        heard.clear()
        net(x)
        return heard[-1]

    try:
        yield listen
    finally:
        handle.remove()


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
