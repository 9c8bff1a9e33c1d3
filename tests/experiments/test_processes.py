"""Several processes train what one trains: the same batches, the same curve, one run folder, one checkpoint format."""

import itertools
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from tests.conftest import contents, finish, small
from tests.together import free_port, together

from limen.errors import LimenError
from limen.experiments import keeper
from limen.experiments.config import with_options
from limen.experiments.execute import Finished, Started, execute
from limen.experiments.registry import EXPERIMENTS
from limen.runs import checkpoint as checkpoints
from limen.runs.folder import Run
from limen.runs.tiers import tier_of
from limen.train.fit import Progress
from limen.train.launch import status


def carried_out(experiment, root, **how):
    """A function that finishes an experiment in each process; it gives the run's path and the metrics."""

    def act(processes):
        events = list(execute(experiment, root, pictures=False, processes=processes, **how))
        assert isinstance(events[-1], Finished)
        return str(events[-1].run.path), events[-1].result["metrics"]

    return act


def near(a, b, share=2e-5):
    assert a.keys() == b.keys()
    for name in a:
        assert math.isclose(a[name], b[name], rel_tol=share, abs_tol=share), (name, a[name], b[name])


def losses(run):
    return torch.tensor([loss for line in run.steps() for loss in line["losses"]])


@pytest.mark.parametrize("name", ["iris", "digits-mlp", "mnist-cnn", "mnist-conv3", "cifar-cnn"])
def test_two_processes_give_the_curve_of_one(tmp_path, small_data, name):
    experiment = with_options(small(name), ["plan.epochs=1"])
    alone, _ = finish(experiment, tmp_path, folder=small_data)
    (path, metrics), other = together(2, carried_out(experiment, tmp_path, folder=small_data))
    assert other == (path, metrics)
    run = Run(Path(path))
    torch.testing.assert_close(losses(run), losses(alone), rtol=2e-5, atol=2e-6)
    near(metrics, alone.result["metrics"])
    first, second = (checkpoints.load(r.checkpoints)[0].weights for r in (alone, run))
    for key in first:
        torch.testing.assert_close(first[key], second[key], rtol=1e-3, atol=2e-5)
    assert run.record["machine"]["processes"] == 2 and len(contents(run)) == len(contents(alone))


def test_three_processes_share_batches_that_do_not_divide(tmp_path):
    """96 examples in batches of 5 leave a last batch of 1: two of three processes have none of it."""
    experiment = with_options(small("iris"), ["plan.batch_size=5", "plan.epochs=2", "plan.l2=0.01", "plan.clip=1"])
    alone, _ = finish(experiment, tmp_path)
    (path, metrics), *_ = together(3, carried_out(experiment, tmp_path))
    torch.testing.assert_close(losses(Run(Path(path))), losses(alone), rtol=2e-5, atol=2e-6)
    near(metrics, alone.result["metrics"])


def stopped_after(experiment, root, steps, **how):
    """A function that breaks off after so many steps, in each process at the same one."""

    def act(processes):
        events = execute(experiment, root, pictures=False, processes=processes, **how)
        run = next(e for e in events if isinstance(e, Started)).run
        for _ in itertools.islice((e for e in events if isinstance(e, Progress)), steps):
            pass
        events.close()
        return str(run.path)

    return act


def test_two_processes_resumed_by_two_are_the_same_run_and_by_one_the_same_curve(tmp_path):
    experiment = with_options(small("digits-mlp"), ["plan.augment.shift=1"])
    (whole, metrics), _ = together(2, carried_out(experiment, tmp_path))
    path, other = together(2, stopped_after(experiment, tmp_path, 20))
    assert path == other
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)

    def resume(processes):
        run = Run(Path(path)) if processes.leads else Run(Path(path), Run(Path(path)).record)
        return carried_out(run, tmp_path)(processes)

    together(2, resume)
    assert contents(Run(Path(path))) == contents(Run(Path(whole)))
    alone, _ = finish(Run(copy), tmp_path)
    torch.testing.assert_close(losses(alone), losses(Run(Path(whole))), rtol=2e-5, atol=2e-6)
    near(alone.result["metrics"], metrics)
    assert tier_of(Run(copy).record).name == "T2" and tier_of(Run(Path(path)).record).name == "T1"


def test_a_run_of_one_is_taken_up_by_two(tmp_path):
    experiment = small("digits-mlp")
    whole, _ = finish(experiment, tmp_path)
    path = stopped_after(experiment, tmp_path, 20)(keeper.Processes())

    def resume(processes):
        run = Run(Path(path)) if processes.leads else Run(Path(path), Run(Path(path)).record)
        return carried_out(run, tmp_path)(processes)

    (_, metrics), _ = together(2, resume)
    near(metrics, whole.result["metrics"])


