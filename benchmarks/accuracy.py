"""The way to 98.86 % on the test digits: seconds from the start of the process, for Limen and for Keras.

Limen runs its default recipe of mnist-cnn from the command line, as a user would, and has arrived when the command has
ended (the run is saved, the test split was looked at once). Keras trains the notes' recipe (the same net, Adam at
0.001, batches of 64, 48,000 digits) and may look at the test split after every epoch; it has arrived at the first
epoch that reaches the goal, and is stopped there. Both take turns, with another seed each round.

    python benchmarks/accuracy.py --data DIR [--rounds 5] [--backend tensorflow]
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL, EPOCHS = 0.9886, 15


def limen(data: str, seed: int) -> tuple[float, float]:
    """Seconds of the whole command, and the test accuracy it arrived at."""
    with tempfile.TemporaryDirectory() as runs:
        command = [sys.executable, "-m", "limen", "run", "mnist-cnn", "--json", "--no-report"]
        command += ["--seed", str(seed), "--runs", runs, "--data", data]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return time.perf_counter() - began, json.loads(done.stdout)["metrics"]["test_accuracy"]


def keras(data: str, seed: int, backend: str) -> tuple[float, float]:
    """Seconds until the first epoch whose test accuracy reaches the goal (or the last epoch), and that accuracy."""
    command = [sys.executable, __file__, "--train-keras", "--seed", str(seed), "--data", data]
    environment = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    began, accuracy = time.perf_counter(), 0.0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("accuracy "):
                accuracy, seconds = float(line.split()[1]), time.perf_counter() - began
                if accuracy >= GOAL:
                    process.kill()
                    break
    if not accuracy:
        raise SystemExit("Keras ended without an epoch: see its error with --train-keras")
    return seconds, accuracy


def train_keras(data: str, seed: int) -> None:
    """The notes' recipe, one line after every epoch."""
    import keras as k
    import numpy as np

    folder = Path(data)

    def read(name: str, offset: int):
        return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)

    x, x_test = (
        read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1).astype("float32") / 255
        for part in ("train", "t10k")
    )
    y, y_test = (read(f"{part}-labels-idx1-ubyte.gz", 8) for part in ("train", "t10k"))
    k.utils.set_random_seed(seed)
    model = k.Sequential([
        k.Input((28, 28, 1)),
        k.layers.Conv2D(16, 3, padding="same", activation="relu"), k.layers.MaxPooling2D(2),
        k.layers.Conv2D(32, 3, padding="same", activation="relu"), k.layers.MaxPooling2D(2),
        k.layers.Flatten(), k.layers.Dense(128, activation="relu"), k.layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    model.compile(k.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    for _ in range(EPOCHS):
        model.fit(x[:48_000], y[:48_000], batch_size=64, epochs=1, verbose=0)
        print("accuracy", model.evaluate(x_test, y_test, batch_size=1024, verbose=0)[1], flush=True)


def find_mnist(data: str | None) -> str:
    """The folder of MNIST's four packed files; Keras's process is then spared everything of Limen's."""
    from limen.data.load import locate
    from limen.data.sources import SOURCES

    found = locate(SOURCES["mnist"], Path(data) if data else None, "idx")
    if found is None or found[1][0].suffix != ".gz":
        raise SystemExit("MNIST's four idx .gz files were not found. Fetch them: `limen data get mnist`.")
    return str(found[1][0].parent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="a folder with MNIST's files; else LIMEN_DATA or the cache")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", default="tensorflow", choices=["tensorflow", "torch", "jax"])
    parser.add_argument("--seed", type=int, default=0, help="the first round's seed")
    parser.add_argument("--train-keras", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.train_keras:
        train_keras(arguments.data, arguments.seed)
        return
    data, ratios, late = find_mnist(arguments.data), [], 0
    print(f"seconds from process start to a test accuracy of {GOAL}, {os.cpu_count()} cores")
    print(f"{'seed':>4}  {'Limen':>18}  {'Keras/' + arguments.backend:>18}  times Limen")
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        ours, reached = limen(data, seed)
        theirs, at = keras(data, seed, arguments.backend)
        late += reached < GOAL
        ratios.append(theirs / ours)
        print(f"{seed:4}  {ours:6.1f} s  ({reached:.4f})  {theirs:6.1f} s  ({at:.4f})  {theirs / ours:.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", end="")
    print(f"; {late} of Limen's runs ended below the goal" if late else "; all of Limen's runs reached the goal")


if __name__ == "__main__":
    main()
