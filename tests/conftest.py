"""What every test shares: one thread a process (bits depend on it), and where real data may lie."""

import gzip
import os
import pickle
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from limen.data.dataset import Dataset
from limen.data.load import load, locate
from limen.data.made import MADE
from limen.data.sources import SOURCES
from limen.data.spec import Data
from limen.experiments.config import with_options
from limen.experiments.execute import Finished, execute
from limen.experiments.experiment import Experiment
from limen.experiments.registry import EXPERIMENTS
from limen.nets.build import TOKENS
from limen.runs.checkpoint import saved
from tests.photo_files import write_classes

ROOT = Path(__file__).resolve().parents[1]
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the user's data, cache or runs, and none leaves torch's settings changed."""
    for name in ("LIMEN_DATA", "LIMEN_RUNS", "LIMEN_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIMEN_CACHE", str(tmp_path / "cache"))
    yield
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return load(Data("digits", seed=0))


@pytest.fixture(scope="session")
def iris() -> Dataset:
    return load(Data("iris", seed=0))


def real_data() -> Path | None:
    """A folder with published data files: `LIMEN_DATA`, or the one beside the project."""
    places = [Path(os.environ["LIMEN_DATA"])] if "LIMEN_DATA" in os.environ else []
    return next((place for place in (*places, ROOT.parent / "shared" / "data") if place.is_dir()), None)


REAL = real_data()


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of the four published idx files."""
    found = locate(SOURCES["mnist"], REAL)
    if found is None:
        pytest.skip("needs MNIST: `limen data get mnist`, or name its folder with LIMEN_DATA")
    return found[1][0].parent


@pytest.fixture(scope="session")
def cifar_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds ``cifar-10-batches-py``, built from lossless mosaics where only those are at hand."""
    found = locate(SOURCES["cifar10"], REAL)
    if found is not None:
        return found[1][0].parent.parent
    script = REAL / "cifar10" / "rebuild_cifar10.py" if REAL else None
    if script is None or not script.exists():
        pytest.skip("needs CIFAR-10: `limen data get cifar10`, or name its folder with LIMEN_DATA")
    target = tmp_path_factory.mktemp("cifar")
    subprocess.run([sys.executable, str(script), str(target)], check=True, capture_output=True)
    return target


@pytest.fixture(scope="session")
def flowers_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a folder of photos for each of five kinds of flowers."""
    archive = REAL / "flowers" / "flowers.zip" if REAL else None
    if archive is None or not archive.exists():
        pytest.skip("needs photos of flowers: a flowers/flowers.zip in the folder named by LIMEN_DATA")
    target = tmp_path_factory.mktemp("flowers")
    shutil.unpack_archive(archive, target)
    return target / "flowers"


@pytest.fixture(scope="session")
def sms_folder() -> Path:
    """The folder of the published SMS Spam Collection."""
    found = locate(SOURCES["sms"], REAL)
    if found is None:
        pytest.skip("needs the SMS Spam Collection: `limen data get sms`, or name its folder with LIMEN_DATA")
    return found[1][0].parent


# the published nets as they can be tested in a second: few planes, nothing left to chance; by the names' beginnings
SMALL: dict[str, dict[str, object]] = {
    "alexnet": {"width": 4, "hidden": (32,), "dropout": 0.0, "init": "he"},
    "zfnet": {"width": 6, "hidden": (32,), "dropout": 0.0, "init": "he"},
    "vgg": {"width": 4, "hidden": (32,), "dropout": 0.0, "pool": 1},
    "googlenet": {"width": 8, "auxiliary": False, "dropout": 0.0},
    "resnet": {"width": 8, "stem": "small", "blocks": (1, 2, 1)},
    "densenet": {"growth": 4, "stem": "small", "blocks": (2, 2, 2)},
    "photo-cnn": {"dropout": 0.0},
    "fast-cnn": {"widths": (8, 16, 16)},
}
# those that differ from another in nothing but the blocks, of which the small ones have few
ALIKE = {
    "resnet34": "resnet18", "resnet101": "resnet50", "resnet152": "resnet50",
    "densenet169": "densenet121", "densenet201": "densenet121",
}  # fmt: skip
LEAST = {"alexnet": 63, "zfnet": 63, "vgg": 32}  # pixels a side


def made_small(name: str) -> dict[str, object]:
    """The options with which a net is tested for what holds at every size."""
    return next((options for family, options in SMALL.items() if name.startswith(family)), {})


