"""The training doctor on its rounds: how many planted faults it finds, and how often it cries wolf.

Healthy trainings and trainings with a planted fault (see patients.py) are carried out and measured as `limen run` does,
and examined. A fault is found when its own diagnosis is among those given; a healthy training counts as a false alarm
when any is. The rules' thresholds were chosen on seeds 7, 11 and 23; count on others.

    python benchmarks/doctor.py [--seed 1000] [--healthy 90] [--each 11] [--told]
"""

import argparse
import time
from collections import Counter
from typing import Any

from limen.experiments.config import with_options
from limen.experiments.keeper import plain
from limen.experiments.record import to_record
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.setup import describe_data, set_up
from limen.explain.diagnosis import Diagnosis
from limen.explain.doctor import examine
from limen.runs.ledger import exact
from limen.train.fit import Epoch, fit
from limen.train.objectives import OBJECTIVES
from limen.train.state import State
from limen.train.watch import NonFiniteError
from patients import Patient, patients


def carry_out(patient: Patient) -> dict[str, Any]:
    """Train; what a run would have recorded."""
    setup = set_up(with_options(EXPERIMENTS[patient.experiment](), patient.settings), "cpu", 1)
    if patient.spoil:
        patient.spoil(setup)
    plan, metrics, steps, statistics = setup.experiment.plan, [], [], []
    state = State.begin(setup.net, plan, plan.steps(len(setup.data.train)))
    objective = OBJECTIVES[setup.experiment.objective]
    try:
        for epoch in fit(setup.net, setup.data, plan, objective, state=state, statistics=True):
            assert isinstance(epoch, Epoch)
            metrics.append(plain(epoch))
            steps.append({"epoch": epoch.number, "losses": exact(state.losses, len(state.losses))})
            statistics.append({"epoch": epoch.number, "samples": state.samples})
    except NonFiniteError as error:
        stopped = {"step": error.step, "rate": error.rate, "layer": error.layer}
        stopped["losses"] = [loss for loss in exact(state.losses, state.step) if abs(loss) < float("inf")]
        statistics.append({"epoch": error.epoch, "samples": state.samples, "stopped": stopped})
    record = {"experiment": to_record(setup.experiment), "data": describe_data(setup)}
    return {"record": record, "metrics": metrics, "steps": steps, "statistics": statistics}


def diagnoses(patient: Patient) -> list[Diagnosis]:
    """What the doctor says of a training."""
    return examine(**carry_out(patient))


def table(found: dict[str, list[list[str]]]) -> str:
    """For each kind of training, how many were found, and what was said of all of them."""
    lines = [f"{'planted':16} {'runs':>5} {'found':>6} {'first':>6}   what was said"]
    for fault, answers in found.items():
        said = Counter(name for names in answers for name in names)
        hits = sum(fault in names for names in answers) if fault else sum(not names for names in answers)
        first = sum(names[:1] == [fault] for names in answers) if fault else hits
        words = ", ".join(f"{name} {count}" for name, count in said.most_common()) or "nothing"
        lines.append(f"{fault or '(healthy)':16} {len(answers):5} {hits:6} {first:6}   {words}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--healthy", type=int, default=90)
    parser.add_argument("--each", type=int, default=11, help="of each of the ten faults")
    parser.add_argument("--told", action="store_true", help="print every training and what is said of it")
    asked, began = parser.parse_args(), time.perf_counter()
    found: dict[str, list[list[str]]] = {}
    for patient in patients(asked.seed, asked.healthy, asked.each):
        said = diagnoses(patient)
        found.setdefault(patient.fault, []).append([diagnosis.name for diagnosis in said])
        wrong = bool(said) if not patient.fault else patient.fault not in found[patient.fault][-1]
        if wrong or asked.told:
            print(("WRONG  " if wrong else "") + str(patient), *(f"    {diagnosis}" for diagnosis in said), sep="\n")
    well, ill = found.pop("", []), [(fault, names) for fault, every in found.items() for names in every]
    print(table({"": well, **found}))
    hits, alarms = sum(fault in names for fault, names in ill), sum(bool(names) for names in well)
    print(
        f"\nseed {asked.seed}, {time.perf_counter() - began:.0f} s: {hits} of {len(ill)} planted faults found "
        f"({hits / max(1, len(ill)):.1%}, at least 95 % wanted), {alarms} false alarms in {len(well)} healthy "
        f"trainings ({alarms / max(1, len(well)):.1%}; {alarms / max(1, len(well) + len(ill)):.1%} of all, at most 2 %)"
    )


if __name__ == "__main__":
    main()
