"""Every experiment by its name."""

from collections.abc import Callable
from dataclasses import replace

from limen.errors import LimenError, unknown
from limen.experiments import (
    backprop,
    boltzmann,
    cifar,
    curves,
    digits,
    iris,
    mnist,
    neuron,
    overfitting,
    photos,
    spam,
    training,
    unsupervised,
    vanishing,
)
from limen.experiments.experiment import Experiment
from limen.experiments.lessons import LESSONS

EXPERIMENTS: dict[str, Callable[[], Experiment]] = {
    "neuron": neuron.neuron,
    "delta-rule": neuron.delta_rule,
    "delta-rule-3": neuron.delta_rule_3,
    "linear-vs-neuron": neuron.linear_vs_neuron,
    "backprop": backprop.backprop,
    "approximation": neuron.approximation,
    "vanishing": vanishing.vanishing,
    "cosine": curves.cosine,
    "spiral": curves.spiral,
    "relu-vs-tanh": curves.relu_vs_tanh,
    "buy-car": curves.buy_car,
    "spam": spam.spam,
    "iris": iris.iris,
    "autoencoder": unsupervised.autoencoder,
    "stacked": unsupervised.stacked,
    "stacked-500": unsupervised.stacked_500,
    "rbm": boltzmann.rbm,
    "ae-vs-rbm": boltzmann.ae_vs_rbm,
    "initialisation": training.initialisation,
    "overfitting": overfitting.overfitting,
    "optimizers": training.optimizers,
    "batchnorm": training.batchnorm,
    "digits-cnn": digits.digits_cnn,
    "digits-mlp": digits.digits_mlp,
    "mnist-softmax": mnist.mnist_softmax,
    "mnist-mlp": mnist.mnist_mlp,
    "mnist-conv3": mnist.mnist_conv3,
    "mnist-cnn": mnist.mnist_cnn,
    "cifar-cnn": cifar.cifar_cnn,
    "cifar-fast": cifar.cifar_fast,
    "photos": photos.photos,
    "transfer": photos.transfer,
}


def find_experiment(name: str, recipe: str | None = None) -> Experiment:
    """The experiment called `name`, with the plan of one of its recipes where one is asked for."""
    if name in LESSONS:
        raise LimenError(f"{name!r} is a lesson, not an experiment. Take it with `limen learn {name}`.")
    if name not in EXPERIMENTS:
        raise unknown("experiment", name, [*EXPERIMENTS, *LESSONS], see="limen list experiments")
    experiment = EXPERIMENTS[name]()
    if recipe is None:
        return experiment
    if not experiment.recipes:
        raise LimenError(f"{name} has no recipes. Leave --recipe out, or change its plan with --set.")
    if recipe not in experiment.recipes:
        raise unknown(f"recipe of {name}", recipe, experiment.recipes)
    return replace(experiment, plan=experiment.recipes[recipe])
