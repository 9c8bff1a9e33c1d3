"""Reading the weights of a PyTorch file without running it.

Published weights go about as ``.pth``: a pickle of an ordered table of tensors, and beside it the numbers, since 2020
in a zip archive, before that one after the other in the same file. A pickle is a program. So its instructions are
looked through before the first is carried out, and all it can name are tables, types of numbers, and stand-ins that put
a tensor's shape around bytes that are really there.
"""

import io
import math
import pickle
import pickletools
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import torch
from torch import Tensor

MAGIC = 0x1950A86A20F9469CFC6C  # the first number of a file in the old form
VERSION = 1001
MAGIC_BYTES = (b"PK\x03\x04", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19")  # how today's files begin, and old ones
STORAGES = {
    "FloatStorage": torch.float32, "DoubleStorage": torch.float64, "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16, "LongStorage": torch.int64, "IntStorage": torch.int32,
    "ShortStorage": torch.int16, "CharStorage": torch.int8, "ByteStorage": torch.uint8, "BoolStorage": torch.bool,
}  # fmt: skip
MOST = 2_000_000  # instructions; DenseNet-201, of 1,207 tensors, has some 50,000
LARGEST_PROGRAM = 32 << 20  # bytes
NEVER = {"INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID", "NEXT_BUFFER", "READONLY_BUFFER"}
AXES = 8
MISTAKES = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    RuntimeError,
    MemoryError,
    RecursionError,
    struct.error,
    NotImplementedError,
)  # what a damaged file leads a reader to

Fetch = Callable[[str, torch.dtype, int], Tensor]  # a storage by its key, the type and the count of its numbers


class Held:
    """A tensor that a pickle can hand about but not reach into: pickles may set the state of what they make."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class Rebuild:
    """What stands in the place of torch's functions that make a tensor of a storage; it takes no attributes."""

    __slots__ = ()

    def __call__(self, held: object, offset: object, size: object, stride: object, *rest: object) -> Held:
        """A copy of a part of a storage. Raises `ValueError` where it would reach beyond."""
        storage = held.tensor if isinstance(held, Held) else None
        if not isinstance(storage, Tensor) or not isinstance(size, tuple) or not isinstance(stride, tuple):
            raise ValueError("a tensor without storage, size and stride")
        numbers = (offset, *size, *stride)
        if not all(type(n) is int and n >= 0 for n in numbers) or len(size) != len(stride) or len(size) > AXES:
            raise ValueError("a tensor of no plain shape")
        reach = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True)) if 0 not in size else -1
        if reach >= len(storage) or math.prod(size) > max(1, len(storage)):
            raise ValueError(f"a tensor of {math.prod(size):,} numbers in a storage of {len(storage):,}")
        return Held(storage.as_strided(size, stride, offset).clone())  # type: ignore[arg-type]


class Ignore:
    """The same where only the storages are asked for."""

    __slots__ = ()

    def __call__(self, *described: object) -> None:
        """Nothing."""


class Parameter:
    """The same for a tensor that training changes: the tensor itself."""

    __slots__ = ()

    def __call__(self, tensor: object, *rest: object) -> object:
        """The tensor."""
        return tensor


