"""Saying what a file is that somebody took for a run, and how to bring its weights over.

Most formats in which nets are passed around are programs in disguise: a pickle calls whatever it names, a Keras file
may carry code in its layers, an ONNX file may name other files. Limen opens none of them. It looks at the first bytes,
never at the name, and says what they are and which tool reads them where they can be trusted.
"""

import os
import re
import struct
from pathlib import Path

from limen.errors import LimenError, shown
from limen.regular import open_regular

HEAD = 4096  # bytes looked at
TORCH = "a PyTorch file, a pickle that may run any program when it is read"
TORCH_WAY = "torch.load(FILE, weights_only=True), then safetensors.torch.save_file"
PICKLE = "a pickle, which may run any program when it is read"
PICKLE_WAY = "write its arrays anew where you trust it, with safetensors.numpy.save_file"
KERAS = "a Keras file, which may carry code in its layers"
KERAS_WAY = "keras.saving.load_model(FILE, safe_mode=True), then safetensors.numpy.save_file of its weights"
ARRAYS_WAY = "numpy.load(FILE, allow_pickle=False), then safetensors.numpy.save_file"
ONNX_WAY = "onnx.load(FILE, load_external_data=False), then safetensors.numpy.save_file of its initializers"
ARCHIVE_WAY = "unpack it where you trust it, and name the run's folder"

# how a file begins, what it is, and how to bring it over
BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19", TORCH, TORCH_WAY),
    (b"\x89HDF\r\n\x1a\n", f"an HDF5 file, the form of {KERAS[2:]}", KERAS_WAY),
    (b"\x93NUMPY", "a NumPy array", ARRAYS_WAY),
    (b"GGUF", "a GGUF file", "convert it with the tool that wrote it"),
    (b"\x1f\x8b", "a gzip archive", ARCHIVE_WAY),
    (b"BZh", "a bzip2 archive", ARCHIVE_WAY),
    (b"\xfd7zXZ\0", "an xz archive", ARCHIVE_WAY),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", ARCHIVE_WAY),
    (b"Rar!", "a RAR archive", ARCHIVE_WAY),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", ARCHIVE_WAY),
    (b"PK\x05\x06", "an empty zip archive", ARCHIVE_WAY),
    (b"x\x9c", "a zlib stream, as joblib packs its pickles", PICKLE_WAY),
    (b"x\xda", "a zlib stream, as joblib packs its pickles", PICKLE_WAY),
    (b"\x7fELF", "a program", "name a run's folder"),
    (b"MZ", "a program", "name a run's folder"),
)
# what the first member of a zip archive is called, what the archive is then, and how to bring it over
MEMBERS: tuple[tuple[str, str, str], ...] = (
    (r".*\.npy", "an archive of NumPy arrays (npz)", ARRAYS_WAY),
    (r"(.*/)?(data\.pkl|byteorder|\.format_version|\.storage_alignment|constants\.pkl|version)", TORCH, TORCH_WAY),
    (r"config\.json|metadata\.json|model\.weights\.h5", KERAS, KERAS_WAY),
)
TEXT_PICKLE = re.compile(  # protocol 0: a mark or an empty container, then a name to call, or a first value
    rb"[(\]}l)d]{0,8}([ci][\w.]+\r?\n[\w.]+\r?\n|[VpSI][^\n]{0,99}\n[pat.]|[ld]p\d)"
)
YAML = re.compile(rb"(%YAML|---|[\w-]+:\s|.*!!python/)")


def in_zip(head: bytes) -> tuple[str, str]:
    """What a zip archive is, by its first member."""
    length = struct.unpack_from("<H", head, 26)[0] if len(head) >= 30 else 0
    name = head[30 : 30 + length].decode("latin-1")
    for pattern, what, way in MEMBERS:
        if re.fullmatch(pattern, name):
            return what, way
    return "a zip archive", ARCHIVE_WAY


def is_safetensors(head: bytes, size: int) -> bool:
    """Whether a file begins with the length of a header, and the header as JSON."""
    return len(head) > 9 and int.from_bytes(head[:8], "little") <= size - 8 and head[8:10] in (b'{"', b"{}")


def is_onnx(head: bytes) -> bool:
    """Whether a file begins as ONNX does: the version as field 1, then a text, the graph or the operators."""
    return len(head) > 3 and head[0] == 0x08 and 1 <= head[1] <= 30 and head[2] in (0x12, 0x1A, 0x22, 0x32, 0x3A, 0x42)


def identify(head: bytes, size: int) -> tuple[str, str]:
    """(what a file is, how to bring it over) by its first bytes."""
    if head.startswith(b"PK\x03\x04"):
        return in_zip(head)
    for beginning, what, way in BEGINNINGS:
        if head.startswith(beginning):
            return what, way
    if is_safetensors(head, size):
        return "a safetensors file: weights without the net they belong to", "name the run's folder"
    if (head[:1] == b"\x80" and head[1:2] in b"\x01\x02\x03\x04\x05" and len(head) > 1) or TEXT_PICKLE.match(head):
        return PICKLE, PICKLE_WAY
    if head[4:8] == b"TFL3":
        return "a TensorFlow Lite file", "convert it with the tool that wrote it"
    if head[257:262] == b"ustar":
        return "a tar archive", ARCHIVE_WAY
    if is_onnx(head):
        return "an ONNX file, which may name other files on this machine", ONNX_WAY
    if head[:1] == b"{":
        return "a JSON file", "name the run's folder that holds it"
    if YAML.match(head):
        return "a YAML file, which may name any class", "name a run's folder"
    return ("an empty file" if not size else f"a file that begins with {head[:8].hex()}"), "name a run's folder"


def refusal(path: Path) -> LimenError:
    """The error for a file in the place of a run."""
    try:
        with open_regular(path) as file:
            head, size = file.read(HEAD), os.fstat(file.fileno()).st_size
    except OSError as error:
        return LimenError(f"Cannot read {shown(str(path))}: {error.strerror or error}. Check the name and the rights.")
    except LimenError as error:
        return error
    what, way = identify(head, size)
    return LimenError(
        f"{shown(str(path))} is no run but {what}; it was not opened. Limen reads runs: folders of safetensors and "
        f"JSON. To use it: {way}. See `limen runs`."
    )


def refuse_links(folder: Path) -> None:
    """Refuse a run's folder that holds a link: what is written through it would land elsewhere."""
    for place in (folder, folder / "checkpoints", folder / "figures"):
        for path in place.iterdir() if place.is_dir() else ():
            if path.is_symlink():
                raise LimenError(
                    f"{shown(str(path))} is a link. A run's folder holds files only; put the file itself there."
                )
