"""Every row of every table keeps the same contract: nets learn, sources load, experiments are whole."""

from dataclasses import replace

import pytest
import torch

from limen.data.batches import Batches
from limen.data.dataset import Dataset, Split
from limen.data.load import EMBEDDED, FORMS, load
from limen.data.made import MADE
from limen.data.sources import SOURCES
from limen.data.spec import Data
from limen.experiments.findings import FINDINGS, FINDS
from limen.experiments.registry import EXPERIMENTS
from limen.experiments.study import as_variant, find_variant
from limen.language import Text
from limen.nets.build import ABOUT, NETS, ONE_UNIT, TOKENS, UNSUPERVISED, build
from limen.nets.build import check_options as check_net
from limen.train.fit import fit
from limen.train.objectives import OBJECTIVES
from limen.train.optimizers import OPTIMIZERS, check_options
from limen.train.plan import Optimizer, Plan, Schedule
from limen.views.figures import FIGURES, PANELS
from limen.views.words import WORDS
from tests.conftest import ALIKE, made_small, some_input, suited


def one_batch(shape, classes=4, n=16):
    """A data set whose three splits are one batch of pictures that differ by class."""
    draw = torch.Generator().manual_seed(0)
    y = torch.arange(n) % classes
    x = torch.randint(0, 60, (n, *shape[1:], shape[0]), generator=draw, dtype=torch.uint8)
    for i, label in enumerate(y.tolist()):
        x[i, label * 6 : label * 6 + 6] += 150
    split = Split(x, y)
    return Dataset("one batch", split, split, split, tuple("abcd"))


CLASSIFIERS = [name for name in NETS if name not in UNSUPERVISED | ONE_UNIT | ALIKE.keys()]


def one_batch_of_ids(classes=4, n=16):
    """The same of token ids: each class has a word of its own among words that mean nothing."""
    y = torch.arange(n) % classes
    x = torch.randint(10, 50, (n, 12), generator=torch.Generator().manual_seed(0))
    x[:, 5], x[:, 9:] = y + 2, 0
    split = Split(x, y)
    return Dataset("one batch", split, split, split, tuple("abcd"))


RATES = {"cifar-cnn": 2e-3, "mnist-conv3": 3e-3}
EPOCHS = {"lenet5-1998": 40, "alexnet": 60, "zfnet": 40, "vgg": 60, "googlenet": 60, "resnet": 60, "densenet": 60}
NORMED = ("googlenet", "resnet", "densenet")  # their rate falls to 0, so that the running means can catch up


PICTURES = [(name, (3, 32, 32)) for name in CLASSIFIERS]
PICTURES += [(name, (1, 28, 28)) for name in CLASSIFIERS if not made_small(name)]


@pytest.mark.parametrize(("name", "shape"), PICTURES)
def test_every_net_learns_one_batch(name, shape):
    shape = suited(name, shape)
    data = one_batch_of_ids() if name in TOKENS else one_batch(shape)
    data = replace(data, scale=replace(data.scale, divisor=(255.0,)))
    torch.manual_seed({"mnist-conv3": 3}.get(name, 0))  # the last ReLU of conv3 can be dead from birth; here it lives
    epochs = next((n for family, n in EPOCHS.items() if name.startswith(family)), 200)
    schedule = Schedule("cosine" if name.startswith(NORMED) else "constant")
    plan = Plan(
        epochs=epochs,
        batch_size=16,
        optimizer=Optimizer("adam", RATES.get(name, 2e-3 if name.startswith(NORMED) else 5e-3)),
        schedule=schedule,
    )
    *_, last = fit(build(name, shape, 4, made_small(name)), data, plan)
    assert last.measures["validation_accuracy"] == 1.0, last


KINDS = [*((name, {}) for name in sorted(UNSUPERVISED)), ("stack", {"kind": "rbm"}), ("rbm", {"persistent": True})]


@pytest.mark.parametrize("shape", [(1, 10, 8), (3, 9, 9), (20,)])
@pytest.mark.parametrize(("name", "options"), KINDS)
def test_every_net_without_labels_learns_one_batch(name, options, shape):
    """The error of its reconstructions falls while the loss that its outputs stand for is descended."""
    torch.manual_seed(0)
    net, x = build(name, shape, 4, options), (torch.rand(4, *shape) < 0.5).float().repeat(4, *[1] * len(shape))
    with_columns = name != "autoencoder"  # free energies and errors by column; an autoencoder puts out what it made
    descent = torch.optim.Adam(net.parameters(), 1e-2)

    def error():
        net.eval()
        out = net(x)
        net.train()
        assert out.shape == ((16, 3) if with_columns else (16, x[0].numel()))
        return (out[:, 2] if with_columns else (out - x.flatten(1)).square()).mean().item()

    before = error()
    for _ in range(150):
        out = net(x)
        loss = (out[:, 0] - out[:, 1]).mean() if with_columns else (out - x.flatten(1)).square().mean()
        descent.zero_grad()
        loss.backward()
        descent.step()
    assert error() < 0.7 * before


