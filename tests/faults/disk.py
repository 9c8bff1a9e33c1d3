"""A model of a disk that may lose its power: what of all that was written is still there?

What POSIX promises is little. The bytes of a file are safe after its fsync, the names in a folder after the folder's.
Of the rest anything may be there or not, and where a file had grown there may be zeros; only a rename is one thing,
done or not done. So a trace of changes is replayed up to some point, and then a state is drawn that the disk may hold.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from limen import storage

ROOT = 0


@dataclass(frozen=True)
class Change:
    """One effect: `kind` is name, unname, data or sync. `thing` is a file or folder by its number."""

    kind: str
    thing: int
    folder: int = ROOT  # whose name is given or taken
    name: str = ""
    content: bytes | None = None  # None: a folder


@dataclass
class Thing:
    """A file (`safe` and `now` are its bytes) or a folder (they are its names); `since` are changes not yet safe."""

    is_folder: bool
    safe: Any
    now: Any
    since: list[Change] = field(default_factory=list)


Tree = dict[str, bytes | None]  # every path with the file's bytes, or None for a folder


class Trace:
    """Stands in for `storage.operate` and notes what each operation changed under `root`, by looking before and after.

    `marks` holds what was complete after how many operations, as the tests that use it note it.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.real = root, storage.operate
        self.steps: list[list[Change]] = []
        self.verbs: list[str] = []
        self.marks: list[tuple[int, Any]] = []
        self.numbers: dict[str, int] = {".": ROOT}
        self.count = ROOT
        self.before = self.look()

    def look(self) -> dict[str, tuple[int, bytes | None]]:
        """Every path with its inode, and the bytes of a file."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            inode = path.lstat().st_ino
            found[str(path.relative_to(self.root))] = (inode, None if path.is_dir() else path.read_bytes())
        return found

    def __call__(self, verb: str, path: Path, act: Callable[[], Any]) -> Any:
        flushed: list[int] = []
        real, os.fsync = os.fsync, lambda handle: flushed.append(os.fstat(handle).st_ino)
        try:
            return self.real(verb, path, act)
        finally:
            os.fsync = real
            after = self.look()
            inodes = {inode: self.numbers.get(place) for place, (inode, _) in self.before.items()}
            inodes[self.root.lstat().st_ino] = ROOT
            changes = self.compare(after)
            changes += [Change("sync", number) for inode in flushed if (number := inodes.get(inode)) is not None]
            self.steps.append(changes)
            self.verbs.append(f"{verb} {path.relative_to(self.root)}")
            self.before = after

    def mark(self, what: Any) -> None:
        """Note that something is complete now."""
        self.marks.append((len(self.steps), what))

    def compare(self, after: dict[str, tuple[int, bytes | None]]) -> list[Change]:
        """What one operation did: names gone, names new or renamed, bytes written."""
        before, changes = self.before, []
        gone = {p: before[p][0] for p in before if p not in after or after[p][0] != before[p][0]}
        new = {p: after[p][0] for p in after if p not in before or after[p][0] != before[p][0]}
        came_from = {p: next((q for q in gone if gone[q] == inode), None) for p, inode in new.items()}
        moved = {q: p for p, q in came_from.items() if q is not None}
        numbers = dict(self.numbers)
        for path in new:
            old = came_from[path]
            if old is None:
                self.count += 1
            numbers[path] = self.count if old is None else self.numbers[old]
        for path in gone:
            if path not in new:
                del numbers[path]
        for path in new:
            above, name = str(Path(path).parent), Path(path).name
            if came_from[path] is None or above not in new:  # what lies in a folder that was renamed moved with it
                content = None if after[path][1] is None else b""
                changes.append(Change("name", numbers[path], numbers[above], name, content))
        for path in gone:
            if path not in new and path not in moved:
                above = str(Path(path).parent)
                changes.append(Change("unname", self.numbers[path], self.numbers[above], Path(path).name))
        for path, (_, content) in after.items():
            old = came_from.get(path, path)
            if content is not None and content != (before[old][1] if old in before else b""):
                changes.append(Change("data", numbers[path], content=content))
        self.numbers = numbers
        return changes


class Disk:
    """The things on a disk after a number of operations, each with what is safe and what is not."""

    def __init__(self) -> None:
        self.things = {ROOT: Thing(True, {}, {})}

    def change(self, change: Change) -> None:
        """Take one more effect in."""
        if change.kind == "sync":
            thing = self.things[change.thing]
            thing.safe, thing.since = dict(thing.now) if thing.is_folder else thing.now, []
            return
        if change.kind == "data":
            thing = self.things[change.thing]
            thing.now = change.content
            return
        folder = self.things[change.folder]
        if change.kind == "name" and change.thing not in self.things:
            empty: Any = {} if change.content is None else b""
            self.things[change.thing] = Thing(change.content is None, empty, empty)
        folder.now = named(folder.now, [change])
        folder.since.append(change)

    def tree(self, names: Callable[[Thing], dict[str, int]], content: Callable[[Thing], bytes]) -> Tree:
        """What is on the disk when each folder holds these names and each file these bytes."""
        found: Tree = {}

        def walk(number: int, above: str) -> None:
            for name, inside in sorted(names(self.things[number]).items()):
                thing = self.things[inside]
                found[above + name] = None if thing.is_folder else content(thing)
                if thing.is_folder:
                    walk(inside, f"{above}{name}/")

        walk(ROOT, "")
        return found

    def after_a_cut(self, draw: random.Random, others: int) -> Iterator[Tree]:
        """States that the disk may hold when the power goes now: the four extremes, and some `others` at random."""
        for names in (lambda t: t.now, lambda t: t.safe):
            yield self.tree(names, lambda t: t.now)
            yield self.tree(names, lambda t: t.safe)
            yield self.tree(names, zeros)
        for _ in range(others):
            yield self.tree(
                lambda t: named(t.safe, [c for c in t.since if draw.random() < 0.5]), lambda t: partly(t, draw)
            )
        for end in range(max(len(t.since) for t in self.things.values() if t.is_folder)):
            yield self.tree(lambda t, end=end: named(t.safe, t.since[:end]), lambda t: partly(t, draw))


def named(names: dict[str, int], changes: list[Change]) -> dict[str, int]:
    """The names of a folder after some changes; a thing has one name, so a rename takes the old one away."""
    names = dict(names)
    for change in changes:
        if change.kind == "name":
            names = {name: thing for name, thing in names.items() if thing != change.thing}
            names[change.name] = change.thing
        elif names.get(change.name) == change.thing:
            del names[change.name]
    return names


def zeros(thing: Thing) -> bytes:
    """A file that has grown, but whose new bytes never came."""
    return bytes(thing.safe) + bytes(len(thing.now) - len(thing.safe))


def partly(thing: Thing, draw: random.Random) -> bytes:
    """A file of whose new bytes a part came: up to some place, the rest zeros or not there, or the end without the
    beginning."""
    safe, new = thing.safe, thing.now[len(thing.safe) :]
    cut = draw.randint(0, len(new))
    rest = draw.choice((b"", bytes(len(new) - cut)))
    return draw.choice((safe + new[:cut] + rest, safe + bytes(cut) + new[cut:], safe, thing.now))


def materialize(tree: Tree, root: Path) -> None:
    """Make a tree a folder."""
    for path, content in tree.items():
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)
