"""The machine a run stands on: device, precision, threads, memory, chance.

Two runs can only be compared when it is known what each ran on, and can only repeat each other when every draw of
chance comes from a stated seed. So this is the one place that touches the machine's settings, it does so when a run
starts and never when a module is imported, and what it chose is written into the run.
"""

import contextlib
import ctypes
import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from limen.errors import LimenError, unknown

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "fp32", "bf16", "fp64")


def available_devices() -> list[str]:
    """The kinds of device at hand, the fastest first."""
    found = ["cuda"] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def choose_device(name: str = "auto") -> torch.device:
    """The device called `name` (`cuda:1` for the second card); `auto` takes the fastest there is."""
    kind, _, number = name.partition(":")
    if kind not in DEVICES or (number and not number.isdigit()):
        raise unknown("device", name, DEVICES)
    here = available_devices()
    kind = here[0] if kind == "auto" else kind
    count = torch.cuda.device_count() if kind == "cuda" else 1
    if kind not in here or int(number or 0) >= count:
        raise LimenError(f"No device {name!r} on this machine. Available: {', '.join(here)}. Use --device {here[0]}.")
    return torch.device(kind, int(number)) if number else torch.device(kind)


def multiplies_bf16(device: torch.device) -> bool:
    """Whether the hardware itself multiplies bfloat16 numbers; without that, bf16 only costs time."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        features: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # absent before torch 2.10: then fp32
        return bool(features.get("amx_bf16") or features.get("avx512_bf16"))
    return False


def choose_precision(name: str, device: torch.device, convolves: bool = True) -> str:
    """`fp32`, `bf16` or `fp64`. `auto` takes bf16 only where the hardware multiplies it and a net convolves."""
    if name not in PRECISIONS:
        raise unknown("precision", name, PRECISIONS)
    if name == "auto":
        return "bf16" if convolves and multiplies_bf16(device) else "fp32"
    if name == "fp64" and device.type == "mps":
        raise LimenError("mps has no float64 numbers. Use --device cpu, or --precision fp32.")
    return name


def keep_freed_memory() -> bool:
    """Tell glibc to keep the memory that tensors give back; True where that could be said.

    By default glibc returns every large block to the system at once, and each training step pays again for the page
    faults of getting it back: half of the step of a small convolutional net. The threshold's largest value is 32 MiB.
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
        mallopt, m_trim_threshold, m_mmap_threshold = libc.mallopt, -1, -3
    except (OSError, AttributeError):
        return False
    return bool(mallopt(m_mmap_threshold, 32 << 20)) and bool(mallopt(m_trim_threshold, 2**31 - 1))


@functools.cache
def memory() -> int:
    """Bytes of memory that this process may have: the machine's, or less where a container sets a limit."""
    found = [2**63]
    if hasattr(os, "sysconf"):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            found.append(int(Path(limit).read_text()))
    return min(n for n in found if n > 0)


def derive_seed(seed: int, *path: str | int) -> int:
    """A 63-bit seed for one purpose, e.g. ``derive_seed(0, "order", epoch)``: a hash, so no two purposes meet."""
    text = "/".join(str(part) for part in (seed, *path))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


@dataclass(frozen=True)
class Machine:
    """What a run stands on: the device, the precision it multiplies in and the number of CPU threads."""

    device: torch.device
    precision: str
    threads: int
    processes: int = 1
    sharded: bool = False  # each process keeps a part of every weight

    @classmethod
    def prepare(cls, device: str = "auto", precision: str = "auto", threads: int | None = None) -> "Machine":
        """Choose and set everything up, once, when a run starts."""
        chosen = choose_device(device)
        if threads is not None:
            if not 1 <= threads <= 1024:
                raise LimenError(
                    f"{threads} threads cannot be used. Allowed: 1 to 1024. Leave --threads out for the default."
                )
            torch.set_num_threads(threads)
        keep_freed_memory()
        if chosen.type == "cuda":
            torch.cuda.set_device(chosen.index or 0)  # streams, seeds and recordings then belong to this card
            torch.backends.cudnn.benchmark = False  # a benchmark may choose another kernel the next time
            torch.backends.cudnn.deterministic = True
        return cls(chosen, choose_precision(precision, chosen), torch.get_num_threads())

    def fingerprint(self) -> dict[str, Any]:
        """All that can change the last bits of a result, as plain values for the run's record."""
        return {
            "limen": importlib.metadata.version("limen"),
            "revision": git_revision(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "system": f"{platform.system()} {platform.machine()}",
            "device": str(self.device),
            "device_name": device_name(self.device),
            "cpu": cpu_name(),
            "cpu_capability": torch.backends.cpu.get_cpu_capability(),
            "bf16_hardware": multiplies_bf16(self.device),
            "cores": os.cpu_count(),
            "threads": self.threads,
            "processes": self.processes,
            "sharded": self.sharded,
            "precision": self.precision,
        }


def device_name(device: torch.device) -> str:
    """The device's own name, such as the graphics card's."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else cpu_name()


@functools.cache
def cpu_name() -> str:
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@functools.cache
def git_revision() -> str | None:
    """The commit that Limen's own source stands at, with ``+`` when it was changed since; None outside a checkout."""
    here = Path(__file__).resolve().parent

    def git(*words: str) -> str:
        command = ["git", "-C", str(here), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()  # noqa: S603

    try:
        if not git("ls-files", "machine.py"):
            return None
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return None
