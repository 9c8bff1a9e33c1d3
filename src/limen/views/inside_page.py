"""The page of a look into a net: one HTML file that needs nothing else, neither network nor script."""

from pathlib import Path
from typing import Any

from limen import storage
from limen.views import inside
from limen.views.look import Look
from limen.views.page import embed, template
from limen.views.pictures import examples, filters
from limen.views.style import styled
from limen.views.words import word


def drawn(look: Look) -> list[dict[str, Any]]:
    """The figures in the order in which they are told; those that there is nothing for are left out."""
    language = look.finding.language
    figures = {
        "inside-answer": inside.answer(look),
        "inside-why": inside.why(look),
        "inside-maps": inside.maps(look),
        "inside-filters": filters(look.finding),
        "inside-excited": inside.excited(look),
        "inside-near": inside.near(look),
        "inside-plane": inside.plane(look),
        "inside-mistakes": examples(look.finding),
    }
    numbers = {"inside-near": look.near.known, "inside-plane": len(look.places.labels)}
    made = []
    for name, figure in figures.items():
        if figure is not None:
            entry = embed(figure, name, f"{name}_caption", language)
            made.append({**entry, "caption": entry["caption"].format(n=numbers.get(name, 0))})
    return made


def pair_rows(look: Look) -> list[tuple[str, int]]:
    """The pairs confused most often, in words."""
    names, says = look.finding.data.classes, word("taken for", look.finding.language)
    return [(says.format(true=names[true], answer=names[answer]), count) for true, answer, count in look.pairs]


def title(look: Look) -> str:
    """What the page is about."""
    return word("inside of", look.finding.language).format(run=look.finding.run.path.name, picture=look.origin)


def write_inside(look: Look, path: Path) -> None:
    """Write the page."""
    with styled():
        figures = drawn(look)
    content = template("inside.html.j2", look.finding.language).render(
        title=title(look),
        experiment=look.finding.title,
        notes=look.notes,
        without_maps=not look.maps,
        figures=figures,
        pairs=pair_rows(look),
    )
    storage.write_file(path, content.encode())
