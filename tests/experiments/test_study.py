"""Studies: one experiment in several variants, each a run, all on one page; stopped, resumed, verified."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import contents, small
from tests.views.test_report import Page

from limen.errors import LimenError
from limen.experiments import study as studies
from limen.experiments.execute import execute
from limen.experiments.experiment import Variant
from limen.experiments.present_study import present_study
from limen.experiments.registry import EXPERIMENTS
from limen.language import Text
from limen.runs.folder import Run
from limen.runs.names import run_names
from limen.runs.study import Study
from limen.views.figures import PANELS

WITH_VARIANTS = [name for name, make in EXPERIMENTS.items() if make().variants]
SMALL = ["plan.epochs=2"]


def smaller(name):
    """Settings that make every variant of an experiment small."""
    made = EXPERIMENTS[name]()
    every = [studies.as_variant(made, v) for v in made.variants]
    longest = max(layers(one) for one in every)
    settings = [f"plan.epochs={max(2, longest)}", "data.verify=false"]
    settings += ["plan.passes=2"] if any(one.plan.passes > 2 for one in every) else []
    if made.data.name == "photos":
        settings += ["data.path=photos", "data.size=16", "net.widths=4,8,8"]
    for prepared in (v.name for v in made.variants if v.once):
        few = ("plan.epochs=2", "plan.batch_size=32", "data.verify=false", "data.validation=40")
        settings += [f"{prepared}:{setting}" for setting in few]
    settings += ["data.validation=40"] if made.data.name in ("mnist", "cifar10") else []
    return settings


def layers(experiment):
    """Epochs that a stack needs at least: one a layer."""
    hidden = experiment.net.options.get("hidden", ())
    return len(hidden) if experiment.net.name == "stack" and isinstance(hidden, tuple | list) else 1


def carry_out(study, folder=None):
    for member in studies.members(study):
        if member.run is None or member.run.result is None:
            *_, _ = execute(
                member.run or member.experiment, study.path, name=member.variant.name, start=member.start,
                pictures=False, folder=folder,
            )  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory, small_data):
    """A small finished study of an experiment, made when it is first asked for."""
    made = {}

    def find(name):
        if name not in made:
            root = tmp_path_factory.mktemp(name)
            made[name] = studies.new_study(EXPERIMENTS[name](), root, smaller(name), [0])
            carry_out(made[name], small_data)
        return made[name]

    return find


@pytest.mark.parametrize("name", WITH_VARIANTS)
def test_every_study_runs_and_shows_its_panels(finished, name, small_data):
    """In English or Chinese by turns, so that both are drawn and no panel twice."""
    study, experiment = finished(name), EXPERIMENTS[name]()
    every = studies.finished_members(study)
    assert [m.variant.name for m in every] == [v.name for v in experiment.variants]
    language = ("en", "zh")[WITH_VARIANTS.index(name) % 2]
    path = present_study(study, experiment, every, language, small_data)
    page = Page(path.read_text())
    assert not page.open and "script" not in page.tags
    assert page.tags.count("svg") == len(experiment.panels or ("lane-curves",))
    told = " ".join(page.words)
    assert all(v.label[language] in told for v in experiment.variants)


@pytest.mark.parametrize("name", WITH_VARIANTS)
def test_the_variants_share_their_test_split(finished, name):
    """So that what differs between them is the variant alone."""
    runs = [m.run for m in studies.finished_members(finished(name))]
    assert len({json.dumps([r.record["data"]["name"], r.record["data"]["examples"][2]]) for r in runs}) <= 2


def test_every_panel_belongs_to_a_study():
    shown = {panel for make in EXPERIMENTS.values() for panel in make().panels}
    assert shown | {"lane-curves"} == set(PANELS)


def test_a_study_that_was_stopped_goes_on_and_ends_with_the_same_bytes(tmp_path):
    experiment = EXPERIMENTS["spiral"]()
    settings = smaller("spiral")
    whole = studies.new_study(experiment, tmp_path / "whole", settings, [3])
    carry_out(whole)
    part = studies.new_study(experiment, tmp_path / "part", settings, [3])
    member = next(studies.members(part))
    events = execute(member.experiment, part.path, name=member.variant.name, pictures=False)
    next(events), next(events)
    events.close()
    assert part.run_of("linear", 3).result is None and part.run_of("relu", 3) is None
    with pytest.raises(LimenError, match="not finished"):
        studies.finished_members(part)
    part = Study.find(part.path.name, tmp_path / "part")
    carry_out(part)
    for variant in ("linear", "relu"):
        assert contents(part.run_of(variant, 3)) == contents(whole.run_of(variant, 3))


def test_a_variant_begins_with_anothers_weights_and_can_be_repeated_without_it(tmp_path):
    import shutil

    from limen.experiments.verify import verify

    base = small("digits-mlp")
    experiment = replace(
        base,
        variants=(
            Variant("first", Text("first", "先"), ("plan.seed=1",)),
            Variant("second", Text("second", "后"), ("plan.optimizer.lr=0.000000001",), begin="first"),
        ),
    )
    first = execute(studies.as_variant(experiment, experiment.variants[0]), tmp_path, pictures=False, name="first")
    *_, done = first
    second = execute(
        studies.as_variant(experiment, experiment.variants[1]), tmp_path, pictures=False, name="second", start=done.run
    )
    *_, then = second
    for name, weight in then.run.weights().items():  # at so small a rate nothing moves from where it began
        assert (weight - done.run.weights()[name]).abs().max() < 1e-5
    shutil.rmtree(done.run.path)
    events = verify(then.run)
    while True:
        try:
            next(events)
        except StopIteration as stop:
            assert stop.value.same and stop.value.tier.name == "T1"
            break
    (then.run.path / "begin.safetensors").write_bytes(b"other")
    with pytest.raises(LimenError, match=r"begin\.safetensors"):
        Run(then.run.path).begin_weights()


def test_names_of_a_studys_runs_lead_to_them(finished, tmp_path):
    study = finished("spiral")
    names = run_names(study.path.parent)
    assert names == ["spiral-1/linear-1", "spiral-1/relu-1"]
    assert Run.find(names[0], study.path.parent).record["experiment"]["net"]["options"]["activation"] == "identity"


def test_a_wrong_variant_names_the_nearest(limen):
    done = limen("run", "spiral", "--variant", "rely")
    assert done.returncode == 2 and "Did you mean 'relu'?" in done.stderr
    done = limen("run", "iris", "--variant", "relu")
    assert done.returncode == 2 and "variant" in done.stderr


def test_a_study_from_the_command_line(limen, tmp_path):
    done = limen("run", "spiral", "--seeds", "2", "--json", "--no-report", *(w for s in SMALL for w in ("--set", s)))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(r["variant"], r["seed"]) for r in told["runs"]] == [
        (v, s) for s in (12345, 12346) for v in ("linear", "relu")
    ]
    again = limen("run", "--resume", told["study"], "--quiet", "--no-report")
    assert again.returncode == 0, again.stderr
    shown = limen("show", Path(told["study"]).name, "--report", "--lang", "zh")
    assert shown.returncode == 0 and "report.html" in shown.stdout, shown.stderr
    assert 'lang="zh-Hans"' in (tmp_path / told["study"] / "report.html").read_text(encoding="utf-8")
    alone = limen("run", "spiral", "--variant", "relu", "--set", "plan.epochs=2", "--json")
    assert json.loads(alone.stdout)["published"][0]["measure"] == "train_accuracy"
    refused = limen("run", "spiral", "--processes", "2")
    assert refused.returncode == 2 and "--variant" in refused.stderr


def test_what_is_run_once_is_shared_by_all_seeds(tmp_path, small_data):
    study = studies.new_study(EXPERIMENTS["transfer"](), tmp_path, smaller("transfer"), [3, 4])
    carry_out(study, small_data)
    runs = [(m.variant.name, m.seed, m.run) for m in studies.finished_members(study)]
    assert [(name, seed) for name, seed, _ in runs if name in ("scratch", "source")] == [
        ("scratch", 3), ("source", 3), ("scratch", 4)
    ]  # fmt: skip
    source = next(run for name, _, run in runs if name == "source").weights()
    begun = [run.begin_weights()["conv1a.weight"] for name, _, run in runs if name == "tuned"]
    assert len(begun) == 2 and all((weights == source["conv1a.weight"]).all() for weights in begun)
    kept = next(run for name, _, run in runs if name == "features").weights()
    assert (kept["norm3b.running_mean"] == source["norm3b.running_mean"]).all()


def test_a_setting_reaches_all_variants_or_the_one_it_names():
    made = EXPERIMENTS["transfer"]()
    settings = ["plan.epochs=7", "net.widths=4,4", "source:plan.epochs=3", "tuned:data.size=48"]
    scratch, source, *_, tuned = (studies.as_variant(made, variant, settings) for variant in made.variants)
    assert (scratch.plan.epochs, source.plan.epochs, tuned.plan.epochs) == (7, 3, 7)  # run once: what others need
    assert scratch.net == source.net == tuned.net
    assert scratch.data.options == source.data.options == {} and tuned.data.options == {"size": 48}


def test_a_setting_for_a_variant_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(LimenError, match=r"Unknown variant of transfer 'sorce'\. Did you mean 'source'"):
        studies.new_study(EXPERIMENTS["transfer"](), tmp_path, ["sorce:plan.epochs=3"], [0])
