"""Which words tell: how much each speaks for a class, by the net itself.

Of a linear layer on TF-IDF the answer stands in the weights: the log-odds of spam are, but for a constant,

    Σ (w_spam - w_ham)[word] · x[word].

Of any other net one asks it: take the word out of every message that holds it, and see by how much the log-odds fall
(occlusion; Zeiler & Fergus 2014, Li, Monroe & Jurafsky 2016).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limen.data.tokens import PADDING, SPECIAL
from limen.errors import LimenError
from limen.explain.detection import margins

BATCH = 1024  # changed messages answered at a time


@dataclass(frozen=True)
class WordWeight:
    """A word and how much it adds to the class's log-odds; `texts` is of how many it was asked, 0 for weights."""

    word: str
    weight: float
    texts: int = 0


def linear_layer(net: nn.Module) -> nn.Linear | None:
    """The net's one layer, where it is a linear one and nothing else has weights."""
    layers = [layer for layer in net.modules() if list(layer.parameters(recurse=False))]
    return layers[0] if len(layers) == 1 and isinstance(layers[0], nn.Linear) else None


def strongest(weights: Tensor, words: Sequence[str], counts: Sequence[int], most: int) -> list[WordWeight]:
    """The `most` words for the class and the `most` against it, the strongest for first, the strongest against last."""
    order = weights.argsort(descending=True, stable=True).tolist()
    speaks = [i for i in order if weights[i] > 0][:most] + [i for i in order if weights[i] < 0][-most:]
    return [WordWeight(words[i], float(weights[i]), counts[i]) for i in speaks]


def telling_weights(net: nn.Module, words: Sequence[str], most: int = 15, positive: int = 1) -> list[WordWeight]:
    """The words with the largest weights of either sign in a net of one linear layer and two classes.

    Raises:
        LimenError: a net with more layers, or other inputs than `words`.
    """
    layer = linear_layer(net)
    if layer is None or layer.weight.shape != (2, len(words)):
        raise LimenError(
            f"The weights tell only of a net with one linear layer from {len(words):,} words to 2 classes. "
            "Ask any other net with telling_words."
        )
    weight = layer.weight.detach().float().cpu()
    return strongest(weight[positive] - weight[1 - positive], words, [0] * len(words), most)


def without(x: Tensor, words: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Every message without each of its words in turn: (the words' places, the changed messages), in batches.

    x: (N, words) weights, where a word is taken out by making its column 0; or (N, length) ids, where each time it
    stands there becomes padding. The rows' places come with the words': (pairs, 2).
    """
    if x.dtype == torch.int64:
        held = torch.zeros(len(x), words + SPECIAL, dtype=torch.bool).scatter_(1, x.cpu(), True)[:, SPECIAL:]
    else:
        held = x.cpu() != 0
    for pairs in torch.split(held.nonzero(), BATCH):
        changed = x[pairs[:, 0].to(x.device)].clone()
        if x.dtype == torch.int64:
            changed[changed == (pairs[:, 1:] + SPECIAL).to(x.device)] = PADDING
        else:
            changed[torch.arange(len(pairs)), pairs[:, 1]] = 0
        yield pairs, changed


def telling_words(
    net: Callable[[Tensor], Tensor],
    x: Tensor,
    words: Sequence[str],
    most: int = 15,
    positive: int = 1,
    least: int = 10,
) -> list[WordWeight]:
    """The words whose presence moves the class's log-odds most, on average over the messages that hold them.

    x: (N, words) float32 or (N, length) int64, of one split; `words` are the features' own, in order. Words in fewer
    than `least` messages are left out: chance speaks through them. The net is asked as it is: put it into eval().
    """
    moved, counts = torch.zeros(len(words), dtype=torch.float64), torch.zeros(len(words), dtype=torch.int64)
    with torch.no_grad():
        before = torch.cat([margins(net(part), positive) for part in torch.split(x, BATCH)]).double().cpu()
        for pairs, changed in without(x, len(words)):
            change = before[pairs[:, 0]] - margins(net(changed), positive).double().cpu()
            moved.index_add_(0, pairs[:, 1], change)
            counts.index_add_(0, pairs[:, 1], torch.ones(len(pairs), dtype=torch.int64))
    mean = torch.where(counts >= least, moved / counts.clamp(min=1), 0.0)
    return strongest(mean, words, counts.tolist(), most)
