"""The pickle reader: genuine data come out as Python's own reader gives them; nothing that acts is ever run."""

import contextlib
import os
import pickle
import pickletools
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from limen.data.pickles import read_pickle
from limen.errors import LimenError


def same(a, b):
    if isinstance(a, np.ndarray):
        return (
            a.dtype == b.dtype.newbyteorder("=") and a.shape == b.shape and a.tobytes() == b.astype(a.dtype).tobytes()
        )
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or a != a)


ARRAYS = hnp.arrays(
    st.sampled_from(["uint8", "int8", "int32", "int64", "float32", "float64", ">i4", "bool"]),
    hnp.array_shapes(max_dims=3, max_side=4, min_side=0),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.binary(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(value=VALUES, protocol=st.sampled_from([2, 3, 4, 5]))
def test_data_come_out_as_pythons_own_reader_gives_them(value, protocol):
    content = pickle.dumps(value, protocol)
    assert same(read_pickle(content, "test"), pickle.loads(content))


def python2_array(array: np.ndarray) -> bytes:
    """The opcodes that Python 2 wrote for an array in protocol 2: bytes are `str`, the module is numpy.core."""
    raw = array.tobytes()
    return b"".join([
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87R(K\x01",
        b"(", b"".join(b"J" + n.to_bytes(4, "little") for n in array.shape), b"t",
        b"cnumpy\ndtype\nU", bytes([len(array.dtype.str[1:])]), array.dtype.str[1:].encode(), b"K\x00K\x01\x87R",
        b"(K\x03U\x01", array.dtype.str[:1].encode(), b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
        b"\x89T", len(raw).to_bytes(4, "little"), raw, b"tb",
    ])  # fmt: skip


def test_python_2_arrays_of_every_byte():
    array = np.arange(256, dtype=np.uint8).reshape(16, 16)
    content = b"\x80\x02" + python2_array(array) + b"."
    assert same(pickle.loads(content, encoding="latin1"), array)  # the opcodes above are the genuine ones
    assert same(read_pickle(content, "test"), array)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_fortran_order_and_shared_values(protocol):
    array = np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 4))
    value = [array, array, {"again": array}]
    assert same(read_pickle(pickle.dumps(value, protocol), "test"), value)


class Canary:
    """Anything with a `__reduce__` acts when it is unpickled."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


HARMLESS_NAMES = [
    b"cbuiltins\neval\n(V1\ntR.", b"cos\nsystem\n(Vtrue\ntR.", b"csubprocess\nPopen\n(Vtrue\ntR.",
    b"cnumpy\nload\n(V/etc/passwd\ntR.", b"cnumpy.testing._private.utils\nrunstring\n(Vx\n}tR.",
    b"cnumpy.core.multiarray\nfromfile\n(V/etc/passwd\ntR.", b"c__main__\nf\n.", b"ctorch.storage\n_load_from_bytes\n(C\x00tR.",
    b"cbuiltins\ngetattr\n(cnumpy\nndarray\nVtofile\ntR.", b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    b"(ios\nsystem\nVtrue\n.", b"(cos\nsystem\nVtrue\no.", b"P1\n.", b"\x80\x02K\x01Q.", b"\x82\x01.", b"\x83\x01\x00.",
    b"\x80\x02cnumpy\nndarray\n)\x81.", b"\x80\x04cnumpy\nndarray\n)}\x92.", b"\x80\x05\x97.", b"\x80\x05N\x98.",
    b"cnumpy\ndtype\n(VO8\nI0\nI1\ntR.", b"cnumpy\ndtype\n(VV1000000000\nI0\nI1\ntR.", b"cnumpy\ndtype\n.", b"cnumpy\nndarray\n.",
]  # fmt: skip


@pytest.mark.parametrize("content", HARMLESS_NAMES, ids=range(len(HARMLESS_NAMES)))
def test_a_name_or_instruction_that_data_never_need_is_refused(content):
    with pytest.raises(LimenError, match=r"refused|not a whole pickle"):
        read_pickle(content, "test")


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("hidden", [lambda c: c, lambda c: [1, (c,)], lambda c: {"data": c}, lambda c: ("a", [c] * 2)])
def test_hostile_pickles_do_not_act(tmp_path, protocol, hidden):
    canary = tmp_path / "canary"
    for call in ((os.system, f"touch {canary}"), (exec, f"open({str(canary)!r}, 'w')"), (open, str(canary), "w")):
        content = pickle.dumps(hidden(Canary(*call)), protocol)
        with pytest.raises(LimenError, match="refused") as caught:
            read_pickle(content, "mnist.pkl")
        assert not canary.exists() and "\n" not in str(caught.value) and "mnist.pkl" in str(caught.value)


def nested_memo(levels: int) -> bytes:
    """Lists that hold the list before twice: a kilobyte that would unfold to 2^levels items."""
    content = b"]q\x00"
    for level in range(1, levels):
        content += b"]q" + bytes([level]) + b"(h" + bytes([level - 1]) + b"h" + bytes([level - 1]) + b"e"
    return b"\x80\x02" + content + b"."


def wide(inner: bytes, times: int) -> bytes:
    return b"(" + inner * times + b"l"


BOMBS = {
    "a memo of two thousand million places": b"\x80\x04Nr\xff\xff\xff\x7f.",
    "a text that is not there": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "bytes that are not there": b"\x80\x04\x8e\x00\x00\x00\x00\xff\x00\x00\x00.",
    "a byte array that is not there": b"\x80\x05\x96\x00\x00\x00\x00\xff\x00\x00\x00.",
    "a frame that is not there": b"\x80\x04\x95\x00\x00\x00\x00\xff\x00\x00\x00N.",
    "a huge shape": b"\x80\x02"
    + python2_array(np.zeros(1, np.uint8)).replace(b"J\x01\0\0\0", b"J\xff\xff\xff\x7f")
    + b".",
    "lists in lists": nested_memo(200),
    "a deep nest": b"\x80\x02" + b"]" * 1 + b"(" * 5000 + b"l" * 5000 + b".",
    "deep tuples as a key": b"}(" + b"N" + b"\x85" * 30_000 + b"Nu.",
    "a list that holds itself": b"]q\x00h\x00a.",
    "a long number": b"L" + b"9" * 100_000 + b"L\n.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_once_and_cost_no_memory(name):
    began = time.process_time()
    with contextlib.suppress(LimenError):
        assert read_pickle(BOMBS[name], "bomb") is None  # a memo or a frame of any length is harmless here
    seconds = time.process_time() - began
    tracemalloc.start()  # which makes everything several times slower
    with contextlib.suppress(LimenError):
        read_pickle(BOMBS[name], "bomb")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2 and peak < 64 << 20


def test_endless_instructions_are_refused_at_once():
    began = time.process_time()
    with pytest.raises(LimenError, match="more than 800,000 instructions"):
        read_pickle(b"(" + b"N" * 8_000_000 + b"l.", "bomb")
    assert time.process_time() - began < 4  # 1.4 s where nothing else runs


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_bytes_are_read_or_refused(data):
    genuine = pickle.dumps({"data": np.arange(6), "labels": [1, 2], "name": "x"}, data.draw(st.integers(0, 5)))
    if data.draw(st.booleans()):
        content = bytearray(genuine)
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    else:
        content = data.draw(st.binary(max_size=60))
    try:
        read_pickle(bytes(content), "fuzzed")
    except LimenError as error:
        assert "\n" not in str(error)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([o.code.encode("latin-1") for o in pickletools.opcodes]), max_size=25),
    st.binary(max_size=12),
)
def test_any_program_is_read_or_refused(codes, tail):
    with contextlib.suppress(LimenError):
        read_pickle(b"".join(codes) + tail + b".", "fuzzed")


def test_a_cut_pickle_is_refused():
    content = pickle.dumps({"data": np.arange(1000)})
    for cut in (0, 1, 10, len(content) // 2, len(content) - 1):
        with pytest.raises(LimenError):
            read_pickle(content[:cut], "cut")


def tuple_dag(levels: int) -> bytes:
    """A tuple that holds the tuple before twice: to print it would take 2^levels words."""
    content = b")q\x00"
    for level in range(1, levels):
        content += b"h" + bytes([level - 1]) + b"h" + bytes([level - 1]) + b"\x86q" + bytes([level])
    return content


RAW = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01"
ENDLESS = [
    b"\x80\x02cnumpy\ndtype\n" + tuple_dag(60) + b"K\x00K\x01\x87R.",
    b"\x80\x04" + tuple_dag(60) + tuple_dag(60) + b"\x93.",
    RAW + tuple_dag(60) + b"NNNtb.",
]


@pytest.mark.parametrize("content", ENDLESS, ids=range(len(ENDLESS)))
def test_what_would_take_for_ever_to_print_is_refused_at_once(content):
    began = time.monotonic()
    with pytest.raises(LimenError, match="refused"):
        read_pickle(content, "test")
    assert time.monotonic() - began < 1


def test_a_text_cannot_be_turned_into_bytes_again_and_again():
    text = b"X" + (100_000).to_bytes(4, "little") + b"a" * 100_000
    content = b"\x80\x02]q\x00(" + text + b"q\x01X\x06\x00\x00\x00latin1q\x02" + b"c_codecs\nencode\nq\x03"
    content += b"h\x03h\x01h\x02\x86R" * 10_000 + b"e."
    tracemalloc.start()
    with pytest.raises(LimenError, match="far more memory than its own size"):
        read_pickle(content, "test")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize("code", ["f3", "b8", "i3", "u16"])
def test_a_number_type_that_numpy_does_not_have_is_refused(code):
    content = b"\x80\x02cnumpy\ndtype\nU" + bytes([len(code)]) + code.encode() + b"K\x00K\x01\x87R."
    with pytest.raises(LimenError, match=f"a number type '{code}'"):
        read_pickle(content, "test")
