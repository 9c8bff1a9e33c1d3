"""What a row of fault tests came to: how many tries, how many of them bad, and the first reasons."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The result of one kind of fault. `detail` is a line for the table: the first faults, or what was measured."""

    name: str
    tried: int
    bad: int
    seconds: float
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether something was tried and nothing was bad."""
        return self.tried > 0 and self.bad == 0

    def __str__(self) -> str:
        return f"| {self.name} | {self.tried:,} | {self.bad:,} | {self.seconds:,.0f} s | {self.detail} |"


class Tally:
    """Counts while a row runs."""

    def __init__(self, name: str) -> None:
        self.name, self.tried = name, 0
        self.faults: list[str] = []
        self.began = time.monotonic()

    def judge(self, *faults: str | None) -> None:
        """One more try, and what was wrong with it, if anything."""
        self.tried += 1
        self.faults += [fault for fault in faults if fault][:1]  # a try is bad once, whatever follows from it

    def blame(self, fault: str | None) -> None:
        """Something more that was wrong, if anything, with no try of its own."""
        self.faults += [fault] if fault else []

    def outcome(self, detail: str = "") -> Outcome:
        """The counts so far, the first faults before the detail."""
        told = "; ".join([*self.faults[:3], *([detail] if detail else [])])
        return Outcome(self.name, self.tried, len(self.faults), time.monotonic() - self.began, told)