@pytest.mark.parametrize("name", sorted(UNSUPERVISED))
def test_every_net_without_labels_runs_in_bf16_and_channels_last(name):
    net = build(name, (3, 32, 32), 10)
    x, _ = next(iter(Batches(Split(torch.randint(0, 255, (4, 32, 32, 3), dtype=torch.uint8), torch.zeros(4)), 4)))
    with torch.autocast("cpu", torch.bfloat16):
        out = net(x)
    out.float().square().mean().backward()
    active = [p for p in net.parameters() if p.grad is not None]
    assert active and all(p.grad.dtype == torch.float32 and p.grad.isfinite().all() for p in active)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_net_runs_in_bf16_and_channels_last(name):
    shape = suited(name, (3, 32, 32))
    net = build(name, shape, 10, made_small(name))
    stored = torch.randint(0, 255, (4, *shape[1:], 3), dtype=torch.uint8)
    x, _ = next(iter(Batches(Split(some_input(name, (12,), 4) if name in TOKENS else stored, torch.zeros(4)), 4)))
    assert name in TOKENS or x.is_contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        out = net(x)
    out.float().sum().backward()
    learning = [p for p in net.parameters() if p.requires_grad]
    assert out.shape == (4, 10) and all(p.grad is not None and p.grad.dtype == torch.float32 for p in learning)


def test_every_net_is_told_in_both_languages():
    assert ABOUT.keys() == NETS.keys() and all(text["en"] and text["zh"] for text in ABOUT.values())


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.form == "made"])
def test_every_made_source_is_made_alike_from_one_seed_and_otherwise_from_another(name):
    source, data = SOURCES[name], load(Data(name, seed=1))
    assert data.train.x.shape[1:] == source.shape and data.classes == source.classes
    assert len(data.train) == sum(source.examples) and min(len(data.validation), len(data.test)) > 0
    assert load(Data(name, seed=1)).digest() == data.digest()
    alike = load(Data(name, seed=2)).digest() == data.digest()
    assert alike == (name in ("gates", "delta"))  # truth tables hold no chance
    assert name in MADE and source.files == ()


@pytest.mark.parametrize(
    "name", [name for name, source in SOURCES.items() if source.form not in ("made", "table", "photos")]
)
def test_every_source_loads(name, small_data):
    data = load(Data(name, verify=False, validation=30), folder=small_data)
    source = SOURCES[name]
    stored = tuple(data.train.x.shape[1:])
    shape, columns = (source.shape, source.columns) if source.shape else ((len(data.columns),), data.features.columns)
    assert stored == shape and data.classes == source.classes and data.columns == columns
    assert bool(data.texts) == (source.shape == ())
    assert data.train.y.dtype == torch.int64 and data.train.y.unique().tolist() == list(range(len(source.classes)))
    assert len(data.validation) == 30 and len(data.test) > 0
    assert source.form in FORMS or source.form in EMBEDDED
    assert name == source.name and (source.files == ()) == (source.form in EMBEDDED)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_is_whole(name):
    made = EXPERIMENTS[name]()
    assert made.name == name and made.data.name in SOURCES and made.net.name in NETS and made.objective in OBJECTIVES
    assert set(made.figures) <= set(FIGURES) and isinstance(made.title, Text)
    for plan in (made.plan, *made.recipes.values()):
        check_options(plan.optimizer.name, plan.optimizer.options)
    assert set(made.findings) <= set(FINDINGS) and set(made.panels) <= set(PANELS)
    names = {variant.name for variant in made.variants}
    assert len(names) == len(made.variants) and all(p.variant in names | {""} for p in made.published)
    for i, variant in enumerate(made.variants):
        assert variant.begin in {"", *(v.name for v in made.variants[:i])}
        one = as_variant(made, variant)
        assert one.data.name in SOURCES and one.net.name in NETS and one.objective in OBJECTIVES
        check_net(one.net.name, one.net.options)
        check_options(one.plan.optimizer.name, one.plan.optimizer.options)
    known = {"train_loss"}
    for objective in {made.objective, *(as_variant(made, v).objective for v in made.variants)}:
        known |= {f"{s}_{m}" for s in ("validation", "test") for m in ("loss", *OBJECTIVES[objective].measures)}
    known |= {measure for name in made.findings for measure in FINDS[name]}
    assert all(p.measure in known and p.of for p in made.published)
    assert EXPERIMENTS[name].__doc__


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_suggestion_can_be_followed(name):
    """What a story says to try next is a command line that is understood."""
    import shlex

    from limen.experiments.config import with_options
    from limen.experiments.registry import find_experiment

    for step in EXPERIMENTS[name]().next:
        words = shlex.split(step.options)
        pairs = dict(zip(words[::2], words[1::2], strict=True))
        assert set(pairs) <= {"--set", "--seeds", "--recipe", "--variant"}
        made = find_experiment(name, pairs.get("--recipe"))
        if "--variant" in pairs:
            made = as_variant(made, find_variant(made, pairs["--variant"]))
        made = with_options(made, [v for k, v in zip(words[::2], words[1::2], strict=True) if k == "--set"])
        check_net(made.net.name, made.net.options)
        check_options(made.plan.optimizer.name, made.plan.optimizer.options)


def test_every_figure_and_measure_has_its_words():
    for name in (*FIGURES, *PANELS):
        assert {name, f"{name}_caption"} <= set(WORDS)
    assert all(measure in WORDS for objective in OBJECTIVES.values() for measure in ("loss", *objective.measures))


def test_names_in_tables_are_the_fields_own():
    for table in (NETS, SOURCES, EXPERIMENTS, OPTIMIZERS, OBJECTIVES, FIGURES):
        assert all(name == name.lower() and " " not in name and "_" not in name for name in table)
