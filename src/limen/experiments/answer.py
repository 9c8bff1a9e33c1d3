"""Asking a trained net: files in, classes and probabilities out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from limen.data import decode
from limen.data.dataset import Scale, Split
from limen.errors import LimenError
from limen.language import Text
from limen.nets.build import build, check_options, outline
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.tensors import not_finite
from limen.train.evaluate import predict


@dataclass(frozen=True)
class Answer:
    """What a net says of one picture. `probabilities` are in the order of `classes`; `notes` tell what was changed."""

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


def ask(run: Run, files: Sequence[Path], invert: bool = False) -> Iterator[Answer]:
    """The net's answers to the pictures of some files, in order. `invert` swaps dark and light first.

    Raises:
        LimenError: a run that takes no pictures or has no weights, or a file that cannot be read.
    """
    record = run.record
    data, chosen = record["data"], record["experiment"]["net"]
    shape, classes = tuple(data["shape"]), tuple(data["classes"])
    if len(shape) != 3 or not classes:
        raise LimenError(f"{run.path.name} was trained on tables; predict takes pictures. Choose a run on pictures.")
    options = check_options(chosen["name"], chosen["options"])
    planned, weights = outline(chosen["name"], shape, len(classes), options), run.weights()
    checkpoints.check_weights(planned, weights)  # before any memory is taken
    net = build(chosen["name"], shape, len(classes), options)
    checkpoints.load_weights(net, weights)
    warnings = spoilt(weights)
    scale = Scale(tuple(data["offset"]), tuple(data["divisor"]))
    for file in files:
        x, notes = decode.read_pictures(file, shape)
        if invert:
            x, notes = 255 - x, [*notes, Text("dark and light swapped", "已反色")]
        elif decode.looks_inverted(x[0], data["border"]):
            swapped = Text(
                "looks dark on light, the training pictures were light on dark: try --invert",
                "看来是浅底深字，而训练图像是深底浅字：试试 --invert",
            )
            notes = [*notes, swapped]
        if scale.top != 255:  # stored with fewer grey levels, as the 8×8 digits are
            x = np.round(x / 255 * scale.top).astype(np.uint8)
        split = Split(torch.from_numpy(np.ascontiguousarray(x)), torch.zeros(len(x), dtype=torch.int64))
        probabilities = predict(net, split, scale).softmax(1)
        for number, row in enumerate(probabilities.tolist()):
            best = max(range(len(classes)), key=row.__getitem__)
            yield Answer(str(file), number, classes[best], row[best], tuple(row), classes, (*warnings, *notes))
