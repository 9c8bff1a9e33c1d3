"""Runs that somebody might be sent: a good run's folder, spoilt in one place.

`SPOILT` names the ways; each changes a copy of a finished run and says which commands must refuse it. Where only the
newest checkpoint is spoilt, the one before it is used instead.
"""

import copy
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from limen.runs.checkpoint import pack, saved, with_manifest
from limen.runs.seal import SEAL, digest, sealed
from tests.faults.hostile import TENSORS, Canary, link

ALL = ("show", "predict", "resume", "report")
Spoil = Callable[[Path, Path], None]  # (the run's folder, the canary)


@dataclass(frozen=True)
class Way:
    """How to spoil a run, and the commands that must refuse it then."""

    spoil: Spoil
    refused: tuple[str, ...] = ALL


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    """Change what a sealed record holds, and seal it anew: who sends a file can do that too."""
    value = json.loads(path.read_bytes())
    del value[SEAL]
    change(value)
    path.write_bytes(sealed(value))


def known(run: Path, name: str, content: bytes) -> None:
    """Write a file of a finished run, and its digest into the run's ending."""
    (run / name).write_bytes(content)
    edit(run / "result.json", lambda ending: ending["files"].__setitem__(name, digest(content)))


def put(where: str, value: Any) -> Callable[[Any], None]:
    """A change that sets the place ``a.b.c`` of nested records."""

    def change(record: Any) -> None:
        *path, last = where.split(".")
        for name in path:
            record = record[name]
        record[last] = value

    return change


def drop(where: str) -> Callable[[Any], None]:
    """A change that takes a place out."""

    def change(record: Any) -> None:
        *path, last = where.split(".")
        for name in path:
            record = record[name]
        del record[last]

    return change


def record(change: Callable[[Any], Any], refused: tuple[str, ...] = ALL) -> Way:
    return Way(lambda run, _: edit(run / "run.json", change), refused)


def result(change: Callable[[Any], Any]) -> Way:
    return Way(lambda run, _: edit(run / "result.json", change), ("show", "report"))


def text(name: str, content: bytes, refused: tuple[str, ...] = ALL) -> Way:
    return Way(lambda run, _: (run / name).write_bytes(content) and None, refused)


def ended(name: str, content: Callable[[Path], bytes], refused: tuple[str, ...]) -> Way:
    """Another file in the place of one that a finished run knows by its digest; it is given the canary."""
    return Way(lambda run, canary: known(run, name, content(canary)), refused)


def within(content: bytes, by: bytes) -> Way:
    """run.json with a piece of text replaced: for what Python's writer would not write."""

    def spoil(run: Path, _: Path) -> None:
        path = run / "run.json"
        before = path.read_bytes()
        assert content in before
        path.write_bytes(before.replace(content, by, 1))

    return Way(spoil)


def newest(run: Path) -> Path:
    return saved(run / "checkpoints")[0]


