"""The training step of the course's MNIST net: microseconds an image, for Limen and its rivals, in one run.

Every contestant trains the same net (16 and 32 filters, 128 units; 206,922 parameters) on the same real digits, with
Adam at 0.001 and batches of 64, each in the way its own documentation shows. Each lives in a process of its own, all
are warmed up first, and then they take turns, one at a time, round after round; so a machine that others disturb
disturbs all of them, and the ratios of one round are worth more than the times. Only the passes over the data are
timed: no imports, no set-up, no evaluation. Where the processor cannot multiply bfloat16 and it is emulated, Limen's
bf16 gets a tenth of the images.

    python benchmarks/step.py --data DIR [--rounds 11] [--images 12800] [--only limen-fp32,keras-tensorflow]
"""

import os
import time

from contest import BATCH, RATE, Train, bf16_here, compete, limen_data


def digits(images: int, data: str | None):
    """The digits as the rivals want them: float32 pixels in 0..1 (N, 28, 28), labels (N,)."""
    train = limen_data(images, data).train
    return (train.x[:, :, :, 0] / 255).numpy(), train.y.numpy()


def limen(images: int, data: str | None, precision: str) -> Train:
    """`limen.fit` as it comes."""
    import torch

    from limen.machine import Machine
    from limen.nets.build import build
    from limen.train.fit import Epoch, fit
    from limen.train.plan import Optimizer, Plan

    Machine.prepare("cpu", precision)
    if precision == "bf16" and not bf16_here():
        images //= 10
    cut = limen_data(images, data)
    torch.manual_seed(0)
    net = build("mnist-cnn", cut.shape, 10)
    epochs = fit(net, cut, Plan(10**6, BATCH, Optimizer("adam", RATE)), precision=precision)

    def train() -> float:
        epoch = next(epochs)
        assert isinstance(epoch, Epoch)
        return epoch.seconds / images

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
        return (time.perf_counter() - began) / images

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
        return module.seconds / images

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
        return dict(net.callbacks_)["clock"].seconds / images

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
        return clock.seconds / images

    return train


CONTESTANTS = {
    "limen-fp32": lambda n, d: limen(n, d, "fp32"),
    "limen-bf16": lambda n, d: limen(n, d, "bf16"),
    "pytorch-dataloader": plain,
    "keras-tensorflow": lambda n, d: keras(n, d, "tensorflow"),
    "keras-torch": lambda n, d: keras(n, d, "torch"),
    "keras-jax": lambda n, d: keras(n, d, "jax"),
    "lightning": lightning,
    "skorch": skorch,
}


if __name__ == "__main__":
    compete(__file__, __doc__, CONTESTANTS, ours=("limen-fp32", "limen-bf16"))
