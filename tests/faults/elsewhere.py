"""SIGKILL in the middle of other things: creating, forking, training longer, drawing the report, downloading.

Each is killed at the k-th disk operation: before it, or with half of its bytes written. The same command must then
do its work as if nothing had been, and leave nothing half made behind.
"""

import contextlib
import hashlib
import http.server
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limen.data import fetch
from limen.data.sources import File, Source
from limen.experiments.execute import Started
from limen.experiments.fork import fork
from limen.experiments.present import present_again
from limen.runs.folder import Run
from limen.runs.names import list_runs
from tests.conftest import contents
from tests.faults.children import begin, end
from tests.faults.lives import empty_folder, live, lives, only_run, saving_always, tiny
from tests.faults.outcome import Outcome, Tally
from tests.faults.seam import Befall, Killed, through

CONTENT = bytes(range(256)) * 300
LONGER = "plan.epochs=3"


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `CONTENT`, from where the client asks."""

    def do_GET(self) -> None:
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        try:
            self.wfile.write(CONTENT[start:])
        except OSError:  # who asked was killed
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing: the console is the table's."""


@contextlib.contextmanager
def served() -> Iterator[int]:
    """A server on this machine; its port."""
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield made.server_port
    finally:
        made.shutdown()
        made.server_close()


def source_at(port: int) -> Source:
    """A data set of one file on this machine."""
    return Source(
        name="small", title="", form="idx", shape=(1,), classes=("0",), examples=(1, 1), licence="", cite="",
        urls=(f"http://127.0.0.1:{port}/",), files=(File("a.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()),),
    )  # fmt: skip


def create(root: Path, port: int) -> None:
    """Begin a run and leave it."""
    events = lives(tiny(), root / "runs")
    assert any(isinstance(event, Started) for event in events)
    events.close()


def longer(root: Path, port: int) -> None:
    """Train a finished run for one more epoch."""
    live(Run(root / "runs" / "iris-1"), root / "runs", [LONGER])


def branch(root: Path, port: int) -> None:
    """Fork a run at its second step."""
    fork(Run(root / "runs" / "iris-1"), 2, ["plan.optimizer.lr=0.1"], device="cpu", threads=1)


def report(root: Path, port: int) -> None:
    """Draw the figures and the report of a finished run anew."""
    present_again(Run(root / "runs" / "iris-1"), "en")


def download(root: Path, port: int) -> None:
    """Fetch a data set."""
    os.environ["LIMEN_CACHE"] = str(root / "cache")
    fetch.get(source_at(port))


def is_fetched(root: Path) -> str | None:
    """Whether the cache holds the file and nothing else."""
    found = {p.name: p.read_bytes() for p in (root / "cache" / "small").iterdir() if p.name != ".lock"}
    return None if found == {"a.bin": CONTENT} else f"the cache holds {sorted(found)}"


def runs_are_whole(root: Path) -> str | None:
    """Whether every run under `root` reads, and goes on to its end, or has ended with everything in it."""
    for path in list_runs(root / "runs"):
        contents(live(Run(path), root / "runs"))
    left = [p.name for p in root.rglob("*.part")]
    return f"left behind: {left}" if left else None


@dataclass(frozen=True)
class Act:
    """A thing to be killed in: what must stand before, the thing, and what must hold after it was done again."""

    do: Callable[[Path, int], None]
    ready: bool = True  # whether a finished run must stand there
    holds: Callable[[Path], str | None] = field(default=runs_are_whole)


ACTS = {
    "create": Act(create, ready=False),
    "longer": Act(longer),
    "fork": Act(branch),
    "report": Act(report),
    "download": Act(download, ready=False, holds=is_fetched),
}


def killed_at(tell: Callable[[Any], None], name: str, root: Path, port: int, k: int, kind: str) -> None:
    """In a child: do the thing, and die of SIGKILL at the k-th operation."""
    befall = Befall(k, kind)
    with through(befall):
        try:
            ACTS[name].do(root, port)
        except Killed:
            os.kill(os.getpid(), signal.SIGKILL)
    tell(len(befall.seen))


def killed_in(name: str, root: Path, port: int, k: int, kind: str, told: Path) -> str | None:
    """Kill the thing in a child, then do it again; what is wrong then."""
    act = ACTS[name]
    child = begin(killed_at, told, name, root, port, k, kind)
    status, words = end(child), f"{name} {kind} at {k}"
    if status not in (0, -signal.SIGKILL):
        return f"{words}: status {status}: {Path(f'{told}.out').read_text()[-300:]}"
    try:
        if name == "longer" and only_run(root / "runs") is None:
            return f"{words}: the run is gone"
        act.do(root, port)
        return f"{words}: {fault}" if (fault := act.holds(root)) else None
    except Exception as error:
        return f"{words}: then {type(error).__name__}: {error}"


def operations_in(name: str, root: Path, port: int) -> int:
    """The disk operations that a thing takes."""
    with empty_folder(root) as here:
        if ACTS[name].ready:
            live(tiny(), here / "runs")
        with through(counting := Befall()), saving_always():
            ACTS[name].do(here, port)
    return len(counting.seen)


def elsewhere(root: Path, count: int, seed: int = 0) -> Outcome:
    """So many kills in each of the things, at random operations."""
    tally, draw = Tally("kills elsewhere"), random.Random(seed)
    before = os.environ.get("LIMEN_CACHE", "")
    try:
        with served() as port:
            for name, act in ACTS.items():
                every = operations_in(name, root, port)
                for _ in range(count):
                    k, kind = draw.randint(1, every), draw.choice(("killed before", "killed half way"))
                    with empty_folder(root) as here:
                        if act.ready:
                            live(tiny(), here / "runs")
                        tally.judge(killed_in(name, here, port, k, kind, here / "told"))
    finally:
        os.environ["LIMEN_CACHE"] = before
    return tally.outcome(", ".join(ACTS))
