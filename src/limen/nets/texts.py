"""Nets for texts, whose input is not amounts but names: the number of each token in the vocabulary.

An embedding is a table with a learnt row of numbers for each word, so that looking a word up is the first layer. A bag
of words forgets the order: a text is the mean of its words' rows,

    h = 1/n · Σ E[token],   over the n tokens that are not padding.
"""

from collections import OrderedDict

import torch
from torch import nn

from limen.errors import LimenError

PADDING = 0  # the id that fills a short text up; its row of the table stays 0 and does not count in the mean


def embedding_bag(
    shape: tuple[int, ...], classes: int, words: int = 4000, width: int = 32, hidden: tuple[int, ...] = (32,)
) -> nn.Sequential:
    """The mean of the tokens' embeddings, then dense layers of `hidden` widths with ReLU. Joulin et al. 2016, fastText.

    Input (B, length) int64, ids from 0 to `words` - 1, 0 for padding; output (B, classes). `width` is the length of an
    embedding.
    """
    if len(shape) != 1:
        raise LimenError(
            f"The net bag-of-words takes rows of token ids, not inputs of {'×'.join(map(str, shape))}. "
            "Use it with texts: --set data=sms --set data.features=tokens."
        )
    table = nn.EmbeddingBag(words, width, mode="mean", padding_idx=PADDING)
    nn.init.uniform_(table.weight, -1 / width, 1 / width)  # torch's own N(0, 1) lets words hardly met drown the others
    with torch.no_grad():
        table.weight[PADDING] = 0
    layers: OrderedDict[str, nn.Module] = OrderedDict(embedding=table)
    for number, wider in enumerate(hidden, 1):
        layers[f"dense{number}"] = nn.Linear(width, wider)
        layers[f"relu{number}"] = nn.ReLU()
        width = wider
    layers["out"] = nn.Linear(width, classes)
    return nn.Sequential(layers)


def vocabulary_of(net: nn.Module) -> int | None:
    """How many ids a net's first layer knows; None where the net takes amounts, not ids."""
    first = next((layer for layer in net.modules() if not list(layer.children())), None)
    return first.num_embeddings if isinstance(first, nn.Embedding | nn.EmbeddingBag) else None
