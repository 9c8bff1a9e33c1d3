"""Asking a trained net: files in, classes and probabilities out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from limen.data import decode, own_photo
from limen.data.dataset import Scale, Split
from limen.data.encode import new_rows
from limen.data.encoder import Encoder
from limen.data.features import features_from_plain
from limen.data.photo_decode import Reading
from limen.data.texts import read_text
from limen.errors import LimenError
from limen.experiments.config import from_plain
from limen.language import Text
from limen.nets.build import UNSUPERVISED, build, check_options, outline
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.tensors import not_finite
from limen.train.evaluate import predict


@dataclass(frozen=True)
class Answer:
    """What a net says of one picture, row or text. `probabilities` are in the order of `classes`, both empty where it
    foretells a number, and `probability` is nan; `notes` tell what was changed.
    """

    file: str
    number: int  # place in the file, from 0
    answer: str
    probability: float
    probabilities: tuple[float, ...]
    classes: tuple[str, ...]
    notes: tuple[Text, ...]


def spoilt(weights: Mapping[str, Tensor]) -> tuple[Text, ...]:
    """What to say of weights that are inf or nan: the layers, and that the answers mean nothing."""
    names = not_finite(weights)
    if not names:
        return ()
    layers = ", ".join(dict.fromkeys(name.rpartition(".")[0] or name for name in names))
    told = Text(
        f"the weights of {layers} are not finite: the answer means nothing; train the net again",
        f"{layers} 层的权重含有无穷或非数：此回答没有意义；请重新训练",
    )
    return (told,)


@dataclass(frozen=True)
class Asked:
    """A run's net ready to answer: its record of the data, its classes (none where it foretells numbers), warnings."""

    net: nn.Module
    data: Mapping[str, Any]
    classes: tuple[str, ...]
    warnings: tuple[Text, ...]
    looks: int = 1  # at a picture, whose answers are averaged

    @property
    def scale(self) -> Scale:
        """How stored examples become inputs."""
        return Scale(tuple(self.data["offset"]), tuple(self.data["divisor"]))

    def outputs(self, x: NDArray[Any]) -> Tensor:
        """The net's outputs for examples as they are stored: (N, outputs)."""
        stored = torch.from_numpy(np.ascontiguousarray(x))
        if next(self.net.parameters()).dtype == torch.float64 and stored.is_floating_point():
            stored = stored.double()
        split = Split(stored, torch.zeros(len(stored), dtype=torch.int64))
        return predict(self.net, split, self.scale, looks=self.looks)

    def answers(self, file: Path, x: NDArray[Any], notes: Sequence[Text]) -> Iterator[Answer]:
        """An answer to each example of a file."""
        outputs, told = self.outputs(x), (*self.warnings, *notes)
        if not self.classes:
            offset, divisor = self.data.get("target", (0.0, 1.0))
            for number, row in enumerate(outputs.flatten(1).tolist()):
                values = ", ".join(f"{offset + divisor * value:g}" for value in row)
                yield Answer(str(file), number, values, math.nan, (), (), told)
            return
        if outputs.shape[1] == 1:  # one unit: the log-odds of the second class
            outputs = torch.cat([torch.zeros_like(outputs), outputs], dim=1)
        for number, row in enumerate(outputs.softmax(1).tolist()):
            best = max(range(len(self.classes)), key=row.__getitem__)
            yield Answer(str(file), number, self.classes[best], row[best], tuple(row), self.classes, told)


def ready(run: Run) -> Asked:
    """A run's net with its weights, all checked before any memory is taken.

    Raises:
        LimenError: a run whose net answers no questions, or that has no weights.
    """
    record = run.record
    data, chosen = record["data"], record["experiment"]["net"]
    if chosen["name"] in UNSUPERVISED:
        raise LimenError(f"{run.path.name} learnt without labels, so it has no answers. Choose a run with classes.")
    shape, outputs = tuple(data["shape"]), int(data["outputs"])
    options = check_options(chosen["name"], chosen["options"])
    planned, weights = outline(chosen["name"], shape, outputs, options), run.weights()
    checkpoints.check_weights(planned, weights)
    net = build(chosen["name"], shape, outputs, options)
    if record["machine"]["precision"] == "fp64":
        net = net.double()
    checkpoints.load_weights(net, weights)
    looks = int(record["experiment"]["plan"].get("looks", 1))
    return Asked(net, data, tuple(data["classes"]), spoilt(weights), looks)


def ask(run: Run, files: Sequence[Path], invert: bool = False) -> Iterator[Answer]:
    """The net's answers to some files, in order: pictures, the rows of tables, the lines of texts.

    `invert` swaps dark and light of pictures first.

    Raises:
        LimenError: a run that takes other things or has no weights, or a file that cannot be read.
    """
    data = run.record["data"]
    if "encoder" not in data and "features" not in data and len(data["shape"]) != 3:
        raise LimenError(
            f"{run.path.name} was trained on {data['name']}, whose rows come in no file. Choose a run on pictures, "
            "on your own table (data.path) or on texts."
        )
    asked = ready(run)
    for file in files:
        if "encoder" in data:
            rows, found = new_rows(file, Encoder.from_plain(data["encoder"]))
            yield from asked.answers(file, rows, [Text(note.line("en"), note.line("zh")) for note in found])
        elif "features" in data:
            text, _ = read_text(file)
            lines = [line for line in text.splitlines() if line.strip()]
            yield from asked.answers(file, features_from_plain(data["features"])(lines), [])
        else:
            x, notes = read_photo(file, data, invert) if "reading" in data else read_picture(file, data, invert)
            yield from asked.answers(file, x, notes)


def read_photo(file: Path, data: Mapping[str, Any], invert: bool) -> tuple[NDArray[np.uint8], list[Text]]:
    """The photo of a file as training read its own, and what was changed."""
    reading = from_plain(Reading, data["reading"], "data.reading.")
    x, notes = own_photo.read_photo(file, reading)
    if invert:
        x, notes = 255 - x, [*notes, Text("dark and light swapped", "已反色")]
    return x[None], notes


def read_picture(file: Path, data: Mapping[str, Any], invert: bool) -> tuple[NDArray[np.uint8], list[Text]]:
    """The pictures of a file as training stored its own, and what was changed."""
    x, notes = decode.read_pictures(file, tuple(data["shape"]))
    if invert:
        x, notes = 255 - x, [*notes, Text("dark and light swapped", "已反色")]
    elif decode.looks_inverted(x[0], data["border"]):
        swapped = Text(
            "looks dark on light, the training pictures were light on dark: try --invert",
            "看来是浅底深字，而训练图像是深底浅字：试试 --invert",
        )
        notes = [*notes, swapped]
    top = Scale(tuple(data["offset"]), tuple(data["divisor"])).top
    if top != 255:  # stored with fewer grey levels, as the 8×8 digits are
        x = np.round(x / 255 * top).astype(np.uint8)
    return x, list(notes)
