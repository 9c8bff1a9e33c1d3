"""Every lesson by its name."""

from collections.abc import Callable

from limen.errors import unknown
from limen.experiments import (
    convolution_inside,
    convolution_kinds,
    convolution_sizes,
    convolution_zoo,
    image_contrast,
    image_filters,
    image_histogram,
    image_pixels,
    image_pooling,
    image_segment,
    images_sliding,
    neuron_activations,
    neuron_descent,
    neuron_losses,
    neuron_threshold,
    primer_autograd,
    primer_tensors,
)
from limen.experiments.lesson import Lesson

LESSONS: dict[str, Callable[[], Lesson]] = {
    "pixels": image_pixels.pixels,
    "histogram": image_histogram.histogram,
    "contrast": image_contrast.contrast,
    "segment": image_segment.segment,
    "filters": image_filters.filters,
    "arithmetic": images_sliding.arithmetic,
    "pooling": image_pooling.pooling,
    "tensors": primer_tensors.tensors,
    "autograd": primer_autograd.autograd,
    "threshold": neuron_threshold.threshold,
    "activations": neuron_activations.activations,
    "losses": neuron_losses.losses,
    "descent": neuron_descent.descent,
    "kinds": convolution_kinds.kinds,
    "sizes": convolution_sizes.sizes,
    "zoo": convolution_zoo.zoo,
    "inside": convolution_inside.inside,
}


def find_lesson(name: str) -> Lesson:
    """The lesson called `name`."""
    if name not in LESSONS:
        raise unknown("lesson", name, LESSONS, see="limen learn")
    return LESSONS[name]()
