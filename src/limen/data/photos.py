"""A folder of photos, surveyed: what is in it, what can be used, and what must be known of it before a net learns.

Most of the work with own photos is not the net. Some files are no pictures, some are the same picture twice, some are
labelled two ways, some classes have hardly any. All of that is found first and told, file by file, and nothing in the
folder is ever changed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from limen.data.fetch import Report
from limen.data.notes import Note
from limen.data.photo_cache import Square, Squares, squares
from limen.data.photo_content import RASTER, Content, misnamed, promises_picture
from limen.data.photo_decode import LARGEST_PICTURE, Reading
from limen.data.photo_ledger import Ledger, contents
from limen.data.photo_said import Found
from limen.data.photo_tree import Entry, Rules, Tree, label_of, read_tree
from limen.data.photo_twins import NEAR, chained, classes_of, groups_of, members_of, near_pairs
from limen.data.photo_words import SAYINGS, gathered, note_of
from limen.errors import LimenError, unknown

Index = NDArray[np.intp]
CONFLICTS, LEAKS, RARE = ("refuse", "drop"), ("refuse", "drop"), ("refuse", "train")


@dataclass(frozen=True)
class Limits:
    """How much of what is borne. Shares of 1, counts of pictures, ratios of class sizes, bits, pixels."""

    conflicts: str = "refuse"  # one picture in two classes; drop: leave out all its copies
    leaks: str = "refuse"  # one picture in train and a held-back split; drop: leave out the training copy
    rare: str = "refuse"  # a class of fewer than `fewest` pictures; train: use them for training only
    most_aside: float = 0.1  # share of the pictures that may be set aside
    fewest: int = 2  # usable pictures a class needs
    imbalance: float = 10.0  # times the smallest class that the largest may have before it is told
    near: int = NEAR  # bits in which the fingerprints of almost equal pictures may differ
    largest: int = LARGEST_PICTURE  # pixels of a picture

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("conflicts", self.conflicts, CONFLICTS), ("leaks", self.leaks, LEAKS), ("rare", self.rare, RARE),
        ):  # fmt: skip
            if value not in allowed:
                raise unknown(f"data.{name}", value, allowed)
        if not 0 <= self.most_aside <= 1:
            raise LimenError(f"data.most_aside {self.most_aside:g} is no share. Allowed: 0 to 1. Try 0.1.")
        if not 1 <= self.near <= 16:
            raise LimenError(f"data.near {self.near} is out of range. Allowed: 1 to 16 bits. Try data.near={NEAR}.")


@dataclass(frozen=True)
class Photos:
    """The usable photos of a folder, and what was found. All arrays have one entry a photo, in order of paths.

    labels: (N,) numbers in `classes`; splits: (N,) "train", "validation", "test", or "" where the folder has none;
    groups: (N,) equal for photos that must stay together; squares: their rows in `x` (rows, size, size, 3) and more.
    """

    root: Path
    reading: Reading
    classes: tuple[str, ...] = ()
    files: tuple[Entry, ...] = ()
    labels: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    splits: tuple[str, ...] = ()
    groups: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    squares: tuple[Square, ...] = ()
    x: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 1, 1, 3), np.uint8))
    found: tuple[Found, ...] = ()

    def __repr__(self) -> str:
        return f"Photos({self.root.name!r}, {len(self.files):,} photos, {len(self.classes)} classes)"

    def __len__(self) -> int:
        return len(self.files)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was found, one note a kind: first what stops, then what was set aside, then the rest."""
        return tuple(note_of(found) for found in gathered(self.found))

    @property
    def errors(self) -> tuple[Note, ...]:
        """What must be mended before anything is learnt."""
        return tuple(note for note in self.notes if note.action == "E")

    @property
    def counts(self) -> dict[str, int]:
        """Photos of each class."""
        many = np.bincount(self.labels, minlength=len(self.classes))
        return dict(zip(self.classes, many.tolist(), strict=True))


