"""From a name to a data set: find the files, read them, divide them, check them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from limen.data import cifar, embedded, features, fetch, idx, labelled, mnist, split
from limen.data.dataset import Dataset, Scale, Split, pixel_scale
from limen.data.made import make
from limen.data.own_photos import load_photos
from limen.data.own_table import load_own
from limen.data.parts import Pair, Parts
from limen.data.sources import Source, find_source
from limen.data.spec import Data
from limen.errors import LimenError, unknown
from limen.machine import derive_seed


@dataclass(frozen=True)
class Form:
    """One way in which a set lies on the disk: for each file its possible names, and the reader of them all."""

    name: str
    files: tuple[tuple[str, ...], ...]
    read: Callable[..., Parts]

    def find(self, folder: Path) -> list[Path] | None:
        """The files of this form in a folder, in order; None when one is missing."""
        found = [next((folder / name for name in names if (folder / name).is_file()), None) for names in self.files]
        return [path for path in found if path] if all(found) else None


def read_idx_files(train_x: Path, train_y: Path, test_x: Path, test_y: Path) -> Parts:
    """Training and test pictures and labels from four idx files."""
    return Parts(idx.read_idx_pair(train_x, train_y), None, idx.read_idx_pair(test_x, test_y))


def packed(name: str) -> tuple[str, str]:
    """A file's two names: gzipped and plain."""
    return f"{name}.gz", name


