"""Files that somebody might be sent in the place of a run, a model or a picture, each as harmful as its format allows.

`FILES` names them; each makes itself at a path and carries a canary: a file that appears if anything in it is run.
"""

import gzip
import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

Make = Callable[[Path, Path], None]  # (where to, the canary)


class Canary:
    """Pickles to a call that makes a file."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self):
        return exec, (f"open({str(self.canary)!r}, 'w').close()",)


class InStorage:
    """Pickles to torch's own loader of bytes, a pickle within the pickle."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self):
        return torch.storage._load_from_bytes, (torch_bytes(self.canary, zipped=True),)


def torch_bytes(canary: Path, zipped: bool) -> bytes:
    content = io.BytesIO()
    torch.save({"weight": Canary(canary)}, content, _use_new_zipfile_serialization=zipped)
    return content.getvalue()


def tensors(header: object, body: bytes = b"", length: int | None = None) -> bytes:
    """A safetensors file with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


def entry(shape, begin: int, end: int, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


ONE = json.dumps(entry([2], 0, 8)).encode()
TENSORS: dict[str, bytes] = {
    "header of 10 GB": tensors({"w": entry([2], 0, 8)}, bytes(8), 10 << 30),
    "header of 90 MB": tensors(b'{"w":' + ONE + b"}" + b" " * (90 << 20), bytes(8)),
    "places that overlap": tensors({"w": entry([2], 0, 8), "v": entry([2], 4, 12)}, bytes(12)),
    "a hole": tensors({"w": entry([2], 0, 8), "v": entry([2], 16, 24)}, bytes(24)),
    "a name twice": tensors(b'{"w":' + ONE + b',"w":' + ONE + b"}", bytes(8)),
    "bytes left over": tensors({"w": entry([2], 0, 8)}, bytes(9)),
    "bytes missing": tensors({"w": entry([2], 0, 8)}, bytes(7)),
    "a shape that does not fit": tensors({"w": entry([3], 0, 8)}, bytes(8)),
    "a shape beyond 64 bits": tensors({"w": entry([2**62, 2**62], 0, 8)}, bytes(8)),
    "a hundred thousand axes": tensors({"w": entry([1] * 100_000 + [2], 0, 8)}, bytes(8)),
    "a negative side": tensors({"w": entry([-2], 0, 8)}, bytes(8)),
    "an unknown type": tensors({"w": entry([2], 0, 8, "F99")}, bytes(8)),
    "a type of half a byte": tensors({"w": entry([16], 0, 8, "F4")}, bytes(8)),
    "a deep header": tensors(b'{"w":' * 100_000),
    "no object": tensors([1, 2]),
    "zip in front": b"PK\x03\x04" + bytes(4) + b"{}" + bytes(100),
}


def zipped(members: dict[str, bytes], compress: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compress) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, member in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(member)
            archive.addfile(info, io.BytesIO(member))
    return content.getvalue()


def objects(canary: Path) -> bytes:
    content = io.BytesIO()
    np.save(content, np.array([Canary(canary)], dtype=object), allow_pickle=True)
    return content.getvalue()


def npy(shape: str, dtype: str = "<f4") -> bytes:
    head = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def keras(canary: Path) -> bytes:
    config = {"class_name": "Lambda", "config": {"function": f"__import__('pathlib').Path({str(canary)!r}).touch()"}}
    return zipped({"metadata.json": b"{}", "config.json": json.dumps(config).encode(), "model.weights.h5": b"\x89HDF"})


def written(content: Callable[[Path], bytes]) -> Make:
    """A file with content that knows its canary."""
    return lambda path, canary: path.write_bytes(content(canary)) and None


def plainly(content: bytes) -> Make:
    return lambda path, _: path.write_bytes(content) and None


def pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def link(target: str) -> Make:
    return lambda path, _: path.symlink_to(target)


IDX_HEAD = b"\0\0\x08\x03"
FILES: dict[str, Make] = {
    **{f"pickle {p}.pkl": written(lambda c, p=p: pickle.dumps(Canary(c), p)) for p in range(6)},  # type: ignore[misc]
    "pickle.safetensors": written(lambda c: pickle.dumps(Canary(c), 2)),
    "pickle.json": written(lambda c: pickle.dumps(Canary(c), 0)),
    "pickle.npy": written(lambda c: pickle.dumps(Canary(c), 5)),
    "pickle.png": written(lambda c: pickle.dumps(Canary(c), 4)),
    "mnist.pkl.gz": written(lambda c: gzip.compress(pickle.dumps(Canary(c), 2))),
    "memo bomb.pkl": plainly(b"\x80\x04Nr\xff\xff\xff\x7f."),
    "torch.pt": written(lambda c: torch_bytes(c, zipped=True)),
    "torch.pth": written(lambda c: torch_bytes(c, zipped=False)),
    "torch.png": written(lambda c: torch_bytes(c, zipped=True)),
    "in storage.pt": written(lambda c: pickle.dumps(InStorage(c), 2)),
    "script.pt": plainly(zipped({"m/data.pkl": b"\x80\x02.", "m/code/__torch__.py": b"import os"})),
    "objects.npy": written(objects),
    "objects.npz": written(lambda c: zipped({"x.npy": objects(c)})),
    "shape.npy": plainly(npy("(1000000000000, 1000000)")),
    "shape.npz": plainly(zipped({"x.npy": npy("(1000000000000, 1000000)")})),
    "model.h5": plainly(b"\x89HDF\r\n\x1a\n" + bytes(2000)),
    "model.keras": written(keras),
    "model.onnx": plainly(b"\x08\x08\x12\x07pytorch:\x10../../etc/passwd"),
    "config.yaml": written(lambda c: f"model: !!python/object/apply:os.system ['touch {c}']\n".encode()),
    "joblib.joblib": written(lambda c: zlib.compress(pickle.dumps(Canary(c)))),
    "joblib gz.joblib": written(lambda c: gzip.compress(pickle.dumps(Canary(c)))),
    "bomb.zip": plainly(zipped({"x": bytes(64 << 20)}, zipfile.ZIP_DEFLATED)),
    "out.zip": written(lambda c: zipped({f"../../../../../..{c}": b"x"})),
    "out.tar": written(lambda c: tarred({f"../../../../../..{c}": b"x"})),
    "cifar-10-python.tar.gz": written(
        lambda c: tarred({f"cifar-10-batches-py/data_batch_{i}": pickle.dumps(Canary(c), 2) for i in range(1, 6)}
                         | {"cifar-10-batches-py/test_batch": pickle.dumps(Canary(c), 2)}, "w:gz")
    ),
    "zip behind.safetensors": written(
        lambda c: tensors({"w": entry([2], 0, 8)}, bytes(8)) + zipped({"data.pkl": pickle.dumps(Canary(c))})
    ),
    **{f"{name}.safetensors": plainly(content) for name, content in TENSORS.items()},
    "weights.safetensors": plainly(tensors({"w": entry([2], 0, 8)}, bytes(8))),
    "empty.pt": plainly(b""),
    "page.html": plainly(b"<html><script>alert(1)</script></html>"),
    "model.gguf": plainly(b"GGUF\x03\0\0\0" + bytes(100)),
    "model.tflite": plainly(b"\x1c\0\0\0TFL3" + bytes(100)),
    "program": plainly(b"\x7fELF\x02\x01\x01" + bytes(100)),
    "run.json": plainly(b'{"format": 1}'),
    "shape.idx": plainly(IDX_HEAD + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1)),
    "four GB.idx": plainly(IDX_HEAD + struct.pack(">3I", 4096, 1024, 1023)),
    "bomb-idx.gz": plainly(gzip.compress(IDX_HEAD + struct.pack(">3I", 4096, 1024, 1023)) + gzip.compress(bytes(16 << 20)) * 250),
    "bomb.png": plainly(
        b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in (
                (b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)),
                (b"IDAT", zlib.compress(bytes(1 << 20))),
                (b"IEND", b""),
            )
        )
    ),
    "pipe": pipe,
    "link to a device": link("/dev/zero"),
    "link to nothing": link("nowhere"),
    "folder": lambda path, _: path.mkdir(),
}  # fmt: skip
