"""The published nets laid out at the size of their papers, once, without memory for a single weight."""

from functools import cache

from limen.nets.build import outline
from limen.nets.summary import LayerSummary, summarize

PUBLISHED = (
    "lenet5-1998", "alexnet", "zfnet", "vgg11", "vgg11-lrn", "vgg13", "vgg16-1x1", "vgg16", "vgg19", "googlenet",
    "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "densenet121", "densenet169", "densenet201",
)  # fmt: skip


@cache
def laid_out(name: str) -> tuple[LayerSummary, ...]:
    """The layers of a published net: digits of 28×28 and ten classes for LeNet-5, else 3×224×224 and a thousand."""
    shape, classes = ((1, 28, 28), 10) if name.startswith("lenet") else ((3, 224, 224), 1000)
    return tuple(summarize(outline(name, shape, classes, {}).to("meta"), shape))
