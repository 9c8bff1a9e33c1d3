"""The speed of small things: microseconds a step of three small works, for Limen and its rivals, in one run.

    spiral   3 × 1000 points of the plane, 2-100-3, ReLU, cross-entropy, Adam; all points in one step
    cosine   1000 points of a curve beside a column of ones, 2-200-100-1, sigmoid and leaky ReLU without biases, sum of
             squares, plain descent; all points in one step
    table    1344 rows of 8 numbers, 8-32-3, ReLU, cross-entropy, Adam, batches of 32: 1,260 steps in 30 passes

Here arithmetic takes little, and what a library does around it takes much. Each contestant trains on the same numbers
in float32 in the way its documentation shows, keeps the loss of every epoch, and is given the whole data in memory; a
bare loop in PyTorch, with everything resident and each step's loss kept, is the measure. Limen looks at its validation
split after every epoch besides; the others look at none. An epoch is a pass; for the first two works Limen's is fifty,
since a pass is a single step. Scikit-learn has neither several activations nor a net without biases, so it has no part
in the cosine; it computes in the type it is given, and is given float64 too. Each contestant lives in a process of its
own, all are warmed up first, and then they take turns, round after round; the ratios are those within a round. All are
held to one thread and one core unless `--threads` says otherwise.

    python benchmarks/small.py [--rounds 7] [--works spiral,table] [--threads 1] [--only limen,pytorch]
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from contest import Contestant, Train, arguments_of, contest, table, taking_turns

RATES = {"spiral": 1e-3, "cosine": 1e-7, "table": 1e-3}
BATCH = 32  # of the table; the others take all in one


@dataclass(frozen=True)
class Work:
    """The data (Limen's set and arrays), and how many passes make a turn."""

    name: str
    data: object
    x: object  # (N, columns) float32
    y: object  # (N,) int64 labels or (N, 1) float32
    passes: int

    @property
    def batch(self) -> int:
        """Examples of a step."""
        return BATCH if self.name == "table" else len(self.x)

    @property
    def steps(self) -> int:
        """Steps of a turn."""
        return self.passes * (len(self.x) // self.batch)


def rows_of_a_table():
    """1344 rows of three clouds in eight dimensions to learn from, and 336 to look at."""
    import torch

    from limen.data.dataset import Dataset, Split

    generator = torch.Generator().manual_seed(0)
    y = torch.randint(0, 3, (1680,), generator=generator)
    x = 2 * torch.randn(3, 8, generator=generator)[y] + torch.randn(1680, 8, generator=generator)
    train, rest = Split(x[:1344], y[:1344]), Split(x[1344:], y[1344:])
    return Dataset("table", train, rest, rest, ("a", "b", "c"))


def work(name: str) -> Work:
    """One of the three works."""
    from limen.data.load import load
    from limen.data.spec import Data

    if name == "table":
        data = rows_of_a_table()
        return Work(name, data, data.train.x.numpy(), data.train.y.numpy(), 30)
    data = load(Data(name, seed=0))
    x, y = data.scale(data.train.x).numpy(), data.train.y.numpy()
    return Work(name, data, x, y.reshape(len(y), -1) if name == "cosine" else y, 100)


def limen(task: Work) -> Train:
    """`limen.fit` as it comes."""
    import torch

    from limen.machine import Machine
    from limen.nets.build import build
    from limen.train.fit import fit
    from limen.train.objectives import OBJECTIVES
    from limen.train.plan import Optimizer, Plan

    Machine.prepare("cpu", "fp32")
    hidden = {"spiral": {"hidden": (100,)}, "table": {"hidden": (32,)}, "cosine": {}}[task.name]
    passes = 1 if task.name == "table" else 50
    rule = Optimizer("sgd" if task.name == "cosine" else "adam", RATES[task.name])
    objective = OBJECTIVES["squares" if task.name == "cosine" else "classification"]
    torch.manual_seed(0)
    net = build("cosine" if task.name == "cosine" else "mlp", task.data.shape, task.data.outputs, hidden)
    plan = Plan(epochs=50_000, passes=passes, batch_size=task.batch, optimizer=rule)
    epochs = fit(net, task.data, plan, objective)

    def train() -> float:
        began = time.perf_counter()
        for _ in range(task.passes // passes):
            next(epochs)
        return (time.perf_counter() - began) / task.steps

    return train


def torch_net(name: str):
    """The net as one writes it in PyTorch."""
    from torch import nn

    if name == "cosine":
        layers = [nn.Linear(2, 200, False), nn.Sigmoid(), nn.Linear(200, 100, False), nn.LeakyReLU(0.01)]
        net = nn.Sequential(*layers, nn.Linear(100, 1, False))
        for layer in (net[0], net[2], net[4]):
            nn.init.normal_(layer.weight)
        return net
    before, hidden = (2, 100) if name == "spiral" else (8, 32)
    return nn.Sequential(nn.Linear(before, hidden), nn.ReLU(), nn.Linear(hidden, 3))


def torch_parts(name: str, **options):
    """(loss, optimizer class, its options) in PyTorch."""
    import torch

    if name == "cosine":
        return torch.nn.MSELoss(reduction="sum"), torch.optim.SGD, {"lr": RATES[name], **options}
    return torch.nn.CrossEntropyLoss(), torch.optim.Adam, {"lr": RATES[name], **options}


def torch_batches(task: Work):
    """The batches of a pass, gathered by one indexing each: the fastest thing a DataLoader offers."""
    import torch
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler, TensorDataset

    x, y = torch.from_numpy(task.x), torch.from_numpy(task.y)
    if task.batch == len(x):
        return DataLoader([(x, y)], batch_size=None)
    data = TensorDataset(x, y)
    return DataLoader(data, batch_size=None, sampler=BatchSampler(RandomSampler(data), task.batch, drop_last=False))


def bare(task: Work, fused: bool = False) -> Train:
    """A bare loop in PyTorch: everything resident, every step's loss kept."""
    import torch

    net = torch_net(task.name)
    criterion, kind, options = torch_parts(task.name, **({"fused": True} if fused else {}))
    optimizer = kind(net.parameters(), **options)
    x, y, losses = torch.from_numpy(task.x), torch.from_numpy(task.y), []

    def step(x, y):
        loss = criterion(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    def train() -> float:
        began = time.perf_counter()
        for _ in range(task.passes):
            if task.batch == len(x):
                step(x, y)
                continue
            for rows in torch.randperm(len(x)).split(task.batch):
                step(x[rows], y[rows])
        return (time.perf_counter() - began) / task.steps

    return train


def lightning(task: Work) -> Train:
    """Lightning, its logging, checkpoints and bars switched off; the loss of each pass kept by hand."""
    import logging
    import warnings

    import lightning as pl

    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    criterion, kind, options = torch_parts(task.name)

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.net, self.losses, self.began, self.seconds = torch_net(task.name), [], 0.0, 0.0

        def training_step(self, batch, _):
            loss = criterion(self.net(batch[0]), batch[1])
            self.losses.append(loss.detach())
            return loss

        def configure_optimizers(self):
            return kind(self.parameters(), **options)

        def on_train_start(self):
            self.began = time.perf_counter()

        def on_train_end(self):
            self.seconds = time.perf_counter() - self.began

    loader, module = torch_batches(task), Module()

    def train() -> float:
        trainer = pl.Trainer(
            max_epochs=task.passes, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(module, loader)
        return module.seconds / task.steps

    return train


def skorch(task: Work) -> Train:
    """skorch without its validation split and its printing; its history keeps the losses."""
    from skorch import NeuralNet

    criterion, kind, options = torch_parts(task.name)
    net = NeuralNet(
        torch_net(task.name), criterion=criterion, optimizer=kind, lr=options["lr"], batch_size=task.batch,
        iterator_train__shuffle=task.batch < len(task.x), train_split=None, verbose=0,
    )  # fmt: skip
    net.initialize()

    def train() -> float:
        began = time.perf_counter()
        net.partial_fit(task.x, task.y, epochs=task.passes)
        return (time.perf_counter() - began) / task.steps

    return train


def keras(task: Work, backend: str) -> Train:
    """Keras 3 with `model.fit`, no metrics; its history keeps the losses."""
    os.environ["KERAS_BACKEND"] = backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    dense, columns = keras.layers.Dense, task.x.shape[1]
    if task.name == "cosine":
        normal = {"use_bias": False, "kernel_initializer": keras.initializers.RandomNormal(stddev=1.0)}
        layers = [
            dense(200, "sigmoid", **normal),
            dense(100, keras.layers.LeakyReLU(0.01), **normal),
            dense(1, **normal),
        ]
        rule, loss = keras.optimizers.SGD(RATES[task.name]), keras.losses.MeanSquaredError(reduction="sum")
    else:
        layers = [dense(100 if task.name == "spiral" else 32, "relu"), dense(3)]
        rule = keras.optimizers.Adam(RATES[task.name])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = keras.Sequential([keras.Input((columns,)), *layers])
    model.compile(rule, loss)
    shuffle = task.batch < len(task.x)

    def train() -> float:
        began = time.perf_counter()
        model.fit(task.x, task.y, batch_size=task.batch, epochs=task.passes, shuffle=shuffle, verbose=0)
        return (time.perf_counter() - began) / task.steps

    return train


def scikit_learn(task: Work, kind: str = "float32") -> Train:
    """scikit-learn's MLPClassifier, told never to stop early; its `loss_curve_` keeps the losses."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    net = MLPClassifier(
        (100 if task.name == "spiral" else 32,), batch_size=task.batch, learning_rate_init=RATES[task.name], alpha=0,
        max_iter=task.passes, tol=0, n_iter_no_change=10**9, shuffle=task.batch < len(task.x), warm_start=True,
    )  # fmt: skip
    x = task.x.astype(kind)

    def train() -> float:
        began = time.perf_counter()
        net.fit(x, task.y)
        return (time.perf_counter() - began) / task.steps

    return train


CONTESTANTS: dict[str, Callable[[Work], Train]] = {
    "limen": limen,
    "pytorch": bare,
    "pytorch-fused": partial(bare, fused=True),
    "scikit-learn": scikit_learn,
    "scikit-learn-float64": partial(scikit_learn, kind="float64"),
    "keras-tensorflow": partial(keras, backend="tensorflow"),
    "keras-jax": partial(keras, backend="jax"),
    "keras-torch": partial(keras, backend="torch"),
    "lightning": lightning,
    "skorch": skorch,
}


def main() -> None:
    """Parse the command line, hold a contest for each work, print its table."""
    parser = arguments_of(__doc__)
    parser.add_argument("--works", default=",".join(RATES), help="some of the works, with commas between")
    parser.add_argument("--threads", type=int, default=1, help="threads, and cores, of every contestant")
    arguments = parser.parse_args()
    if arguments.contestant:
        contest(lambda *_: CONTESTANTS[arguments.contestant](work(arguments.works)), 0, None)
        return
    print(f"{arguments.threads} of {os.cpu_count()} cores; {arguments.rounds} rounds")
    every = {}
    for name in arguments.works.split(","):
        names = arguments.only.split(",") if arguments.only else list(CONTESTANTS)
        names = [each for each in names if name != "cosine" or not each.startswith("scikit")]
        here = {each: Contestant(__file__, each, ["--works", name], arguments.threads) for each in names}
        every[name] = taking_turns(here, arguments.rounds)
        print(f"\n{name}: {work(name).steps:,} steps a turn")
        table(every[name], ("limen", "pytorch"), "a step", ordered=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(every, indent=1))


if __name__ == "__main__":
    main()