def survey(
    root: Path | str,
    reading: Reading | None = None,
    rules: Rules | None = None,
    limits: Limits | None = None,
    report: Report | None = None,
) -> Photos:
    """Look through a folder of photos: root/class/image, or root/train|val|test/class/image.

    What is wrong is in `Photos.notes`, what must be mended in `Photos.errors`; only a root that is no folder raises.

    Raises:
        LimenError: the root is no folder that can be listed; the cache cannot be written.
    """
    root, reading, limits = Path(root).expanduser(), reading or Reading(), limits or Limits()
    check_root(root)
    tree = read_tree(root, rules or Rules())
    ledger = Ledger(root)
    held = contents(root, tree.files, ledger, report)
    asked = judged(tree, held)
    found = squares(root, asked, reading, limits.largest, ledger, report) if asked else None
    photos = usable(tree, asked, found, reading) if found else Photos(root, reading)
    photos = replace(photos, found=(*tree.found, *photos.found))
    photos = without_copies(photos, limits)
    return replace(photos, found=(*photos.found, *class_faults(photos, tree, limits), *too_many_aside(photos, limits)))


def check_root(root: Path) -> None:
    """Refuse a root that is no folder."""
    if root.is_dir():
        return
    if root.is_file():
        raise LimenError(
            f"{str(root)!r} is a file, where a folder of photos belongs. Name the folder that holds the class folders"
            + ("; unpack the archive first." if root.suffix.lower() in (".zip", ".tar", ".gz", ".tgz") else ".")
        )
    raise LimenError(f"The folder {str(root)!r} does not exist. Name a folder: root/class/image.")


def judged(tree: Tree, held: Sequence[Content | tuple[str, str]]) -> list[tuple[Entry, Content]]:
    """The files that ask to be pictures, by content or by name; everything else is told."""
    asked = []
    for entry, content in zip(tree.files, held, strict=True):
        if not isinstance(content, Content):
            tree.found.append(Found(content[0], ((entry.name, content[1]),)))
        elif content.kind in RASTER | {"HEIC", "LFS"} or promises_picture(entry.path):
            asked.append((entry, content))
        else:
            tree.found.append(Found("other files", ((entry.name, ""),)))
    return asked


def usable(tree: Tree, asked: Sequence[tuple[Entry, Content]], squares: Squares, reading: Reading) -> Photos:
    """The photos that were decoded, with their classes; what was remarked of each file is told."""
    found, files, rows = list[Found](), list[Entry](), list[Square]()
    for entry, content in asked:
        square = squares.by.get(content.sha256, ("changed", ""))
        if not isinstance(square, Square):
            found.append(Found(square[0], ((entry.name, square[1]),)))
            continue
        found += [Found(kind, ((entry.name, detail),)) for kind, detail in square.remarks]
        if misnamed(entry.path, content.kind):
            found.append(Found("misnamed", ((entry.name, content.kind),)))
        files.append(entry)
        rows.append(square)
    names = sorted({label_of(name) for split in tree.classes.values() for name in split})
    numbers_of = {name: i for i, name in enumerate(names)}
    return Photos(
        tree.root,
        reading,
        tuple(names),
        tuple(files),
        np.array([numbers_of[label_of(entry.label)] for entry in files], np.intp),
        tuple(entry.split for entry in files),
        classes_of([square.pixels for square in rows]),
        tuple(rows),
        squares.x,
        tuple(found),
    )


def without(photos: Photos, drop: set[int]) -> Photos:
    """The photos without some of them."""
    keep = [i for i in range(len(photos)) if i not in drop]
    return replace(
        photos,
        files=tuple(photos.files[i] for i in keep),
        labels=photos.labels[keep],
        splits=tuple(photos.splits[i] for i in keep),
        groups=photos.groups[keep],
        squares=tuple(photos.squares[i] for i in keep),
    )


def named(photos: Photos, members: Sequence[int], first: str = "") -> tuple[tuple[str, str], ...]:
    """Photos by name; the detail of each is the one it is like: the first, which is left out, or `first`."""
    names = [photos.files[i].name for i in members]
    return tuple((name, f"= {first or names[0]}") for name in (names if first else names[1:]))


def without_copies(photos: Photos, limits: Limits) -> Photos:
    """Copies told, and those dropped that must be; then almost equal pictures joined into groups."""
    found, drop = list[Found](), set[int]()
    inodes = Counter(entry.inode for entry in photos.files)
    linked = [entry for entry in photos.files if inodes[entry.inode] > 1]
    if linked:
        found.append(Found("hard links", tuple((entry.name, "") for entry in linked)))
    for group in members_of(photos.groups):
        classes = {photos.labels[i] for i in group}
        held = [i for i in group if photos.splits[i] in ("validation", "test")]
        taught = [i for i in group if photos.splits[i] == "train"]
        if len(classes) > 1:
            kind = "two classes" if limits.conflicts == "refuse" else "conflict dropped"
            found.append(Found(kind, named(photos, group, photos.files[group[0]].name)[1:]))
            drop |= set(group) if limits.conflicts == "drop" else set()
        elif held and taught:
            kind = "across splits" if limits.leaks == "refuse" else "leak dropped"
            found.append(Found(kind, named(photos, taught, photos.files[held[0]].name)))
            drop |= set(taught) if limits.leaks == "drop" else set()
        elif len({photos.files[i].inode for i in group}) > 1:
            found.append(Found("repeated", named(photos, group)))
    photos = without(photos, drop)
    photos = replace(photos, found=(*photos.found, *found))
    return with_near(photos, limits)


