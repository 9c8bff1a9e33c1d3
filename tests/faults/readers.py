"""The readers of files that may come from anywhere, each as a function of bytes, with files that it accepts.

`execution(content)` calls the reader and lets only its own errors pass; whatever else it raises is a fault of Limen's.
"""

import contextlib
import copy
import functools
import gzip
import io
import json
import pickle
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from limen.data.idx import read_array
from limen.data.mnist import read_table
from limen.data.packed import Unpacked
from limen.data.pickles import read_pickle
from limen.errors import LimenError
from limen.experiments.record import recall
from limen.nets.build import build
from limen.runs import form
from limen.runs.checkpoint import Checkpoint, decode, encode, verified
from limen.runs.plain import from_json
from limen.runs.seal import from_lines
from limen.runs.tensors import unpack
from limen.train.plan import Optimizer, Plan
from limen.train.state import State
from limen.train.update import update_of
from tests.records import METRICS, TIMES, record


@dataclass(frozen=True)
class Reader:
    """A reader, files that it accepts, and words of its format."""

    name: str
    execution: Callable[[bytes], None]
    seeds: Callable[[], tuple[bytes, ...]]
    words: tuple[bytes, ...] = ()


def idx(content: bytes) -> None:
    """An idx file, plain or, where it begins so, gzipped."""
    file: io.BufferedIOBase = io.BytesIO(content)
    with contextlib.suppress(LimenError, EOFError, gzip.BadGzipFile, zlib.error):  # which `unpacked` puts into words
        read_array(Unpacked(file) if content[:2] == b"\x1f\x8b" else file, "fuzz")  # type: ignore[arg-type]


def idx_seeds() -> tuple[bytes, ...]:
    made = []
    for code, kind, shape in ((8, ">u1", (3, 4, 4)), (8, ">u1", (5,)), (0x0C, ">i4", (2, 3)), (0x0D, ">f4", (2, 2))):
        head = bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
        made.append(head + np.arange(np.prod(shape)).astype(kind).tobytes())
    return (*made, gzip.compress(made[0], 1, mtime=0))


def pickles(content: bytes) -> None:
    """A published pickle."""
    with contextlib.suppress(LimenError):
        read_pickle(content, "fuzz")


def pickle_seeds() -> tuple[bytes, ...]:
    values = (
        (np.arange(6, dtype=np.uint8).reshape(2, 3), [1, 2]),
        {"data": np.zeros((2, 4), np.uint8), "labels": [0, 1], b"batch_label": "x"},
        [1.5, None, True, 2**70, b"ab", "é", (), {}],
        np.arange(4, dtype=">f4"),
    )
    return tuple(pickle.dumps(value, protocol) for value in values for protocol in (0, 2, 4, 5))


PICKLE_WORDS = (
    b"cos\nsystem\n", b"\x93", b"R", b"\x81", b"b", b"(", b")", b"t.", b"}", b"]", b"u", b"s", b"a", b"e", b"\x85", b"\x86",
    b"\x87", b"0", b"2", b"q\x00", b"h\x00", b"r\xff\xff\xff\x7f", b"j\xff\xff\xff\x7f", b"\x94", b"N", b"\x8c\x08builtins",
    b"\x8c\x04eval", b"cnumpy\ndtype\n", b"cnumpy\nndarray\n", b"C\x01a", b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f", b"J\xff\xff\xff\x7f",
    b"L99999999999999999999L\n", b"\x8a\xff", b"F1e999\n", b"Vx\n", b"P1\n", b"Q", b"\x97", b"\x98", b".", b"I-1\n", b"K\x00",
)  # fmt: skip


def table(content: bytes) -> None:
    """A CSV file of pixels."""
    with contextlib.suppress(LimenError):
        read_table(io.BytesIO(content), 3, "fuzz")


CSV_SEEDS = (b"1,2,3\n4,5,6\n", b"a,b,c\n0,128,255\n7,8,9\n", b"\xef\xbb\xbf1.0,2e0, 3\r\n4,5,6\r\n", b'"1","2","3"\n')
CSV_WORDS = (
    b"\n", b"\r", b"\r\n", b",", b'"', b'""', b"\0", b"\xff", b"\xef\xbb\xbf", b"nan", b"inf", b"1e999", b"-1", b"0x10",
    b"256", b"9" * 400, b" ", b"\t", b"#", b";", b"\xe2\x80\xa8", b"\xed\xa0\x80", b",,,,", b"1_0", b"True", b"\\",
)  # fmt: skip


def begun() -> State:
    """A small net before its first step of training."""
    net = build("mlp", (4,), 3, {"hidden": (5,)})
    return State.begin(net, Plan(optimizer=Optimizer("adam", 0.01)), 2)


def step(state: State) -> None:
    """A step, for a memory that does not fit to be met."""
    net = state.net
    torch.nn.functional.cross_entropy(net(torch.ones(3, 4)), torch.arange(3)).backward()
    update_of(state.optimizers[0])()


