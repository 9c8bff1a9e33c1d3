"""A run is a folder: everything about one training, readable without Limen.

run.json          the experiment with every option, the machine, the data's digest, and every later change of them
begin.safetensors the weights it began with, where those came from another run
metrics.jsonl     a line an epoch; the same bytes whenever the run is repeated
steps.jsonl       a line an epoch: the loss of each step, the digest of each weight tensor at the end
times.jsonl       a line an epoch: seconds, examples a second
statistics.jsonl  a line an epoch in which the net was measured inside: answers, gradients and steps by layer
checkpoints/      the two newest, and LATEST
snapshots/        those that were asked for along the way, to look at or to fork from
predictions.safetensors    the net's outputs for the test split, and the right answers
result.json       the final figures; it stands here only when the run is finished
figures/, report.html
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torch import Tensor

from limen import storage
from limen.errors import LimenError, nearest, shown
from limen.machine import memory
from limen.regular import read_regular
from limen.runs import checkpoint as checkpoints
from limen.runs import foreign, form, owner
from limen.runs.names import numbered, run_names
from limen.runs.seal import checked, digest, from_lines, read_json, sealed, to_lines, unsealed
from limen.runs.tensors import unpack
from limen.train.stopping import keeps_best

FORMAT = 1
ENDING = "result.json"
BEGIN = "begin.safetensors"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
JOURNALS = ("metrics", "steps", "times", "statistics")


@dataclass(frozen=True)
class Left:
    """What a process that died in a run's folder left: its number ("" if none died), and unfinished things."""

    process: str
    parts: int


