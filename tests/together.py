"""Several processes in one test: forked from this one, so that torch need not be imported again."""

import os
import pickle
import socket
import traceback

import torch

from limen.train.processes import Processes


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def together(count, function, shard=False):
    """What `function(processes)` returns in each of so many processes, by rank; an exception is returned as text."""
    port, children = free_port(), []
    for rank in range(count):
        mine, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(mine)
            try:
                os.environ |= {
                    "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count), "LOCAL_WORLD_SIZE": str(count),
                    "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
                }  # fmt: skip
                torch.set_num_threads(1)
                processes = Processes.join(shard)
                try:
                    said = function(processes)
                except Exception as error:  # the others may wait for this one: it must end
                    said = f"{type(error).__name__}: {error}"
                    if "Limen" not in said and "NonFinite" not in said:
                        said += traceback.format_exc()
                with os.fdopen(theirs, "wb") as file:
                    pickle.dump(said, file)
            finally:
                os._exit(0)
        os.close(theirs)
        children.append((pid, mine))
    said = []
    for pid, mine in children:
        with os.fdopen(mine, "rb") as file:
            content = file.read()
        os.waitpid(pid, 0)
        said.append(pickle.loads(content) if content else None)
    return said