def test_only_the_leader_writes(tmp_path):
    def watched(processes):
        made = []
        kinds = ("os.mkdir", "os.rename", "os.remove", "os.rmdir")

        def hook(event, arguments):
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            if (event in kinds or writes) and str(tmp_path) in str(arguments[0]):
                made.append((event, str(arguments[0])))

        sys.addaudithook(hook)
        carried_out(small("iris"), tmp_path / "runs", snapshots="log")(processes)
        return made

    leader, follower = together(2, watched)
    assert len(leader) > 20 and follower == []


@pytest.mark.parametrize("shard", [False, True], ids=["whole", "sharded"])
def test_a_loss_that_blows_up_in_one_share_stops_all_before_any_weight_changes(tmp_path, shard):
    def act(processes):
        events = execute(small("iris"), tmp_path, pictures=False, processes=processes)
        try:
            started = next(e for e in events if isinstance(e, Started))
            started.data.train.x[5] = math.nan  # one example, so it is in one process's share
            list(events)
        except LimenError as error:
            whole = [p.full_tensor() if hasattr(p, "full_tensor") else p for p in started.net.parameters()]
            return str(error), all(bool(p.isfinite().all()) for p in whole)
        return "no error", False

    (said, finite), (other, also) = together(2, act, shard)
    assert "Training stopped: the loss is not finite at step" in said and "at step" in other
    assert said.split(" at step ")[1].split(";")[0] == other.split(" at step ")[1].split(";")[0]
    assert finite and also


def test_a_net_in_parts_trains_the_same_and_its_checkpoint_is_whole(tmp_path):
    experiment = with_options(small("digits-mlp"), ["plan.clip=1", "plan.l2=0.001", "plan.lookahead=3"])
    whole, _ = finish(experiment, tmp_path)
    (path, metrics), _ = together(2, carried_out(experiment, tmp_path), shard=True)
    near(metrics, whole.result["metrics"])
    run = Run(Path(path))
    first, second = (checkpoints.load(r.checkpoints)[0] for r in (whole, run))
    assert {n: t.shape for n, t in first.weights.items()} == {n: t.shape for n, t in second.weights.items()}
    assert run.record["machine"]["sharded"] is True
    cut = together(2, stopped_after(experiment, tmp_path, 20), shard=True)[0]
    copy = tmp_path / "copy"
    shutil.copytree(cut, copy)

    def resume(processes):
        mine = Run(Path(cut)) if processes.leads else Run(Path(cut), Run(Path(cut)).record)
        return carried_out(mine, tmp_path)(processes)

    together(2, resume, shard=True)
    assert contents(Run(Path(cut))) == contents(run)
    alone, _ = finish(Run(copy), tmp_path)
    near(alone.result["metrics"], metrics)


def test_a_process_with_other_data_is_refused(tmp_path, small_data):
    def act(processes):
        folder = small_data / "mnist" if processes.leads else small_data / "fashion"
        return carried_out(small("mnist-mlp"), tmp_path, folder=folder)(processes)

    other = small_data / "fashion"
    shutil.copytree(small_data / "mnist", other, dirs_exist_ok=True)
    labels = other / "t10k-labels-idx1-ubyte.gz"
    import gzip

    content = bytearray(gzip.decompress(labels.read_bytes()))
    content[-1] ^= 1
    labels.write_bytes(gzip.compress(bytes(content), 1))

    def refused(processes):
        try:
            return act(processes)
        except LimenError as error:
            return str(error)

    _, said = together(2, refused)
    assert "The data changed since mnist-mlp-1 began" in said


@pytest.mark.parametrize(
    ("settings", "shard", "words"),
    [
        (["plan.optimizer=lbfgs", "plan.optimizer.lr=1"], False, "lbfgs looks at several points"),
        (["plan.batch_size=1"], False, "2 processes cannot share batches of 1"),
        (["plan.optimizer=muon"], True, "muon needs whole matrices"),
    ],
    ids=["lbfgs", "batch", "muon"],
)
def test_what_processes_cannot_do_is_said(tmp_path, settings, shard, words):
    experiment = with_options(small("digits-mlp"), settings)
    processes = keeper.Processes(0, 2, 0, 2, shard)
    with pytest.raises(LimenError, match=words):
        next(execute(experiment, tmp_path, processes=processes))
    with pytest.raises(LimenError, match="cannot share 'mps'"):
        next(execute(small("iris"), tmp_path, device="mps", processes=processes))


def test_the_exit_status_of_several_is_one():
    assert status({0: 143, 1: -15}) == 143 and status({1: 130}) == 130 and status({0: 2, 1: 0}) == 2
    with pytest.raises(LimenError, match=r"Process 1 was killed \(signal 9\)"):
        status({1: -9, 0: 2})


COMMAND = [str(Path(sys.executable).parent / "limen"), "run", "digits-mlp", "--no-report"]


