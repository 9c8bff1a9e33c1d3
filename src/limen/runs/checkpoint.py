"""Checkpoints: a training run's whole state on the disk, whole or not at all.

A checkpoint is a folder named by the epochs and steps it was taken after. It is written beside its place and renamed
into it, its manifest holds the size and SHA-256 of every file, and `LATEST` moves to it only when it is complete. The
two newest are kept. One that does not agree with its manifest is set aside, and the one before it is used.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
from torch import Tensor, nn

from limen import storage
from limen.errors import LimenError, shown
from limen.machine import memory
from limen.regular import read_regular
from limen.runs import form
from limen.runs.plain import from_json
from limen.runs.seal import from_lines, to_json, to_lines
from limen.runs.tensors import unpack
from limen.runs.tree import flatten, unflatten
from limen.train.state import State

FORMAT = 1
KEEP = 2
LATEST = "LATEST"


@dataclass
class Checkpoint:
    """The state after a number of finished steps. `history` holds the finished epochs as plain values."""

    epoch: int
    step: int
    weights: dict[str, Tensor]
    best: dict[str, Tensor]  # the weights of the best epoch so far, where the plan keeps those
    memories: list[dict[str, Any]]  # of the optimizers, for the parameters in the order of `trained`
    trained: list[list[str]]
    generators: dict[str, Tensor]
    losses: Tensor
    history: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)  # data, net, plan and objective of the training
    ledger: list[dict[str, Any]] = field(default_factory=list)  # the lines of steps.jsonl so far
    statistics: list[dict[str, Any]] = field(default_factory=list)  # the lines of statistics.jsonl so far
    samples: list[dict[str, Any]] = field(default_factory=list)  # what was measured inside the net in this epoch

    @classmethod
    def take(
        cls,
        state: State,
        best: Mapping[str, Tensor] | None = None,
        history: Sequence[dict[str, Any]] = (),
        settings: Mapping[str, Any] | None = None,
        ledger: Sequence[dict[str, Any]] = (),
        statistics: Sequence[dict[str, Any]] = (),
    ) -> "Checkpoint":
        """A snapshot of a state in training. It shares memory with it: write it before the next step.

        Of several processes, each must take it at the same step, since what is spread over them is collected.
        """
        state.settle()
        return cls(
            state.epoch,
            state.step,
            state.weights(),
            dict(best or {}),
            state.memories(),
            state.trained(),
            state.generators(),
            state.losses,
            list(history),
            dict(settings or {}),
            list(ledger),
            list(statistics),
            list(state.samples) if state.step else [],
        )

    def restore(self, state: State, seed: int = 0) -> None:
        """Put a freshly made state where this one stood. The generators come last; `seed` is the plan's."""
        load_weights(state.net, self.weights)
        if self.trained != state.trained():
            raise LimenError(
                "The checkpoint's optimizers train other parameters, or in another order, than the plan's. "
                "Resume with the plan and the net that the run began with."
            )
        if self.step > len(state.losses):
            raise LimenError(
                f"The checkpoint stands at step {self.step:,} of an epoch of {len(state.losses):,}. Start a new run."
            )
        if self.losses.shape != state.losses.shape:
            raise LimenError(
                f"The checkpoint's epoch has {len(self.losses):,} steps, this one {len(state.losses):,}: the data or "
                "the batch size changed. Resume with those the run began with."
            )
        state.restore_memories(self.memories)
        state.losses.copy_(self.losses)
        state.epoch, state.step, state.settled = self.epoch, self.step, self.step
        state.samples = list(self.samples)
        state.restore_generators(self.generators, seed)

    def __repr__(self) -> str:
        return f"Checkpoint(epoch {self.epoch}, step {self.step}, {len(self.weights)} tensors)"


