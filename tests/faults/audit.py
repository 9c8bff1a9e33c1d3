"""Everything that is written passes through one door: a run is watched from Python's own audit hooks.

Carried out by `test_audit` in a process of its own, since a hook cannot be taken away again. Prints what was written
under the folder that is named, and by whom, where it was not `storage.operate`.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = (
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.utime",
)
WATCHED = Path(sys.argv[1]) if __name__ == "__main__" else Path()
offences: list[str] = []
seen: list[str] = []


def in_operate(frame: FrameType | None) -> bool:
    """Whether the call comes from within `storage.operate`."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "operate" and Path(code.co_filename).name == "storage.py":
            return True
        frame = frame.f_back
    return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """The hook: note each change under the watched folder, and the ones that took another way."""
    if event == "open":
        path, _, flags = arguments
        if not (isinstance(flags, int) and flags & WRITING):
            return
    elif event in CHANGES:
        path = arguments[0]
    else:
        return
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str | Path) or WATCHED not in Path(path).absolute().parents:
        return
    seen.append(event)
    if not in_operate(sys._getframe(1)):
        caller = sys._getframe(1).f_code
        offences.append(f"{event} {path} by {caller.co_name} of {caller.co_filename}")


def main() -> None:
    """Run, stop, resume, fork, train longer, draw the report, fetch: everything that writes."""
    import torch

    torch.set_num_threads(1)
    from limen.experiments.execute import Started, execute
    from limen.experiments.fork import fork
    from limen.experiments.present import present_again
    from limen.runs.folder import Run
    from tests.conftest import small
    from tests.faults.elsewhere import download, served
    from tests.faults.lives import lives, saving_always

    sys.addaudithook(watch)
    runs = WATCHED / "runs"
    with saving_always():
        events = lives(small("iris"), runs)
        run = next(event.run for event in events if isinstance(event, Started))
        next(events)
        events.close()
        for _ in execute(Run(run.path), runs, pictures=True, device="cpu"):
            pass
        for _ in lives(fork(Run(run.path), 2, ["plan.seed=1"], device="cpu"), runs):
            pass
        for _ in lives(Run(run.path), runs, ["plan.epochs=3"]):
            pass
    present_again(Run(run.path), "zh")
    with served() as port:
        download(WATCHED, port)
    print(f"{len(seen)} changes")
    print("\n".join(offences))


if __name__ == "__main__":
    main()
