"""A study is a folder of runs that belong together: one experiment in several variants, with one seed or more.

study.json        the experiment's name, the variants with their settings, the seeds
VARIANT-1, …      the runs, each complete in itself
figures/, report.html    what they show side by side
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limen.errors import LimenError
from limen.runs import form
from limen.runs.folder import FORMAT, Run
from limen.runs.names import list_runs, numbered
from limen.runs.seal import checked, read_json, sealed, unsealed

STUDY: form.Form = {
    "experiment": str,
    "variants": [{"name": str, "settings": [str], "begin": str}],
    "settings": [str],
    "seeds": [form.COUNT],
}


def check_study(record: Any) -> None:
    """Refuse a study.json that could not have been written; `ValueError` says why."""
    form.check(record, STUDY)


@dataclass(frozen=True)
class Study:
    """A study's folder, and what stands in its study.json."""

    path: Path
    record: dict[str, Any]

    def __repr__(self) -> str:
        return f"Study({str(self.path)!r}, {len(self.runs())} runs)"

    @classmethod
    def create(cls, root: Path, name: str, record: Mapping[str, Any]) -> "Study":
        """A new folder ``name-1``, ``name-2``, … under `root`, with nothing run yet.

        Raises:
            LimenError: the place cannot be written to.
        """
        content = {"study.json": sealed({"format": FORMAT, **record})}
        return cls.open(numbered(root, name, content))

    @classmethod
    def open(cls, path: Path) -> "Study":
        """The study in a folder.

        Raises:
            LimenError: its record is damaged.
        """
        file = path / "study.json"
        record = unsealed(read_json(file), file, "Run the experiment again.")
        checked(record, check_study, file)
        return cls(path, record)

    @classmethod
    def find(cls, name: str, root: Path) -> "Study | None":
        """The study that a path, or a name under `root`, means; None where that is none."""
        for path in (Path(name), root / name):
            if (path / "study.json").is_file():
                return cls.open(path)
        return None

    def runs(self) -> list[Run]:
        """The runs there are so far, the oldest first."""
        return [Run(path) for path in list_runs(self.path)]

    def run_of(self, variant: str, seed: int) -> Run | None:
        """The run of a variant with a seed, if it has begun."""
        for run in self.runs():
            named = run.path.name.rpartition("-")[0]
            if named == variant and run.record["experiment"]["plan"]["seed"] == seed:
                return run
        return None

    def finished(self, variant: str, seed: int) -> Run:
        """The finished run of a variant with a seed.

        Raises:
            LimenError: it is not finished.
        """
        run = self.run_of(variant, seed)
        if run is None or run.result is None:
            raise LimenError(
                f"The variant {variant!r} of {self.path.name} is not finished. "
                f"Go on with `limen run --resume {self.path}`."
            )
        return run
