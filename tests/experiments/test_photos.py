"""Own photos from the folder to the answer."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tests.photo_files import encoded, scene

from limen.cli.main import main
from limen.experiments.config import with_options
from limen.experiments.execute import Finished, Notice, execute
from limen.experiments.photos import photos
from limen.nets.build import build

SMALL = ["data.size=16", "net.channels=8,16", "plan.epochs=6", "plan.batch_size=8", "plan.augment.shift=1"]


@pytest.fixture
def root(tmp_path):
    """Two classes that colour tells apart: one warm, one cold."""
    root = tmp_path / "photos"
    for k, name in enumerate(("cold", "warm")):
        (root / name).mkdir(parents=True)
        for i in range(20):
            picture = scene(100 * k + i) // 2
            picture[..., 2 * (1 - k)] += 120
            (root / name / f"{i}.jpg").write_bytes(encoded(picture, "JPEG", quality=90))
    (root / "cold/page.jpg").write_bytes(b"<!doctype html><html>gone</html>")
    return root


def carried_out(root, tmp_path, *settings, **options):
    events = list(execute(with_options(photos(), [*SMALL, *settings]), tmp_path / "runs", folder=root, **options))
    assert isinstance(events[-1], Finished)
    return events


def test_photos_are_learnt_reported_and_answered(root, tmp_path, capsys):
    before = {path: path.read_bytes() for path in root.rglob("*.*")}
    events = carried_out(root, tmp_path, threads=1)
    assert any(isinstance(e, Notice) and "download failed?" in e.text.en for e in events)
    run = events[-1].run
    assert events[-1].result["metrics"]["test_accuracy"] >= 0.75
    report = (run.path / "report.html").read_text()
    assert report.count(f"--data {root}") >= 4  # each command to go on with finds the photos
    assert "What was found in the data" in report and "cold/page.jpg" in report and "confusion" in report
    new = tmp_path / "new.png"
    new.write_bytes(encoded(np.full((50, 90, 3), (150, 60, 40), np.uint8)))
    assert main(["predict", str(run.path), str(new), "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["answer"] == "warm" and "90×50 resized to 16×16" in answer["notes"]
    assert main(["predict", str(run.path), str(root / "cold/page.jpg")]) == 2
    assert "is HTML, download failed?" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*.*")} == before


def test_a_run_on_photos_repeats_bit_for_bit(root, tmp_path):
    first, second = (carried_out(root, tmp_path, pictures=False, threads=1)[-1].run for _ in range(2))
    assert (first.path / "metrics.jsonl").read_bytes() == (second.path / "metrics.jsonl").read_bytes()
    assert first.record["data"]["digest"] == second.record["data"]["digest"]
    assert first.record["data"]["reading"]["size"] == 16


def test_a_prediction_is_the_answer_to_what_training_stored(root, tmp_path, capsys):
    """The probabilities of the command are those of the net for the square that the data set holds."""
    events = carried_out(root, tmp_path, "data.fit=pad", pictures=False, threads=1)
    run, data = events[-1].run, next(e for e in events if hasattr(e, "data")).data
    net = build("photo-cnn", (3, 16, 16), 2, {"channels": (8, 16)})
    net.load_state_dict(run.weights())
    squares = {x.numpy().tobytes(): x for s in (data.train, data.validation, data.test) for x in s.x}
    assert main(["predict", str(run.path), str(root / "warm/3.jpg"), "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    with torch.no_grad():
        outputs = torch.stack([x.permute(2, 0, 1) / 255 for x in squares.values()])
        likely = net.eval()(outputs).softmax(1)
    assert (likely[:, 1] - answer["probabilities"]["warm"]).abs().min() < 1e-5


def test_the_net_is_as_deep_as_the_picture_can_be_halved():
    from limen.errors import LimenError

    with pytest.raises(LimenError, match="too small"):
        build("photo-cnn", (3, 8, 8), 2)
    with pytest.raises(LimenError, match="not a share"):
        build("photo-cnn", (3, 64, 64), 2, {"dropout": 1.0})
    assert Image.MAX_IMAGE_PIXELS is not None  # nothing here has lifted Pillow's own limit