def reseal(folder: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the files of a checkpoint and write the manifest that fits them."""
    files = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "manifest.json"}
    change(files)
    for name, content in with_manifest(files).items():
        (folder / name).write_bytes(content)


def whole(change: Callable[[dict[str, bytes]], None], refused: tuple[str, ...] = ()) -> Way:
    """A spoilt newest checkpoint whose manifest fits. The one before is used, unless refused."""
    return Way(lambda run, _: reseal(newest(run), change), refused)


def state(change: Callable[[Any], Any], refused: tuple[str, ...] = ()) -> Way:
    def spoil(files: dict[str, bytes]) -> None:
        value = json.loads(files["state.json"])
        changed = change(value)
        files["state.json"] = json.dumps(value if changed is None else changed).encode()

    return whole(spoil, refused)


def weights(change: Callable[[dict[str, torch.Tensor]], None], name: str, refused: tuple[str, ...] = ()) -> Way:
    def spoil(files: dict[str, bytes]) -> None:
        held = safetensors.torch.load(files[name])
        change(held)
        files[name] = pack(held)

    return whole(spoil, refused)


def manifest(change: Callable[[Any], Any]) -> Way:
    def spoil(run: Path, _: Path) -> None:
        path = newest(run) / "manifest.json"
        value = json.loads(path.read_bytes())
        change(value)
        path.write_bytes(json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n")

    return Way(spoil, ())


def replaced(name: str, make: Callable[[Path, Path], None], refused: tuple[str, ...] = ()) -> Way:
    """Something else in the place of a file; ``@/`` is the newest checkpoint."""

    def spoil(run: Path, canary: Path) -> None:
        path = newest(run) / name[2:] if name.startswith("@/") else run / name
        if path.is_dir():
            path.rename(path.with_name("moved"))
        else:
            path.unlink(missing_ok=True)
        make(path, canary)

    return Way(spoil, refused)


def outside(path: Path, canary: Path) -> None:
    """A link to a good file of the same name that lies elsewhere."""
    target = canary.with_name(f"outside-{path.name}")
    target.write_text("{}")
    path.symlink_to(target)


def elsewhere(path: Path, canary: Path) -> None:
    """A link to a folder that lies elsewhere."""
    target = canary.with_name("outside")
    target.mkdir()
    (target / "mine").write_text("precious")
    path.symlink_to(target)


def twice(run: Path, _: Path) -> None:
    """Both checkpoints spoilt, so that none is left to fall back on."""
    for folder in saved(run / "checkpoints"):
        (folder / "weights.safetensors").write_bytes(b"")


def memory(change: Callable[[list[Any]], None]) -> Way:
    """The saved optimizer's state changed: it is refused when training would go on."""
    return state(lambda value: change(value["memories"]["list"]), ("resume",))


def of_adam(name: str, kind: Callable[[torch.Tensor], torch.Tensor]) -> Way:
    key = f"optimizers/0/state/0/{name}"
    return weights(lambda held: held.__setitem__(key, kind(held[key])), "training.safetensors", ("resume",))


def swapped(held: dict[str, torch.Tensor]) -> None:
    """The memories of the first two parameters in each other's place."""
    for name in ("exp_avg", "exp_avg_sq"):
        one, other = (f"optimizers/0/state/{i}/{name}" for i in (0, 1))
        held[one], held[other] = held[other], held[one]


def beyond(held: dict[str, torch.Tensor]) -> None:
    """A generator that would read far behind its numbers."""
    held["generators/cpu"].view(torch.int32)[2:8].fill_(2**30)


def pickled(files: dict[str, bytes], canary: Path = Path("canary")) -> None:
    files["weights.safetensors"] = pickle.dumps(Canary(canary))


NET, PLAN, DATA = "experiment.net", "experiment.plan", "data"
RESUME = ("resume", "report")
SPOILT: dict[str, Way] = {
    # run.json as a text
    "no text": text("run.json", b""),
    "not utf-8": text("run.json", b'{"format": "\xff"}'),
    "utf-16": text("run.json", '{"format": 1}'.encode("utf-16")),
    "a list": text("run.json", b"[1]"),
    "a hundred thousand brackets": text("run.json", b"[" * 100_000),
    "a hundred thousand records": text("run.json", b'{"a":' * 100_000),
    "a closed deep nest": text("run.json", b"[" * 500 + b"]" * 500),
    "five million lists": text("run.json", b'{"format": 1, "x": [' + b"[]," * 5_000_000 + b"1]}"),
    "a sparse gigabyte": Way(lambda run, _: os.truncate(run / "run.json", 1 << 30)),
    "a name twice": within(b'"format": 1', b'"format": 1, "format": 1'),
    "nan": within(b'"lr": 0.001', b'"lr": NaN'),
    "infinity": within(b'"lr": 0.001', b'"lr": -Infinity'),
    "a number beyond floats": within(b'"lr": 0.001', b'"lr": 1e999'),
    "a number of five thousand digits": within(b'"lr": 0.001', b'"lr": 1' + b"0" * 5000),
    "a number of a megabyte": within(b'"lr": 0.001', b'"lr": 0.' + b"1" * (1 << 20) + b"x"),
    "half a character": within(b'"en": "', b'"en": "\\ud800'),
    # run.json as a record
    "a newer format": record(put("format", 10**9)),
    "a format in words": record(put("format", "1")),
    "no date": record(drop("created")),
    "no title": record(drop("experiment.title.en")),
    "a plan that is a text": record(put(PLAN, "os.system")),
    "classes that are a number": record(put(f"{DATA}.classes", 5)),
    "classes that are numbers": record(put(f"{DATA}.classes", [1, 2])),
    "more classes than weights": record(put(f"{DATA}.classes", [str(i) for i in range(1000)]), ("predict", *RESUME)),
    "other classes": record(put(f"{DATA}.classes", list("abcdefghij")), RESUME),
    "a negative side": record(put(f"{DATA}.shape", [-1])),
    "a shape of terabytes": record(put(f"{DATA}.shape", [10**12, 10**12, 3])),
    "a shape of gigabytes": record(put(f"{DATA}.shape", [1, 65536, 65536])),
    "another shape": record(put(f"{DATA}.shape", [1, 2000, 2000]), ("predict",)),
    "no shape": record(put(f"{DATA}.shape", [])),
    "half a side": record(put(f"{DATA}.shape", [1.5, 8, 8])),
    "a divisor of nothing": record(put(f"{DATA}.divisor", [0.0])),
    "too many offsets": record(put(f"{DATA}.offset", [0.0] * 7)),
    "a folder that is a number": record(put(f"{DATA}.folder", 5)),
    "two counts of examples": record(put(f"{DATA}.examples", [1, 2])),
    "a net that is a function": record(put(f"{NET}.name", "os.system"), ("predict", *RESUME)),
    "a net that is a list": record(put(f"{NET}.name", ["mlp"])),
    "a net name of a megabyte": record(put(f"{NET}.name", "x" * (1 << 20)), ("predict", *RESUME)),
    "an option that is none": record(put(f"{NET}.options", {"__class__": "x"}), ("predict", *RESUME)),
    "an activation that is code": record(put(f"{NET}.options", {"activation": "__import__"}), ("predict", *RESUME)),
    "a net of terabytes": record(put(f"{NET}.options", {"hidden": [10**6, 10**6]}), ("predict", *RESUME)),
    "a net beyond 64 bits": record(put(f"{NET}.options", {"hidden": [10**19]}), ("predict", *RESUME)),
    "a net of a hundred thousand layers": record(
        put(f"{NET}.options", {"hidden": [1] * 100_000}), ("predict", *RESUME)
    ),
    "an optimizer that is a function": record(put(f"{PLAN}.optimizer.name", "builtins.eval"), RESUME),
    "an option of the optimizer": record(put(f"{PLAN}.optimizer.options", {"betas": "x"}), RESUME),
    "a rate in words": record(put(f"{PLAN}.optimizer.lr", "0.1")),
    "minus one epoch": record(put(f"{PLAN}.epochs", -1)),
    "epochs that are true": record(put(f"{PLAN}.epochs", True)),
    "half an epoch": record(put(f"{PLAN}.epochs", 0.5)),
    "a seed beyond 64 bits": record(put(f"{PLAN}.seed", 2**70)),
    "an unknown part of the plan": record(put(f"{PLAN}.callback", "os.system"), RESUME),
    "a part of the plan that is missing": record(drop(f"{PLAN}.keep")),
    "an objective that is a function": record(put("experiment.objective", "os.system"), RESUME),
    "a figure that is a path": record(put("experiment.figures", ["../../x"]), ("report",)),
    "figures that are none": record(put("experiment.figures", 5), RESUME),
    "data that are a path": record(put("experiment.data.name", "../../etc"), RESUME),
    "nothing published": record(
        put("experiment.published", [{"measure": "test_accuracy", "values": [], "of": {"en": "", "zh": ""}}]), RESUME
    ),
    "a machine without a name": record(drop("machine.device_name")),
    "a thousand million threads": record(put("machine.threads", 10**9)),
    "a device that is none": record(put("machine.device", 5)),
    "changes that are none": record(put("changes", 5)),
    "a change that is none": record(put("changes", [{"machine": []}])),
    "a parent that is none": record(put("parent", "x")),
    "snapshots that are none": record(put("snapshots", "every:0"), ("resume",)),
    # the other journals
    "a result of nothing": text("result.json", b"{}", ("show", "report")),
    "a result that is nan": text("result.json", b'{"metrics": {"test_loss": NaN}}', ("show", "report")),
    "measures in words": result(put("metrics", {"test_accuracy": "high"})),
    "no measures": result(drop("metrics")),
    "digests that are none": result(put("files", 5)),
    "a digest that is a number": result(put("files", {"metrics.jsonl": 5})),
    "a journal of texts": ended("metrics.jsonl", lambda _: b'"x"\n', ("report",)),
    "an epoch without a loss": ended("metrics.jsonl", lambda _: b'{"epoch": 1}\n', ("show", "report")),
    "times in words": ended("times.jsonl", lambda _: b'{"epoch": 1, "seconds": "x", "examples": 1}\n', ()),
    # the answers
    "answers that are a pickle": ended(
        "predictions.safetensors", lambda canary: pickle.dumps(Canary(canary)), ("report",)
    ),
    "targets beyond the classes": ended(
        "predictions.safetensors",
        lambda _: pack({"outputs": torch.zeros(359, 10), "targets": torch.full((359,), 10**12)}),
        ("report",),
    ),
    "no targets": ended("predictions.safetensors", lambda _: pack({"outputs": torch.zeros(1, 10)}), ("report",)),
    # the newest checkpoint: the one before is used
    "weights that are a pickle": Way(lambda run, canary: reseal(newest(run), lambda f: pickled(f, canary)), ()),
    **{
        f"weights: {name}": whole(lambda files, c=content: files.__setitem__("weights.safetensors", c))
        for name, content in TENSORS.items()
    },
    "no losses": weights(drop("losses"), "training.safetensors"),
    "a state that is a list": state(lambda _: [1]),
    "a deep state": whole(lambda files: files.__setitem__("state.json", b"[" * 100_000)),
    "minus one epoch done": state(put("epoch", -1)),
    "epochs done that are true": state(put("epoch", True)),
    "a history that is a number": state(put("history", 5)),
    "a history of numbers": state(put("history", [1])),
    "a tensor that is not there": state(put("memories", {"tensor": "nowhere"})),
    "an unknown form": state(put("memories", {"call": "os.system"})),
    "settings that are none": state(put("settings", {"net": "os.system"})),
    "no settings": state(drop("settings")),
    "a name outside": manifest(lambda m: m["files"].__setitem__("../../run.json", m["files"]["state.json"])),
    "an absolute name": manifest(lambda m: m["files"].__setitem__("/etc/passwd", m["files"]["state.json"])),
    "a name with an end in it": manifest(lambda m: m["files"].__setitem__("a\0b", m["files"]["state.json"])),
    "a name of dots": manifest(lambda m: m["files"].__setitem__("..", m["files"]["state.json"])),
    "a negative size": manifest(put("files.state.json".replace("state.json", "x"), {"size": -1, "sha256": ""})),
    "a size in words": manifest(put("files.x", {"size": "1", "sha256": ""})),
    "a size of exabytes": manifest(put("files.x", {"size": 2**60, "sha256": ""})),
    "a manifest of the future": manifest(put("format", 99)),
    "files that are a list": manifest(put("files", ["weights.safetensors"])),
    "no manifest": Way(lambda run, _: (newest(run) / "manifest.json").unlink(), ()),
    "a deep manifest": Way(lambda run, _: (newest(run) / "manifest.json").write_bytes(b"[" * 100_000) and None, ()),
    "a sparse file": Way(lambda run, _: os.truncate(newest(run) / "weights.safetensors", 8 << 30), ()),
    "a link among the files": replaced("@/weights.safetensors", outside),
    "a pipe among the files": replaced("@/weights.safetensors", lambda path, _: os.mkfifo(path)),
    "a pipe for a manifest": replaced("@/manifest.json", lambda path, _: os.mkfifo(path)),
    "a folder among the files": replaced("@/weights.safetensors", lambda path, _: path.mkdir()),
    "a device among the files": replaced("@/weights.safetensors", link("/dev/zero")),
    "a file for a checkpoint": replaced("@/", lambda path, _: path.write_text("x") and None),
    "LATEST leads out": text("checkpoints/LATEST", b"../../../etc\n", ()),
    "both checkpoints spoilt": Way(twice, ("predict", "report")),
    # checkpoints that are whole, and do not fit
    "weights of another net": weights(lambda held: held.update({"w": torch.zeros(3)}), "weights.safetensors", ("predict", *RESUME)),
    "weights of another shape": weights(
        lambda held: held.update({k: torch.zeros(3) for k in list(held)}), "weights.safetensors", ("predict", *RESUME)
    ),
    "losses of another length": weights(
        lambda held: held.update({"losses": torch.zeros(10**6)}), "training.safetensors", ("resume",)
    ),
    "generators of another kind": weights(
        lambda held: held.update({"generators/cpu": torch.zeros(5, dtype=torch.uint8)}), "training.safetensors",
        ("resume",),
    ),
    "generators of numbers": weights(
        lambda held: held.update({"generators/cpu": torch.zeros(5056)}), "training.safetensors", ("resume",)
    ),
    "a generator beyond its end": weights(
        beyond, "training.safetensors", ("resume",)
    ),
    "no generators": weights(drop("generators/cpu"), "training.safetensors", ("resume",)),
    "a thousand million steps": state(put("step", 10**9), ("resume",)),
    "more epochs than history": state(put("epoch", 7), ("resume",)),
    "a history of other epochs": state(lambda s: put("history", [{**s["history"][0], "epoch": 9}] * 3)(s), ("resume",)),
    "a history without losses": state(lambda s: put("history", [{"epoch": i + 1} for i in range(3)])(s), ("resume",)),
    "other parameters": state(put("trained", [["x"]]), ("resume",)),
    "a memory of one number": of_adam("exp_avg", lambda _: torch.zeros(1)),
    "a memory of none": of_adam("exp_avg_sq", lambda _: torch.zeros(0)),
    "a memory of other axes": of_adam("exp_avg", lambda t: t.mT.contiguous()),
    "steps of a memory": of_adam("step", lambda _: torch.zeros(3)),
    "memories in another order": weights(swapped, "training.safetensors", ("resume",)),
    "two memories": memory(lambda m: m.append(copy.deepcopy(m[0]))),
    "no memory": memory(lambda m: m.clear()),
    "a memory that is a text": memory(lambda m: m.__setitem__(0, "x")),
    "a memory without groups": memory(lambda m: m.__setitem__(0, {"items": []})),
    # links and pipes in the run's folder
    **{f"a link for {n}": replaced(n, outside, ALL) for n in ("run.json", "metrics.jsonl", ".lock", ".owner")},
    "a link for result.json": replaced("result.json", outside, ("show", "predict", "report")),
    "a link for the checkpoints": replaced("checkpoints", elsewhere, ALL),
    "a link for the figures": replaced("figures", elsewhere, ALL),
    "a link for a checkpoint": replaced("@/", elsewhere, ALL),
    "a pipe for run.json": replaced("run.json", lambda path, _: os.mkfifo(path), ALL),
    "a pipe for the result": replaced("result.json", lambda path, _: os.mkfifo(path), ("show", "report")),
    "a pipe for the journal": replaced("metrics.jsonl", lambda path, _: os.mkfifo(path), ("show", "report")),
    "a pipe for the owner": replaced(".owner", lambda path, _: os.mkfifo(path)),
    "a folder for run.json": replaced("run.json", lambda path, _: path.mkdir(), ALL),
    "a file for the checkpoints": replaced("checkpoints", lambda path, _: path.write_text("") and None, ("predict",)),
}  # fmt: skip
