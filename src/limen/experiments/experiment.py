"""An experiment: a question, and everything that answering it takes.

Data, net, objective and plan say what is done; the published figures say what should come out; the story says why, in
two languages. An experiment is data only: making one loads and computes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from limen.data.spec import Data
from limen.errors import LimenError
from limen.language import Text
from limen.train.measures import lower_is_better
from limen.train.plan import Plan


@dataclass(frozen=True)
class Net:
    """A net by its name in `NETS`, with options of its own: ``Net("mlp", {"hidden": (64, 32)})``."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name + "".join(f", {key} {value}" for key, value in self.options.items())


@dataclass(frozen=True)
class Published:
    """A figure that others printed: one value, or one for each epoch. `of` says where it stands.

    Of an experiment with variants, it belongs to the one that is named.
    """

    measure: str
    values: tuple[float, ...]
    of: Text
    variant: str = ""

    def __post_init__(self) -> None:
        if not self.values:
            raise LimenError(f"Nothing is published of {self.measure!r}. Give a value, or one for each epoch.")

    @property
    def value(self) -> float:
        """The value to compare with: the last."""
        return self.values[-1]

    @property
    def lower_is_better(self) -> bool:
        """Losses and errors should be small, everything else large."""
        return lower_is_better(self.measure)

    def comparable(self, epochs: int) -> bool:
        """Whether a run of so many epochs can be held against it: a value for each epoch asks for as many epochs."""
        return len(self.values) in (1, epochs)

    def reached(self, measured: float) -> bool:
        """Whether a measured value is at least as good."""
        return measured <= self.value if self.lower_is_better else measured >= self.value


@dataclass(frozen=True)
class Try:
    """Something to try next: what to add to the command, and what it will show."""

    options: str
    why: Text


@dataclass(frozen=True)
class Variant:
    """One of the ways in which an experiment is run to be compared with the others: its settings, as after --set.

    `begin` names an earlier variant whose weights it begins with, as far as names and shapes agree. What is run `once`
    is made ready for all that begin with it: with the first seed only, and of the settings for all with the net's.
    """

    name: str
    label: Text
    settings: tuple[str, ...] = ()
    begin: str = ""
    once: bool = False


@dataclass(frozen=True)
class Experiment:
    """One experiment. `figures` are names in `limen.views.figures.FIGURES`; `recipes` are other plans, by name.

    `findings` are names in `limen.experiments.findings.FINDINGS`: what is measured of the trained net beside the
    objective's measures. An experiment with `variants` is a comparison: all are run, and `panels`, names in
    `limen.views.figures.PANELS`, show them side by side.
    """

    name: str
    chapter: Text
    title: Text
    story: Text
    data: Data
    net: Net
    plan: Plan
    objective: str = "classification"
    published: tuple[Published, ...] = ()
    figures: tuple[str, ...] = ("curves", "confusion", "examples", "filters")
    findings: tuple[str, ...] = ()
    recipes: Mapping[str, Plan] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    seeds: int = 1  # with how many each variant is run where nothing else is asked for
    panels: tuple[str, ...] = ()
    next: tuple[Try, ...] = ()

    def beside_published(self, measures: Mapping[str, float], epochs: int) -> list[dict[str, Any]]:
        """What a run of so many epochs measured beside what was published, as plain values; only what compares."""
        return [
            {
                "measure": p.measure,
                "value": p.value,
                "of": {"en": p.of.en, "zh": p.of.zh},
                "measured": measures[p.measure],
                "reached": p.reached(measures[p.measure]),
            }
            for p in self.published
            if p.measure in measures and p.comparable(epochs)
        ]

    def __repr__(self) -> str:
        return f"Experiment({self.name!r}: {self.net.name} on {self.data.name}, {self.plan.epochs} epochs)"
