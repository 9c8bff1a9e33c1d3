"""A table of results on disk: what was asked for, which runs it took, and what they came to.

results-1/results.json    written anew after each run, so that what was stopped goes on where it stood

The runs lie beside it, like any others.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limen import storage
from limen.errors import LimenError, shown
from limen.runs import form
from limen.runs.folder import FORMAT
from limen.runs.names import numbered
from limen.runs.seal import checked, read_json, sealed, unsealed

FILE = "results.json"
STATES = ("waiting", "done", "failed", "absent")  # absent: its data are not on this machine
STANDINGS = ("waiting", "reached", "short", "gaps", "unmeasured", "uncompared", "shown")
ROW: form.Form = {
    "variant": form.TEXT,
    "measure": str,
    "figure": (float, None),  # published, or to be reached
    "of": form.TEXT,
    "measured": (float, None),  # the mean over the runs
    "deviation": (float, None),
    "count": form.COUNT,  # runs that measured it
    "standing": str,
    "seconds": float,  # of all the variant's runs
}
RESULTS: form.Form = {
    "created": str,
    "updated": str,
    "command": str,
    "settings": [str],
    "data": (str, None),
    "machines": [{str: object}],
    "entries": [
        {
            "name": str,
            "recipe": str,
            "lesson": bool,
            "chapter": form.TEXT,
            "command": str,
            "seeds": [form.COUNT],
            "runs": [str],
            "state": str,
            "reason": str,
            "trace": str,
            "precision": str,
            "seconds": float,
            "rows": [ROW],
        }
    ],
}


def check_results(record: Any) -> None:
    """Refuse a results.json that could not have been written; `ValueError` says why."""
    form.check(record, RESULTS)
    for entry in record["entries"]:
        odd = [s for s in [r["standing"] for r in entry["rows"]] if s not in STANDINGS]
        odd += [entry["state"]] if entry["state"] not in STATES else []
        if odd:
            raise ValueError(f"{shown(entry['name'])} is {shown(odd[0])}, which nothing can be")


@dataclass(frozen=True)
class Results:
    """The folder of a table of results, and what stands in its results.json. Entries change until they are done."""

    path: Path
    record: dict[str, Any]

    def __repr__(self) -> str:
        return f"Results({str(self.path)!r}, {len(self.waiting)} of {len(self.entries)} to do)"

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The experiments and lessons, in the order of the table."""
        entries: list[dict[str, Any]] = self.record["entries"]
        return entries

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """Those that are not done: not begun, begun, failed, or without data."""
        return [entry for entry in self.entries if entry["state"] != "done"]

    @classmethod
    def create(cls, root: Path, record: Mapping[str, Any]) -> "Results":
        """A new folder ``results-1``, ``results-2``, … under `root`, with nothing run yet.

        Raises:
            LimenError: the place cannot be written to.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        content = sealed({"format": FORMAT, "created": now, "updated": now, **record})
        return cls.find(str(numbered(root, "results", {FILE: content})), root)

    @classmethod
    def find(cls, name: str, root: Path) -> "Results":
        """The results that a path, or a name under `root`, means.

        Raises:
            LimenError: there are none, or their record is damaged.
        """
        for path in (Path(name), root / name):
            if (file := path / FILE).is_file():
                record = unsealed(read_json(file), file, "Begin anew with `limen results`.")
                return cls(path, checked(record, check_results, file))
        known = sorted(path.parent.name for path in root.glob(f"[!.]*/{FILE}"))
        raise LimenError(f"No results {name!r} in {str(root)!r}. Allowed: {', '.join(known) or 'none yet'}.")

    def save(self) -> None:
        """Write the record as it stands now."""
        self.record["updated"] = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        storage.write_file(self.path / FILE, sealed(self.record))
