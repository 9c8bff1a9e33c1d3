"""Small whole things that tests begin with, and spoil."""

from typing import Any

TEXT = {"en": "x", "zh": "x"}
RECORD: dict[str, Any] = {
    "experiment": {
        "name": "x",
        "chapter": TEXT,
        "title": TEXT,
        "data": {"name": "digits"},
        "net": {"name": "mlp", "options": {}},
        "plan": {
            "epochs": 1,
            "batch_size": 64,
            "optimizer": {"name": "adam", "lr": 0.001, "options": {}},
            "schedule": {"name": "constant"},
            "augment": {"flip": False, "shift": 0},
            "l1": 0.0,
            "l2": 0.0,
            "clip": None,
            "patience": None,
            "drop_last": False,
            "keep": "last",
            "seed": 0,
        },
        "objective": "classification",
    },
    "created": "2026-01-01T00:00:00+00:00",
    "machine": {
        "device": "cpu", "device_name": "x", "precision": "fp32", "threads": 1, "torch": "2", "limen": "0",
    },
    "data": {
        "name": "digits", "digest": "0", "examples": [8, 1, 1], "folder": None, "shape": [1, 8, 8],
        "classes": list("0123456789"), "offset": [0.0], "divisor": [16.0], "columns": [], "border": 0.1,
    },
    "net": {"parameters": 1, "multiply_adds": 1},
}  # fmt: skip
METRICS = {
    "epoch": 1, "train_loss": 0.5, "validation_loss": 0.4, "validation_accuracy": 0.9,
    "trace": [0.6, 0.5], "rate": 0.01, "examples": 8,
}  # fmt: skip
TIMES = {"epoch": 1, "seconds": 0.1, "examples": 8}
