"""Asking a trained net about a person's own pictures."""

import numpy as np
import pytest
from PIL import Image
from tests.conftest import finish, small

from limen.data.load import load
from limen.errors import LimenError
from limen.experiments.answer import ask
from limen.experiments.config import with_options
from limen.experiments.registry import EXPERIMENTS
from limen.runs.folder import Run


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
    with pytest.raises(LimenError, match="trained on iris, whose rows come in no file"):
        list(ask(iris, files[:1]))


def test_a_tampered_record_builds_nothing(run, pictures, monkeypatch):
    files, _ = pictures
    record = {**run.record, "experiment": {**run.record["experiment"], "net": {"name": "os.system", "options": {}}}}
    monkeypatch.setattr(run, "record", record)
    with pytest.raises(LimenError, match=r"Unknown net 'os\.system'"):
        list(ask(run, files[:1]))


def test_a_persons_table_is_learnt_and_its_new_rows_are_answered(tmp_path):
    """Classes and numbers, by the names of the columns, in the unit of the target."""
    import numpy as np

    draw = np.random.default_rng(0)
    a, b = draw.normal(50, 10, 200), draw.choice(["red", "blue"], 200)
    price = 1000 + 30 * a + 500 * (b == "red")
    file = tmp_path / "mine.csv"
    lines = [f"{x:.3f},{c},{p:.1f},{'high' if p > 2750 else 'low'}" for x, c, p in zip(a, b, price, strict=True)]
    file.write_text("\n".join(["size,colour,price,class", *lines]) + "\n")
    own = ["data=table", f"data.path={file}", "data.leave_out=price", "data.target=class", "plan.epochs=40"]
    run, _ = finish(with_options(EXPERIMENTS["iris"](), own), tmp_path)
    assert run.result["metrics"]["test_accuracy"] > 0.9 and run.record["data"]["notes"]
    new = tmp_path / "new.csv"
    new.write_text("colour,size\nred,80\nblue,20\ngreen,50\n")
    said = list(ask(Run(run.path), [new]))
    assert [each.answer for each in said[:2]] == ["high", "low"] and any("green" in n.en for n in said[0].notes)
    numbers = ["data=table", f"data.path={file}", "data.leave_out=class", "data.target=price", "objective=regression"]
    run, _ = finish(with_options(EXPERIMENTS["iris"](), [*numbers, "plan.epochs=60"]), tmp_path)
    answers = [float(each.answer) for each in ask(Run(run.path), [new])][:2]
    assert answers[0] == pytest.approx(1000 + 30 * 80 + 500, rel=0.1) and answers[1] == pytest.approx(1600, rel=0.15)


def test_lines_of_text_are_answered_by_a_run_on_texts(tmp_path, small_data):
    run, _ = finish(small("spam"), tmp_path, folder=small_data)
    file = tmp_path / "messages.txt"
    file.write_text("free prize call now\nsee you at lunch\n")
    said = list(ask(Run(run.path), [file]))
    assert len(said) == 2 and {each.answer for each in said} <= {"ham", "spam"}


def test_a_table_without_path_or_with_a_wrong_column_is_one_line(limen, tmp_path):
    done = limen("run", "iris", "--set", "data=table")
    assert done.returncode == 2 and "data.path is missing" in done.stderr
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    done = limen("run", "iris", "--set", "data=table", "--set", "data.path=a.csv", "--set", "data.target=z")
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.count("\n") == 1
