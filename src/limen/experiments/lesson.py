"""A lesson: a walk in small steps, each of which is computed, shown and checked when it is taken.

A step is a small function. Its own source is the code that is shown, so that what a person reads is what was run; its
value is the result; and beside each result stands a reference that was got in another way. Steps share nothing: the
code of each can be pasted into Python as it is. A lesson is data only: making one computes nothing.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from limen.errors import LimenError, shown, unknown
from limen.language import Text

Number = int | float
IMPORTS = (ast.Import, ast.ImportFrom)
BLOCKS = (ast.For, ast.While, ast.If, ast.Try, ast.With, ast.FunctionDef, ast.ClassDef)
MARKS = re.compile(
    r"  # (type: ignore|noqa|fmt: skip).*$", re.MULTILINE
)  # what only the tools that read the source need


@dataclass(frozen=True)
class Option:
    """A number that a person may set: ``--set rate=0.3``. It is whole where its default is."""

    name: str
    default: Number
    low: Number
    high: Number
    about: Text
    allowed: tuple[Number, ...] = ()  # only these, where there are any

    def read(self, text: str) -> Number:
        """The option's value from text.

        Raises:
            LimenError: not a number, or one out of range.
        """
        kind = type(self.default)
        try:
            value = kind(text)
        except ValueError:
            what = "whole number" if kind is int else "number"
            raise LimenError(f"{self.name}={shown(text)} is not a {what}. {self.range}") from None
        if not self.low <= value <= self.high or (self.allowed and value not in self.allowed):
            raise LimenError(f"{self.name} {value:g} is out of range. {self.range}")
        return value

    @property
    def range(self) -> str:
        """What is allowed, and what to try: the end of a message."""
        among = ", ".join(f"{value:g}" for value in self.allowed) or f"{self.low:g} to {self.high:g}"
        return f"Allowed: {among}. Try --set {self.name}={self.default:g}."


@dataclass(frozen=True)
class Expect:
    """What a step's value must be, and how that is known.

    `reference` is a value, or a function that computes one; it takes the lesson's options that it names. Where the
    step's value is a dictionary, so is the reference, of the results that it speaks of. A number agrees when it is
    within `tolerance` · max(1, |reference|); a text when it contains the reference.
    """

    of: Text
    reference: Any
    tolerance: float = 0.0
    published: bool = False  # a figure that others printed


@dataclass(frozen=True)
class Step:
    """One step: what it is about, a function that shows it, and what its value must be.

    `figure` is a name in `limen.views.lessons.LESSON_FIGURES`; it draws the value or, where there is one, what `drawn`
    computes. Both functions take the lesson's options that they name.
    """

    title: Text
    text: Text
    work: Callable[..., Any]
    expect: tuple[Expect, ...]
    figure: str | None = None
    drawn: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Next:
    """What to do next: a whole command, and what it will show."""

    command: str
    why: Text


@dataclass(frozen=True)
class Lesson:
    """One lesson: a question, the steps that answer it, and what of it can be bent."""

    name: str
    chapter: Text
    title: Text
    story: Text
    steps: tuple[Step, ...]
    options: tuple[Option, ...] = ()
    next: tuple[Next, ...] = ()

    @property
    def published(self) -> tuple[Expect, ...]:
        """The figures that others printed."""
        return tuple(expect for step in self.steps for expect in step.expect if expect.published)

    def settings(self, given: Iterable[str] = ()) -> dict[str, Number]:
        """The options' values: the defaults, changed by settings such as ``rate=0.3``.

        Raises:
            LimenError: no such option (the nearest is named), or a value that it cannot have.
        """
        options = {option.name: option for option in self.options}
        values = {option.name: option.default for option in self.options}
        for setting in given:
            name, equals, text = (part.strip() for part in setting.partition("="))
            if not equals or not name:
                raise LimenError(f"--set {setting!r} has no name and value. Write --set rate=0.1.")
            if not options:
                raise LimenError(f"{self.name} has no options. Leave --set out.")
            if name not in options:
                raise unknown(f"option of {self.name}", name, options)
            values[name] = options[name].read(text)
        return values

    def command(self, values: Mapping[str, Number]) -> str:
        """The command line that repeats the lesson with these options."""
        changed = [f"--set {o.name}={values[o.name]!r}" for o in self.options if values[o.name] != o.default]
        return " ".join(["limen learn", self.name, *changed])

    def __repr__(self) -> str:
        return f"Lesson({self.name!r}: {len(self.steps)} steps)"


def called(function: Callable[..., Any], values: Mapping[str, Number]) -> Any:
    """What a function gives for the options that it names."""
    return function(**{name: values[name] for name in inspect.signature(function).parameters})


def code(function: Callable[..., Any], values: Mapping[str, Number]) -> str:
    """The body of a function as code that stands alone: imports, the options it names as variables, and an expression.

    The function ends with its only `return`, whose value is left as the last line: what Python itself would print. An
    empty line ends each block, as Python's prompt wants it.
    """
    source = MARKS.sub("", textwrap.dedent(inspect.getsource(function)))
    made = ast.parse(source).body[0]
    assert isinstance(made, ast.FunctionDef), f"{function} is no plain function"
    body = made.body[1:] if ast.get_docstring(made) else made.body
    last = body[-1]
    assert isinstance(last, ast.Return) and last.value is not None, f"{made.name} does not end with what it returns"
    lines = source.splitlines()
    lines[last.lineno - 1] = lines[last.lineno - 1].replace("return ", "", 1)
    settings = [f"    {name} = {values[name]!r}" for name in inspect.signature(function).parameters]
    told: list[str] = []
    above = body[0].lineno - 1
    for node, after in zip(body, [*body[1:], None], strict=True):
        told += [line for line in lines[above : node.end_lineno] if line.strip()]
        above = node.end_lineno or above
        if isinstance(node, IMPORTS) and not isinstance(after, IMPORTS):
            told += ["", *settings]
            settings = []
        elif isinstance(node, BLOCKS) and after is not None:
            told += [""]
    return textwrap.dedent("\n".join([*settings, *told]))