def check_weights(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Refuse weights whose names and shapes are not all those of the net."""
    own = net.state_dict()
    odd = [f"missing {name}" for name in own if name not in weights]
    odd += [f"unexpected {name}" for name in weights if name not in own]
    odd += [
        f"{name} is {'×'.join(map(str, tensor.shape))} where {'×'.join(map(str, own[name].shape))} belongs"
        for name, tensor in weights.items()
        if name in own and tensor.shape != own[name].shape
    ]
    if odd:
        raise LimenError(f"The weights do not fit the net: {'; '.join(odd[:5])}. Build the net they were trained in.")


def load_weights(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Copy weights into a net; every name and shape must agree."""
    check_weights(net, weights)
    own = net.state_dict()
    net.load_state_dict({name: spread_as(tensor, own[name]) for name, tensor in weights.items()})


def spread_as(tensor: Tensor, own: Tensor) -> Tensor:
    """A tensor in parts over several processes, where the net's own is."""
    if type(own) is Tensor or type(own) is nn.Parameter:
        return tensor
    from limen.train.sharding import like

    spread: Tensor = like(tensor, own)
    return spread


def pack(tensors: Mapping[str, Tensor]) -> bytes:
    """Tensors as the bytes of a safetensors file, whatever device and layout they have."""
    return safetensors.torch.save({name: t.detach().cpu().contiguous().clone() for name, t in tensors.items()})


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files and, last, the manifest that says what each must be."""
    entries = {name: {"size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for name, c in files.items()}
    return {**files, "manifest.json": to_json({"format": FORMAT, "files": entries})}


def encode(checkpoint: Checkpoint) -> dict[str, bytes]:
    """A checkpoint as files, the manifest last: the same bytes for the same state."""
    tensors: dict[str, Tensor] = {"losses": checkpoint.losses}
    tensors |= {f"generators/{name}": state for name, state in checkpoint.generators.items()}
    state = {
        "epoch": checkpoint.epoch,
        "step": checkpoint.step,
        "settings": checkpoint.settings,
        "trained": checkpoint.trained,
        "memories": flatten(checkpoint.memories, "optimizers", tensors),
        "history": checkpoint.history,
    }
    files = {"weights.safetensors": pack(checkpoint.weights), "training.safetensors": pack(tensors)}
    if checkpoint.best:
        files["best.safetensors"] = pack(checkpoint.best)
    files["steps.jsonl"] = to_lines(checkpoint.ledger)
    unfinished = [{"epoch": checkpoint.epoch + 1, "samples": checkpoint.samples}] if checkpoint.samples else []
    files["statistics.jsonl"] = to_lines([*checkpoint.statistics, *unfinished])
    return with_manifest({**files, "state.json": to_json(state)})


def place(epoch: int, step: int) -> str:
    """The name of the checkpoint that is taken there; names sort by age."""
    return f"epoch-{epoch:06d}-step-{step:09d}"


def put(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into a folder, whole or not at all; its path. One that stands there already stays."""
    path = folder / place(checkpoint.epoch, checkpoint.step)
    if not path.exists():
        storage.write_folder(path, encode(checkpoint))
    return path


def save(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint, move LATEST to it, and remove all but the newest two; the new one's path."""
    path = put(folder, checkpoint)
    storage.write_file(folder / LATEST, path.name.encode() + b"\n")
    for old in saved(folder)[KEEP:]:
        storage.remove_folder(old)
    return path


def saved(folder: Path) -> list[Path]:
    """The checkpoints of a run, the newest first."""
    return sorted((p for p in folder.glob("epoch-*") if p.is_dir() and not p.is_symlink()), reverse=True)


def read_files(path: Path) -> dict[str, bytes]:
    """The files of a checkpoint, each checked against the manifest; `LimenError` says which one is bad and how."""

    def fetch(name: str, most: int) -> bytes:
        return read_regular(path / name, most, links=False)

    try:
        return verified(fetch("manifest.json", 1 << 20), fetch, path.name)
    except OSError as error:
        raise LimenError(f"{path.name}: {error.strerror or error}: {Path(error.filename or path).name}") from error


def verified(manifest: bytes, fetch: Callable[[str, int], bytes], called: str) -> dict[str, bytes]:
    """The files that a manifest names, each as it says. `fetch` gets a name and the most bytes it may give."""
    try:
        told = from_json(manifest)
        form.check(told, form.MANIFEST)
        entries, number = told["files"], told["format"]
        if number > FORMAT:
            raise LimenError(f"{called} has format {number}, this Limen reads up to {FORMAT}; update Limen")
        if to_json(told) != manifest:  # a changed byte that JSON would overlook
            raise LimenError(f"{called}/manifest.json is not what was written")
        if sum(entry["size"] for entry in entries.values()) > memory():
            raise LimenError(f"{called} claims more bytes than this machine has memory")
        files = {}
        for name, entry in entries.items():
            if name != Path(name).name:
                raise LimenError(f"{called} names a file outside itself: {shown(name)}")
            files[name] = fetch(name, entry["size"])
            if len(files[name]) != entry["size"] or hashlib.sha256(files[name]).hexdigest() != entry["sha256"]:
                raise LimenError(f"{called}/{name} is not what was written: its SHA-256 differs")
    except ValueError as error:
        raise LimenError(f"{called}/manifest.json is damaged: {str(error)[:120]}") from error
    return files


def decode(files: Mapping[str, bytes]) -> Checkpoint:
    """What `encode` was given; the files' agreement with their manifest is `read_files`' work.

    Raises:
        LimenError: the files hold no checkpoint.
    """
    try:
        state = from_json(files["state.json"])
        form.check_state(state)
        lines = from_lines(files.get("statistics.jsonl", b""))
        for line in lines:
            form.check_statistics(line)
        tensors = unpack(files["training.safetensors"])
        return Checkpoint(
            epoch=state["epoch"],
            step=state["step"],
            weights=unpack(files["weights.safetensors"]),
            best=unpack(files["best.safetensors"]) if "best.safetensors" in files else {},
            memories=unflatten(state["memories"], tensors),
            trained=state["trained"],
            generators={n.partition("/")[2]: t for n, t in tensors.items() if n.startswith("generators/")},
            losses=tensors["losses"],
            history=state["history"],
            settings=state["settings"],
            ledger=from_lines(files["steps.jsonl"]),
            statistics=[line for line in lines if line["epoch"] <= state["epoch"]],
            samples=[sample for line in lines if line["epoch"] > state["epoch"] for sample in line["samples"]],
        )
    except KeyError as error:
        raise LimenError(f"cannot be read: it lacks {shown(error.args[0])}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise LimenError(f"cannot be read: {str(error)[:120]}") from error


def read(path: Path) -> Checkpoint:
    """One checkpoint, or a `LimenError` that says what is wrong with it."""
    files = read_files(path)
    try:
        return decode(files)
    except LimenError as error:
        raise LimenError(f"{path.name} {error}") from error


def load(folder: Path) -> tuple[Checkpoint | None, dict[Path, str]]:
    """The newest good checkpoint of a run, or None; and the newer ones that were bad, each with what is wrong."""
    bad: dict[Path, str] = {}
    for path in saved(folder):
        try:
            return read(path), bad
        except LimenError as error:
            bad[path] = str(error)
    return None, bad


def set_aside(path: Path) -> None:
    """Rename a bad checkpoint to ``bad-…``: kept to be looked at, never loaded again."""
    aside, number = path.with_name(f"bad-{path.name}"), 2
    while aside.exists():
        aside, number = path.with_name(f"bad-{path.name}-{number}"), number + 1
    storage.rename(path, aside)
