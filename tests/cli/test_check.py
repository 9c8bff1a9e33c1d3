"""`limen data check`: what is told of a folder of photos, where, and with which exit status."""

import json
import re

import numpy as np
import pytest
from tests.photo_files import encoded, jpeg, scene, write_classes

from limen.cli.main import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_classes(tmp_path / "photos")

    def command(*arguments):
        status = main(["data", "check", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_a_good_folder_is_counted_and_may_be_learnt_from(run):
    status, out, err = run("photos")
    assert (status, err) == (0, "")
    assert re.search(r"cats +12 +50\.0% +1\.00", out) and "Ready to learn from: limen run photos --data photos" in out
    assert "40×30" in out


def test_a_folder_with_a_space_in_its_name_stands_in_quotes(run, tmp_path):
    (tmp_path / "photos").rename(tmp_path / "my photos")
    (tmp_path / "my photos/none").mkdir()
    status, out, _ = run("my photos", "--ignore-empty", "--html", "check.html")
    assert status == 0 and "limen run photos --data 'my photos'" in out
    page = (tmp_path / "check.html").read_text()
    assert "--data &#39;my photos&#39;" in page and "none  0" not in page


def test_a_bad_file_is_named_with_its_reason_in_either_language(run, tmp_path):
    (tmp_path / "photos/cats/x.jpg").write_bytes(jpeg(1)[:300])
    status, out, _ = run("photos", "--lang", "zh")
    assert status == 0 and "已剔除 · 文件在括号中的字节处截断 · cats/x.jpg (300)" in out and "可以开始学习" in out


def test_what_must_be_mended_gives_status_2_and_each_flag_helps(run, tmp_path):
    photos = tmp_path / "photos"
    (photos / "emus").mkdir()
    (photos / "dogs/copy.png").write_bytes((photos / "cats/1.png").read_bytes())
    (tmp_path / "far.png").write_bytes(encoded(scene(77)))
    (photos / "cats/link.png").symlink_to(tmp_path / "far.png")
    status, out, _ = run("photos")
    assert status == 2 and "2 to mend first" in out and "dogs/copy.png (= cats/1.png)" in out and "emus" in out
    status, out, _ = run("photos", "--ignore-empty", "--drop-conflicts", "--follow-links", "--json")
    assert status == 0 and json.loads(out)["photos"] == 24


def test_json_holds_all_with_names_weights_and_reasons(run, tmp_path):
    for i in range(15):
        (tmp_path / f"photos/cats/._{i}.jpg").write_bytes(b"x")
    (tmp_path / "photos/dogs/\udcd5.jpg").write_bytes(b"")
    status, out, _ = run("photos", "--json", "--set", "data.most_aside=0.5")
    told = json.loads(out)
    found = {one["kind"]: one for one in told["found"]}
    assert status == 0 and told["classes"] == {"cats": 12, "dogs": 12} and told["weights"]["cats"] == 1.0
    assert len(found["crumbs"]["files"]) == 15 and found["crumbs"]["action"] == "F"
    assert found["empty"]["files"] == [{"file": "dogs/\\udcd5.jpg", "detail": ""}]
    assert found["empty"]["code"] == "DATA-IMG" and found["empty"]["what"]["zh"] == "0 字节"


@pytest.mark.parametrize(("language", "words"), [("en", "Almost the same picture"), ("zh", "几乎相同的图片")])
def test_the_page_shows_pictures_and_escapes_names(run, tmp_path, language, words):
    photos = tmp_path / "photos"
    (photos / "cats/<img src=x onerror=y>.jpg").write_bytes(b"")
    (photos / "dogs/near.jpg").write_bytes(encoded(scene(0), "JPEG", quality=70))
    status, out, _ = run("photos", "--html", "page.html", "--lang", language)
    page = (tmp_path / "page.html").read_text()
    assert status == 0 and "page.html" in out and page.count("<figure") == 3
    assert words.lower() in page.lower() and "data:image/png" in page
    assert "<img src=x" not in page and "&lt;img src=x onerror=y&gt;.jpg" in page and "<script" not in page


def test_the_page_is_never_written_into_the_photos(run, tmp_path):
    status, _, err = run("photos", "--html", "photos/page.html")
    assert status == 2 and "own folder" in err and not (tmp_path / "photos/page.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "does not exist"),
        (["photos", "--set", "data.sise=3"], "Did you mean 'size'"),
        (["photos", "--set", "size=3"], "Write --set data.size=96"),
        (["photos", "--html", "page.txt"], "ends in .html"),
        (["photos", "--masks", "nowhere"], "does not exist"),
    ],
)
def test_mistakes_are_one_line(run, arguments, words):
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and err.count("\n") == 1 and words in err


def test_masks_are_compared_with_their_pictures(run, tmp_path):
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
    mask = np.zeros((30, 40), np.uint8)
    mask[0, 0] = 255
    for i in range(3):
        (tmp_path / f"images/{i}.jpg").write_bytes(jpeg(i))
        (tmp_path / f"masks/{i}.png").write_bytes(encoded(mask))
    status, out, _ = run("images", "--masks", "masks")
    assert status == 2 and "0.png (255)" in out and "--ignore-label 255" in out
    status, out, _ = run("images", "--masks", "masks", "--ignore-label", "255", "--labels", "2")
    assert status == 0 and "Nothing was found" in out


def test_quiet_says_nothing(run):
    assert run("photos", "--quiet") == (0, "", "")
