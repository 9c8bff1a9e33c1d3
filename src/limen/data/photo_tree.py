"""Which files a folder of photos holds, and which class each stands for.

The custom is old and simple: a folder for each class, its photos inside; or one level more, train, val and test, each
with such folders. Nothing is opened here: names and the system's own facts (kind, size, time, inode) are enough to
tell a photo from a pipe that would never end, a link that leads elsewhere, and the crumbs that systems leave.
"""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from limen.data.notes import printable
from limen.data.photo_content import promises_picture
from limen.data.photo_said import Found

SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
CRUMBS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "lost+found"})
NESTED = ("refuse", "top")


@dataclass(slots=True, frozen=True)
class Entry:
    """A file that may be a photo. path: from the root, with /; mtime in nanoseconds; inode: device and number."""

    path: str
    split: str
    label: str
    size: int
    mtime: int
    inode: tuple[int, int]
    link: bool = False

    @property
    def name(self) -> str:
        """The path as it may be shown."""
        return shown(self.path)


@dataclass
class Tree:
    """What a folder holds: `classes` by split ("" where the root has no splits), the files, and what was found."""

    root: Path
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: list[Entry] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def tell(self, kind: str, path: str = "", detail: str = "") -> None:
        """Note something about one file or folder."""
        self.found.append(Found(kind, ((shown(path), detail),) if path or detail else ()))


@dataclass(frozen=True)
class Rules:
    """What a folder may hold. `nested="top"` lets pictures in deeper folders belong to the class above all."""

    follow_links: bool = False
    ignore_empty: bool = False
    nested: str = "refuse"


def shown(path: str) -> str:
    """A path in one line: bytes that are no text, line breaks and half characters are escaped."""
    return printable(path, 300)


def label_of(folder: str) -> str:
    """What a class is called: its folder's name, without blanks at the ends, in one line."""
    return printable(unicodedata.normalize("NFC", folder).strip(), 255)


