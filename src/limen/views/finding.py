"""A finished run as the views see it: plain values and tensors, nothing to train."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from limen.data.dataset import Dataset
from limen.runs.folder import Run


@dataclass(frozen=True)
class Lane:
    """One variant of a study: its name, its label, what its first run found, and what all its runs came to."""

    name: str
    label: str
    finding: "Finding"
    results: tuple[dict[str, float], ...]  # by measure, a dictionary for each seed
    outputs: tuple[Tensor, ...]  # for the test split, a tensor for each seed


@dataclass(frozen=True)
class Finding:
    """What there is to show. `outputs` and `targets` are the net's answers to the test split and the right ones."""

    run: Run
    data: Dataset
    net: nn.Module
    outputs: Tensor
    targets: Tensor
    result: dict[str, Any]
    metrics: list[dict[str, Any]]
    published: list[dict[str, Any]]  # measure, values (one an epoch, or one), of
    title: str
    story: str  # paragraphs, parted by empty lines
    next: list[tuple[str, str]]  # a command, and why
    command: str  # the command that repeats the run
    language: str
    doctor: list[dict[str, Any]] = field(default_factory=list)  # faults with evidence and remedy, in words
    doctor_says: str = ""  # where there are none
