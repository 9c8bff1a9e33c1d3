"""The training step of the course's MNIST net: microseconds an image, for Limen and its rivals, in one run.

Every contestant trains the same net (16 and 32 filters, 128 units; 206,922 parameters) on the same real digits, with
Adam at 0.001 and batches of 64, each in the way its own documentation shows. Each lives in a process of its own, all
are warmed up first, and then they take turns, one at a time, round after round; so a machine that others disturb
disturbs all of them. Only the passes over the data are timed: no imports, no set-up, no evaluation.

    python benchmarks/step.py --data DIR [--rounds 7] [--images 25600] [--only limen-fp32,keras-tensorflow]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BATCH, RATE = 64, 1e-3
Train = Callable[[], float]      # one pass over the images; the seconds it took


def digits(images: int, data: str | None):
    """The first digits as the rivals want them: float32 pixels in 0..1 (N, 28, 28), labels (N,)."""
    import numpy as np

    from limen.data.load import load
    from limen.data.spec import Data

    train = load(Data("mnist", validation=0.2, split="last"), folder=data).train
    return (train.x[:images, :, :, 0].numpy() / np.float32(255)), train.y[:images].numpy()


def limen(images: int, data: str | None, precision: str) -> Train:
    """`limen.fit` as it comes."""
    from dataclasses import replace

    import torch

    from limen.data.dataset import Split
    from limen.data.load import load
    from limen.data.spec import Data
    from limen.machine import Machine
    from limen.nets.build import build
    from limen.train.fit import Epoch, fit
    from limen.train.plan import Optimizer, Plan

    Machine.prepare("cpu", precision)
    loaded = load(Data("mnist", validation=0.2, split="last"), folder=data)
    cut = replace(
        loaded,
        train=Split(loaded.train.x[:images], loaded.train.y[:images]),
        validation=Split(loaded.validation.x[:256], loaded.validation.y[:256]),
    )
    torch.manual_seed(0)
    net = build("mnist-cnn", cut.shape, 10)
    epochs = fit(net, cut, Plan(10**6, BATCH, Optimizer("adam", RATE)), precision=precision)

    def train() -> float:
        epoch = next(epochs)
        assert isinstance(epoch, Epoch)
        return epoch.seconds

    return train


def torch_net():
    """The net as one writes it in PyTorch."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