def alike(name: str) -> str:
    """What is equal for names that some systems, or some readers, take for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).strip()


def is_crumb(name: str) -> bool:
    """Whether a file or folder is one that systems and editors leave, never a photo or a class."""
    return name.startswith(".") or name.lower() in CRUMBS


def read_tree(root: Path, rules: Rules) -> Tree:
    """Index a folder, nothing opened: measured 14 s for a million files.

    Raises:
        OSError: the root itself cannot be listed.
    """
    tree = Tree(root)
    folders, loose = top_level(tree, "", rules)
    splits = {name: SPLIT_NAMES.get(name.lower()) for name in folders}
    if "train" in splits.values() and all(splits.values()):
        by_split = {split: [n for n, s in splits.items() if s == split] for split in dict.fromkeys(splits.values())}
        for split in ("train", "validation", "test"):
            for name in by_split.get(split, []):
                inner, stray = top_level(tree, name, rules)
                read_classes(tree, inner, stray, split, name, rules)
        twice = [name for names in by_split.values() if len(names) > 1 for name in names]
        if twice:
            tree.found.append(Found("split twice", tuple((shown(name), "") for name in twice)))
    else:
        read_classes(tree, folders, loose, "", "", rules)
    tree.files.sort(key=lambda entry: entry.path)
    return tree


def top_level(tree: Tree, inside: str, rules: Rules) -> tuple[list[str], list[str]]:
    """The folders and the loose pictures of one folder; everything else in it is told."""
    folders, loose = [], []
    for entry in listed(tree, inside):
        path = joined(inside, entry.name)
        kind = judged(tree, entry, path, rules)
        if kind == "folder":
            folders.append(entry.name)
        elif kind == "file":
            if promises_picture(entry.name):
                loose.append(path)
            else:
                tree.tell("other files", path)
    return folders, loose


def joined(inside: str, name: str) -> str:
    """A path from the root."""
    return f"{inside}/{name}" if inside else name


def listed(tree: Tree, inside: str) -> list[os.DirEntry[str]]:
    """What a folder holds, in order of names; a folder that cannot be listed is told."""
    try:
        with os.scandir(tree.root / inside) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        if not inside:
            raise
        tree.tell("folder closed", inside, error.strerror or "")
        return []


def judged(tree: Tree, entry: os.DirEntry[str], path: str, rules: Rules) -> str:
    """ "folder", "file" or "" (told): what an entry is, by what the system says of it, without opening it."""
    if is_crumb(entry.name):
        tree.tell("crumbs", path)
        return ""
    if entry.is_symlink():
        return judged_link(tree, path, rules)
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    if entry.is_file(follow_symlinks=False):
        return "file"
    tree.tell("special", path)
    return ""


def judged_link(tree: Tree, path: str, rules: Rules) -> str:
    """The same for a link: where does it lead?"""
    full = tree.root / path
    try:
        mode = full.stat().st_mode
    except (OSError, RuntimeError) as error:
        looped = getattr(error, "errno", None) != 2
        tree.tell("link loop" if looped else "link broken", path)
        return ""
    target, root = os.path.realpath(full), os.path.realpath(tree.root)
    inside = target == root or target.startswith(root + os.sep)
    if stat.S_ISDIR(mode) and (inside or (root + os.sep).startswith(target + os.sep)):
        tree.tell("link loop", path)
    elif not inside and not rules.follow_links:
        tree.tell("link outside", path)
    elif stat.S_ISDIR(mode):
        return "folder"
    elif stat.S_ISREG(mode):
        return "file"
    else:
        tree.tell("special", path)
    return ""


def read_classes(tree: Tree, folders: list[str], loose: list[str], split: str, inside: str, rules: Rules) -> None:
    """The class folders of one split, with their files."""
    if not folders:
        tree.tell("flat" if loose else "empty root", inside or ".")
        return
    tree.found += [Found("loose", ((shown(path), ""),)) for path in loose]
    by_key: dict[str, list[str]] = {}
    for folder in folders:
        by_key.setdefault(alike(folder), []).append(folder)
    for same in by_key.values():
        if len(same) > 1:
            tree.found.append(Found("same name", tuple((shown(joined(inside, n)), spelt(n)) for n in same)))
    kept, leaves = [], dict[str, set[str]]()
    for folder in folders:
        entries = list(walk(tree, joined(inside, folder), split, folder, rules))
        if not entries:
            tree.tell("class ignored" if rules.ignore_empty else "class empty", joined(inside, folder))
            if rules.ignore_empty:
                continue
        kept.append(folder)
        tree.files += entries
        for entry in entries:
            parts = entry.path.split("/")
            if len(parts) > 2 + bool(inside):
                leaves.setdefault(parts[-2], set()).add(folder)
    tree.classes[split] = tuple(kept)
    tell_nested(tree, leaves, rules)


def tell_nested(tree: Tree, leaves: dict[str, set[str]], rules: Rules) -> None:
    """Folders within class folders: the same name in two of them may be meant as the class."""
    ambiguous = {leaf: tops for leaf, tops in leaves.items() if len(tops) > 1}
    if ambiguous and rules.nested == "refuse":
        pairs = tuple((f"{shown(top)}/…/{shown(leaf)}", "") for leaf, tops in ambiguous.items() for top in sorted(tops))
        tree.found.append(Found("nested", pairs))
    elif leaves:
        tops = sorted({top for names in leaves.values() for top in names})
        tree.found.append(Found("deeper", tuple((shown(top), "") for top in tops)))


def spelt(name: str) -> str:
    """What tells two names apart that look alike: how their letters are composed, and blanks."""
    parts = [] if unicodedata.is_normalized("NFC", name) else ["NFD"]
    return ", ".join(parts + (["blanks"] if name != name.strip() else []))


def walk(tree: Tree, inside: str, split: str, label: str, rules: Rules) -> Iterator[Entry]:
    """All files below a class folder, deeper folders included, links as the rules say."""
    waiting, been = [inside], set[tuple[int, int]]()
    while waiting:
        folder = waiting.pop()
        if rules.follow_links:
            there = (tree.root / folder).stat()
            if (there.st_dev, there.st_ino) in been:
                tree.tell("link loop", folder)
                continue
            been.add((there.st_dev, there.st_ino))
        for entry in listed(tree, folder):
            path = joined(folder, entry.name)
            kind = judged(tree, entry, path, rules)
            if kind == "folder":
                waiting.append(path)
            elif kind == "file":
                try:
                    facts = entry.stat(follow_symlinks=True)
                except OSError:
                    tree.tell("changed", path)
                    continue
                inode = (facts.st_dev, facts.st_ino)
                yield Entry(path, split, label, facts.st_size, facts.st_mtime_ns, inode, entry.is_symlink())
