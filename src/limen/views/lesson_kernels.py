"""Figures of the lessons on filters and pooling."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from limen.views.lesson_pictures import picture, stage
from limen.views.style import BLUE, GREY, ORANGE
from limen.views.words import word


def filters(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The same part of a picture under every kernel."""
    figure = Figure(figsize=(10.8, 11.4), layout="constrained")
    for axes, (name, of) in zip(figure.subplots(4, 4).flat, value.items(), strict=True):
        stage(axes, of, word(f"kernel {name}", language))
    return figure


def noise(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """An edge under two blurs; a noisy picture under two second derivatives, on one scale of grey."""
    figure = Figure(figsize=(11.6, 3.2), layout="constrained")
    left, *right = figure.subplots(1, 4, gridspec_kw={"width_ratios": [1.0, 1, 1, 1]})
    looks = {"identity": (GREY, ":", "o"), "box": (ORANGE, "--", "s"), "gaussian": (BLUE, "-", "o")}
    for name, (colour, dash, mark) in looks.items():
        y = value["profiles"][name]
        left.plot(range(len(y)), y, color=colour, linestyle=dash, marker=mark, label=word(f"kernel {name}", language))
    left.set_xlim(2.5, 8.5)
    left.set_ylim(-0.05, 1.45)
    left.set_yticks([0, 0.5, 1])
    left.set_xlabel(word("pixel column", language))
    left.set_ylabel(word("image brightness axis", language))
    left.legend(loc="upper left", fontsize=10)
    picture(right[0], value["noisy"], word("noisy picture", language))
    reach = 6 * float(np.std(value["seconds"]["laplacian-4"]))
    for axes, (name, answer) in zip(right[1:], value["seconds"].items(), strict=True):
        picture(axes, 0.5 + answer / reach, word(f"kernel {name}", language))
    return figure


def pooling(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """A picture pooled in three ways; how much a shift of one pixel changes, by the window."""
    figure = Figure(figsize=(11.8, 2.9), layout="constrained")
    *places, last = figure.subplots(1, 5, gridspec_kw={"width_ratios": [1, 1, 1, 1, 1.3]})
    for axes, (name, pixels) in zip(places, value["pictures"].items(), strict=True):
        picture(axes, pixels, word(f"pool {name}", language))
    for kind, colour, dash, mark in (("max", ORANGE, "--", "s"), ("average", BLUE, "-", "o")):
        y = value["change"][kind]
        last.plot(value["windows"], y, color=colour, linestyle=dash, marker=mark, label=word(f"pool {kind}", language))
    last.set_xscale("log", base=2)
    last.set_xticks(value["windows"], [str(k) for k in value["windows"]])
    last.minorticks_off()
    last.set_ylim(0, None)
    last.set_xlabel(word("pooling window", language))
    last.set_title(word("change by a shift", language), fontsize=11, pad=6)
    last.legend(fontsize=10)
    return figure