@functools.cache
def parts() -> dict[str, bytes]:
    """The files of a small checkpoint."""
    torch.manual_seed(0)
    state = begun()
    step(state)
    taken = Checkpoint.take(state, None, [METRICS])
    taken.generators = {"cpu": torch.zeros(16, dtype=torch.uint8)}  # five thousand bytes that say little
    return encode(taken)


def checkpoint(content: bytes) -> None:
    """A checkpoint: the first byte says which of its files the rest stands for, and whether the manifest is to fit."""
    if not content:
        return
    files = dict(parts())
    name = sorted(files)[content[0] % len(files)]
    files[name] = content[1:]
    try:
        if name != "manifest.json" and content[0] < 128:
            decode(files)
        else:
            verified(files["manifest.json"], lambda name, size: files[name], "fuzz")
    except LimenError:
        pass
    except KeyError as error:
        if name != "manifest.json":
            raise AssertionError from error


def checkpoint_seeds() -> tuple[bytes, ...]:
    files = parts()
    names = sorted(files)
    return tuple(bytes([i + extra]) + files[name] for i, name in enumerate(names) for extra in (0, 125))


def resume(content: bytes) -> None:
    """A checkpoint put into a training that goes on. The first byte says which of its files the rest stands for."""
    files = dict(parts())
    files[("state.json", "training.safetensors", "weights.safetensors")[content[0] % 3 if content else 0]] = content[1:]
    with contextlib.suppress(LimenError):
        taken, state = decode(files), begun()
        taken.generators = {"cpu": torch.get_rng_state()}
        taken.restore(state)
        step(state)


def resume_seeds() -> tuple[bytes, ...]:
    names = ("state.json", "training.safetensors", "weights.safetensors")
    return tuple(bytes([i]) + parts()[name] for i, name in enumerate(names))


JSON_WORDS = (
    b"[", b"]", b"{", b"}", b'"', b",", b":", b"null", b"true", b"NaN", b"Infinity", b"-1", b"1e999", b"9" * 30, b"9" * 5000,
    b"\\ud800", b"\\u0000", b"\xff", b"[" * 50, b"[" * 2000, b'{"a":' * 2000, b'{"a":' * 45, b"1.5", b"0", b"\0", b'"tensor"',
    b'"items"', b'"list"', b'"F99"', b'"F4"', b'"shape":', b'"data_offsets":', b"18446744073709551616", b"\xed\xa0\x80",
    b"[0,0]", b'"../x"', b'"__class__"',
)  # fmt: skip


def weights(content: bytes) -> None:
    """A safetensors file alone."""
    with contextlib.suppress(ValueError):  # what it promises
        unpack(content)


def weight_seeds() -> tuple[bytes, ...]:
    return tuple(content for name, content in parts().items() if name.endswith(".safetensors"))


def journal(content: bytes) -> None:
    """The lines of a journal, as metrics and as times."""
    for line in from_lines(content):
        for check in (form.check_metrics, form.check_times, form.check_steps):
            with contextlib.suppress(ValueError):  # which Run turns into a LimenError with the path
                check(line)


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def journal_seeds() -> tuple[bytes, ...]:
    steps = {"epoch": 1, "losses": [0.5, 0.25], "weights": {"a.weight": "0" * 16}}
    return lines(METRICS, METRICS | {"epoch": 2}), lines(TIMES, TIMES), lines(steps)


def run(content: bytes) -> None:
    """run.json, and the experiment that it records."""
    try:
        value = from_json(content)
        form.check_record(value)
    except ValueError:  # which Run turns into a LimenError with the path
        return
    with contextlib.suppress(LimenError):
        recall(value["experiment"])


def run_seeds() -> tuple[bytes, ...]:
    change = {
        "epoch": 1,
        "step": 0,
        "settings": ["plan.epochs=3"],
        "before": [],
        "machine": {"cpu": ["a", "b"]},
        "data": None,
    }
    whole = (
        record(),
        record("digits-cnn"),
        {**record(), "changes": [change], "parent": {"run": "x-1"}, "snapshots": "log"},
    )
    return tuple(json.dumps(copy.deepcopy(value)).encode() for value in whole)


READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("idx", idx, idx_seeds, (b"\0\0\x08\x01", b"\0\0\x0e\x08", b"\xff" * 32, b"\x1f\x8b")),
        Reader("pickle", pickles, pickle_seeds, PICKLE_WORDS),
        Reader("csv", table, lambda: CSV_SEEDS, CSV_WORDS),
        Reader("safetensors", weights, weight_seeds, JSON_WORDS),
        Reader("checkpoint", checkpoint, checkpoint_seeds, JSON_WORDS),
        Reader("resume", resume, resume_seeds, JSON_WORDS),
        Reader("journal", journal, journal_seeds, JSON_WORDS),
        Reader("run", run, run_seeds, JSON_WORDS),
    )
}