def torch_loader(images: int, data: str | None):
    """The digits in a DataLoader."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    x, y = digits(images, data)
    return DataLoader(TensorDataset(torch.from_numpy(x)[:, None], torch.from_numpy(y)), BATCH, shuffle=True)


def plain(images: int, data: str | None) -> Train:
    """Plain PyTorch: a DataLoader and the loop of every tutorial."""
    import torch

    loader, net = torch_loader(images, data), torch_net()
    optimizer, criterion = torch.optim.Adam(net.parameters(), lr=RATE), torch.nn.CrossEntropyLoss()

    def train() -> float:
        began = time.perf_counter()
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
        return time.perf_counter() - began

    return train


def lightning(images: int, data: str | None) -> Train:
    """Lightning, its logging, checkpoints and bars switched off."""
    import logging
    import warnings

    import lightning as pl
    import torch

    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.net, self.began, self.seconds = torch_net(), 0.0, 0.0

        def training_step(self, batch, _):
            return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=RATE)

        def on_train_epoch_start(self):
            self.began = time.perf_counter()

        def on_train_epoch_end(self):
            self.seconds = time.perf_counter() - self.began

    loader, module = torch_loader(images, data), Module()

    def train() -> float:
        trainer = pl.Trainer(
            max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
            enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(module, loader)
        return module.seconds

    return train


def skorch(images: int, data: str | None) -> Train:
    """skorch without its validation split and its printing."""
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback

    class Clock(Callback):
        seconds = began = 0.0

        def on_epoch_begin(self, net, **_):
            self.began = time.perf_counter()

        def on_epoch_end(self, net, **_):
            self.seconds = time.perf_counter() - self.began

    x, y = digits(images, data)
    clock = Clock()
    net = NeuralNetClassifier(
        torch_net(), criterion=torch.nn.CrossEntropyLoss, optimizer=torch.optim.Adam, lr=RATE, batch_size=BATCH,
        iterator_train__shuffle=True, train_split=None, verbose=0, callbacks=[("clock", clock)],
    )  # fmt: skip
    net.initialize()

    def train() -> float:
        net.partial_fit(x[:, None], y, epochs=1)
        return dict(net.callbacks_)["clock"].seconds

    return train


def keras(images: int, data: str | None, backend: str) -> Train:
    """Keras 3 with `model.fit`, no metrics."""
    os.environ["KERAS_BACKEND"] = backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    x, y = digits(images, data)
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")

    class Clock(keras.callbacks.Callback):
        seconds = began = 0.0

        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds = time.perf_counter() - self.began

    clock = Clock()

    def train() -> float:
        model.fit(x[..., None], y, batch_size=BATCH, epochs=1, verbose=0, callbacks=[clock])
        return clock.seconds

    return train


CONTESTANTS: dict[str, Callable[[int, str | None], Train]] = {
    "limen-fp32": lambda n, d: limen(n, d, "fp32"),
    "limen-bf16": lambda n, d: limen(n, d, "bf16"),
    "pytorch-dataloader": plain,
    "keras-tensorflow": lambda n, d: keras(n, d, "tensorflow"),
    "keras-torch": lambda n, d: keras(n, d, "torch"),
    "keras-jax": lambda n, d: keras(n, d, "jax"),
    "lightning": lightning,
    "skorch": skorch,
}


def contest(name: str, images: int, data: str | None) -> None:
    """A contestant's process: warm up, say so, then answer every line on stdin with the seconds of a pass."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)      # libraries may print to stdout what they like
    os.dup2(2, 1)
    train = CONTESTANTS[name](images, data)
    train()
    answers.write("ready\n")
    for _ in sys.stdin:
        answers.write(f"{train()}\n")


class Contestant:
    """A contestant seen from outside."""

    def __init__(self, name: str, arguments: argparse.Namespace) -> None:
        command = [sys.executable, __file__, "--contestant", name, "--images", str(arguments.images)]
        command += ["--data", arguments.data] if arguments.data else []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.line()

    def line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended: see its error with --contestant")
        return line

    def go(self) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self.line())


def spread(values: list[float], unit: str = "") -> str:
    return f"{statistics.median(values):7.2f}{unit}  ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="a folder with MNIST's files; else LIMEN_DATA or the cache")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--images", type=int, default=25_600)
    parser.add_argument("--only", help="some contestants, with commas between")
    parser.add_argument("--json", type=Path, help="write every single time here too")
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contestant:
        contest(arguments.contestant, arguments.images, arguments.data)
        return
    names = arguments.only.split(",") if arguments.only else list(CONTESTANTS)
    here = {name: Contestant(name, arguments) for name in names}
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(arguments.rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            times[name].append(here[name].go() / arguments.images * 1e6)
    for contestant in here.values():
        contestant.process.kill()

    print(f"{os.cpu_count()} cores, {arguments.rounds} rounds of {arguments.images:,} images, batch {BATCH}")
    print(f"{'':20}{'µs an image: median (range)':34}", end="")
    ours = [name for name in names if name.startswith("limen")]
    print("".join(f"times {name}: median (range)     " for name in ours))
    for name in sorted(names, key=lambda n: statistics.median(times[n])):
        print(f"{name:20}{spread(times[name]):34}", end="")
        for own in ours:
            print(f"{spread([a / b for a, b in zip(times[name], times[own], strict=True)], ' ×'):38}", end="")
        print()
    if arguments.json:
        arguments.json.write_text(json.dumps(times, indent=1))


if __name__ == "__main__":
    main()
