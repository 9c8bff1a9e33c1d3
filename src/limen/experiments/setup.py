"""Making an experiment ready: everything loaded and checked, nothing written yet."""

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from limen.data.dataset import Dataset, as_input
from limen.data.facts import facts
from limen.data.features import features_to_plain
from limen.data.fetch import Report
from limen.data.load import load
from limen.errors import LimenError, unknown
from limen.experiments.experiment import Experiment
from limen.experiments.match import check_match, check_net, check_together, check_words
from limen.experiments.record import to_record
from limen.machine import Machine, choose_precision, derive_seed
from limen.nets import build as nets
from limen.nets.fast import Whitening
from limen.nets.frozen import freeze
from limen.nets.rbm import RBM
from limen.nets.stack import Stack
from limen.nets.summary import count_parameters, summarize
from limen.runs.folder import Run
from limen.train import optimizers
from limen.train.objectives import OBJECTIVES
from limen.train.processes import ALONE, Processes

START = 10_000  # examples from whose mean a Boltzmann machine begins, and from whose patches whitening is found


@dataclass
class Setup:
    """An experiment with its data and net on the machine's device. `folder` is where its data were looked for first.

    `begin` holds the weights of another run that training began with, once it has begun.
    """

    experiment: Experiment
    machine: Machine
    data: Dataset
    net: nn.Module
    folder: Path | None
    processes: Processes = ALONE
    begin: Mapping[str, Tensor] = field(default_factory=dict)


def convolves(net: nn.Module) -> bool:
    """Whether a net has convolutions, which gain most from bf16."""
    return any(isinstance(layer, nn.Conv2d) for layer in net.modules())


