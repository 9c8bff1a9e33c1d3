"""What is measured, by name: ``test_accuracy`` is the accuracy on the test split."""

from collections.abc import Iterable

COUNTS = ("convergence", "separable", "mistakes", "mistakes_bound", "pieces", "checks")


def shown_first(measures: Iterable[str]) -> list[str]:
    """The measures of a finished run that people read: what was found, then the test split's, its loss last."""
    told = [name for name in measures if not name.startswith("validation_") and name != "train_loss"]
    return sorted(told, key=lambda name: (name.startswith("test_"), name == "test_loss"))


def is_count(measure: str) -> bool:
    """Whether a measure counts things, and so has no digits after the point."""
    return measure.endswith(COUNTS)


def lower_is_better(measure: str) -> bool:
    """Losses, errors and energies, such as ``test_loss``, should be small; every other measure large."""
    return measure.endswith(("loss", "error", "energy"))