def with_near(photos: Photos, limits: Limits) -> Photos:
    """The photos with almost equal ones in one group. Pictures of one colour look like many, and are left alone."""
    flat = {("one colour", "")}
    _, first = np.unique(photos.groups, return_index=True)
    asked = [int(i) for i in sorted(first) if not flat & set(photos.squares[i].remarks)]
    looks = np.array([photos.squares[i].look for i in asked], np.uint64)
    rows = np.array([photos.squares[i].row for i in asked], np.intp)
    found = list[Found]()
    pairs = [(asked[a], asked[b]) for a, b in near_pairs(photos.x, looks, rows, limits.near)]
    for a, b in pairs:
        sides = {photos.splits[i] for i in (a, b)}
        kind = "near"
        if photos.labels[a] != photos.labels[b]:
            kind = "near classes"
        elif "train" in sides and len(sides) > 1:
            kind = "near across"
        found.append(Found(kind, ((photos.files[b].name, f"≈ {photos.files[a].name}"),)))
    groups = groups_of(len(photos), [*chained(photos.groups), *pairs])
    return replace(photos, groups=groups, found=(*photos.found, *found))


def class_faults(photos: Photos, tree: Tree, limits: Limits) -> list[Found]:
    """Classes that are too few, too small, too unlike in size, or in one split only."""
    if not tree.classes:
        return []
    found = list[Found]()
    if len(photos.classes or tree.classes[next(iter(tree.classes))]) < 2:
        found.append(Found("one class", (("", ", ".join(photos.classes) or "?"),)))
    taught = photos.labels[[split in ("", "train") for split in photos.splits]]
    counts = np.bincount(taught, minlength=len(photos.classes))
    emptied = {kind for one in tree.found if one.kind == "class empty" for kind, _ in one.files}
    where = "" if "" in tree.classes else "train/"
    for name, count in zip(photos.classes, counts.tolist(), strict=True):
        if count < limits.fewest and f"{where}{name}" not in emptied and in_train(tree, name):
            kind = "train only" if limits.rare == "train" and count else "class rare"
            found.append(Found(kind, ((name, str(count)),)))
    if counts.any() and counts.max() > limits.imbalance * counts[counts > 0].min():
        ratio = f"{counts.max() / counts[counts > 0].min():.0f}"
        found.append(Found("imbalance", (("", ratio),)))
    return found + split_faults(tree)


def in_train(tree: Tree, label: str) -> bool:
    """Whether a class has a folder where training pictures belong."""
    return any(label_of(name) == label for split in ("", "train") for name in tree.classes.get(split, ()))


def split_faults(tree: Tree) -> list[Found]:
    """Classes that one split has and another lacks; they are compared by name, never by place."""
    taught = {label_of(name) for name in tree.classes.get("train", ())}
    if not taught:
        return []
    found = []
    for split in ("validation", "test"):
        held = {label_of(name) for name in tree.classes.get(split, ())}
        found += [Found("class only held", ((name, split),)) for name in sorted(held - taught)]
        found += [Found("class only taught", ((name, split),)) for name in sorted(taught - held) if held]
    return found


def too_many_aside(photos: Photos, limits: Limits) -> list[Found]:
    """Whether so many pictures were set aside that something must be wrong with the folder."""
    aside = sum(len(one.files) for one in photos.found if SAYINGS[one.kind].action == "Q")
    total = aside + len(photos)
    if not aside or aside <= limits.most_aside * total:
        return []
    return [Found("too many aside", (("", f"{aside:,} / {total:,}"),))]


def weights(counts: dict[str, int]) -> dict[str, float]:
    """What each picture of a class would count so that all classes count alike: N / (classes · pictures of it)."""
    total = sum(counts.values())
    return {name: total / (len(counts) * count) for name, count in counts.items() if count}
