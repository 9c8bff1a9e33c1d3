"""A training as its record tells it: what the doctor looks at, and nothing else.

All of it are plain values: the losses of every step and epoch, what was measured inside the net, facts about the data,
and the plan. No net is loaded and nothing is computed twice.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

Plain = Mapping[str, Any]
AWARE = ("classification", "regression")  # objectives whose loss has a known value where nothing is learnt


def middle(values: Iterable[float | None]) -> float | None:
    """The median of the values that are numbers; None where there are none."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


@dataclass(frozen=True)
class Sample:
    """What was measured around one step; `at` counts the steps since the run began, from 1."""

    at: int
    layers: Sequence[Plain]

    @property
    def trained(self) -> list[Plain]:
        """The layers with weights, from the input on."""
        return [layer for layer in self.layers if "gradient" in layer]

    @property
    def gradient(self) -> float:
        """The length of the gradient by all these weights together."""
        return math.hypot(*(layer["gradient"] or 0.0 for layer in self.trained))

    def slopes(self) -> list[float | None]:
        """The root mean square of each layer's gradient, so that layers of different sizes compare."""
        known = [(layer["gradient"], layer["weights"]) for layer in self.trained]
        return [None if g is None else g / math.sqrt(count) for g, count in known]

    def moved(self) -> list[float]:
        """How far the step moved each layer's weights, as a share of their length."""
        return [layer["moved"] for layer in self.trained if layer["moved"] is not None]

    def worst(self, sign: str) -> Plain | None:
        """The layer with the largest share of `dead` or `saturated`; None where no layer can have it."""
        known = [layer for layer in self.layers if layer.get(sign) is not None]
        return max(known, key=lambda layer: float(layer[sign])) if known else None


@dataclass(frozen=True)
class Case:
    """One training. `stopped` says where it blew up, where it did."""

    plan: Plain
    net: Plain
    objective: str
    data: Plain
    metrics: Sequence[Plain]
    losses: Sequence[float]  # of every step that is recorded
    samples: Sequence[Sample]
    stopped: Plain | None = None

    @classmethod
    def of(cls, record: Plain, metrics: Sequence[Plain], steps: Sequence[Plain], statistics: Sequence[Plain]) -> "Case":
        """From what lies in a run's folder: run.json, metrics.jsonl, steps.jsonl, statistics.jsonl."""
        experiment = record["experiment"]
        plan, examples = experiment["plan"], record["data"]["examples"][0]
        whole, rest = divmod(examples, max(1, plan["batch_size"]))
        an_epoch = (whole + (rest > 0 and not plan["drop_last"])) * plan.get("passes", 1)
        taken = [
            Sample((line["epoch"] - 1) * an_epoch + sample["step"], sample["layers"])
            for line in statistics
            for sample in line["samples"]
        ]
        stopped = next((line["stopped"] for line in statistics if "stopped" in line), None)
        losses = [loss for line in steps for loss in line["losses"]] + list(stopped["losses"] if stopped else ())
        return cls(plan, experiment["net"], experiment["objective"], record["data"], metrics, losses, taken, stopped)

    def __repr__(self) -> str:
        return (
            f"Case({self.net['name']} on {self.data['name']}: {len(self.metrics)} epochs, {len(self.samples)} samples)"
        )

    @property
    def facts(self) -> Plain:
        """What is known of the data; empty where it was not asked."""
        found: Plain = self.data.get("facts", {})
        return found

    @property
    def classes(self) -> int:
        """How many classes there are; 0 where targets are numbers."""
        return len(self.data["classes"])

    @cached_property
    def blind(self) -> float | None:
        """The loss of the best answer that looks at no example; None where the objective has no such value."""
        value = self.facts.get("constant_loss")
        return value if self.objective in AWARE and value else None

    @cached_property
    def kept(self) -> Plain | None:
        """The epoch whose weights are used."""
        if not self.metrics:
            return None
        best = self.plan["keep"] == "best" or self.plan["patience"] is not None
        return min(self.metrics, key=lambda line: float(line["validation_loss"])) if best else self.metrics[-1]

    @property
    def reached(self) -> float | None:
        """The last training loss, as a share of the blind one."""
        return self.metrics[-1]["train_loss"] / self.blind if self.metrics and self.blind else None

    def moved(self) -> float | None:
        """How far a step usually moves the layer that it moves most, as a share of its weights."""
        return middle(max(sample.moved(), default=None) for sample in self.samples)
