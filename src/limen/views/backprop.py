"""A pass through a dense chain in the terminal: forward layer by layer, backward, the step, and autograd beside it."""

from collections.abc import Iterator, Sequence

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text as RichText

from limen.explain.microscope import Microscope
from limen.explain.written import number
from limen.nets.losses import times
from limen.nets.notation import applied
from limen.nets.passes import LayerPass, Pass, Quantity
from limen.views.matrices import WHOLE, as_rows, beside, matrix_lines, power, scale
from limen.views.tables import table
from limen.views.words import word

INDENT = "  "


def heading(text: str) -> RenderableType:
    """A heading, with an empty line above."""
    return RichText(f"\n{text}", style="bold")


def block(quantity: Quantity) -> list[str]:
    """A quantity's formula, its shape, and its numbers below."""
    return [
        quantity.formula,
        f"{quantity.shape}{scale(power(quantity.values))}",
        *matrix_lines(quantity.values),
    ]


def blocks(made: Sequence[Sequence[str]], width: int) -> Iterator[RenderableType]:
    """Blocks side by side as the width allows, an empty line between the rows; formulas stand out."""
    for lines in beside(made, width - len(INDENT)):
        text = RichText(no_wrap=True, overflow="ellipsis")
        for i, line in enumerate(lines):
            text.append(f"{INDENT}{line}\n", style=("cyan", "dim")[i] if i < 2 else "")
        yield text


def name_of(layer: LayerPass, language: str) -> RenderableType:
    """Which layer, from how many numbers to how many, and how it bends them."""
    before, units = layer.w.values.shape
    told = word("of the layer", language).format(number=layer.number, name=layer.name, before=before, units=units)
    bent = word("bent by", language).format(bends=applied(layer.bends, "·")) if layer.bends else ""
    return RichText(told + bent, style="underline")


def title(seen: Pass, language: str) -> str:
    """Widths, examples and loss in a line."""
    widths = "→".join(str(q.values.shape[1]) for q in (seen.start, *(layer.z for layer in seen.layers)))
    told = word("of the pass", language)
    return told.format(widths=widths, examples=len(seen.x.values), loss=word(seen.loss, language))


def there(seen: Pass, width: int, language: str) -> Iterator[RenderableType]:
    """The forward pass, and the loss at its end."""
    yield heading(word("forward pass", language))
    yield from blocks([block(q) for q in ([seen.x] if seen.start is seen.x else [seen.x, seen.start])], width)
    for layer in seen.layers:
        yield name_of(layer, language)
        yield from blocks([block(q) for q in (layer.w, layer.b, *layer.forward()) if q is not None], width)
    targets = [word("targets", language), times(seen.targets), *matrix_lines(seen.targets)]
    loss = [seen.value.formula, "1", number(float(seen.value.values), 6)]
    yield from blocks([targets, loss], width)


def back(seen: Pass, width: int, language: str) -> Iterator[RenderableType]:
    """The backward pass, from the last layer to the first. Where a layer does not bend, δ is what comes back."""
    yield heading(word("backward pass", language))
    for layer in reversed(seen.layers):
        yield name_of(layer, language)
        plain = (layer.upstream, layer.local) if not layer.bends else ()
        last = (seen.dx,) if layer.number == 1 else ()
        yield from blocks([block(q) for q in (*layer.backward(), *last) if q not in plain], width)


def stepped(seen: Pass, width: int, language: str) -> Iterator[RenderableType]:
    """The weights after one step."""
    yield heading(word("descent step", language).format(rate=number(seen.rate)))
    for layer in seen.layers:
        yield from blocks([block(q) for q in layer.updated()], width)


def compared(seen: Microscope, language: str) -> Iterator[RenderableType]:
    """Every quantity with its largest difference to autograd's."""
    yield heading(word("beside autograd", language))
    names = [word(name, language) for name in ("quantity", "shape", "largest difference")]
    rows = [(a.quantity.symbol, a.quantity.shape, apart(a.difference)) for a in seen.agreements]
    yield table(names, rows, numbers=(2,))
    yield RichText(compared_text(seen, language))


def apart(difference: float) -> str:
    """A difference: ``1.1e-16``, and 0 where there is none."""
    return f"{difference:.1e}" if difference else "0"


def compared_text(seen: Microscope, language: str) -> str:
    """How many numbers were compared, and how far they are apart at most."""
    count = sum(a.autograd.numel() for a in seen.agreements)
    return word("numbers compared", language).format(count=count, difference=apart(seen.difference))


def is_cut(seen: Pass) -> bool:
    """Whether any matrix is too large to be printed whole."""
    return any(max(as_rows(q.values).shape) > WHOLE for q in (seen.x, *seen.quantities()))


def backprop_text(seen: Microscope, width: int, language: str) -> Lines:
    """The whole pass for a terminal of `width` columns: small matrices whole, large ones cut, each with its shape."""
    by_hand = seen.by_hand
    notes = [word("signs", language), *([word("cut", language)] if is_cut(by_hand) else [])]
    return Lines(
        RichText(word("by hand", language), style="bold"),
        RichText(title(by_hand, language)),
        RichText((" " if language == "en" else "").join(notes), style="dim"),
        *there(by_hand, width, language),
        *back(by_hand, width, language),
        *stepped(by_hand, width, language),
        *compared(seen, language),
    )
