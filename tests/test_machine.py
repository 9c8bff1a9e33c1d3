import os

import pytest
import torch

from limen.errors import LimenError
from limen.machine import Machine, choose_device, choose_precision, derive_seed, keep_freed_memory


def test_a_device_that_is_not_there_is_named_with_those_that_are():
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(LimenError, match=r"^No device 'cuda' on this machine\. Available: .*cpu\. Use --device"):
        choose_device("cuda")


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cpu:a", ""])
def test_an_unknown_device_is_refused(name):
    with pytest.raises(LimenError, match="Unknown device"):
        choose_device(name)


def test_auto_finds_a_device_and_fp32_is_always_to_be_had():
    device = choose_device("auto")
    assert device.type in ("cpu", "cuda", "mps")
    assert choose_precision("fp32", device) == "fp32"


def test_auto_takes_bf16_only_with_the_hardware_and_convolutions(monkeypatch):
    monkeypatch.setattr("limen.machine.multiplies_bf16", lambda device: True)
    assert choose_precision("auto", torch.device("cpu"), convolves=True) == "bf16"
    assert choose_precision("auto", torch.device("cpu"), convolves=False) == "fp32"
    monkeypatch.setattr("limen.machine.multiplies_bf16", lambda device: False)
    assert choose_precision("auto", torch.device("cpu"), convolves=True) == "fp32"


def test_threads_are_set_and_checked():
    assert Machine.prepare("cpu", "fp32", threads=2).threads == torch.get_num_threads() == 2
    with pytest.raises(LimenError, match="0 threads"):
        Machine.prepare("cpu", threads=0)


def test_seeds_for_two_purposes_differ_and_stay():
    assert derive_seed(0, "order", 1) == derive_seed(0, "order", 1)
    assert len({derive_seed(s, p, e) for s in range(20) for p in ("order", "augment") for e in range(20)}) == 800
    assert all(0 <= derive_seed(s, "x") < 2**63 for s in range(100))


def test_the_allocator_is_told_where_there_is_glibc():
    assert keep_freed_memory() == (
        "glibc" in (os.confstr("CS_GNU_LIBC_VERSION") or "") if os.name == "posix" else False
    )


def test_the_fingerprint_is_plain_and_names_what_changes_bits():
    found = Machine.prepare("cpu", "fp32").fingerprint()
    assert {"cpu", "cpu_capability", "torch", "threads", "device", "revision", "precision"} <= set(found)
    assert all(isinstance(v, str | int | bool | None) for v in found.values())
