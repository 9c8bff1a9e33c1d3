"""Tensors in a file that holds numbers and nothing else.

Safetensors: eight bytes say how long the header is, the header is JSON that names each tensor's type, shape and place,
and the numbers follow without a gap. The library refuses a header that is too long, places that overlap, leave a hole
or do not fit the shape, and bytes left over. What it would let through is refused here, before anything is allocated:
a name that stands twice (the last would win), a header of a hundred megabytes, thousands of axes, types of less than a
byte.
"""

from collections.abc import Mapping

import safetensors
import safetensors.torch
from torch import Tensor

from limen.runs.plain import from_json

HEADER = 8 << 20  # bytes; a thousand tensors take some hundred thousand
AXES = 8
KINDS = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")


def check_header(content: bytes) -> None:
    """Refuse the bytes of a file whose header is none that Limen would have written; `ValueError` says why."""
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > len(content) - 8:
        raise ValueError(f"its header claims {length:,} bytes, {max(0, len(content) - 8):,} follow")
    if length > HEADER:
        raise ValueError(f"its header has {length:,} bytes; at most {HEADER:,} are read")
    header = from_json(content[8 : 8 + length])
    if not isinstance(header, dict):
        raise ValueError("its header is no table of tensors")
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
            raise ValueError(f"the entry of {name[:40]!r} is not type, shape and place")
        if entry["dtype"] not in KINDS:
            raise ValueError(f"{name[:40]!r} is of the type {str(entry['dtype'])[:20]!r}, which Limen does not use")
        if not isinstance(entry["shape"], list) or len(entry["shape"]) > AXES:
            raise ValueError(f"{name[:40]!r} has no shape of at most {AXES} axes")


def unpack(content: bytes) -> dict[str, Tensor]:
    """The tensors of a safetensors file, on the CPU.

    Raises:
        ValueError: why it is none.
    """
    check_header(content)
    try:
        return safetensors.torch.load(content)
    except (safetensors.SafetensorError, KeyError, TypeError, RuntimeError, OverflowError) as error:
        raise ValueError(" ".join(str(error).split())[:120]) from error


def not_finite(tensors: Mapping[str, Tensor]) -> list[str]:
    """The names of the tensors that hold a number which is inf or nan."""
    return [name for name, tensor in tensors.items() if tensor.is_floating_point() and not tensor.isfinite().all()]
