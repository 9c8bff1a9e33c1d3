"""What several runs of one experiment say together."""

from collections.abc import Sequence
from typing import Any

from limen.experiments.experiment import Experiment
from limen.runs.repeats import Repeats, repeats

Result = tuple[str, dict[str, Any]]  # a run's path and its result.json


def over_seeds(results: Sequence[Result]) -> dict[str, Repeats]:
    """Every final measure over the runs' seeds."""
    return {name: repeats([result["metrics"][name] for _, result in results]) for name in results[0][1]["metrics"]}


def json_object(results: Sequence[Result], experiment: Experiment) -> dict[str, Any]:
    """The one object that `limen run --json` prints: the run or, for several seeds, all runs and their summary."""
    runs = [{"run": path, **result} for path, result in results]
    if len(runs) == 1:
        return runs[0]
    summed = over_seeds(results)
    return {
        "experiment": experiment.name,
        "seeds": [run["seed"] for run in runs],
        "metrics": {
            name: {"mean": r.mean, "deviation": r.deviation, "low": r.low, "high": r.high} for name, r in summed.items()
        },
        "published": experiment.beside_published({name: r.mean for name, r in summed.items()}, experiment.plan.epochs),
        "runs": runs,
    }
