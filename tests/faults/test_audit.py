"""There is one door to the disk, and nothing takes another."""

import os
import subprocess
import sys

from tests.conftest import ROOT


def test_everything_that_is_written_passes_through_one_door(memory):
    words = [sys.executable, "-m", "tests.faults.audit", str(memory)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "LIMEN_CACHE": str(memory / "cache")}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    first, *offences = done.stdout.strip().splitlines()
    assert not offences and int(first.split()[0]) > 300, done.stdout
