"""The doctor at a run's bedside: from its folder to what is wrong with it, and the commands that try the cures."""

from typing import Any

from limen.errors import LimenError
from limen.experiments.config import with_options
from limen.experiments.lessons import LESSONS
from limen.experiments.record import command, recall, whereabouts
from limen.experiments.registry import EXPERIMENTS
from limen.explain.diagnosis import Diagnosis
from limen.explain.doctor import examine
from limen.nets import build as nets
from limen.runs.folder import Run
from limen.train import optimizers
from limen.views.doctor import Advice

TAUGHT = {*EXPERIMENTS, *LESSONS}  # what `limen run` can show


def diagnose(run: Run) -> list[Diagnosis]:
    """What is wrong with a run, finished or not, causes first; nothing for a healthy one.

    Raises:
        LimenError: a journal of a finished run is damaged.
    """
    return examine(run.record, run.metrics(), run.steps(), run.statistics())


def to_try(run: Run, diagnosis: Diagnosis) -> list[str]:
    """What a diagnosis proposes: the run's own command with a setting changed, where its net and plan have that one."""
    experiment, commands = recall(run.record["experiment"]), []
    for setting in diagnosis.try_:
        try:
            changed = with_options(experiment, [setting])
            nets.check_options(changed.net.name, changed.net.options)
            optimizers.check_options(changed.plan.optimizer.name, changed.plan.optimizer.options)
        except LimenError:  # a net without that option
            continue
        if changed != experiment:
            commands.append(f"{command(changed)}{whereabouts(experiment, run.record)}")
    return commands


def advise(run: Run) -> list[Advice]:
    """Each diagnosis with its commands, and the experiment that explains it where there is one."""
    return [
        Advice(d, tuple(to_try(run, d)), f"limen run {d.experiment}" if d.experiment in TAUGHT else None)
        for d in diagnose(run)
    ]


def as_plain(advice: Advice) -> dict[str, Any]:
    """A diagnosis as plain values, in both languages."""
    diagnosis = advice.diagnosis
    told = {"what": diagnosis.what, "evidence": diagnosis.evidence, "remedy": diagnosis.remedy}
    return {
        "name": diagnosis.name,
        "severity": diagnosis.severity,
        **{name: {"en": text.en, "zh": text.zh} for name, text in told.items()},
        "try": list(advice.commands),
        "chapter": diagnosis.chapter,
        "experiment": diagnosis.experiment,
    }
