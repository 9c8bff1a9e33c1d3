"""Test examples that one run gets right and another wrong, as they are shown on a page."""

import base64
import io
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from limen.data.dataset import Dataset
from limen.explain.outcomes import confidence
from limen.runs.agreement import Agreement, answers
from limen.runs.compare import Comparison
from limen.runs.folder import Run
from limen.views.detection import visible
from limen.views.words import word

MOST = 8  # examples of each kind
COLUMNS = 12  # of a table row
SIDE = 128  # pixels of a picture at most


@dataclass(frozen=True)
class Answer:
    """What one run said of an example. `run` is its group's letter or, within one group, its name."""

    run: str
    name: str
    probability: str
    right: bool


@dataclass(frozen=True)
class Example:
    """A test example: its place in the split, the true class, two answers, and a picture, a row's values or a text."""

    number: int
    true: str
    answers: tuple[Answer, Answer]
    picture: str  # a data URI; empty where the data are no pictures
    values: list[str]


@dataclass(frozen=True)
class Disagreement:
    """Examples of one kind: a heading, and the examples, the surest first."""

    heading: str
    examples: list[Example]


@dataclass(frozen=True)
class Pair:
    """Two runs whose answers are shown side by side. `tags` stand for them beside each example."""

    runs: tuple[Run, Run]
    tags: tuple[str, str]
    heading: str


def picture(x: Tensor, top: float) -> str:
    """A stored picture (H, W, C) as a PNG within a data URI."""
    grey = (x.float() / top).clamp(0, 1).mul(255).round().to(torch.uint8).numpy()
    image = Image.fromarray(np.ascontiguousarray(grey[..., 0] if grey.shape[2] == 1 else grey))
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def example(data: Dataset, number: int, said: tuple[Answer, Answer], true: str) -> Example:
    """One test example with what was said of it."""
    x = data.test.x[number].cpu()
    if data.texts:
        return Example(number, true, said, "", [visible(data.texts["test"][number])])
    values = [f"{value:g}" for value in x[:COLUMNS].tolist()] if x.ndim == 1 and x.is_floating_point() else []
    return Example(number, true, said, picture(x, data.scale.top) if x.ndim == 3 else "", values)


def disagreements(data: Dataset, pair: Pair, language: str) -> list[Disagreement]:
    """The test examples that only the first of two runs answers rightly, and those that only the second does."""
    stored = [answers(run) for run in pair.runs]
    targets = stored[0][1]
    said = [confidence(outputs) for outputs, _ in stored]
    right = [answer == targets for answer, _ in said]
    sure = said[0][1] + said[1][1]

    def shown(number: int) -> Example:
        one, two = (
            Answer(tag, data.classes[int(answer[number])], f"{float(probability[number]):.0%}", bool(correct[number]))
            for tag, (answer, probability), correct in zip(pair.tags, said, right, strict=True)
        )
        return example(data, number, (one, two), data.classes[int(targets[number])])

    found = []
    for own, other in ((0, 1), (1, 0)):
        places = (right[own] & ~right[other]).nonzero().flatten()
        places = places[sure[places].argsort(descending=True, stable=True)]
        examples = [shown(number) for number in places[:MOST].tolist()]
        kind = "only_right" if len(places) > len(examples) else "only_right_all"
        heading = word(kind, language).format(name=pair.tags[own], shown=len(examples), n=len(places))
        found.append(Disagreement(heading, examples))
    return [each for each in found if each.examples]


def chosen(comparison: Comparison) -> list[Pair]:
    """The first run with the first of every other group or, of one group, with the second: where they part."""
    groups = comparison.groups
    split = {p.other for p in comparison.agreements if isinstance(p, Agreement) and p.only_first + p.only_other}
    first, one = groups[0].runs[0], groups[0].names[0]
    if len(groups) == 1:
        two = groups[0].names[1]
        return [Pair((first, groups[0].runs[1]), (one, two), f"{one} · {two}")] if two in split else []
    return [
        Pair(
            (first, group.runs[0]),
            (groups[0].letter, group.letter),
            f"{groups[0].letter} {one} · {group.letter} {group.names[0]}",
        )
        for group in groups[1:]
        if group.names[0] in split
    ]
