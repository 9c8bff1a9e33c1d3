"""Whatever the bytes, a reader accepts or refuses them; a short form of `tests.faults.fuzz`, and what it once found."""

import io
import random
import struct
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limen.data.idx import read_array
from limen.data.mnist import read_table
from limen.errors import LimenError
from tests.faults.fuzz import Outcome, fuzz, main
from tests.faults.mutate import mutated
from tests.faults.readers import READERS, Reader

QUICK = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
NAMES = list(READERS)


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes_are_read_or_refused(name):
    @QUICK
    @given(st.binary(max_size=200))
    def execute(content):
        READERS[name].execution(content)

    execute()


@pytest.mark.parametrize("name", NAMES)
def test_a_valid_file_with_any_piece_replaced_is_read_or_refused(name):
    reader, seeds = READERS[name], READERS[name].seeds()

    @QUICK
    @given(st.sampled_from(seeds), st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=40))
    def execute(seed, place, gone, piece):
        place %= len(seed) + 1
        reader.execution(seed[:place] + piece + seed[place + gone :])

    execute()


@pytest.mark.parametrize("name", NAMES)
def test_spoilt_files_are_read_or_refused(name):
    outcome = fuzz(name, 400, seed=1)
    assert (outcome.crashes, outcome.hangs) == (0, 0), outcome.faults


def test_the_same_seed_makes_the_same_files_and_another_seed_others():
    reader = READERS["idx"]
    one, two, three = ([mutated(reader.seeds(), reader.words, draw) for _ in range(50)]
                       for draw in map(random.Random, (1, 1, 2)))  # fmt: skip
    assert one == two != three


def raising(content):
    if content[:1] != b"a":
        raise RecursionError("too deep")


def hanging(content):
    while content[:1] != b"a":
        time.sleep(0.001)


@pytest.mark.parametrize(("execution", "crashed"), [(raising, True), (hanging, False)])
def test_a_crash_and_a_hang_are_counted_and_kept(monkeypatch, execution, crashed):
    monkeypatch.setattr("tests.faults.fuzz.PATIENCE", 0.02)
    outcome = fuzz(Reader("bad", execution, lambda: (b"abcdefgh",)), 30)
    assert (outcome.crashes > 0, outcome.hangs > 0) == (crashed, not crashed)
    assert len(outcome.faults) == 3 and all(content[:1] != b"a" for _, content in outcome.faults)
    assert outcome.faults[0][0] == ("RecursionError: too deep" if crashed else "hang")


def test_an_outcome_prints_as_a_row(capsys):
    assert str(Outcome("idx", 1000, 0, 1, 0.5)).split() == (
        ["idx", "1,000", "executions", "0", "crashes", "1", "hangs", "0.5", "s", "2,000", "a", "second"]
    )
    assert main(["--executions", "20", "--reader", "idx", "--reader", "journal"]) == 0
    assert [row.split()[0] for row in capsys.readouterr().out.splitlines()] == ["idx", "journal"]


@pytest.mark.parametrize("sides", [(2**31, 0, 2**31, 2**31), (0, 2**32 - 1, 2**32 - 1, 2**32 - 1, 7)])
def test_an_idx_file_without_examples_of_an_endless_size(sides):
    content = bytes([0, 0, 0x0D, len(sides)]) + struct.pack(f">{len(sides)}I", *sides)
    with pytest.raises(LimenError, match="at most .* are read"):
        read_array(io.BytesIO(content), "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2,3\n4," + "9" * 400 + ",6\n", "no table of numbers|is not a whole number"),
        ("1,2,True\n", "row 1, column 3: 'True' is not a whole number"),
        ("a,b,c\n0,128,True\n1,2,3\n", "column 3"),
    ],
)
def test_numbers_beyond_floats_and_truths_are_no_pixels(text, words):
    with pytest.raises(LimenError, match=words):
        read_table(io.BytesIO(text.encode()), 3, "x")
