"""Being asked to stop, without losing anything.

The first Ctrl-C or SIGTERM only sets a flag, so that the step in hand is finished and saved; the second one has the
system's own effect and ends the process at once.
"""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Within this context, `asked` holds the first signal's number, or None; `told` is called with it at once."""

    def __init__(self, told: Callable[[int], object] = lambda number: None) -> None:
        self.asked: int | None = None
        self.told = told
        self.before: dict[int, object] = {}

    def __enter__(self) -> "Interruption":
        self.before = {number: signal.signal(number, self.note) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def note(self, number: int, frame: FrameType | None) -> None:
        """The handler: remember the signal, and let the next one through."""
        self.asked = number
        self.told(number)
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
