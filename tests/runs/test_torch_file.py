"""PyTorch's files of weights: read as torch reads them, and nothing in them is run."""

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict

import pytest
import torch
from torch import nn

from limen.nets.build import build
from limen.runs.torch_file import MAGIC, MAGIC_BYTES, read_torch


def written(value, new=True):
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=new)
    return file.getvalue()


@pytest.mark.parametrize("new", [True, False])
def test_weights_come_out_as_torchs_own_reader_gives_them(new):
    net = build("resnet18", (3, 32, 32), 10, {"width": 8, "blocks": (1, 1)})
    shared = torch.arange(12.0).view(3, 4)
    state = net.state_dict()  # an ordered table with an attribute of its own
    state["kinds"] = torch.tensor([1, -2], dtype=torch.int16)
    state["half"], state["brain"] = torch.rand(3).half(), torch.rand(2, 2).bfloat16()
    state["whole"], state["part"], state["turned"] = shared, shared[1:, 2:], shared.T
    state["empty"], state["learnt"] = torch.empty(0, 3), nn.Parameter(torch.ones(2))
    content = written(state, new)
    found, own = read_torch(content), torch.load(io.BytesIO(content), weights_only=True)
    assert content.startswith(MAGIC_BYTES) and list(found) == list(own)
    for name, tensor in own.items():
        assert found[name].dtype == tensor.dtype and torch.equal(found[name], tensor), name
    assert not found["learnt"].requires_grad


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_table_within_a_checkpoint_is_opened(key):
    assert list(read_torch(written({"epoch": 3, key: {"w": torch.ones(2)}}))) == ["w"]


class Evil:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("evil", [Evil(os.mkdir, "ran"), Evil(eval, "open('ran', 'w')"), Evil(getattr, "x", "upper")])
def test_what_would_run_is_refused_and_does_not_run(evil, new, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="it asks for"):
        read_torch(written({"w": torch.ones(2), "x": evil}, new))
    assert not list(tmp_path.iterdir())


class Meddling:
    """Makes a tensor and then sets its state, as a pickle may."""

    def __reduce__(self):
        rebuilt = torch.ones(2).__reduce_ex__(2)
        return (*rebuilt[:2], (None, {"tensor": 5}))


@pytest.mark.parametrize("new", [True, False])
def test_a_pickle_cannot_reach_into_what_it_made(new):
    with pytest.raises(ValueError, match="tensor"):
        read_torch(written({"w": Meddling()}, new))
    table = OrderedDict(w=torch.ones(2))
    table.get = "nothing"
    assert list(read_torch(written(table, new))) == ["w"]


def replaced(content, name, change):
    """An archive with one of its files changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            inside = old.read(info)
            new.writestr(info.filename, change(inside) if info.filename.endswith(name) else inside)
    return out.getvalue()


def test_damaged_files_are_refused_with_the_reason():
    good = written({"w": torch.ones(4)})
    for content, reason in (
        (replaced(good, "data/0", lambda b: b[:-1]), "has 15 bytes where 16 belong"),
        (replaced(good, "byteorder", lambda b: b"big"), "high byte"),
        (replaced(good, "data.pkl", lambda b: b[:20]), "."),
        (replaced(good, "data.pkl", lambda b: b"\x80\x02r\xff\xff\xff\x7f."), "."),
        (good[:-30], "zip"),
        (written({"w": torch.ones(2), "step": 5}), "beside tensors it holds step"),
        (written([torch.ones(2)]), "no table of tensors"),
        (written({}), "no table of tensors"),
        (written({"w": torch.ones(4)}, new=False)[:-4], "bytes where 16 belong"),
        (pickle.dumps(MAGIC, 2) + pickle.dumps(1002, 2) + pickle.dumps({}, 2), "does not begin"),
        (b"", "."),
    ):
        with pytest.raises(ValueError, match=reason):
            read_torch(content)


def test_a_tensor_reaches_no_further_than_its_storage():
    good = written({"w": torch.ones(4)})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        inside = archive.read(next(n for n in archive.namelist() if n.endswith("data.pkl")))
    assert inside.count(b"K\x04\x85") == 1
    for claimed in (5, 200):
        bad = replaced(good, "data.pkl", lambda b, n=claimed: b.replace(b"K\x04\x85", b"K" + bytes([n]) + b"\x85"))
        with pytest.raises(ValueError, match="in a storage of 4"):
            read_torch(bad)


def test_the_old_form_is_held_to_its_counts():
    content = written(OrderedDict(w=torch.ones(3)), new=False)
    assert content.count(struct.pack("<q", 3)) == 1
    with pytest.raises(ValueError, match="another count"):
        read_torch(content.replace(struct.pack("<q", 3), struct.pack("<q", 4)))