IDX = Form(
    "idx",
    tuple(packed(f"{part}-{kind}-ubyte") for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")),
    read_idx_files,
)
BATCHES = (*cifar.TRAIN, cifar.TEST)

# each source's forms, the first found is read
FORMS: dict[str, tuple[Form, ...]] = {
    "idx": (IDX,),
    "mnist": (
        IDX,
        Form("pkl", (packed("mnist.pkl"),), mnist.read_mnist_pickle),
        Form("csv", (("MNIST_images.csv",), ("MNIST_labels.csv",)), mnist.read_mnist_csv),
    ),
    "cifar": (
        Form("batches", tuple((f"cifar-10-batches-py/{name}", name) for name in BATCHES), cifar.read_cifar_folder),
        Form("archive", (("cifar-10-python.tar.gz",),), cifar.read_cifar_archive),
    ),
    "sms": (
        Form("text", ((labelled.SMS_FILE,),), labelled.read_sms_file),
        Form("archive", (("sms+spam+collection.zip", "smsspamcollection.zip"),), labelled.read_sms_archive),
    ),
}


EMBEDDED: dict[str, Callable[[], Parts]] = {"digits": embedded.read_digits, "iris": embedded.read_iris}


def locate(source: Source, folder: Path | None = None, form: str = "auto") -> tuple[Form, list[Path]] | None:
    """The first complete form of a source in the folders that may hold it; None when there is none."""
    forms = [f for f in FORMS[source.form] if form in ("auto", f.name)]
    if not forms:
        known = ", ".join(f.name for f in FORMS[source.form])
        raise LimenError(f"{source.name} has no form {form!r}. Allowed: auto, {known}. Leave data.form out.")
    for place in fetch.search_folders(source, folder):
        for candidate in forms:
            paths = candidate.find(place)
            if paths and not fetch.is_foreign(paths, source):
                return candidate, paths
    return None


def read_source(source: Source, data: Data, folder: Path | None, report: fetch.Report | None) -> Parts:
    """The source's parts as NumPy arrays, fetched first when they are nowhere on this machine."""
    if source.form in EMBEDDED and data.form != "auto":
        raise LimenError(f"{source.name} is embedded and has no form {data.form!r}. Leave data.form out.")
    if source.form in EMBEDDED:
        return EMBEDDED[source.form]()
    found = locate(source, folder, data.form)
    if found is None and data.form not in ("auto", "idx"):
        raise LimenError(f"No {data.form} form of {source.name} was found. {fetch.by_hand(source)}")
    if found is None:
        fetch.get(source, report)
        found = locate(source, folder, data.form)
        assert found is not None  # fetch.get raises when it cannot bring every file
    form, paths = found
    if data.verify:
        fetch.verify(paths, source)
    return form.read(*paths)


def check(pair: Pair, source: Source, part: str) -> None:
    """Refuse examples that no net should learn from: wrong shapes, numbers that are none, labels without a class."""
    x, y = pair
    if x.shape[1:] != source.shape:
        raise LimenError(
            f"{source.name}: {part} examples have shape {'×'.join(map(str, x.shape[1:]))}, "
            f"where {'×'.join(map(str, source.shape))} belongs. Check that these are the files you mean."
        )
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        row, column = (int(n[0]) for n in np.nonzero(~np.isfinite(x.reshape(len(x), -1))))
        raise LimenError(
            f"{source.name}: {part} row {row + 1}, column {column + 1} is {x.reshape(len(x), -1)[row, column]}. "
            "Every number must be finite; mend or remove the row."
        )
    bad = np.flatnonzero((y < 0) | (y >= len(source.classes)))
    if len(bad):
        raise LimenError(
            f"{source.name}: label {y[bad[0]]} of {part} example {bad[0] + 1} has no class; {len(bad):,} such labels. "
            f"Allowed: 0 to {len(source.classes) - 1}. Check that the labels belong to these examples."
        )


def divide(pair: Pair, held: float, data: Data, seed: int, by: str) -> tuple[Pair, Pair]:
    """(what stays, what is held back): `held` is a share, or a number of examples from 1 on.

    All copies of a text stay on one side.
    """
    x, y = pair
    count = round(len(y) * held) if held < 1 else int(held)
    if x.dtype == object:
        keep, drawn = split.together(y, split.copies(x.tolist())[0], count, seed)
    else:
        keep, drawn = split.last(len(y), count) if by == "last" else split.stratified(y, count, seed)
    return (x[keep], y[keep]), (x[drawn], y[drawn])


def scale_of(x: NDArray[Any], source: Source, pixels: str) -> Scale:
    """Pixels go from 0 (or -1, symmetric) to 1; columns of a table get mean 0 and deviation 1 on training rows."""
    if x.dtype == object:
        return Scale()  # texts become numbers that are of one size already
    if x.dtype == np.uint8 or pixels == "imagenet":
        planes = source.shape[-1] if len(source.shape) == 3 else 0
        return pixel_scale(pixels, planes, source.name, 16.0 if source.form == "digits" else 255.0)
    deviation = x.std(0, dtype=np.float64)
    deviation[deviation == 0] = 1.0  # a constant column says nothing; it becomes 0
    return Scale(tuple(x.mean(0, dtype=np.float64).tolist()), tuple(deviation.tolist()))


def is_text(source: Source) -> bool:
    """Whether a source's examples are texts, which have no shape before they are made numbers."""
    return source.shape == ()


def check_options(source: Source, data: Data) -> None:
    """Refuse options that a set does not have, and a division that would part the copies of a text."""
    if is_text(source):
        features.check_options(data.options)
    elif data.options:
        raise unknown(f"option of the data {source.name}", next(iter(data.options)), ())
    if is_text(source) and data.split == "last":
        raise LimenError(
            f"{source.name} holds the same text several times, and data.split=last would part the copies. "
            "Allowed: stratified. Leave data.split out."
        )


def to_split(pair: Pair) -> Split:
    """A pair of arrays as tensors; float64 becomes float32."""
    x, y = (np.require(a, requirements=("C", "W")) for a in pair)  # torch wants its own
    tensors = (torch.from_numpy(a) for a in (x, y))
    return Split(*(t.float() if t.dtype == torch.float64 else t for t in tensors))


def load_made(data: Data, seed: int) -> Dataset:
    """A made set; its numbers stay as they are made, and it divides itself.

    Raises:
        LimenError: options it does not have.
    """
    made = make(data.name, seed, data.options)
    train = made.parts.train
    if data.limit is not None and data.limit < len(train[1]):
        by = train[1] if made.classes else np.zeros(len(train[1]), np.int64)
        _, kept = split.stratified(by, data.limit, derive_seed(seed, "limit"))
        train = (train[0][kept], train[1][kept])
    if data.mislabel:
        train = (train[0], split.mislabelled(train[1], data.mislabel, len(made.classes), derive_seed(seed, "mislabel")))
    assert made.parts.validation is not None and made.parts.test is not None
    learnt, validation, test = (to_split(pair) for pair in (train, made.parts.validation, made.parts.test))
    scale = scale_of(train[0], find_source(data.name), data.pixels) if made.standardize else Scale()
    return Dataset(data.name, learnt, validation, test, classes=made.classes, scale=scale, columns=made.columns)


def load(
    data: Data | str, *, seed: int = 0, folder: Path | str | None = None, report: fetch.Report | None = None
) -> Dataset:
    """The data set `data`, divided and checked, on the CPU.

    `folder` is searched first, then `LIMEN_DATA`, then the cache; what is in none is fetched, and `report` is told
    (file name, bytes so far, bytes in all). `seed` divides the set where `data` states no seed of its own.

    Texts become numbers as `data.options` say (see `limen.data.features.learn`), by what the training split teaches.
    All copies of a text are in one split: of the 5,574 text messages of "sms", 403 repeat another letter by letter, and
    12 more but for capitals and blanks (`limen.data.split.copies` counts them).

    Raises:
        LimenError: unknown name, missing, damaged or foreign files, impossible division.
    """
    data = Data(data) if isinstance(data, str) else data
    source = find_source(data.name)
    if source.form == "made":
        return load_made(data, seed if data.seed is None else data.seed)
    if source.form == "table":
        return load_own(data, seed if data.seed is None else data.seed, Path(folder) if folder else None)
    if source.form == "photos":
        return load_photos(data, seed if data.seed is None else data.seed, Path(folder) if folder else None, report)
    check_options(source, data)
    parts = read_source(source, data, Path(folder) if folder else None, report)
    for part in ("train", "validation", "test"):
        if pair := getattr(parts, part):
            check(pair, source, part)
    seed = seed if data.seed is None else data.seed
    train, validation, test = parts.train, parts.validation, parts.test
    if test is None:
        train, test = divide(train, data.test, data, derive_seed(seed, "test split"), "stratified")
    if validation is None:
        train, validation = divide(train, data.validation, data, derive_seed(seed, "validation split"), data.split)
    if data.limit is not None and data.limit < len(train[1]):
        _, train = divide(train, float(data.limit), data, derive_seed(seed, "limit"), "stratified")
    if data.mislabel:
        wrong = split.mislabelled(train[1], data.mislabel, len(source.classes), derive_seed(seed, "mislabel"))
        train = (train[0], wrong)
    splits = {"train": train, "validation": validation, "test": test}
    texts = {name: tuple(pair[0].tolist()) for name, pair in splits.items() if is_text(source)}
    made = features.learn(texts["train"], data.options) if texts else None
    if made:
        splits = {name: (made(texts[name]), pair[1]) for name, pair in splits.items()}
    return Dataset(
        source.name,
        to_split(splits["train"]),
        to_split(splits["validation"]),
        to_split(splits["test"]),
        classes=source.classes,
        scale=scale_of(train[0], source, data.pixels),
        columns=made.columns if made else source.columns,
        texts=texts,
        features=made,
    )
