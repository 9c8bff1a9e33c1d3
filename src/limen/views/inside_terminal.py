"""The essentials of a look into a net, for the terminal and as plain values."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text as RichText

from limen.views.inside import TOP
from limen.views.inside_page import pair_rows, title
from limen.views.look import Look
from limen.views.outcome import pairs
from limen.views.words import word

FIRST = 3  # pairs and neighbours that are named


def likeliest(look: Look) -> list[tuple[str, float]]:
    """The likeliest classes with their probabilities."""
    order = look.probabilities.argsort(descending=True, stable=True)[:TOP].tolist()
    return [(look.finding.data.classes[i], float(look.probabilities[i])) for i in order]


def inside_text(look: Look) -> RenderableType:
    """The answer, the nearest training examples, the pairs most confused."""
    language, names = look.finding.language, look.finding.data.classes
    comma = "、" if language == "zh" else ", "
    rows = [(word("answer", language), comma.join(f"{name} {value:.1%}" for name, value in likeliest(look)))]
    if look.truth is not None:
        rows.append((word("true class", language), names[look.truth]))
    if look.target != look.answer:
        rows.append((word("asked about", language), names[look.target]))
    near = [f"{names[c]} {s:.3f}" for c, s in zip(look.near.classes, look.near.similar, strict=True)][:FIRST]
    rows.append((word("inside-near", language), comma.join(near)))
    confused = [f"{says} ({count:,})" for says, count in pair_rows(look)][:FIRST]
    rows.append((word("confused pairs", language), comma.join(confused) or word("none confused", language)))
    notes = [RichText(note, style="dim") for note in look.notes]
    return Group(RichText(title(look), style="bold"), *notes, pairs(rows))


def as_plain(look: Look) -> dict[str, Any]:
    """The same as plain values."""
    names = look.finding.data.classes
    near = zip(look.near.classes, look.near.similar, strict=True)
    return {
        "run": str(look.finding.run.path),
        "picture": look.origin,
        "true_class": None if look.truth is None else names[look.truth],
        "class": names[look.target],
        "probabilities": {name: float(p) for name, p in zip(names, look.probabilities, strict=True)},
        "nearest": [{"class": names[c], "cosine": s} for c, s in near],
        "confused": [{"true": names[a], "answer": names[b], "times": n} for a, b, n in look.pairs],
        "notes": list(look.notes),
    }
