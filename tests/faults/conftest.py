"""A folder in memory for each test: thousands of files, each flushed, would keep a disk busy for minutes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lives import scratch


@pytest.fixture
def memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="limen-") as made:
        yield Path(made)
