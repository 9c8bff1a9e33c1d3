"""The loss curves of small runs, as they were when they were last looked at.

A change that only tidies up must give them again bit for bit on a machine of the kind that recorded them; elsewhere
they must agree to what other kernels and their order of summation can change (the second tier of repeatability).
`python tests/test_golden.py` records this machine's curves anew; that belongs into a commit that says why.
"""

import json
from pathlib import Path

import pytest
import torch

from limen.data.load import load
from limen.data.spec import Data
from limen.machine import cpu_name
from limen.nets.build import build
from limen.train.fit import fit
from limen.train.plan import Augment, Optimizer, Plan, Schedule

FILE = Path(__file__).parent / "golden" / "curves.json"
RECIPES = {
    "digits cnn, adam one-cycle, shifted": (
        Data("digits", seed=0), "mnist-cnn", {},
        Plan(epochs=3, batch_size=64, optimizer=Optimizer("adam", 5e-3), schedule=Schedule("one-cycle"), augment=Augment(shift=1)),
    ),
    "digits mlp, momentum, dropout, penalties": (
        Data("digits", seed=0), "mlp", {"hidden": (64,), "dropout": 0.2},
        Plan(epochs=3, batch_size=32, optimizer=Optimizer("sgd", 0.1, {"momentum": 0.9}), l1=1e-5, l2=1e-4, clip=1.0),
    ),
    "iris mlp, rmsprop, cosine": (
        Data("iris", seed=0), "mlp", {"hidden": (16,), "activation": "tanh"},
        Plan(epochs=5, batch_size=16, optimizer=Optimizer("rmsprop", 5e-3), schedule=Schedule("cosine")),
    ),
}  # fmt: skip


def kind() -> str:
    """What decides the last bits: processor, vector instructions, torch, threads."""
    return f"{cpu_name()}, {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__.partition('+')[0]}, 1 thread"


def curve(name: str) -> list[str]:
    """Training and validation loss of each epoch, to the last bit."""
    source, net, options, plan = RECIPES[name]
    data = load(source)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    events = fit(build(net, data.shape, len(data.classes), options), data, plan)
    return [v.hex() for e in events for v in (e.measures["train_loss"], e.measures["validation_loss"])]


@pytest.mark.parametrize("name", RECIPES)
def test_the_curve_is_as_it_was(name):
    golden = json.loads(FILE.read_text())
    found = curve(name)
    if kind() in golden:
        assert found == golden[kind()][name]
    for other in golden.values():
        expected = [float.fromhex(v) for v in other[name]]
        assert [float.fromhex(v) for v in found] == pytest.approx(expected, rel=2e-3)


if __name__ == "__main__":
    curves = json.loads(FILE.read_text()) if FILE.exists() else {}
    curves[kind()] = {name: curve(name) for name in RECIPES}
    FILE.write_text(json.dumps(curves, indent=1) + "\n")
