"""A finished run shown: its figures and its report, in either language."""

from pathlib import Path
from typing import Any

import torch

from limen.errors import LimenError
from limen.experiments.experiment import Experiment
from limen.experiments.record import recall, settings
from limen.experiments.setup import Setup, check_data, set_up
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.views.finding import Finding
from limen.views.report import write_report


def command(experiment: Experiment) -> str:
    """The command line that runs an experiment as it is."""
    words = [f"--set {setting}" for setting in settings(experiment) if not setting.startswith("plan.seed=")]
    seed = [f"--seed {experiment.plan.seed}"] if experiment.plan.seed else []
    return " ".join(["limen run", experiment.name, *words, *seed])


def present(run: Run, setup: Setup, result: dict[str, Any], language: str) -> Path:
    """Draw the figures and write the report of a run whose net is at hand; the report's path."""
    experiment = setup.experiment
    answers = run.predictions()
    finding = Finding(
        run=run,
        data=setup.data,
        net=setup.net,
        outputs=answers["outputs"],
        targets=answers["targets"],
        result=result,
        metrics=run.metrics(),
        published=[{"measure": p.measure, "values": p.values, "of": p.of[language]} for p in experiment.published],
        title=experiment.title[language],
        story=experiment.story[language].strip(),
        next=[(f"limen run {experiment.name} {t.options}", t.why[language]) for t in experiment.next],
        command=command(experiment),
        language=language,
    )
    return write_report(finding, list(experiment.figures))


def check_answers(run: Run, setup: Setup) -> None:
    """Refuse a journal of other epochs, and answers that are not to the test split at hand."""
    done, told = len(run.metrics()), (run.result or {}).get("epochs")
    if done != told:
        raise LimenError(f"{run.path.name} ended after {told} epochs and its journal holds {done}. {run.mend()}")
    answers, targets = run.predictions(), setup.data.test.y.cpu()
    outputs = answers["outputs"]
    fits = outputs.shape == (len(targets), len(setup.data.classes) or 1) and outputs.is_floating_point()
    if not fits or not torch.equal(answers["targets"], targets):
        raise LimenError(f"The answers of {run.path.name} are not to its test split. Run the experiment again.")


def present_again(run: Run, language: str, folder: Path | None = None) -> Path:
    """Write the report of a finished run anew, from what lies in its folder and the data it was trained on."""
    if run.result is None:
        raise LimenError(f"{run.path.name} is not finished. Go on with `limen run --resume {run.path}`.")
    experiment = recall(run.record["experiment"])
    named = run.record["data"]["folder"]
    setup = set_up(experiment, folder=folder or (Path(named) if named else None))
    check_data(run, setup.data)
    with run.locked():  # clears away what a drawing that was killed left
        checkpoints.load_weights(setup.net, run.weights())
        check_answers(run, setup)
        return present(run, setup, run.result, language)
