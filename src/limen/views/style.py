"""How figures look: quiet, large enough for the last row, and readable by colour-blind eyes.

The colours are those of Okabe and Ito (2008), which stay apart in every common form of colour blindness.
"""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#6B7280",
)
INK = "#1F2937"
AGAINST_FOR = LinearSegmentedColormap.from_list("against-for", [RED, "#FFFFFF", BLUE])
COUNTS = LinearSegmentedColormap.from_list("counts", ["#FFFFFF", SKY, BLUE, "#003A5C"])
CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "Arial Unicode MS",
    "Noto Sans CJK JP",
)
LATIN_WEB = "'Helvetica Neue', Arial"
CHINESE_WEB = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei'"
WEB = {"en": f"{LATIN_WEB}, {CHINESE_WEB}, sans-serif", "zh": f"{CHINESE_WEB}, {LATIN_WEB}, sans-serif"}


@cache
def chinese_font() -> str | None:
    """The first font on this machine that has Chinese characters."""
    here = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE if name in here), None)


@contextmanager
def styled() -> Iterator[None]:
    """Matplotlib set up for Limen's figures, and put back afterwards."""
    fonts = ["DejaVu Sans"] + ([font] if (font := chinese_font()) else [])
    settings: Any = {
        "font.family": fonts, "font.size": 11, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": "#9CA3AF",
        "axes.titlesize": 12, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 10,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#E5E7EB",
        "axes.axisbelow": True, "xtick.color": INK, "ytick.color": INK, "lines.linewidth": 2.2, "lines.markersize": 5,
        "legend.frameon": False, "figure.facecolor": "white", "savefig.facecolor": "white", "svg.fonttype": "none",
        "svg.hashsalt": "limen",
    }  # fmt: skip
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def to_png(figure: Figure, dpi: int = 150) -> bytes:
    """A figure as the bytes of a PNG file, without the date."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def to_svg(figure: Figure, language: str) -> str:
    """A figure as an SVG element for a page: text stays text and is set in the reader's own fonts."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', svg, count=1)
    return re.sub(r"font-family: [^;\"]*", f"font-family: {WEB[language]}", svg)
