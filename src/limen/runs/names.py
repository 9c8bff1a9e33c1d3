"""Where runs are kept, which there are, and making the folder of the next."""

import os
from collections.abc import Mapping
from pathlib import Path

from limen import storage
from limen.errors import LimenError

PATIENCE = 60.0  # seconds to wait for another process that is making a run; making one takes milliseconds


def runs_folder(named: str | Path | None = None) -> Path:
    """Where runs are kept: as named, or `LIMEN_RUNS`, or ``runs`` in the present folder."""
    return Path(named or os.environ.get("LIMEN_RUNS") or "runs")


def list_runs(root: Path) -> list[Path]:
    """The runs under a folder and in its studies, the oldest first; not those that were only begun to be created."""
    if not root.is_dir():
        return []
    found = [path.parent for path in root.glob("[!.]*/run.json")]
    found += [path for study in root.glob("[!.]*/study.json") for path in list_runs(study.parent)]
    return sorted(found, key=lambda path: ((path / "run.json").stat().st_mtime_ns, path.name))


def run_names(root: Path) -> list[str]:
    """The names of the runs under a folder, the oldest first; one in a study is called ``study/run``."""
    return [path.relative_to(root).as_posix() for path in list_runs(root)]


def numbered(root: Path, name: str, content: Mapping[str, bytes], folders: tuple[str, ...] = ()) -> Path:
    """Make the folder ``name-1``, ``name-2``, … under `root`, whole with its content or not at all; its path.

    Raises:
        LimenError: the place cannot be written to, or another process has been busy in it for long.
    """
    storage.make_folder(root)
    taken = (int(n) for p in root.glob(f"{name}-*") if (n := p.name[len(name) + 1 :]).isdecimal())
    number = 1 + max(taken, default=0)
    with storage.locked(root, wait=PATIENCE) as mine:
        if not mine:
            raise LimenError(
                f"Another process has been making a run in {str(root)!r} for {PATIENCE:g} seconds. Stop it first, "
                "or choose another place with --runs."
            )
        storage.sweep(root, below=False)  # under the lock, a part in here is one that a killed process left
        while True:
            try:
                storage.write_folder(path := root / f"{name}-{number}", content, folders)
            except storage.StorageError as error:
                if not storage.is_taken(error):
                    raise
                number += 1
            else:
                return path
