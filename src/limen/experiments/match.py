"""What does not fit together, told before anything is written: objective and data, net and data, plan and processes."""

import torch
from torch import nn

from limen.data.dataset import Dataset
from limen.data.spec import Augment
from limen.errors import LimenError
from limen.experiments.experiment import Experiment
from limen.nets.autoencoder import Autoencoder
from limen.nets.build import TOKENS, UNSUPERVISED
from limen.nets.rbm import RBM
from limen.nets.stack import Stack
from limen.nets.texts import vocabulary_of
from limen.train.objectives import OBJECTIVES, TARGETS
from limen.train.plan import Plan
from limen.train.processes import Processes


def check_together(plan: Plan, processes: Processes, objective: str) -> None:
    """Refuse what several processes cannot do together."""
    if processes.count > 1 and not OBJECTIVES[objective].spread:
        raise LimenError(
            f"The objective {objective!r} is a sum over the batch, which processes do not share. Leave --processes out."
        )
    if processes.count > 1 and plan.optimizer.name == "lbfgs":
        raise LimenError("lbfgs looks at several points in one step, which processes cannot agree on. Use adam or sgd.")
    if processes.count > plan.batch_size:
        raise LimenError(
            f"{processes.count} processes cannot share batches of {plan.batch_size}. "
            f"Allowed: 1 to {plan.batch_size} processes. Try --set plan.batch_size={32 * processes.count}."
        )
    if processes.shard and plan.max_norm is not None:
        raise LimenError(
            "plan.max_norm needs whole weight vectors, and --shard keeps parts of them. Leave --shard out."
        )
    if processes.shard and plan.optimizer.name == "muon":
        raise LimenError("muon needs whole matrices, and --shard keeps parts of them. Use adam, or leave --shard out.")


def check_match(experiment: Experiment, data: Dataset) -> None:
    """Refuse an objective or an augmentation that is meant for other data."""
    kind = OBJECTIVES[experiment.objective].targets
    if kind in TARGETS[:2] and kind != ("classes" if data.classes else "numbers"):
        fitting = "classification" if data.classes else "regression"
        raise LimenError(
            f"The objective {experiment.objective!r} does not fit {data.name}, whose targets are "
            f"{'classes' if data.classes else 'numbers'}. Use --set objective={fitting}."
        )
    plan = experiment.plan
    if (plan.augment != Augment() or plan.looks > 1) and len(data.shape) != 3:
        told = f"augment ({plan.augment})" if plan.augment != Augment() else f"looks ({plan.looks})"
        raise LimenError(f"plan.{told} is for pictures, and {data.name} holds tables. Leave it out.")
    if (plan.smoothing or plan.augment.mixes) and experiment.objective != "classification":
        told = "smoothing" if plan.smoothing else f"augment ({plan.augment})"
        raise LimenError(
            f"plan.{told} changes labels, which only the objective 'classification' takes, not "
            f"{experiment.objective!r}. Leave it out."
        )
    if plan.lookahead and plan.optimizer.name == "lbfgs":
        raise LimenError("plan.lookahead does not go with lbfgs, whose steps are not alike. Leave it out.")


def without_labels(net: nn.Module) -> str | None:
    """The objective of a net that learns without labels; None: of any other net."""
    if isinstance(net, Stack):
        return "coding" if isinstance(net.layers[0], Autoencoder) else "contrast"
    return {RBM: "contrast", Autoencoder: "reconstruction"}.get(type(net))


def check_net(experiment: Experiment, net: nn.Module, processes: Processes) -> None:
    """Refuse an objective that the net's outputs do not serve, and nets that several processes cannot train."""
    objective, name = experiment.objective, experiment.net.name
    fitting = without_labels(net)
    if fitting is None and objective in ("coding", "contrast"):
        raise LimenError(
            f"The objective {objective!r} is for {', '.join(sorted(UNSUPERVISED - {'autoencoder'}))}, not {name}."
        )
    if fitting not in (None, objective):
        raise LimenError(
            f"The net {name!r}, as it is built, learns without labels, and not with the objective {objective!r}. "
            f"Use --set objective={fitting}."
        )
    if processes.count > 1 and isinstance(net, RBM | Stack):
        raise LimenError(
            f"The net {name!r} is trained by one process: its fantasies are not shared. Leave --processes out."
        )


def check_words(net: nn.Module, data: Dataset) -> None:
    """Refuse ids of tokens for a net that takes amounts, the reverse, and ids that a net has no row for."""
    known, ids = vocabulary_of(net), data.train.x.dtype == torch.int64
    if (known is not None) != ids:
        raise LimenError(
            f"The net takes {'ids of tokens' if known else 'amounts'}, and {data.name} gives "
            f"{'ids of tokens' if ids else 'amounts'}. Ids belong to these nets: {', '.join(sorted(TOKENS))}. "
            "Choose with --set data.features=tokens or tfidf."
        )
    needed = max(int(split.x.max()) for split in (data.train, data.validation, data.test)) + 1 if ids else 0
    if known is not None and needed > known:
        raise LimenError(
            f"The net knows {known:,} ids and {data.name} has {needed:,}. "
            f"Use --set net.words={needed}, or fewer with --set data.words={known}."
        )
