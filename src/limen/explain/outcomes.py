"""Which answers were right, which were wrong, and how sure the net was of them."""

import torch
from torch import Tensor


def confusion(outputs: Tensor, targets: Tensor, classes: int) -> Tensor:
    """How many examples of each true class (row) were given each answer (column): (classes, classes) int64."""
    pairs = targets * classes + outputs.argmax(1)
    return torch.bincount(pairs, minlength=classes * classes).view(classes, classes)


def confidence(outputs: Tensor) -> tuple[Tensor, Tensor]:
    """The answer to each example and the probability the softmax gives it: two tensors (N,)."""
    probability, answer = outputs.float().softmax(1).max(1)
    return answer, probability


def confident_mistakes(outputs: Tensor, targets: Tensor, most: int) -> Tensor:
    """The numbers of the wrongly answered examples, the surest first: at most `most`, int64."""
    answer, probability = confidence(outputs)
    wrong = (answer != targets).nonzero().flatten()
    return wrong[probability[wrong].argsort(descending=True, stable=True)][:most]


def confused_pairs(outputs: Tensor, targets: Tensor, classes: int, most: int) -> list[tuple[int, int, int]]:
    """(true class, answer, how often) of the mistakes made most often, the most frequent first; at most `most`."""
    table = confusion(outputs, targets, classes).fill_diagonal_(0).flatten()
    order = table.argsort(descending=True, stable=True)[:most].tolist()
    return [(*divmod(cell, classes), int(table[cell])) for cell in order if table[cell]]
