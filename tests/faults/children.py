"""Processes that can be killed: children of a warm parent, so that one is born in some ten milliseconds.

The parent is Python's own fork server. It has imported everything and computed nothing, so that a fork is safe.
"""

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from limen.errors import LimenError

server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["tests.faults.warm"])


def begin(act: Callable[..., Any], told: Path, *arguments: Any) -> BaseProcess:
    """Start a child that does ``act(tell, *arguments)``, where ``tell(value)`` adds a line of JSON to the file `told`.

    A `LimenError` in it is told as ``{"error": …}``.
    """
    os.environ |= {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}  # the server keeps those it is started with
    told.touch()
    child = server.Process(target=_be, args=(act, told, os.environ.get("LIMEN_CACHE"), arguments))
    child.start()
    return child


def _be(act: Callable[..., Any], told: Path, cache: str | None, arguments: tuple[Any, ...]) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until an act asks for it
    if cache:
        os.environ["LIMEN_CACHE"] = cache
    file = os.open(told, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(os.open(f"{told}.out", os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)

    def tell(value: Any) -> None:
        os.write(file, json.dumps(value).encode() + b"\n")

    tell("here")
    try:
        act(tell, *arguments)
    except LimenError as error:
        tell({"error": str(error)})
        sys.exit(2)


def told_by(told: Path) -> list[Any]:
    """What a child has told so far; a line that it was killed in is left out."""
    return [json.loads(line) for line in told.read_bytes().split(b"\n")[:-1]]


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it did not become so.
    """
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"nothing happened in {seconds:.0f} s")
        time.sleep(0.0005)


def end(child: BaseProcess, seconds: float = 180.0) -> int:
    """Wait for a child's end; its exit status, below 0 for a signal. One that hangs is killed, and that is an error.

    Raises:
        TimeoutError: it hung.
    """
    child.join(seconds)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise TimeoutError(f"a process hung for {seconds:.0f} s")
    status = child.exitcode
    child.close()
    return status
