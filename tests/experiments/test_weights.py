"""Runs that begin with a file of weights."""

from dataclasses import replace

import pytest
import safetensors.torch
import torch
from tests.conftest import finish, small

from limen.errors import LimenError
from limen.experiments.execute import Started, execute
from limen.experiments.experiment import Net
from limen.experiments.keeper import Notice
from limen.experiments.transfer import Weights, weights_called
from limen.experiments.verify import verify
from limen.nets.build import build
from limen.runs.folder import Run

OPTIONS = {"width": 8, "stem": "small", "blocks": (1, 1)}


@pytest.fixture
def experiment():
    made = small("digits-cnn")
    plan = replace(made.plan, epochs=1, optimizer=replace(made.plan.optimizer, lr=1e-9))
    return replace(made, net=Net("resnet18", OPTIONS), plan=plan, data=replace(made.data, limit=64))


def completed(generator):
    """What a generator returns in the end."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def weights_of(classes):
    torch.manual_seed(5)
    return dict(build("resnet18", (1, 8, 8), classes, OPTIONS).state_dict())


def test_a_run_begins_with_a_file_and_can_be_repeated_without_it(experiment, tmp_path):
    weights, path = weights_of(10), tmp_path / "resnet.safetensors"
    safetensors.torch.save_file(weights, path)
    run, events = finish(experiment, tmp_path / "runs", start=Weights(path))
    path.unlink()
    said = [event.text.en for event in events if isinstance(event, Notice)]
    assert any("from resnet.safetensors" in line for line in said)
    torch.testing.assert_close(run.weights()["conv1.weight"], weights["conv1.weight"], atol=1e-6, rtol=0)
    again = Run(run.path)
    assert again.record["begin"]["file"] == "resnet.safetensors"
    assert torch.equal(again.begin_weights()["fc.bias"], weights["fc.bias"])
    assert completed(verify(again)).same


def test_a_file_of_torchs_begins_a_net_with_other_classes(experiment, tmp_path):
    weights, path = weights_of(1000), tmp_path / "resnet.pth"
    torch.save(weights, path)
    with pytest.raises(LimenError, match=r"fc\.weight is 1000×16 where 10×16 belongs.*--new-head"):
        finish(experiment, tmp_path / "runs", start=Weights(path))
    run, events = finish(experiment, tmp_path / "runs", start=Weights(path, new_head=True))
    assert any("Drawn anew: fc.weight, fc.bias" in e.text.en for e in events if isinstance(e, Notice))
    assert run.weights()["fc.weight"].shape == (10, 16)


@pytest.mark.parametrize("content", [b"", b"{}", b"PK\x03\x04nonsense", b"\x80\x04K\x01."])
def test_what_is_no_file_of_weights_is_refused_before_anything_is_written(experiment, tmp_path, content):
    path = tmp_path / "odd.pth"
    path.write_bytes(content)
    with pytest.raises(LimenError, match=r"is no file of weights .* Nothing in it was run"):
        finish(experiment, tmp_path / "runs", start=Weights(path))
    with pytest.raises(LimenError, match="No such file"):
        finish(experiment, tmp_path / "runs", start=Weights(tmp_path / "none.pth"))
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").glob("*/run.json"))


def test_the_command_takes_a_file(limen, tmp_path):
    safetensors.torch.save_file(weights_of(7), tmp_path / "w.safetensors")
    options = [f"net.{k}={','.join(map(str, v)) if isinstance(v, tuple) else v}" for k, v in OPTIONS.items()]
    settings = [w for o in ("net=resnet18", *options, "plan.epochs=1", "data.limit=64") for w in ("--set", o)]
    done = limen("run", "digits-cnn", *settings, "--weights", "w.safetensors", "--new-head", "--no-report")
    assert done.returncode == 0 and "Drawn anew: fc.weight, fc.bias." in done.stdout


def test_a_finished_run_begins_a_net_with_other_classes(experiment, tmp_path):
    first, _ = finish(experiment, tmp_path / "runs")
    chosen = weights_called(first.path.name, tmp_path / "runs", new_head=True)
    second, events = finish(replace(experiment, net=Net("resnet18", OPTIONS)), tmp_path / "runs", start=chosen)
    assert torch.equal(second.begin_weights()["conv1.weight"], first.weights()["conv1.weight"])
    assert "fc.weight" not in second.begin_weights() and second.record["begin"]["run"] == first.path.name
    assert any("Drawn anew: fc.weight" in event.text.en for event in events if isinstance(event, Notice))


def test_a_run_that_is_not_finished_has_no_weights_to_begin_with(experiment, tmp_path):
    events = execute(experiment, tmp_path, pictures=False)
    run = next(event.run for event in events if isinstance(event, Started))
    events.close()
    with pytest.raises(LimenError, match=rf"{run.path.name} is not finished.*--resume"):
        weights_called(run.path.name, tmp_path, new_head=False)


def test_a_name_that_is_neither_a_file_nor_a_run_is_told_as_what_it_looks_like(tmp_path):
    with pytest.raises(LimenError, match="No run 'vgg16' in"):
        weights_called("vgg16", tmp_path, new_head=False)
    with pytest.raises(LimenError, match=r"Cannot read .*vgg16\.pth"):
        weights_called(str(tmp_path / "vgg16.pth"), tmp_path, new_head=False).read()
