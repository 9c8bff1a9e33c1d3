"""What the doctor says: one fault, its evidence, and what to try."""

from dataclasses import dataclass

from limen.language import Text

SEVERITIES = ("severe", "moderate")  # nothing good can come of the run · it would come out better without


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is wrong with a training.

    `what` is the fault in plain words, `evidence` the numbers that show it, `remedy` what to do; `try_` are settings as
    after --set, the likeliest cure first. `chapter` and `experiment` explain it.
    """

    name: str
    severity: str
    what: Text
    evidence: Text
    remedy: Text
    try_: tuple[str, ...]
    chapter: int
    experiment: str

    def __str__(self) -> str:
        return f"{self.name} ({self.severity}): {self.what.en} {self.evidence.en}"


def said(en: str, zh: str) -> Text:
    """Both languages; in Chinese no space stands before the per cent sign."""
    return Text(en, zh.replace(" %", "%"))


def short(value: float | None) -> str:
    """A number with three digits, for evidence."""
    if value is None:
        return "∞"
    return f"{value:.2e}" if value and not 1e-3 <= abs(value) < 1e4 else f"{value:.3g}"


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.3g} %"