def suited(name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape itself for a net that takes amounts, or a larger picture; a row of 12 tokens for one that takes ids."""
    least = next((side for family, side in LEAST.items() if name.startswith(family)), 1)
    if name in TOKENS:
        return (12,)
    return (shape[0], *(max(side, least) for side in shape[1:])) if len(shape) == 3 else shape


def some_input(name: str, shape: tuple[int, ...], n: int, seed: int = 0) -> torch.Tensor:
    """What a net takes: random amounts (n, *shape), or random ids of 50 words, some of them padding."""
    draw = torch.Generator().manual_seed(seed)
    if name in TOKENS:
        return torch.randint(0, 50, (n, *suited(name, shape)), generator=draw)
    return torch.randn(n, *shape, generator=draw)


@pytest.fixture
def limen(tmp_path: Path):
    """Run the installed command in an empty folder; returns the finished process."""

    def run(*arguments: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [shutil.which("limen", path=str(Path(sys.executable).parent)) or "limen", *arguments]
        env = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120"} | environment
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=timeout)

    return run


def write_small_mnist(folder: Path, train: int = 240, test: int = 40) -> None:
    """Four idx files in MNIST's shape: each digit a bright bar at its own height, with noise; learnable at once."""
    draw = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for name, n in (("train", train), ("t10k", test)):
        y = np.arange(n) % 10
        x = draw.integers(0, 60, (n, 28, 28))
        for i, label in enumerate(y):
            x[i, 2 * label + 4 : 2 * label + 7, 4:24] = 230
        for kind, array in (("images-idx3", x), ("labels-idx1", y)):
            head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            (folder / f"{name}-{kind}-ubyte.gz").write_bytes(gzip.compress(head + array.astype(np.uint8).tobytes(), 1))


HAM = ("are you coming home", "see you at the game tonight", "sorry i will call later", "ok lar", "where are you now")
SPAM = ("free prize!!! call 08001234567", "win £1000 cash now", "claim your free ringtone", "urgent! text WIN to 87121")


def write_small_sms(folder: Path, rows: int = 300) -> None:
    """A file in the form of the SMS Spam Collection: every fifth message is spam, every tenth repeats another."""
    draw = np.random.default_rng(0)
    folder.mkdir(parents=True)
    lines = []
    for i in range(rows):
        label, choice = ("spam", SPAM) if i % 5 == 0 else ("ham", HAM)
        text = f"{choice[draw.integers(len(choice))]} {' '.join(draw.choice(['ok', 'now', 'hey', 'u', 'x'], 5))} {i}"
        lines.append(lines[-5] if i % 10 == 9 else f"{label}\t{text}")
    (folder / "SMSSpamCollection").write_text("\n".join(lines) + "\n")


def write_small_cifar(folder: Path, each: int = 40) -> None:
    """Six pickled batches in CIFAR-10's shape: each class its own colour, with noise."""
    draw = np.random.default_rng(0)
    folder.mkdir(parents=True)
    colours = draw.integers(0, 200, (10, 3))
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        y = np.arange(each) % 10
        x = colours[y][:, :, None] + draw.integers(0, 55, (each, 3, 1024))
        (folder / name).write_bytes(
            pickle.dumps({"data": x.astype(np.uint8).reshape(each, 3072), "labels": y.tolist()})
        )


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with small stand-ins for the published sets, under their names."""
    root = tmp_path_factory.mktemp("data")
    write_small_mnist(root / "mnist")
    write_small_mnist(root / "fashion-mnist")
    write_small_cifar(root / "cifar10" / "cifar-10-batches-py")
    write_small_sms(root / "sms")
    write_classes(root / "photos", each=80)
    return root


def small(name: str) -> Experiment:
    """An experiment on the stand-ins, with little to do but every option it has."""
    experiment = EXPERIMENTS[name]()
    changes = ["plan.epochs=2", "data.verify=false"]
    if experiment.data.name not in ("digits", "iris"):
        changes += ["data.validation=40"]
    if experiment.plan.batch_size > 32 and experiment.data.name not in MADE:
        changes += ["plan.batch_size=32"]
    if experiment.plan.passes > 2:
        changes += ["plan.passes=2"]
    if experiment.data.name == "photos":
        narrow = {"photo-cnn": "net.channels=4,8", "fast-cnn": "net.widths=4,8,8"}[experiment.net.name]
        changes += ["data.path=photos", "data.size=16", narrow]
    return with_options(experiment, changes)


def finish(experiment, root, **how):
    """Run to the end; the finished run, and all that was yielded."""
    events = list(execute(experiment, root, **({"pictures": False} | how)))
    assert isinstance(events[-1], Finished)
    return events[-1].run, events


def contents(run) -> dict[str, bytes]:
    """The files of a run that must repeat: the newest checkpoint, metrics, the losses of all steps, answers."""
    newest = saved(run.checkpoints)[0]
    names = ("metrics.jsonl", "steps.jsonl", "statistics.jsonl", "predictions.safetensors")
    kept = [*newest.iterdir(), *(run.path / name for name in names)]
    return {str(p.relative_to(run.path)): p.read_bytes() for p in kept}
