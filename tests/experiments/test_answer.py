"""Asking a trained net about a person's own pictures."""

import numpy as np
import pytest
from PIL import Image
from tests.conftest import finish

from limen.data.load import load
from limen.errors import LimenError
from limen.experiments.answer import ask
from limen.experiments.config import with_options
from limen.experiments.registry import EXPERIMENTS


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    experiment = with_options(EXPERIMENTS["digits-cnn"](), ["plan.epochs=12"])
    return finish(experiment, tmp_path_factory.mktemp("runs"))[0]


@pytest.fixture(scope="module")
def pictures(run, tmp_path_factory):
    """Test digits as PNG files of 8×8, and what they are."""
    folder = tmp_path_factory.mktemp("pictures")
    test = load(EXPERIMENTS["digits-cnn"]().data).test
    files = []
    for i in range(20):
        path = folder / f"{i}.png"
        Image.fromarray((test.x[i, ..., 0].numpy().astype(float) / 16 * 255).round().astype(np.uint8)).save(path)
        files.append(path)
    return files, test.y[:20].tolist()


def test_a_picture_gets_the_answer_that_the_test_split_got(run, pictures):
    files, _ = pictures
    outputs = run.predictions()["outputs"]
    answers = list(ask(run, files))
    for i, answer in enumerate(answers):
        np.testing.assert_allclose(answer.probabilities, outputs[i].softmax(0), atol=1e-5)
        assert answer.answer == str(outputs[i].argmax().item()) and answer.notes == ()
        assert answer.probability == max(answer.probabilities) and abs(sum(answer.probabilities) - 1) < 1e-5


def test_most_answers_are_right(run, pictures):
    files, labels = pictures
    assert sum(a.answer == str(y) for a, y in zip(ask(run, files), labels, strict=True)) >= 18


def test_a_picture_of_another_size_and_colour_is_converted_and_that_is_said(run, pictures, tmp_path):
    files, _ = pictures
    path = tmp_path / "large.jpg"
    Image.open(files[0]).resize((320, 320), Image.Resampling.NEAREST).convert("RGB").save(path, quality=95)
    (answer,) = ask(run, [path])
    assert {"colours turned to grey", "320×320 resized to 8×8"} <= {note.en for note in answer.notes}
    assert answer.answer == next(iter(ask(run, files[:1]))).answer


def test_dark_on_light_is_noticed_and_offered_inverted(run, pictures, tmp_path):
    files, _ = pictures
    path = tmp_path / "dark.png"
    picture = np.full((40, 40), 255, np.uint8)
    picture[8:32, 8:32] = np.kron(255 - np.asarray(Image.open(files[2])), np.ones((3, 3), np.uint8))
    Image.fromarray(picture).save(path)
    (answer,) = ask(run, [path])
    assert any("try --invert" in note.en for note in answer.notes)
    (turned,) = ask(run, [path], invert=True)
    assert "dark and light swapped" in {n.en for n in turned.notes} and not any(
        "--invert" in n.en for n in turned.notes
    )


def test_runs_that_take_no_pictures_or_are_not_finished(tmp_path, pictures):
    files, _ = pictures
    iris, _ = finish(with_options(EXPERIMENTS["iris"](), ["plan.epochs=1"]), tmp_path)
    with pytest.raises(LimenError, match="trained on tables; predict takes pictures"):
        list(ask(iris, files[:1]))


def test_a_tampered_record_builds_nothing(run, pictures, monkeypatch):
    files, _ = pictures
    record = {**run.record, "experiment": {**run.record["experiment"], "net": {"name": "os.system", "options": {}}}}
    monkeypatch.setattr(run, "record", record)
    with pytest.raises(LimenError, match=r"Unknown net 'os\.system'"):
        list(ask(run, files[:1]))
