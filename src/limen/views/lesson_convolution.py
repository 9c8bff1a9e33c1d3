"""Figures of the lessons on convolution worked out and on sizes."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from limen.views.convolution_figure import convolution_figure
from limen.views.field_figure import field_figure


def sliding(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """A kernel along a row, step by step."""
    return convolution_figure(value, language)


def padding(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The same with padding and a stride."""
    return convolution_figure(value, language)


def stepping(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """A kernel over a plane, a small picture for each step."""
    return convolution_figure(value, language)


def transposed(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """A row laid out by each number of the input."""
    return convolution_figure(value, language)


def fields(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """What the middle of each layer sees: the layers' summaries and the input's shape."""
    rows, shape = value
    return field_figure(rows, shape, language)
