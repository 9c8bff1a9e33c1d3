"""Several processes on one machine: what they gain, what they cost, and what a simple model says of many more.

A step of n processes is a step of compute on 1/n of the batch, slowed by what the processes take from each other
(memory, cache), a wait for the slowest of them, and an averaging of all gradients. Each is measured by itself; their
sum is the prediction, and the step of two processes is measured beside it in the same rounds. What is then said of up
to a thousand processes is the same sum, with one process to a machine and the network's own numbers.

    python benchmarks/scaling.py [--rounds 9] [--seconds 0.4]
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETS = {"mnist-cnn": {}, "mlp": {"hidden": (512, 512)}}
BATCHES = (64, 256, 1024)
BACKWARD = 2 / 3  # of a step's compute is the way back, during which gradients can already travel


@dataclass(frozen=True)
class Network:
    """What connects processes: seconds a message takes however short, and bytes a second."""

    name: str
    latency: float
    bandwidth: float
    overlaps: bool  # whether it needs no processor, so that the way back can go on meanwhile


NETWORKS = (  # typical figures, not measured here
    Network("10 Gbit/s Ethernet, TCP", 30e-6, 1.1e9, False),
    Network("100 Gbit/s, RDMA", 5e-6, 11e9, True),
)


def ring(processes: int, size: float, latency: float, bandwidth: float) -> float:
    """Seconds to average `size` bytes in a ring: 2 (n - 1) messages of size / n each (Patarasuk & Yuan 2009)."""
    return 2 * (processes - 1) * (latency + size / processes / bandwidth)


def tree(processes: int, size: float, latency: float, bandwidth: float) -> float:
    """Seconds by halving and doubling: 2 log₂ n messages, as many bytes as in the ring (Thakur et al. 2005)."""
    return 2 * math.log2(processes) * latency + 2 * size * (processes - 1) / processes / bandwidth


def slowest(processes: int) -> float:
    """How many deviations the slowest of n lies above the mean: 0.56 for two, about √(2 ln n) for many (normal)."""
    return 0.56 if processes == 2 else math.sqrt(2 * math.log(processes)) if processes > 1 else 0.0


def step_time(compute: float, deviation: float, processes: int, size: float, network: Network) -> float:
    """Seconds of a step: the compute of one share, the wait for the slowest, and the talk that neither hides."""
    talk = min(way(processes, size, network.latency, network.bandwidth) for way in (ring, tree))
    hidden = BACKWARD * compute if network.overlaps else 0.0
    return compute + slowest(processes) * deviation + max(0.0, talk - hidden)


def timed(act: Callable[[], object], seconds: float) -> float:
    """Seconds that one call takes, over about so many seconds."""
    act()
    began, calls = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        act()
        calls += 1
    return (time.perf_counter() - began) / calls


def counted(act: Callable[[], object], calls: int) -> float:
    """Seconds that one call takes, over so many: processes that call each other must agree on the number."""
    act()
    began = time.perf_counter()
    for _ in range(calls):
        act()
    return (time.perf_counter() - began) / calls


def spread(act: Callable[[], object], calls: int) -> tuple[float, float]:
    """Mean and standard deviation of one call's seconds; a tenth of the longest calls is left to the machine."""
    act()
    taken = []
    for _ in range(calls):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    kept = sorted(taken)[: max(3, len(taken) * 9 // 10)]
    return statistics.fmean(taken), statistics.stdev(kept)


def worker(path: str, rounds: int, seconds: float) -> None:
    """One of two processes: measure, in turns; the leader writes what was found."""
    import torch
    from torch import distributed

    from limen.machine import keep_freed_memory
    from limen.nets.build import build
    from limen.train.objectives import OBJECTIVES
    from limen.train.plan import Plan
    from limen.train.processes import ALONE, Processes
    from limen.train.state import State
    from limen.train.step import make_step

    keep_freed_memory()
    torch.set_num_threads(1)
    processes = Processes.join()
    leads, found = processes.leads, []

    def stepping(net_name: str, size: int, local: int, others: Processes) -> Callable[[], object]:
        torch.manual_seed(0)
        net = build(net_name, (1, 28, 28), 10, NETS[net_name])
        state = State.begin(net, Plan(batch_size=size), 1, others)
        step = make_step(state, OBJECTIVES["classification"], Plan(batch_size=size), "fp32", [size])
        x, y = torch.rand(local, 1, 28, 28).contiguous(memory_format=torch.channels_last), torch.arange(local) % 10
        return lambda: step(x, y)

    def alone(act: Callable[[], object], threads: int = 1) -> float:
        """The leader measures; the other waits without working."""
        took = 0.0
        if leads:
            torch.set_num_threads(threads)
            took = timed(act, seconds)
            torch.set_num_threads(1)
        distributed.barrier()
        return took

    for name in NETS:
        size = 4 * sum(p.numel() for p in build(name, (1, 28, 28), 10, NETS[name]).parameters())
        gradients = torch.zeros(size // 4)
        for batch in BATCHES:
            whole, half = stepping(name, batch, batch, ALONE), stepping(name, batch // 2, batch // 2, ALONE)
            strong = stepping(name, batch, batch // 2, processes)
            weak = stepping(name, 2 * batch, batch, processes)
            rows = []
            for _ in range(rounds):
                row = {"one": alone(whole), "one, two threads": alone(whole, 2), "half": alone(half)}
                calls = torch.tensor([max(3, int(seconds / row["half"])) if leads else 0])
                distributed.broadcast(calls, 0)
                row["half, both busy"], row["deviation"] = spread(half, int(calls))
                distributed.barrier()
                row["talk"] = counted(lambda g=gradients: distributed.all_reduce(g), int(calls))
                row["two"] = counted(strong, int(calls))
                row["two, twice the batch"] = counted(weak, max(3, int(calls) // 2))
                rows.append(row)
            median = {key: statistics.median(r[key] for r in rows) for key in rows[0]}
            found.append({"net": name, "bytes": size, "batch": batch, **median})
    if leads:
        Path(path).write_text(json.dumps(found))
    processes.leave()


def measure(rounds: int, seconds: float) -> list[dict[str, Any]]:
    """Start two processes with torch's launcher and read what they found."""
    import logging

    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/found.json"
        config = LaunchConfig(1, 1, 2, run_id="scaling", rdzv_backend="c10d", rdzv_endpoint="localhost:0")
        elastic_launch(config, sys.executable)(__file__, "--worker", path, f"--rounds={rounds}", f"--seconds={seconds}")
        return list(json.loads(Path(path).read_text()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--seconds", type=float, default=0.4)
    options.add_argument("--worker", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.worker:
        worker(chosen.worker, chosen.rounds, chosen.seconds)
        return
    found = measure(chosen.rounds, chosen.seconds)
    print("Milliseconds of a step, medians; each process has one thread unless said otherwise.\n")
    print(
        "| net | gradients | batch | 1 process | its 2 threads | 2 processes | efficiency | predicted | error | weak |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in found:
        predicted = row["half, both busy"] + slowest(2) * row["deviation"] + row["talk"]
        efficiency, foretold = row["one"] / 2 / row["two"], row["one"] / 2 / predicted
        print(
            f"| {row['net']} | {row['bytes'] / 1e6:.2f} MB | {row['batch']} | {1e3 * row['one']:.2f} "
            f"| {1e3 * row['one, two threads']:.2f} | {1e3 * row['two']:.2f} | {efficiency:.0%} | {foretold:.0%} "
            f"| {foretold / efficiency - 1:+.0%} | {row['one'] / row['two, twice the batch']:.0%} |"
        )
    print("\nWhere the time of two processes goes (ms): half a batch alone, when both are busy, the wait, the talk.\n")
    print("| net | batch | half | both busy | wait | talk | measured less the sum |\n|---|---|---|---|---|---|---|")
    for row in found:
        wait = slowest(2) * row["deviation"]
        rest = row["two"] - row["half, both busy"] - wait - row["talk"]
        print(
            f"| {row['net']} | {row['batch']} | {1e3 * row['half']:.2f} | {1e3 * row['half, both busy']:.2f} "
            f"| {1e3 * wait:.2f} | {1e3 * row['talk']:.2f} | {1e3 * rest:+.2f} |"
        )
    print("\nPredicted efficiency, one process a machine, the batch of each kept as it is (weak scaling):\n")
    counts = (2, 8, 64, 256, 1000)
    print("| network | net | batch of each | " + " | ".join(f"{n:,}" for n in counts) + " |")
    print("|---|---|---|" + "---|" * len(counts))
    for network in NETWORKS:
        for row in found:
            compute = row["one"]
            share = row["deviation"] / row["half, both busy"]
            shares = [compute / step_time(compute, share * compute, n, row["bytes"], network) for n in counts]
            print(
                f"| {network.name} | {row['net']} | {row['batch']} | " + " | ".join(f"{s:.0%}" for s in shares) + " |"
            )


if __name__ == "__main__":
    main()
