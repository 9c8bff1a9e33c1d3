"""Matrices as text: numbers of one matrix share a power of ten, and a large one is cut, with its shape beside it."""

import math
from collections.abc import Sequence

from rich.cells import cell_len
from torch import Tensor

from limen.explain.written import RAISED

WHOLE = 8  # rows and columns up to which a matrix is printed whole
SHOWN = 4  # rows and columns printed of a larger one, and the last


def power(values: Tensor, least: int = -2) -> int:
    """The power of ten taken out of a matrix; 0 where its largest number lies from 10^least up to 10⁴."""
    largest = float(values.abs().max())
    if not math.isfinite(largest) or largest == 0:
        return 0
    exponent = math.floor(math.log10(largest))
    return 0 if least <= exponent <= 3 else exponent


def scale(exponent: int) -> str:
    """`` · 10⁻⁵``; empty for 0."""
    return f" · 10{str(exponent).translate(RAISED)}" if exponent else ""


def digits_after(values: Tensor, digits: int, exponent: int) -> int:
    """Digits behind the point, so that a matrix's largest number has about `digits` in all; 0 for whole numbers."""
    scaled = values.double() / 10.0**exponent
    if bool((scaled == scaled.round()).all()):
        return 0
    largest = float(scaled.abs().max())
    return max(0, digits - 1 - (math.floor(math.log10(largest)) if math.isfinite(largest) else 0))


def written(value: float, exponent: int, places: int) -> str:
    """One number of a matrix, its power of ten taken out; 0 stands for what is exactly 0."""
    text = f"{value / 10.0**exponent:.{places}f}" if value else "0"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def cut(count: int) -> list[int | None]:
    """Which rows or columns are printed; None stands for those left out."""
    if count <= WHOLE:
        return list(range(count))
    return [*range(SHOWN), None, count - 1]


def as_rows(values: Tensor) -> Tensor:
    """A vector as one row, a scalar as one number, a matrix as it is."""
    return values.reshape(1, -1) if values.ndim < 2 else values


def matrix_lines(values: Tensor, digits: int = 4) -> list[str]:
    """A matrix in brackets, a line each row, its columns set right; `⋯` and `⋮` stand for what is left out."""
    values = as_rows(values)
    rows, columns = cut(values.shape[0]), cut(values.shape[1])
    exponent = power(values)
    places = digits_after(values, digits, exponent)
    lines: list[list[str]] = []
    for i in rows:
        if i is None:
            lines.append(["⋮"] * len(columns))
        else:
            row = values[i].tolist()
            lines.append(["⋯" if j is None else written(row[j], exponent, places) for j in columns])
    widths = [max(len(line[j]) for line in lines) for j in range(len(columns))]
    return [f"[ {'  '.join(c.rjust(w) for c, w in zip(line, widths, strict=True))} ]" for line in lines]


def beside(blocks: Sequence[Sequence[str]], width: int, gap: int = 4) -> list[list[str]]:
    """Blocks of lines set side by side, as many in a row as the width holds; each row of blocks is a list of lines."""
    rows: list[list[Sequence[str]]] = []
    used = 0
    for block in blocks:
        own = max(cell_len(line) for line in block)
        if rows and used + gap + own <= width:
            rows[-1].append(block)
            used += gap + own
        else:
            rows.append([block])
            used = own
    return [joined(row, gap) for row in rows]


def joined(blocks: Sequence[Sequence[str]], gap: int) -> list[str]:
    """Blocks in one row, their first lines level."""
    widths = [max(cell_len(line) for line in block) for block in blocks]
    lines = []
    for i in range(max(map(len, blocks))):
        cells = [block[i] if i < len(block) else "" for block in blocks]
        padded = [cell + " " * (w - cell_len(cell)) for cell, w in zip(cells, widths, strict=True)]
        lines.append((" " * gap).join(padded).rstrip())
    return lines
