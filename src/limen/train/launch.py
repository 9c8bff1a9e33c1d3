"""Starting several processes on this machine, through torch's own launcher.

The launcher starts each process with its rank in the environment, watches them, passes a signal on to all, and stops
the rest when one has failed.
"""

import logging
import sys
import uuid
from collections.abc import Sequence

from limen.errors import LimenError

PATIENCE = 30  # seconds that processes have to save and end when they are asked to


def launch(count: int, arguments: Sequence[str]) -> int:
    """Run ``limen`` with these arguments in so many processes; the exit status of them all.

    Raises:
        LimenError: one of them was killed.
    """
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    logging.disable(logging.WARNING)  # this process only waits, and the others speak for themselves
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=count,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        max_restarts=0,
        monitor_interval=0.1,
        shutdown_timeout=PATIENCE,
    )
    try:
        elastic_launch(config, sys.executable)("-m", "limen", *arguments)
    except SignalException as signalled:
        return 128 + signalled.sigval
    except ChildFailedError as failed:
        return status({rank: failure.exitcode for rank, failure in failed.failures.items()})
    return 0


def status(codes: dict[int, int]) -> int:
    """One exit status for processes that ended with `codes` by their ranks: negative for a signal, as Python's.

    Raises:
        LimenError: one of them was killed.
    """
    interrupted = [code for code in codes.values() if code in (130, 143)]
    killed = {rank: -code for rank, code in codes.items() if code < 0}
    if killed and not interrupted:
        rank, number = next(iter(killed.items()))
        raise LimenError(
            f"Process {rank} was killed (signal {number}), so the others were stopped. What was saved is kept: "
            "go on with `limen run --resume last`."
        )
    return interrupted[0] if interrupted else next((code for code in codes.values() if code), 1)
