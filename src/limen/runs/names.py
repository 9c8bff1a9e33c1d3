"""Where runs are kept, and which there are."""

import os
from pathlib import Path


def runs_folder(named: str | Path | None = None) -> Path:
    """Where runs are kept: as named, or `LIMEN_RUNS`, or ``runs`` in the present folder."""
    return Path(named or os.environ.get("LIMEN_RUNS") or "runs")


def list_runs(root: Path) -> list[Path]:
    """The runs under a folder, the oldest first; not those that a killed process had only begun to create."""
    found = [path.parent for path in root.glob("[!.]*/run.json")] if root.is_dir() else []
    return sorted(found, key=lambda path: ((path / "run.json").stat().st_mtime_ns, path.name))
