"""What every page of Limen's has in common: one style, figures drawn within, nothing fetched, nothing run."""

from pathlib import Path
from typing import Any

import jinja2
from matplotlib.figure import Figure

from limen.views.style import WEB, to_svg
from limen.views.words import word

POINT = 96 / 72  # CSS pixels in a point


def template(name: str, language: str) -> jinja2.Template:
    """A page's template in a language. Whatever is put into it is escaped, and what is missing is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    ).get_template(name, globals={"language": language, "w": lambda name: word(name, language), "fonts": WEB[language]})


def embed(figure: Figure, title: str, caption: str, language: str) -> dict[str, Any]:
    """A figure as an SVG element for a page, with the words of its title and caption, and its width in pixels."""
    return {
        "title": word(title, language),
        "caption": word(caption, language),
        "svg": to_svg(figure, language),
        "width": round(figure.get_figwidth() * 72 * POINT * 0.92),
    }