class Reader(pickle.Unpickler):
    """Python's reader, which here can name nothing but tables and tensors."""

    def __init__(self, file: BinaryIO, fetch: Fetch, rebuild: "Rebuild | Ignore | None" = None) -> None:
        super().__init__(file, encoding="latin-1")
        self.fetch, self.rebuild = fetch, rebuild or Rebuild()

    def find_class(self, module: str, name: str) -> Any:
        """The stand-in for a name; `ValueError` for any other."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2"):
            return self.rebuild
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return Parameter()
        if module in ("torch", "torch.storage") and name in STORAGES:
            return STORAGES[name]
        raise ValueError(f"it asks for {module}.{name}"[:80])

    def persistent_load(self, known: Any) -> Held:
        """The storage that a tensor names: ("storage", type, key, device, count, …)."""
        if not isinstance(known, tuple) or len(known) not in (5, 6) or known[0] != "storage" or any(known[5:]):
            raise ValueError("a storage that is none")
        _, kind, key, _, count = known[:5]
        if not isinstance(kind, torch.dtype) or not isinstance(key, str) or type(count) is not int or count < 0:
            raise ValueError("a storage without type, key and count")
        return Held(self.fetch(key, kind, count))


def look_through(content: bytes, start: int = 0) -> int:
    """Where the pickle that begins at `start` ends, if it holds nothing that a table of tensors never needs."""
    file = io.BytesIO(content)
    file.seek(start)
    for number, (opcode, argument, _) in enumerate(pickletools.genops(file)):
        if opcode.name in NEVER or number > MOST or file.tell() - start > LARGEST_PROGRAM:
            raise ValueError(f"it asks for {opcode.name}, or is too long")
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > number:
            raise ValueError("it numbers what it remembers as no writer does")
    return file.tell()


def storage_of(content: bytes, kind: torch.dtype, count: int, key: str) -> Tensor:
    """Bytes as `count` numbers, which they must be exactly."""
    if len(content) != count * kind.itemsize:
        raise ValueError(f"storage {key[:20]!r} has {len(content):,} bytes where {count * kind.itemsize:,} belong")
    return torch.frombuffer(bytearray(content), dtype=kind) if content else torch.empty(0, dtype=kind)


def read_archive(content: bytes) -> Any:
    """What a file in today's form holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {info.filename.partition("/")[2]: info for info in archive.infolist()}
        if any(info.compress_type != zipfile.ZIP_STORED for info in entries.values()) or "data.pkl" not in entries:
            raise ValueError("its archive is packed, or holds no data.pkl")
        if "byteorder" in entries and archive.read(entries["byteorder"]) != b"little":
            raise ValueError("its numbers begin with the high byte")
        program, made = archive.read(entries["data.pkl"]), {}
        look_through(program)

        def fetch(key: str, kind: torch.dtype, count: int) -> Tensor:
            if key not in made:
                if f"data/{key}" not in entries:
                    raise ValueError(f"storage {key[:20]!r} is not there")
                made[key] = storage_of(archive.read(entries[f"data/{key}"]), kind, count, key)
            if made[key].dtype != kind:
                raise ValueError(f"storage {key[:20]!r} is of two types")
            return made[key]

        return Reader(io.BytesIO(program), fetch).load()


def read_sequence(content: bytes) -> Any:
    """What a file in the old form holds: four pickles, the keys of the storages, then of each its count and numbers.

    The tensors are described before their numbers come, so their pickle is gone through twice.
    """
    place, heads = 0, []
    for _ in range(3):
        heads.append(plain(content, place))
        place = look_through(content, place)
    magic, version, system = heads
    if magic != MAGIC or version != VERSION or not isinstance(system, Mapping) or not system.get("little_endian"):
        raise ValueError("it does not begin as PyTorch's files do")
    program, place = place, look_through(content, place)
    kinds: dict[str, tuple[torch.dtype, int]] = {}

    def note(key: str, kind: torch.dtype, count: int) -> Tensor:
        if kinds.setdefault(key, (kind, count)) != (kind, count):
            raise ValueError(f"storage {key[:20]!r} is of two kinds")
        return torch.empty(0)

    Reader(io.BytesIO(content[program:place]), note, Ignore()).load()
    keys, numbers = plain(content, place), look_through(content, place)
    if not isinstance(keys, list) or set(keys) != set(kinds):
        raise ValueError("the storages are not those that its tensors name")
    made = {}
    for key in keys:
        kind, count = kinds[key]
        if content[numbers : numbers + 8] != struct.pack("<q", count):
            raise ValueError(f"storage {key[:20]!r} has another count of numbers than is said")
        end = numbers + 8 + count * kind.itemsize
        made[key], numbers = storage_of(content[numbers + 8 : end], kind, count, key), end
    return Reader(io.BytesIO(content[program:place]), lambda key, kind, count: made[key]).load()


def plain(content: bytes, start: int) -> Any:
    """The value of the pickle that begins at `start`, in which there are no tensors."""
    return Reader(io.BytesIO(content[start : look_through(content, start)]), no_storage).load()


def no_storage(key: str, kind: torch.dtype, count: int) -> Tensor:
    """Where no tensor belongs."""
    raise ValueError("a tensor in the wrong place")


def read_torch(content: bytes) -> dict[str, Tensor]:
    """The tensors of a PyTorch file by their names, on the CPU; a table within, called state_dict or model, is opened.

    Raises:
        ValueError: why it is no such file.
    """
    try:
        found = read_archive(content) if content[:4] == b"PK\x03\x04" else read_sequence(content)
    except (pickle.UnpicklingError, zipfile.BadZipFile, *MISTAKES) as error:
        raise ValueError(" ".join(str(error).split())[:120] or type(error).__name__) from error
    for inner in ("state_dict", "model"):
        if isinstance(found, dict) and isinstance(dict(found).get(inner), dict):
            found = dict(found)[inner]
    if not isinstance(found, dict) or not found:
        raise ValueError("it holds no table of tensors")
    tensors = {name: held.tensor if isinstance(held, Held) else held for name, held in dict(found).items()}
    odd = [str(name)[:40] for name, t in tensors.items() if not isinstance(name, str) or not isinstance(t, Tensor)]
    if odd:
        raise ValueError(f"beside tensors it holds {', '.join(odd[:3])}")
    return tensors