def descendants(pid):
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split()
    pairs = list(zip(map(int, found[::2]), map(int, found[1::2]), strict=True))
    near, reached = [pid], []
    while near:
        near = [child for child, parent in pairs if parent in near]
        reached += near
    return reached


def alive(pids):
    running = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        running += [pid] if state != "Z" else []
    return running


@pytest.fixture
def two(tmp_path):
    """A long run of two processes by the real command, training; (launcher, its processes, the run's path)."""
    env = os.environ | {"OMP_NUM_THREADS": "1", "LIMEN_RUNS": str(tmp_path)}
    settings = ["--processes", "2", "--set", "plan.epochs=50000", "--set", "plan.schedule=constant"]
    process = subprocess.Popen(
        [*COMMAND, *settings], env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    path, end = tmp_path / "digits-mlp-1", time.monotonic() + 60
    journal = path / "metrics.jsonl"
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < end:
        time.sleep(0.05)
    children = descendants(process.pid)
    assert len(children) >= 2
    yield process, children, path
    for pid in [process.pid, *children]:
        if alive([pid]):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


@pytest.mark.parametrize(
    ("number", "whom", "code", "seconds"),
    [
        (signal.SIGTERM, "launcher", 143, 5), (signal.SIGINT, "launcher", 130, 5), (signal.SIGTERM, "last", 143, 5),
        (signal.SIGKILL, "last", 2, 10), (signal.SIGKILL, "launcher", -9, 5),
    ],
    ids=["term", "interrupt", "term-one", "kill-one", "kill-launcher"],
)  # fmt: skip
def test_a_signal_to_any_process_ends_all_of_them_resumable(two, number, whom, code, seconds):
    process, children, path = two
    began = time.monotonic()
    os.kill(process.pid if whom == "launcher" else children[-1], number)
    process.wait(timeout=30)
    while alive(children) and time.monotonic() - began < 15:
        time.sleep(0.05)
    took = time.monotonic() - began
    assert process.returncode == code and not alive(children)
    assert took <= seconds, f"{took:.1f} s"
    run = Run(path)
    if number != signal.SIGKILL:  # saved at the step at which all heard of it
        taken, bad = checkpoints.load(run.checkpoints)
        assert not bad and taken.epoch >= 1
    if code != -9:
        said = process.stderr.read()
        assert ("Go on with `limen run --resume" in said) == (code != 2) and "Traceback" not in said
        assert "was killed (signal 9)" in said or code != 2
    finished, _ = finish(run, path.parent, settings=[f"plan.epochs={len(run.metrics()) + 1}"])
    assert finished.result


def network_namespaces():
    """Why two hosts cannot be made here, or nothing."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "needs root and the command ip"
    made = subprocess.run(["ip", "netns", "add", "limen-try"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", "limen-try"], capture_output=True, check=False)
    return None if made.returncode == 0 else f"network namespaces are not allowed here: {made.stderr.strip()}"


def test_two_hosts_train_together_under_torchrun(tmp_path):
    """Two network namespaces joined by a cable: each has its own loopback, its own address and its own run folder."""
    if why := network_namespaces():
        pytest.skip(why)
    tag = f"lm{os.getpid() % 100000}"
    names = [f"{tag}a", f"{tag}b"]

    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    hosts = []
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", names[0], "netns", names[0], "type", "veth", "peer", "name", names[1], "netns", names[1])
        for number, name in enumerate(names, start=1):
            ip("-n", name, "addr", "add", f"10.77.0.{number}/24", "dev", name)
            ip("-n", name, "link", "set", name, "up")
        port = str(free_port())
        for rank, name in enumerate(names):
            (tmp_path / name).mkdir()
            env = os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": name, "LIMEN_RUNS": str(tmp_path / name)}
            torchrun = [sys.executable, "-m", "torch.distributed.run", "--nnodes", "2", "--nproc-per-node", "1",
                        "--node-rank", str(rank), "--master-addr", "10.77.0.1", "--master-port", port]  # fmt: skip
            command = ["ip", "netns", "exec", name, *torchrun, "-m", "limen", *COMMAND[1:], "--set", "plan.epochs=2"]
            hosts.append(
                subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            )
        said = [host.communicate(timeout=120)[0] for host in hosts]
        assert [host.returncode for host in hosts] == [0, 0], said
    finally:
        for host in hosts:
            host.kill()
            host.stdout.close()
            host.wait()
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    run = Run(tmp_path / names[0] / "digits-mlp-1")
    assert run.record["machine"]["processes"] == 2 and list((tmp_path / names[1]).iterdir()) == []
    alone, _ = finish(with_options(EXPERIMENTS["digits-mlp"](), ["plan.epochs=2"]), tmp_path)
    near(run.result["metrics"], alone.result["metrics"])
