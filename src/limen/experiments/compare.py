"""Compared runs shown on a page, with the test examples that they answer differently."""

from pathlib import Path

from limen.data.dataset import Dataset
from limen.data.load import load
from limen.errors import LimenError
from limen.experiments.record import recall
from limen.runs.compare import Comparison
from limen.runs.folder import Run
from limen.views.comparison_examples import chosen
from limen.views.comparison_page import write_comparison


def data_of(run: Run, folder: Path | None = None) -> Dataset:
    """The data that a run was trained on, found as they were then or in `folder`, and checked by their digest."""
    experiment, named = recall(run.record["experiment"]), run.record["data"].get("folder")
    data = load(experiment.data, seed=experiment.plan.seed, folder=folder or (Path(named) if named else None))
    digest, then = data.digest(), run.record["data"]["digest"]
    if digest != then:
        raise LimenError(
            f"The data here are not those of {run.path.name} (digest {digest[:12]}, then {then[:12]}). "
            "Name the folder of the old ones with --data."
        )
    return data


def present_comparison(comparison: Comparison, path: Path, language: str, folder: Path | None = None) -> None:
    """Write the page of a comparison. Where the data cannot be found, the page says so and shows no examples."""
    data, why = None, ""
    if chosen(comparison):
        try:
            data = data_of(comparison.groups[0].runs[0], folder)
        except LimenError as error:
            why = str(error)
    write_comparison(comparison, path, language, data, why)
