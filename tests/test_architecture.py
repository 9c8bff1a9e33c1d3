"""The house keeps its shape: who may import whom, what importing may do, where the charts are drawn."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "limen"
LADDER = {
    "errors": 0, "language": 0, "machine": 0, "options": 0, "regular": 0, "storage": 0,
    "images": 1, "nets": 1,
    "data": 2,
    "train": 3,
    "runs": 4, "explain": 4,
    "views": 5,
    "experiments": 6,
    "serve": 7,
    "lab": 8,
    "cli": 9,
    "__init__": 10, "__main__": 10,
}  # fmt: skip
FILES = sorted(SOURCE.rglob("*.py"))
DRAWERS = {"matplotlib", "rich"}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """The full names that a file imports, deferred imports and those for types included."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def test_every_room_stands_on_the_ladder():
    assert {room(path) for path in FILES} <= set(LADDER)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_from_itself_and_from_rungs_below(path):
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top != "limen":
            continue
        other = rest.partition(".")[0]
        if other not in LADDER:  # `from limen import storage`
            pytest.fail(f"{path} imports {name}, which is no room")
        assert (
            other == room(path)
            or LADDER[other] < LADDER[room(path)]
            or (LADDER[other] == LADDER[room(path)] == 0 and other == "errors")
        ), f"{path} (rung {LADDER[room(path)]}) imports {name} (rung {LADDER[other]})"


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py" and p.parent != SOURCE], ids=str)
def test_init_files_are_empty(path):
    assert path.read_text() == ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_views_draw(path):
    drawn = {name.partition(".")[0] for name in imports(path)} & DRAWERS
    assert not drawn or room(path) == "views"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", [p for p in FILES if p.read_text()], ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_package_imports_nothing_heavy():
    assert run("import sys, limen; print('torch' in sys.modules, 'numpy' in sys.modules)") == "False False"


def test_every_public_name_is_there_and_a_wrong_one_is_not():
    code = (
        "import limen; [getattr(limen, n) for n in limen.__all__]; print(len(limen.__all__), limen.__version__ != '')"
    )
    assert run(code).split()[1] == "True"
    assert run("import limen; print(hasattr(limen, 'nonsense'))") == "False"


def test_importing_every_module_does_nothing():
    code = """
import importlib, os, pathlib, pkgutil, random, signal, sys, threading, tempfile
import torch, numpy, matplotlib, pandas, PIL.Image, jinja2, typer, filelock, safetensors.torch, rich.progress
import numpy.random, scipy.special, matplotlib.figure, matplotlib.font_manager
os.chdir(tempfile.mkdtemp())
def state():
    return (torch.get_rng_state().tolist(), random.getstate(), str(numpy.random.get_state()), dict(os.environ),
            torch.get_num_threads(), threading.active_count(), os.listdir('.'), signal.getsignal(signal.SIGINT),
            torch.are_deterministic_algorithms_enabled(), torch.get_default_dtype(), str(matplotlib.rcParams))
before = state()
import limen
for module in pkgutil.walk_packages(limen.__path__, 'limen.'):
    if not module.name.endswith('__main__'):
        importlib.import_module(module.name)
print(state() == before)
"""
    assert run(code) == "True"


def test_help_does_not_import_torch():
    code = """
import sys
from limen.cli.main import main
main(['--help'])
print('torch' in sys.modules, 'numpy' in sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False False"


@pytest.mark.parametrize("listed", ["experiments", "data"])
def test_listing_does_not_import_torch(listed):
    code = f"""
import sys
from limen.cli.main import main
main(['list', '{listed}'])
print('torch' in sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"
