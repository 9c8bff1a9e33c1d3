"""What is measured of a trained net beside the loss: the figures that an experiment is about.

Each finding is a function of the finished training that returns measures by name. They stand in the run's result beside
accuracy and loss, and are held against what was published in the same way.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from limen.experiments.setup import Setup
from limen.train.evaluate import evaluate
from limen.train.objectives import OBJECTIVES

Metrics = Sequence[Mapping[str, Any]]
Finding = Callable[[Setup, Metrics], dict[str, float]]


def training(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The objective's measures on the training split itself, of the weights that are kept."""
    data, machine = setup.data, setup.machine
    objective = OBJECTIVES[setup.experiment.objective]
    values = evaluate(setup.net, data.train, data.scale, objective, machine.precision)
    return {f"train_{name}": value for name, value in values.items() if name != "loss"}


def first_perfect_epoch(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The epoch after which the validation accuracy stayed at 1 to the end; 0 where it did not."""
    perfect = [line["validation_accuracy"] == 1.0 for line in metrics]
    if not perfect[-1]:
        return {"epochs_to_convergence": 0.0}
    last_wrong = max((i for i, right in enumerate(perfect, 1) if not right), default=0)
    return {"epochs_to_convergence": float(last_wrong + 1)}


FINDINGS: dict[str, Finding] = {
    "training": training,
    "convergence": first_perfect_epoch,
}


# the measures that each finding gives; of `training`, those of the objective
FINDS: dict[str, tuple[str, ...]] = {
    "training": ("train_accuracy", "train_absolute_error", "train_root_squared_error", "train_elementwise_accuracy"),
    "convergence": ("epochs_to_convergence",),
}


def find(names: Sequence[str], setup: Setup, metrics: Metrics) -> dict[str, float]:
    """All findings of those names together."""
    return {key: value for name in names for key, value in FINDINGS[name](setup, metrics).items()}
