"""A finished run shown: its figures and its report, in either language."""

from pathlib import Path
from typing import Any

import torch

from limen.errors import LimenError
from limen.experiments.doctor import advise
from limen.experiments.record import command, recall, whereabouts
from limen.experiments.setup import Setup, check_data, set_up
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.train.objectives import OBJECTIVES
from limen.views.doctor import doctor_rows, nothing_found
from limen.views.finding import Finding
from limen.views.report import write_report


def finding_of(run: Run, setup: Setup, result: dict[str, Any], language: str) -> Finding:
    """A finished run whose net is at hand, as the views see it."""
    experiment, metrics = setup.experiment, run.metrics()
    answers, found = run.predictions(), advise(run)
    place = whereabouts(experiment, run.record)
    return Finding(
        run=run,
        data=setup.data,
        net=setup.net,
        outputs=answers["outputs"],
        targets=answers["targets"],
        result=result,
        metrics=metrics,
        published=[{"measure": p.measure, "values": p.values, "of": p.of[language]} for p in experiment.published],
        title=experiment.title[language],
        story=experiment.story[language].strip(),
        next=[(f"limen run {experiment.name}{place} {t.options}", t.why[language]) for t in experiment.next],
        command=f"{command(experiment)}{place}",
        language=language,
        doctor=doctor_rows(found, language),
        doctor_says="" if found else nothing_found(len(metrics), len(run.statistics()), language),
    )


def present(run: Run, setup: Setup, result: dict[str, Any], language: str) -> Path:
    """Draw the figures and write the report of a run whose net is at hand; the report's path."""
    return write_report(finding_of(run, setup, result, language), list(setup.experiment.figures))


def check_answers(run: Run, setup: Setup) -> None:
    """Refuse a journal of other epochs, and answers that are not to the test split at hand."""
    objective = OBJECTIVES[setup.experiment.objective]
    done, told = len(run.metrics()), (run.result or {}).get("epochs")
    if done != told:
        raise LimenError(f"{run.path.name} ended after {told} epochs and its journal holds {done}. {run.mend()}")
    answers, targets = run.predictions(), objective.targets_of(setup.data.test, setup.data.scale).cpu()
    outputs = answers["outputs"]
    fits = outputs.shape == (len(targets), objective.outputs_for(setup.data)) and outputs.is_floating_point()
    if not fits or not torch.equal(answers["targets"], targets):
        raise LimenError(f"The answers of {run.path.name} are not to its test split. Run the experiment again.")


def as_it_was(run: Run, folder: Path | None = None) -> Setup:
    """A finished run's data and net, as they lie in its folder and where its data lay; all checked.

    Raises:
        LimenError: it is not finished, or its data or answers are others now.
    """
    if run.result is None:
        raise LimenError(f"{run.path.name} is not finished. Go on with `limen run --resume {run.path}`.")
    experiment, named = recall(run.record["experiment"]), run.record["data"]["folder"]
    setup = set_up(experiment, folder=folder or (Path(named) if named else None))
    check_data(run, setup.data)
    checkpoints.load_weights(setup.net, run.weights())
    check_answers(run, setup)
    return setup


def present_again(run: Run, language: str, folder: Path | None = None) -> Path:
    """Write the report of a finished run anew, from what lies in its folder and the data it was trained on."""
    with run.locked():  # clears away what a drawing that was killed left
        setup = as_it_was(run, folder)
        assert run.result is not None
        return present(run, setup, run.result, language)
