"""What is measured, by name: ``test_accuracy`` is the accuracy on the test split."""


def lower_is_better(measure: str) -> bool:
    """Losses, errors and energies, such as ``test_loss``, should be small; every other measure large."""
    return measure.endswith(("loss", "error", "energy"))
