"""Run folders made by hand, with answers and figures that are known."""

import copy
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from limen.experiments.config import with_options
from limen.experiments.record import to_record
from limen.experiments.registry import EXPERIMENTS
from limen.runs.folder import Run
from limen.runs.seal import sealed

MACHINE = {
    "limen": "0.1.0", "revision": "abc", "torch": "2.13.0", "device": "cpu", "device_name": "x", "threads": 1,
    "precision": "fp32",
}  # fmt: skip
DATA = {
    "digest": "d" * 64, "examples": [96, 24, 30], "folder": None, "shape": [4], "classes": list("abc"), "outputs": 3,
    "offset": [0.0], "divisor": [1.0], "columns": list("wxyz"), "border": None,
}  # fmt: skip
METRICS = {
    "epoch": 1, "train_loss": 0.5, "validation_loss": 0.4, "validation_accuracy": 0.9, "trace": [0.6, 0.5],
    "rate": 0.01, "examples": 8,
}  # fmt: skip
TIMES = {"epoch": 1, "seconds": 0.1, "examples": 8}


def record(experiment="iris", /, seed=0, options=(), **changes):
    """A record as a run's, with settings as after --set and fields such as ``{"machine.threads": 2}`` changed."""
    made = with_options(EXPERIMENTS[experiment](), [f"plan.seed={seed}", *options])
    whole = {
        "format": 1, "experiment": to_record(made), "machine": dict(MACHINE),
        "data": {"name": made.data.name, **copy.deepcopy(DATA)}, "net": {"parameters": 131, "multiply_adds": 112},
        "created": f"2026-01-01T00:00:0{seed % 10}+00:00",
    }  # fmt: skip
    for dotted, value in changes.items():
        *path, last = dotted.split(".")
        inner = whole
        for name in path:
            inner = inner[name]
        inner[last] = value
    return whole


def outputs_for(targets, right, classes=3, sure=4.0):
    """Outputs (N, classes) that answer the examples in `right` rightly and every other wrongly."""
    answers = [t if i in right else (t + 1) % classes for i, t in enumerate(targets)]
    return torch.nn.functional.one_hot(torch.tensor(answers), classes).float() * sure


def made(root: Path, name: str, told: dict, metrics=None, epochs=3, outputs=None, targets=None) -> Run:
    """A run: finished with `metrics` as its final figures or, without them, after so many epochs."""
    return Run(folder(root, name, told, metrics, epochs, outputs, targets))


def folder(root: Path, name: str, told: dict, metrics=None, epochs=3, outputs=None, targets=None) -> Path:
    """Its folder, whatever it is told to hold: finished with `metrics` as its final figures or, without them, after so many epochs."""
    path = root / name
    path.mkdir(parents=True)
    (path / "run.json").write_bytes(sealed(told))
    lines = [
        {
            "epoch": n,
            "train_loss": 1 / n,
            "validation_loss": 1.1 / n,
            "validation_accuracy": 1 - 1 / (n + 1),
            "trace": [],
            "rate": 0.01,
            "examples": 96,
        }
        for n in range(1, epochs + 1)
    ]
    (path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    if metrics is not None:
        (path / "result.json").write_bytes(
            sealed(
                {
                    "experiment": told["experiment"]["name"],
                    "metrics": metrics,
                    "epochs": epochs,
                    "training_seconds": 1.5,
                    "seconds": 2.0,
                    "published": [],
                }
            )
        )
    if outputs is not None:
        save_file({"outputs": outputs, "targets": torch.as_tensor(targets)}, path / "predictions.safetensors")
    return path
