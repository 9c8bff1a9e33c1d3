"""The training doctor: from what a run recorded to what is wrong with it, in plain words, with evidence and a cure.

Each rule looks for one fault and states its threshold and why it stands there. Rules were tuned on trainings with
planted faults and on healthy ones, and counted on others (`benchmarks/doctor.py`). A fault often shows in several ways,
so what another fault explains is left out: a net thrown about by its rate has dead units, but the rate is to blame.
"""

from collections.abc import Callable, Sequence

from limen.explain.case import Case, Plain
from limen.explain.diagnosis import Diagnosis
from limen.explain.progress import overfitting, stuck, too_high, too_low
from limen.explain.suspicions import labels, leakage
from limen.explain.symptoms import dead, exploding, saturated, vanishing

Rule = Callable[[Case], Diagnosis | None]

# causes before what follows from them
RULES: tuple[Rule, ...] = (
    leakage, labels, exploding, vanishing, too_high, too_low, saturated, dead, stuck, overfitting,
)  # fmt: skip

# what each fault explains
EXPLAINS: dict[str, tuple[str, ...]] = {
    "labels shuffled": ("overfitting", "stuck"),
    "exploding": ("rate too high", "saturated", "dead", "stuck", "overfitting"),
    "vanishing": ("rate too high", "rate too low", "dead", "stuck"),
    "rate too high": ("saturated", "dead", "stuck", "overfitting"),
    "rate too low": ("stuck",),
    "saturated": ("vanishing", "stuck"),
}


def examine(
    record: Plain, metrics: Sequence[Plain], steps: Sequence[Plain], statistics: Sequence[Plain]
) -> list[Diagnosis]:
    """What is wrong with a training, causes first; nothing for a healthy one.

    The arguments are plain values as they lie in a run's folder: run.json, and the lines of metrics.jsonl, steps.jsonl
    and statistics.jsonl. Without statistics, what can be told from losses and data is told.
    """
    case = Case.of(record, metrics, steps, statistics)
    found = [diagnosis for rule in RULES if (diagnosis := rule(case)) is not None]
    explained = {name for diagnosis in found for name in EXPLAINS.get(diagnosis.name, ())}
    return [diagnosis for diagnosis in found if diagnosis.name not in explained]
