"""Early stopping: when the validation loss no longer falls, more training only learns the training split by heart.

A filter over the training loop, not a part of it:

    for epoch in stop_early(fit(net, data, plan), patience=5):
        ...
"""

from collections.abc import Iterable, Iterator, Sequence

from limen.train.fit import Epoch, Progress


def best_epoch(history: Sequence[Epoch], by: str = "validation_loss") -> int:
    """The place in `history` of the lowest measure; the earliest of equals."""
    return min(range(len(history)), key=lambda i: history[i].measures[by])


def is_over(history: Sequence[Epoch], patience: int | None) -> bool:
    """Whether the last `patience` epochs brought nothing lower than the best before them."""
    return patience is not None and len(history) > 0 and len(history) - 1 - best_epoch(history) >= patience


def keeps_best(keep: str, patience: int | None) -> bool:
    """Whether a plan uses the weights of its best epoch in the end, rather than of the last."""
    return keep == "best" or patience is not None


def stop_early(
    events: Iterable[Epoch | Progress], patience: int | None, history: Sequence[Epoch] = ()
) -> Iterator[Epoch | Progress]:
    """Pass on what `fit` yields until `patience` epochs in a row were no better than the best (None: to the end).

    `history` holds the epochs before `events` begins, when a run is resumed.
    """
    seen = list(history)
    if is_over(seen, patience):
        return
    for event in events:
        if isinstance(event, Epoch):
            seen.append(event)
        yield event
        if isinstance(event, Epoch) and is_over(seen, patience):
            return
