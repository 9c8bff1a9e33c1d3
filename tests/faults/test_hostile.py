"""No file runs code, hangs, or takes the machine: every hostile file through every reader that a user can reach."""

import contextlib
import io
import pickle
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from limen.cli.main import main
from limen.data.cifar import read_cifar_archive
from limen.data.decode import read_pictures
from limen.data.idx import read_idx
from limen.data.mnist import read_mnist_pickle, read_numbers
from limen.errors import LimenError
from limen.experiments.answer import ask
from limen.experiments.config import with_options
from limen.experiments.execute import execute
from limen.experiments.record import recall
from limen.experiments.registry import EXPERIMENTS
from limen.runs.folder import Run
from limen.train.fit import Epoch
from tests.faults.hostile import FILES, Canary, InStorage, objects, torch_bytes
from tests.faults.spoil import SPOILT

pytestmark = pytest.mark.timeout(300)
SECONDS, MEMORY = 2.0, 256 << 20


def forget_peak() -> None:
    """Let the system measure the highest memory anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def memory(name: str) -> int:
    """`VmHWM`, the highest memory since then, or `VmRSS`, that of now, in bytes; 0 where the system does not tell."""
    path = Path("/proc/self/status")
    lines = path.read_text().splitlines() if path.exists() else []
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(name)), 0)


@contextlib.contextmanager
def bounded(seconds: float = SECONDS):
    """What is done inside takes little time and memory."""
    forget_peak()
    before, began = memory("VmRSS"), time.process_time()
    yield
    spent, grown = time.process_time() - began, memory("VmHWM") - before
    assert spent <= seconds, f"{spent:.1f} s"
    assert grown <= MEMORY, f"{grown >> 20} MiB"


@pytest.fixture
def canary(tmp_path):
    """A file that must not appear."""
    path = tmp_path / "watch" / "canary"
    path.parent.mkdir()
    return path


@pytest.fixture(scope="session")
def good_run(tmp_path_factory):
    """A finished run of three epochs with two checkpoints."""
    root = tmp_path_factory.mktemp("good")
    experiment = with_options(
        EXPERIMENTS["digits-mlp"](), ["plan.epochs=3", "net.hidden=12", "plan.optimizer.lr=0.001"]
    )
    events = execute(experiment, root, pictures=False)
    for event in events:
        if isinstance(event, Epoch) and event.number == 2:
            events.close()
            break
    run = Run(root / "digits-mlp-1")
    for _ in execute(run, root, pictures=False):
        pass
    assert len(list(run.checkpoints.glob("epoch-*"))) == 2
    return run.path


@pytest.fixture(scope="session", autouse=True)
def warm(good_run, tmp_path_factory):
    """Everything imported and read once, so that what is measured is the refusal."""
    copy = shutil.copytree(good_run, tmp_path_factory.mktemp("warm") / "run")
    picture = copy.parent / "picture.png"
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(picture)
    for words in (
        ["show", str(copy), "--report"],
        ["predict", str(copy), str(picture)],
        ["run", "--resume", str(copy)],
    ):
        with contextlib.redirect_stdout(io.StringIO()):
            assert main(words) == 0
    with contextlib.suppress(LimenError):
        read_numbers(picture, 3)


def refused(capsys, *words: str) -> str:
    """The one line with which a command refuses."""
    with bounded():
        status = main(list(words))
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert status == 2 and out == "", (words, out, err)
    assert len(lines) == 1 and lines[0].startswith("limen: ") and "Traceback" not in err, err
    assert len(lines[0]) < 1000
    return lines[0]


@pytest.mark.parametrize("name", list(FILES))
def test_a_hostile_file_is_refused_by_every_reader(name, tmp_path, canary, capsys, good_run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    FILES[name](path, canary)
    said = refused(capsys, "show", name)
    if path.exists() and not path.is_dir() and not path.is_symlink() and name != "pipe":
        assert "is no run but" in said and "To use it: " in said, said
    for words in (["show", name, "--report"], ["run", "--resume", name], ["predict", name, name]):
        refused(capsys, *words)
    refused(capsys, "predict", str(good_run), name)
    readers = (read_idx, read_mnist_pickle, read_cifar_archive, lambda p: read_numbers(p, 3),
               lambda p: read_pictures(p, (1, 8, 8)), lambda p: Run.find(str(p), tmp_path), Run)  # fmt: skip
    for read in readers:
        with bounded(), pytest.raises(LimenError):
            read(path)
    assert not canary.exists() and list(canary.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    {
        "torch.pt": "a PyTorch file", "torch.pth": "a PyTorch file", "torch.png": "a PyTorch file",
        "pickle 0.pkl": "a pickle", "pickle 1.pkl": "a pickle", "pickle 5.pkl": "a pickle",
        "pickle.safetensors": "a pickle", "pickle.json": "a pickle", "model.h5": "an HDF5 file",
        "model.keras": "a Keras file", "model.onnx": "an ONNX file", "objects.npy": "a NumPy array",
        "objects.npz": "an archive of NumPy arrays", "joblib.joblib": "joblib", "config.yaml": "a YAML file",
        "weights.safetensors": "a safetensors file", "bomb.zip": "a zip archive", "out.tar": "a tar archive",
        "run.json": "a JSON file", "empty.pt": "an empty file", "program": "a program",
    }.items(),
)  # fmt: skip
def test_a_foreign_file_is_called_what_its_content_is(name, words, tmp_path, canary):
    FILES[name](tmp_path / name, canary)
    with pytest.raises(LimenError, match=f"is no run but {words}|{words}") as caught:
        Run.find(str(tmp_path / name), tmp_path)
    assert "; it was not opened" in str(caught.value) and len(str(caught.value)) < 600


COMMANDS = {
    "show": ["show", "RUN"],
    "json": ["show", "RUN", "--json"],
    "predict": ["predict", "RUN", "picture.png"],
    "report": ["show", "RUN", "--report"],
    "runs": ["runs"],
    "resume": ["run", "--resume", "RUN", "--no-report", "--quiet"],
}


def kept(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", list(SPOILT))
def test_a_spoilt_run_is_refused_or_the_checkpoint_before_is_used(
    name, tmp_path, canary, capsys, good_run, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    run = shutil.copytree(good_run, tmp_path / "runs" / "RUN")
    Image.fromarray(np.zeros((8, 8), np.uint8)).save("picture.png")
    SPOILT[name].spoil(run, canary)
    before = kept(canary.parent)
    for command, words in COMMANDS.items():
        if command == "resume":  # as a run that was stopped just before its end
            shutil.move(run / "result.json", tmp_path / "result") if (run / "result.json").is_file() else None
        if command in SPOILT[name].refused:
            refused(capsys, *words)
            continue
        if command == "report":  # two seconds of drawing, which nothing spoilt was meant to stop
            continue
        with bounded(seconds=5):  # some go on to train
            status = main(list(words))
        _, err = capsys.readouterr()
        assert status in (0, 2) and "Traceback" not in err and err.count("\n") <= 3, err
        assert command != "resume" or SPOILT[name].refused or status == 0, err  # the checkpoint before is used
    with contextlib.suppress(LimenError):
        found = Run(run)
        for use in (found.weights, found.metrics, found.times, found.steps, found.predictions, lambda: found.result,
                    lambda: recall(found.record["experiment"]), lambda: list(ask(found, [Path("picture.png")]))):  # fmt: skip
            with bounded(), contextlib.suppress(LimenError):
                use()
    assert not canary.exists() and kept(canary.parent) == before


def test_there_are_sixty_and_more():
    assert len(FILES) + len(SPOILT) >= 180


@pytest.mark.parametrize("protocol", range(6))
def test_the_canary_flies_from_an_unsafe_reader(canary, protocol):
    pickle.loads(pickle.dumps(Canary(canary), protocol))
    assert canary.exists()


@pytest.mark.parametrize(
    "load",
    [
        lambda c: torch.load(io.BytesIO(torch_bytes(c, zipped=True)), weights_only=False),
        lambda c: torch.load(io.BytesIO(torch_bytes(c, zipped=False)), weights_only=False),
        lambda c: np.load(io.BytesIO(objects(c)), allow_pickle=True),
    ],
    ids=["torch.pt", "torch.pth", "numpy"],
)
def test_the_canary_flies_from_other_unsafe_readers(canary, load):
    load(canary)
    assert canary.exists()


def test_the_canary_in_a_storage_is_a_pickle_in_a_pickle(canary):
    content = pickle.dumps(InStorage(canary), 2)
    assert b"_load_from_bytes" in content and str(canary).encode() in content


def test_weights_that_are_nan_are_told_by_their_layer(good_run, tmp_path, capsys, monkeypatch):
    from tests.faults.spoil import newest, reseal

    monkeypatch.chdir(tmp_path)
    run = shutil.copytree(good_run, tmp_path / "run")
    Image.fromarray(np.zeros((8, 8), np.uint8)).save("picture.png")

    def spoil(files):
        import safetensors.torch

        from limen.runs.checkpoint import pack

        held = safetensors.torch.load(files["weights.safetensors"])
        held["dense1.weight"][3, 4] = torch.nan
        files["weights.safetensors"] = pack(held)

    reseal(newest(run), spoil)
    assert main(["predict", "run", "picture.png", "--json"]) == 0
    out = capsys.readouterr().out
    assert "the weights of dense1 are not finite" in out and '"probability": null' in out and "NaN" not in out
    assert main(["predict", "run", "picture.png", "--lang", "zh"]) == 0
    assert "dense1" in capsys.readouterr().out
    assert main(["show", "run", "--report"]) == 0
    assert "the weights of dense1 are not finite" in capsys.readouterr().err
