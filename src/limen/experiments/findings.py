"""What is measured of a trained net beside the loss: the figures that an experiment is about.

Each finding is a function of the finished training that returns measures by name. They stand in the run's result beside
accuracy and loss, and are held against what was published in the same way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import nn

from limen.data.batches import Batches
from limen.data.dataset import as_input
from limen.errors import LimenError
from limen.experiments import training_findings, unlabelled
from limen.experiments.setup import Setup, set_up
from limen.explain.detection import detection, roc
from limen.explain.logistic import fit_logistic
from limen.explain.microscope import examine
from limen.explain.regions import regions_on_line
from limen.explain.separable import separable
from limen.train.evaluate import evaluate, predict
from limen.train.fit import fit
from limen.train.objectives import OBJECTIVES

Metrics = Sequence[Mapping[str, Any]]
Finding = Callable[[Setup, Metrics], dict[str, float]]


def training(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The objective's measures on the training split itself, of the weights that are kept."""
    data, machine = setup.data, setup.machine
    objective = OBJECTIVES[setup.experiment.objective]
    looks = setup.experiment.plan.looks
    values = evaluate(setup.net, data.train, data.scale, objective, machine.precision, looks=looks)
    return {f"train_{name}": value for name, value in values.items() if name != "loss"}


def convergence(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The epoch after which the validation accuracy stayed at 1 to the end; nothing where it did not."""
    perfect = [line["validation_accuracy"] == 1.0 for line in metrics]
    if not perfect[-1]:
        return {}
    last_wrong = max((i for i, right in enumerate(perfect, 1) if not right), default=0)
    return {"epochs_to_convergence": float(last_wrong + 1)}


def rosenblatt(setup: Setup) -> tuple[np.ndarray[Any, np.dtype[np.float64]], int]:
    """Rosenblatt's rule by itself, on the rows in the order of the run: (weights and, last, the bias; mistakes)."""
    data, plan = setup.data, setup.experiment.plan
    batches = Batches(data.train, 1, seed=plan.seed, passes=plan.passes)
    x = as_input(data.train.x, data.scale).cpu().double().numpy()
    rows, y = np.column_stack([x, np.ones(len(x))]), data.train.y.cpu().numpy()
    weights, mistakes = np.zeros(rows.shape[1]), 0
    for epoch in range(plan.epochs):
        for turn in range(plan.passes):
            for i in batches.order(epoch, turn).tolist():
                fires = float(rows[i] @ weights) > 0
                wrong = bool(fires) != bool(y[i]) or float(rows[i] @ weights) == 0
                if wrong:
                    weights += (1 if y[i] else -1) * plan.optimizer.lr * rows[i]
                    mistakes += 1
    return weights, mistakes


def parting(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """Whether a line can part the classes and, of a perceptron that learns row by row, its mistakes and the bound."""
    data = setup.data
    x = as_input(data.train.x, data.scale).cpu().double().numpy()
    found = separable(x, data.train.y.cpu().numpy())
    if found.line is None:
        return {"separable": 0.0}
    measures = {"separable": 1.0}
    if setup.experiment.net.name == "perceptron" and setup.experiment.plan.batch_size == 1:
        _, mistakes = rosenblatt(setup)
        measures |= {"mistakes": float(mistakes), "mistakes_bound": float(found.line.most_mistakes)}
    return measures


# what the delta rule's notes print: outputs before the last update, and the weights after it
DELTA = {
    1: (
        "0.10135551 0.19205511 0.83097217 0.83590048 0.95690312 0.18660617",
        "3.08876206 0.03274647 -1.48276799 -0.71465412",
    ),
    3: (
        "0.78374347 0.18501525 0.1600475 0.31898403 0.16515364 0.61361595 0.32700041 0.78848628 0.03514147 "
        "0.29183319 0.48909864 0.11623587 0.4273267 0.55411759 0.23021898 0.35577931 0.43513412 0.30544672",
        "-0.12411843 1.58977588 -2.51807154 -0.15944514 -1.37544398 1.30346546 -0.602361 -0.25827461 -0.82541316 "
        "1.89967374 -1.23574585 -0.84713896",
    ),
}


def digits_of_the_notes(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The largest differences from the printed outputs (taken before the last update) and weights."""
    experiment = setup.experiment
    printed = [
        torch.tensor([float(n) for n in text.split()], dtype=torch.float64) for text in DELTA[setup.data.outputs]
    ]
    dense = next(layer for layer in setup.net.modules() if isinstance(layer, nn.Linear))
    before = set_up(replace(experiment, plan=replace(experiment.plan, epochs=experiment.plan.epochs - 1)), "cpu")
    for _ in fit(before.net, before.data, before.experiment.plan, OBJECTIVES[experiment.objective]):
        pass
    outputs = predict(before.net, before.data.train, before.data.scale).flatten()
    return {
        "outputs_error": float((outputs - printed[0]).abs().max()),
        "weights_error": float((dense.weight.detach().cpu().T.flatten() - printed[1]).abs().max()),
    }


def least_squares(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The closed form's error on the test split, which no straight line through the training rows can beat by much."""
    data = setup.data
    x, y = (as_input(data.train.x, data.scale).cpu().double().numpy(), data.train.y.cpu().double().numpy())
    solution = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), y, rcond=None)[0]
    x, y = (as_input(data.test.x, data.scale).cpu().double().numpy(), data.test.y.cpu().double().numpy())
    return {"least_squares_error": float(np.sqrt(np.mean((x @ solution[:-1] + solution[-1] - y) ** 2)))}


def pieces(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """Into how many straight pieces a ReLU net cuts [-1, 1]."""
    try:
        return {"linear_pieces": float(len(regions_on_line(setup.net, [-1.0], [1.0]).t) - 1)}
    except LimenError:  # other activations have no straight pieces
        return {}


MOST = 700.0  # the largest exponent whose power float64 holds


def logistic_errors(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """How far the trained coefficients, in the units of the columns, lie from Newton's; and the odds ratios."""
    data = setup.data
    fitted = fit_logistic(data.train.x.cpu().double().numpy(), data.train.y.cpu().numpy(), data.columns)
    dense = next(layer for layer in setup.net.modules() if isinstance(layer, nn.Linear))
    slopes = dense.weight.detach().cpu().double().flatten().numpy() / np.array(data.scale.divisor)
    assert dense.bias is not None
    intercept = float(dense.bias.detach().cpu().double()) - float(slopes @ np.array(data.scale.offset))
    trained = np.array([intercept, *slopes])
    ratios = {
        f"odds_ratio_{name}": float(np.exp(min(slope, MOST))) for name, slope in zip(data.columns, slopes, strict=True)
    }
    return {"coefficients_error": float(np.abs(trained / fitted.coefficients - 1).max()), **ratios}


def found_among(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """Precision, recall and F1 of the second of two classes, and the area under its ROC curve, on the test split."""
    data = setup.data
    outputs, name = predict(setup.net, data.test, data.scale, setup.machine.precision), data.classes[1]
    if data.test.y.min() == data.test.y.max():
        return {}
    found = detection(outputs, data.test.y)
    return {
        f"{name}_precision": found.precision,
        f"{name}_recall": found.recall,
        f"{name}_f1": found.f1,
        f"{name}_auc": roc(outputs, data.test.y).area,
    }


LOSSES = {"half-squares": "half-squared-error", "squares": "squared-error", "regression": "mean-squared-error"}


def by_hand(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The largest difference between backpropagation by hand and autograd, over every number of a pass."""
    data = setup.data
    x, y = as_input(data.train.x, data.scale), data.train.y
    if y.ndim == 1 and not data.classes:
        y = y.unsqueeze(1)
    loss = LOSSES.get(setup.experiment.objective, "cross-entropy")
    return {"autograd_error": examine(setup.net, x, y, loss).difference}


FINDINGS: dict[str, Finding] = {
    "training": training,
    "convergence": convergence,
    "parting": parting,
    "delta": digits_of_the_notes,
    "least-squares": least_squares,
    "pieces": pieces,
    "logistic": logistic_errors,
    "detection": found_among,
    "microscope": by_hand,
    "gradient-ratio": training_findings.ratio_of_gradients,
    "first-signals": training_findings.sizes_of_signals,
    "gap": training_findings.gap,
    "weights": training_findings.weights,
    "round-trip": unlabelled.round_trip,
    "mending": unlabelled.mending,
    "components": unlabelled.against_components,
    "activity": unlabelled.activity,
    "likelihood": unlabelled.likelihood,
}

# the measures that each finding may give
FINDS: dict[str, tuple[str, ...]] = {
    "training": tuple(f"train_{m}" for objective in OBJECTIVES.values() for m in objective.measures),
    "convergence": ("epochs_to_convergence",),
    "parting": ("separable", "mistakes", "mistakes_bound"),
    "delta": ("outputs_error", "weights_error"),
    "least-squares": ("least_squares_error",),
    "pieces": ("linear_pieces",),
    "detection": ("spam_precision", "spam_recall", "spam_f1", "spam_auc"),
    "microscope": ("autograd_error",),
    "gradient-ratio": ("gradient_ratio",),
    "first-signals": ("last_deviation", "first_gradient"),
    "gap": ("loss_gap", *(f"{m}_gap" for objective in OBJECTIVES.values() for m in objective.measures)),
    "weights": ("zero_weights", "largest_norm"),
    "logistic": ("coefficients_error", "odds_ratio_age", "odds_ratio_income"),
    "round-trip": ("round_trip_error",),
    "mending": ("mending_error",),
    "components": ("pca_error", "relative_error"),
    "activity": ("code_activity",),
    "likelihood": ("pseudo_likelihood_gain", "log_likelihood", "likelihood_bound", "log_z_error"),
}


def find(names: Sequence[str], setup: Setup, metrics: Metrics) -> dict[str, float]:
    """All findings of those names together."""
    return {key: value for name in names for key, value in FINDINGS[name](setup, metrics).items()}
