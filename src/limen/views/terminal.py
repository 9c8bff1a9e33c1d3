"""What a run shows while it trains: a row for each epoch, and a bar that tells how long it will take.

On a terminal the bar moves below the rows; into a file or a pipe go the rows alone, as plain lines.
"""

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console as Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from limen.views.words import word

if TYPE_CHECKING:
    from limen.train.fit import Epoch
    from limen.train.fit import Progress as Step

EVERY = 0.1  # seconds between two pictures of the bar
ROWS = 40  # of a long run, about so many epochs are shown
PLAIN_WIDTH = 120  # columns where there is no terminal to ask


def console(stderr: bool = False) -> Console:
    """Where text goes: a terminal in its own width and colours, or plain lines."""
    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=PLAIN_WIDTH)


def pad(text: str, width: int) -> str:
    """Text set right in a number of columns; a Chinese character takes two."""
    return " " * max(0, width - cell_len(text)) + text


class Live:
    """The picture of one training run. Call `step` after every step and `epoch` after every epoch."""

    def __init__(self, language: str, out: Console, silent: bool = False) -> None:
        self.language, self.out, self.silent = language, out, silent
        self.epochs = 1
        self.columns: list[str] = []
        self.last, self.speed = 0.0, 0.0
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=30), TaskProgressColumn(), TimeRemainingColumn(),
            console=out, transient=True, auto_refresh=False, disable=silent or not out.is_terminal,
        )  # fmt: skip
        self.task = self.bar.add_task("", total=None)

    def __enter__(self) -> "Live":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def notice(self, text: str) -> None:
        """A line that is neither an epoch nor an error; it is said even when nothing else is."""
        if self.silent:
            console(stderr=True).print(f"limen: {text}", markup=False, soft_wrap=True)
        else:
            self.out.print(f"! {text}", style="yellow", markup=False, soft_wrap=True)

    def step(self, step: "Step") -> None:
        """Move the bar, at most ten times a second."""
        now = time.monotonic()
        if self.bar.disable or now - self.last < EVERY:
            return
        self.last = now
        total, done = self.epochs * step.steps, (step.epoch - 1) * step.steps + step.step
        loss = f"  {word('loss', self.language)} {step.loss:.4f}" if step.state.device.type == "cpu" else ""
        text = f"{word('epoch', self.language)} {step.epoch}/{self.epochs}{loss}"
        if self.speed:
            text += f"  {self.speed:,.0f} {word('examples/s', self.language)}"
        self.bar.update(self.task, total=total, completed=done, description=text, refresh=True)

    def epoch(self, epoch: "Epoch") -> None:
        """A row for a finished epoch, with the names of the columns before the first."""
        self.speed = epoch.examples / epoch.seconds if epoch.seconds > 0 else 0.0
        if self.silent:
            return
        names = ["epoch", *epoch.measures, "rate", "examples/s"]
        if not self.columns:
            self.columns = [word(name, self.language) for name in names]
            heading = "  ".join(pad(name, max(9, cell_len(name))) for name in self.columns)
            self.out.print(heading, style="bold", markup=False, soft_wrap=True)
        if epoch.number % -(-self.epochs // ROWS) and epoch.number != self.epochs and epoch.number != 1:
            return
        speed = f"{self.speed:,.0f}" if self.speed else "–"
        values = [str(epoch.number), *(f"{v:.4f}" for v in epoch.measures.values()), f"{epoch.rate:.3g}", speed]
        row = "  ".join(pad(value, max(9, cell_len(name))) for value, name in zip(values, self.columns, strict=True))
        self.out.print(row, markup=False, soft_wrap=True)


class Downloads:
    """A bar for each file that is being fetched; none until there is one."""

    def __init__(self, out: Console, silent: bool = False) -> None:
        self.bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(), console=out, disable=silent or not out.is_terminal,
        )  # fmt: skip
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Downloads":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def report(self, name: str, done: int, total: int) -> None:
        """So many bytes of a file have come."""
        if name not in self.tasks:
            self.bar.start()
            self.tasks[name] = self.bar.add_task(name, total=total)
        self.bar.update(self.tasks[name], completed=done)
        if done >= total and all(task.finished for task in self.bar.tasks):
            self.bar.stop()