class Run:
    """One run's folder. Make one with `create`, find one with `find`.

    Of several processes that carry out a run, only the leader `writes`; the others have the `record` from it.
    """

    def __init__(self, path: Path, record: dict[str, Any] | None = None) -> None:
        self.path, self.writes = path, record is None
        self.record: dict[str, Any] = read_json(path / "run.json") if record is None else record
        number = self.record.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise LimenError(f"{str(path)!r} was written by a newer Limen (format {number}). Update Limen.")
        if not isinstance(number, int) or {"created", "experiment", "machine", "data", "net"} - self.record.keys():
            raise LimenError(f"{str(path / 'run.json')!r} is no record of a Limen run. Choose another folder.")
        if record is None:
            remedy = "Bring the old one back, or run the experiment again."
            self.record = unsealed(self.record, path / "run.json", remedy)
            checked(self.record, form.check_record, path / "run.json")
            foreign.refuse_links(path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r}, {'finished' if self.result else 'not finished'})"

    @classmethod
    def create(
        cls,
        root: Path,
        name: str,
        record: dict[str, Any],
        needed: int = 0,
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> "Run":
        """A new folder ``name-1``, ``name-2``, … under `root`. `needed` bytes must be free on the disk.

        It appears whole, with `files` in it, or not at all; of two processes that want one number, one gets the next.

        Raises:
            LimenError: the place cannot be written to or has too little room; known before any training.
        """
        if not NAME.fullmatch(name):
            raise LimenError(f"{name!r} cannot name a run. Allowed: letters, digits, '.', '_' and '-', at most 100.")
        storage.make_folder(root)
        free = storage.free_bytes(root)
        if free < needed:
            raise LimenError(
                f"Too little room in {str(root)!r}: the run may need {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are "
                "free. Free some space, or choose another place with --runs."
            )
        content = {"run.json": sealed({"format": FORMAT, **record}), **files}
        return cls(numbered(root, name, content, ("checkpoints", "snapshots")))

    @classmethod
    def find(cls, name: str, root: Path) -> "Run":
        """The run that `name` means: a path, a name under `root`, or ``last`` for the newest."""
        names = run_names(root)
        if name == "last" and names:
            return cls(root / names[-1])
        for path in (Path(name), root / name):
            if os.path.isfile(path / "run.json"):  # noqa: PTH113  a name too long for the disk is no file either
                return cls(path)
        if os.path.lexists(name) and not os.path.isdir(name):  # noqa: PTH112  unlike Path's, it takes any text
            raise foreign.refusal(Path(name))
        likely = nearest(name, names)
        hint = f" Did you mean {likely!r}?" if likely else ""
        raise LimenError(f"No run {shown(name)} in {str(root)!r}.{hint} See `limen runs`.")

    def begin_weights(self) -> dict[str, Tensor]:
        """The weights from another run that it began with; none where it began anew.

        Raises:
            LimenError: they are lost or not those that the record names.
        """
        if "begin" not in self.record:
            return {}
        content = self.read(BEGIN) if (self.path / BEGIN).is_file() else b""
        if hashlib.sha256(content).hexdigest() != self.record["begin"]["sha256"]:
            raise LimenError(f"{BEGIN} of {self.path.name} is lost or was changed. Run the experiment again.")
        try:
            return unpack(content)
        except ValueError as error:
            raise LimenError(f"{BEGIN} of {self.path.name} cannot be read ({error}). Run it again.") from error

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def snapshots(self) -> Path:
        """The folder of snapshots."""
        return self.path / "snapshots"

    @property
    def result(self) -> dict[str, Any] | None:
        """The final figures, or None while the run is not finished."""
        ending = self.ending()
        return None if ending is None else {name: value for name, value in ending.items() if name != "files"}

    def ending(self) -> dict[str, Any] | None:
        """What result.json holds: the final figures and, under `files`, the SHA-256 of what the run ended with."""
        path = self.path / ENDING
        if not path.exists():
            return None
        return checked(unsealed(read_json(path), path, self.mend()), form.check_result, path)

    def read(self, name: str) -> bytes:
        """A file of the run, b"" where it is not there; of a finished run exactly what it ended with.

        Raises:
            LimenError: it is damaged, or cannot be read.
        """
        path, ending = self.path / name, self.ending()
        try:
            content = read_regular(path, memory(), links=False) if path.exists() else b""
        except OSError as error:
            raise LimenError(f"Cannot read {str(path)!r}: {error.strerror or error}. Check the rights.") from error
        known = (ending or {}).get("files", {})
        if name in known and digest(content) != known[name]:
            raise LimenError(f"{name} is not what {self.path.name} ended with: its SHA-256 differs. {self.mend()}")
        return content

    def mend(self) -> str:
        """What to do about a finished run of which something is damaged."""
        return (
            f"Remove {str(self.path / ENDING)!r} and finish the run again from its last good checkpoint with "
            f"`limen run --resume {self.path}`."
        )

    def finish(self, result: dict[str, Any]) -> None:
        """Write the final figures; the run is finished then, and nothing half removed is left in it."""
        if self.writes:
            self.flush()
            storage.sweep(self.path)  # an old checkpoint that the disk refused to remove
            names = [*(f"{name}.jsonl" for name in JOURNALS), "predictions.safetensors"]
            files = {name: digest(self.read(name)) for name in names}
            storage.write_file(self.path / ENDING, sealed({**result, "files": files}))

    def reopen(self, record: dict[str, Any]) -> None:
        """Make a run that has ended one that goes on, with a changed record. The ending goes first, and for good: a
        kill or a power cut in between leaves the run as it was, about to be finished."""
        self.record = record = {**record, "format": FORMAT}
        if self.writes:
            storage.remove_file(self.path / ENDING)
            storage.flush_folder(self.path)
            storage.write_file(self.path / "run.json", sealed(record))

    @contextmanager
    def locked(self) -> Iterator[Left]:
        """Hold the folder for this process alone; gives what a process that died in it left.

        The system frees the lock when the process ends, however it ends.

        Raises:
            LimenError: another process holds it; its number is named.
        """
        if not self.writes:
            yield Left("", 0)
            return
        mark = self.path / ".owner"
        with storage.locked(self.path, wait=0) as mine:
            if not mine:
                raise LimenError(
                    f"Another process (number {owner.holder(mark)}) is writing {str(self.path)!r}. "
                    "Wait for it, or stop it first."
                )
            before = owner.noted(mark)
            left = Left(before, storage.sweep(self.path))
            storage.write_file(mark, f"{os.getpid()}\n".encode())
            try:
                yield left
            finally:  # a process that is killed leaves its number
                with suppress(storage.StorageError):
                    storage.remove_file(mark)

    def append(self, lines: Mapping[str, Mapping[str, Any]]) -> None:
        """Add an epoch to the journals, a line to each."""
        for name, line in lines.items() if self.writes else ():
            storage.append_line(self.path / f"{name}.jsonl", json.dumps(line))

    def rewrite(self, journals: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Write the journals anew: cut back to a checkpoint, or made whole after a disk refused a line."""
        for name, lines in journals.items() if self.writes else ():
            storage.write_file(self.path / f"{name}.jsonl", to_lines(lines))

    def flush(self) -> None:
        """Make the journals survive a power cut."""
        for name in JOURNALS:
            if (path := self.path / f"{name}.jsonl").exists():
                storage.flush(path)

    def predictions(self) -> dict[str, Tensor]:
        """The net's `outputs` for the test split, and the right `targets`."""
        try:
            answers = unpack(self.read("predictions.safetensors"))
            if answers.keys() != {"outputs", "targets"}:
                raise ValueError(f"they hold {', '.join(map(shown, answers)) or 'nothing'}")
            return answers
        except ValueError as error:
            raise LimenError(f"The answers of {self.path.name} cannot be read ({error}). Run it again.") from error

    def weights(self) -> dict[str, Tensor]:
        """The weights that the run ended with: of its last epoch or, where the plan keeps the best, of that one."""
        taken, bad = checkpoints.load(self.checkpoints)
        if taken is None:
            why = "; ".join(bad.values()) or "it has none yet"
            raise LimenError(f"{self.path.name} has no good checkpoint: {why}. Run the experiment again.")
        if bad and self.result is not None:  # the one before it is not what the run ended with
            raise LimenError(
                f"{self.path.name} lost the weights it ended with: {'; '.join(bad.values())}. {self.mend()}"
            )
        plan = self.record["experiment"]["plan"]
        return taken.best if taken.best and keeps_best(plan["keep"], plan["patience"]) else taken.weights

    def metrics(self) -> list[dict[str, Any]]:
        """The finished epochs so far."""
        return self.journal("metrics", form.check_metrics)

    def steps(self) -> list[dict[str, Any]]:
        """The loss of each step of the finished epochs, and the digests of the weights after each."""
        return self.journal("steps", form.check_steps)

    def times(self) -> list[dict[str, Any]]:
        """How long each epoch took."""
        return self.journal("times", form.check_times)

    def statistics(self) -> list[dict[str, Any]]:
        """What was measured inside the net, by epoch; of a run that blew up, the last line says where it stopped."""
        return self.journal("statistics", form.check_statistics)

    def journal(self, name: str, check: Callable[[Any], None]) -> list[dict[str, Any]]:
        """A journal's whole lines, each held against its form; of a run that goes on, up to one that is damaged."""
        path, finished = self.path / f"{name}.jsonl", self.result is not None
        content, lines = self.read(path.name), []
        for line in from_lines(content):
            try:
                lines.append(checked(line, check, path))
            except LimenError:
                if finished:
                    raise
                break  # the checkpoint knows what stood there
        if finished and len(lines) < max(content.count(b"\n"), name == "metrics"):
            raise LimenError(f"{str(path)!r} is damaged: it holds {len(lines)} good lines. {self.mend()}")
        return lines
