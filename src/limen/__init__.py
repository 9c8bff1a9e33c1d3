"""Limen: the experiments of deep learning, run, watched, bent and taken apart.

    import limen
    data = limen.load("digits")
    net = limen.build("mlp", data.shape, len(data.classes))
    for epoch in limen.fit(net, data, limen.Plan(epochs=5)):
        print(epoch)

Names are imported when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limen.data.batches import Batches as Batches
    from limen.data.dataset import Dataset as Dataset
    from limen.data.dataset import Scale as Scale
    from limen.data.dataset import Split as Split
    from limen.data.load import load as load
    from limen.data.sources import SOURCES as SOURCES
    from limen.data.spec import Augment as Augment
    from limen.data.spec import Data as Data
    from limen.errors import LimenError as LimenError
    from limen.experiments.execute import execute as execute
    from limen.experiments.experiment import Experiment as Experiment
    from limen.experiments.experiment import Net as Net
    from limen.experiments.experiment import Published as Published
    from limen.experiments.registry import EXPERIMENTS as EXPERIMENTS
    from limen.explain.neighbours import features as features
    from limen.machine import Machine as Machine
    from limen.nets.build import NETS as NETS
    from limen.nets.build import build as build
    from limen.nets.summary import misfit as misfit
    from limen.nets.summary import summarize as summarize
    from limen.runs.folder import Run as Run
    from limen.train.evaluate import evaluate as evaluate
    from limen.train.evaluate import predict as predict
    from limen.train.fit import Epoch as Epoch
    from limen.train.fit import Progress as Progress
    from limen.train.fit import fit as fit
    from limen.train.objectives import OBJECTIVES as OBJECTIVES
    from limen.train.objectives import Objective as Objective
    from limen.train.plan import Optimizer as Optimizer
    from limen.train.plan import Plan as Plan
    from limen.train.plan import Schedule as Schedule
    from limen.train.stopping import stop_early as stop_early

_HOME = {
    "data.batches": ("Batches",),
    "data.dataset": ("Dataset", "Scale", "Split"),
    "data.load": ("load",),
    "data.sources": ("SOURCES",),
    "data.spec": ("Augment", "Data"),
    "errors": ("LimenError",),
    "experiments.execute": ("execute",),
    "experiments.experiment": ("Experiment", "Net", "Published"),
    "experiments.registry": ("EXPERIMENTS",),
    "explain.neighbours": ("features",),
    "machine": ("Machine",),
    "nets.build": ("NETS", "build"),
    "nets.summary": ("misfit", "summarize"),
    "runs.folder": ("Run",),
    "train.evaluate": ("evaluate", "predict"),
    "train.fit": ("Epoch", "Progress", "fit"),
    "train.objectives": ("OBJECTIVES", "Objective"),
    "train.plan": ("Optimizer", "Plan", "Schedule"),
    "train.stopping": ("stop_early",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("limen")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'limen' has no attribute {name!r}")
    value = getattr(import_module(f"limen.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