def set_up(
    experiment: Experiment,
    device: str = "auto",
    threads: int | None = None,
    folder: Path | None = None,
    report: Report | None = None,
    processes: Processes = ALONE,
) -> Setup:
    """Load the data, build the net, prepare the machine, and check that all fit together.

    Of several processes each takes its own card and its part of the threads.

    Raises:
        LimenError: anything about the experiment or the machine that cannot be; before anything is written.
    """
    plan = experiment.plan
    nets.check_options(experiment.net.name, experiment.net.options)
    optimizers.check_options(plan.optimizer.name, plan.optimizer.options)
    if experiment.objective not in OBJECTIVES:
        raise unknown("objective", experiment.objective, OBJECTIVES)
    check_together(plan, processes, experiment.objective)
    if processes.count > 1:
        device = own_card(device, processes)
        threads = threads or max(1, (os.cpu_count() or 1) // processes.local)
    machine = Machine.prepare(device, plan.precision, threads)
    machine = replace(machine, processes=processes.count, sharded=processes.shard)
    data = load(experiment.data, seed=plan.seed, folder=folder, report=report)
    if plan.batch_size > len(data.train):
        raise LimenError(
            f"plan.batch_size {plan.batch_size:,} is larger than the {len(data.train):,} training examples. "
            f"Allowed: 1 to {len(data.train):,}. Try --set plan.batch_size={min(64, len(data.train))}."
        )
    check_match(experiment, data)
    torch.manual_seed(derive_seed(plan.seed, "weights"))
    net = nets.build(experiment.net.name, data.shape, outputs_of(experiment, data), experiment.net.options)
    check_net(experiment, net, processes)
    check_words(net, data)
    if isinstance(net, Stack):
        net.at_epoch(0, plan.epochs)  # too few for its layers is told now
    lowest = net.layers[0] if isinstance(net, Stack) else net
    if isinstance(lowest, RBM):
        lowest.start_at(as_input(data.train.x[:START], data.scale).flatten(1).mean(0))
    if isinstance(lowest, nn.Sequential) and isinstance(lowest[0], Whitening):
        lowest[0].start_at(as_input(data.train.x[:START], data.scale))
    freeze(net, plan.thaw)
    optimizers.build(plan.optimizer, net)  # torch checks the values; what it refuses is refused here
    machine = replace(machine, precision=choose_precision(plan.precision, machine.device, convolves(net)))
    if machine.precision == "fp64":
        data, net = data.double(), net.double()
    else:
        net = net.float()
    return Setup(experiment, machine, data.to(machine.device), net.to(machine.device), folder, processes)


def outputs_of(experiment: Experiment, data: Dataset) -> int:
    """How many numbers the experiment's net gives an example."""
    return OBJECTIVES[experiment.objective].outputs_for(data)


def own_card(device: str, processes: Processes) -> str:
    """The device of one process of several: each its own card where there are cards.

    Raises:
        LimenError: a device that processes cannot share.
    """
    if device.startswith("mps") or ":" in device:
        raise LimenError(f"Several processes cannot share {device!r}. Allowed: auto, cpu, cuda. Leave --device out.")
    cards = torch.cuda.device_count()
    if device == "cpu" or (device == "auto" and cards == 0):
        return "cpu"
    if processes.local > cards:
        raise LimenError(
            f"{processes.local} processes need as many cards, and this machine has {cards}. "
            f"Use --processes {max(1, cards)}, or --device cpu."
        )
    return f"cuda:{processes.local_rank}"


def listed(classes: Sequence[str]) -> str:
    """How many classes there are and what they are called, as far as a line holds."""
    return f"{len(classes)} ({', '.join(classes)[:200]})" if classes else "none"


def check_data(run: Run, data: Dataset) -> None:
    """Refuse data that are not those a run was begun with."""
    classes = run.record["data"]["classes"]
    if list(data.classes) != classes:
        raise LimenError(
            f"The classes changed since {run.path.name} began: then {listed(classes)}; now {listed(data.classes)}. "
            "Bring the old data back, or start a new run."
        )
    digest, then = data.digest(), run.record["data"]["digest"]
    if digest != then:
        raise LimenError(
            f"The data changed since {run.path.name} began (digest {digest[:12]}, then {then[:12]}). "
            "Bring the old data back, start a new run, or go on all the same with --allow-changes, which marks the run."
        )


def bytes_needed(net: nn.Module) -> int:
    """Room for three checkpoints (two kept, one being written), each some four times the weights, and the pictures."""
    weights = sum(t.numel() * t.element_size() for t in net.state_dict().values())
    return int(3 * 4 * weights) + (20 << 20)


def border(data: Dataset) -> float | None:
    """The mean brightness (0 to 1) around the training pictures: tells light on dark from dark on light."""
    x = data.train.x[:1000]
    if x.ndim != 4:
        return None
    edge = torch.cat([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], dim=1)
    return round(edge.float().mean().item() / data.scale.top, 4)


def learnt_of(data: Dataset) -> dict[str, Any]:
    """What was learnt of the training split to read new rows or texts, as plain values."""
    learnt: dict[str, Any] = {"reading": asdict(data.reading)} if data.reading else {}
    if data.encoder:
        learnt["encoder"] = data.encoder.to_plain()
        if not data.classes:
            learnt["target"] = [data.encoder.target.offset, data.encoder.target.divisor]
    if data.features:
        learnt["features"] = features_to_plain(data.features)
    return learnt


def describe_data(setup: Setup, with_facts: bool = True) -> dict[str, Any]:
    """The data in run.json: what they are, and all that a prediction needs to treat new examples alike.

    The facts are what the doctor asks about data; finding them takes about twice as long as the digest.
    """
    data = setup.data
    return {
        "name": data.name,
        "digest": data.digest(),
        "examples": [len(data.train), len(data.validation), len(data.test)],
        "folder": str(setup.folder.expanduser().resolve()) if setup.folder else None,
        "shape": list(data.shape),
        "classes": list(data.classes),
        "outputs": outputs_of(setup.experiment, data),
        "offset": list(data.scale.offset),
        "divisor": list(data.scale.divisor),
        "columns": list(data.columns),
        **learnt_of(data),
        **({"notes": [{"en": note.en, "zh": note.zh} for note in data.notes]} if data.notes else {}),
        "border": border(data),
        **({"facts": facts(data)} if with_facts else {}),
    }


def describe(setup: Setup, statistics: bool = True) -> dict[str, Any]:
    """What goes into run.json: enough to repeat the run, and to see whether it was repeated on the same ground."""
    data, net = setup.data, setup.net
    return {
        "experiment": to_record(setup.experiment),
        "machine": setup.machine.fingerprint(),
        "data": describe_data(setup, statistics),
        "net": {
            "parameters": count_parameters(net),
            "multiply_adds": sum(row.multiply_adds for row in summarize(net, data.shape)),
        },
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        **({} if statistics else {"statistics": False}),
    }
