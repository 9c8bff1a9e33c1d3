"""`limen image` on the command line: what it shows, writes and refuses; the user's file is never changed."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from tests.views.test_report import Page

from limen.cli.main import main
from limen.images.operations import OPERATIONS, options
from limen.views import image_words


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = main(["image", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def mine(tmp_path):
    """A small colour picture of the user's, with opacity."""
    path = tmp_path / "my picture.png"
    pixels = np.random.default_rng(0).integers(0, 256, (20, 24, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    Image.fromarray(pixels).save(path)
    return path


def test_without_a_picture_all_are_listed(run, tmp_path):
    status, out, err = run()
    assert status == 0 and err == "" and "coins" in out and "--kernel sharpen" in out and "--sigma 1.0" in out
    assert "二十四枚希腊钱币" in run("--lang", "zh")[1]
    told = json.loads(run("--json")[1])
    assert list(told["operations"]) == list(OPERATIONS) and "camera" in told["pictures"]
    assert not (tmp_path / "runs").exists()


def test_a_picture_is_described_with_its_histogram_and_what_can_be_done(run, tmp_path):
    status, out, err = run("coins")
    assert status == 0 and err == "" and "384×303 · format PNG · mode L" in out and "values 1 … 252" in out
    assert re.search("[▁▂▃▄▅▆▇█]{64}▏ grey", out) and "Canny's edges" in out and "runs/image-coins/report.html" in out
    folder = tmp_path / "runs" / "image-coins"
    assert sorted(p.name for p in folder.iterdir()) == ["pictures", "report.html", "result.json"]


def test_an_operation_shows_its_stages_and_its_table(run, tmp_path):
    status, out, _ = run("coins", "--do", "segment", "--by", "canny", "--sigma=2.5")
    assert status == 0 and "9. Objects" in out and "objects 24" in out and re.search(r"\n 24 +1542 ", out)
    told = json.loads((tmp_path / "runs" / "image-coins-segment" / "result.json").read_text())
    assert told["options"]["sigma"] == 2.5 and told["options"]["smallest"] == 20
    assert told["command"] == "limen image coins --do segment --by canny --sigma 2.5"
    assert len(told["stages"][-1]["rows"]) == 24
    pictures = tmp_path / "runs" / "image-coins-segment" / "pictures"
    with Image.open(pictures / "09-objects.png") as last:
        assert last.size == (384, 303) and last.mode == "RGB"


def test_the_numbers_of_the_objects_stand_on_the_page_s_picture(run, tmp_path):
    run("coins", "--do", "segment", "--by", "canny", "--sigma=2.5")
    page = (tmp_path / "runs" / "image-coins-segment" / "report.html").read_text()
    marks = re.findall(r'<span style="left: ([\d.]+)%; top: ([\d.]+)%">(\d+)</span>', page)
    assert [int(number) for _, _, number in marks] == list(range(1, 25))
    assert all(0 < float(left) < 100 and 0 < float(top) < 100 for left, top, _ in marks)


def test_a_kernel_s_table_has_no_heading_that_looks_like_weights_and_no_rounding_is_shown(run, tmp_path):
    _, out, _ = run("camera", "--do", "filter", "--kernel", "0 1 0; 1 -4 1; 0 1 0")
    assert re.search(r"2\. The kernel.*\n *0 +1 +0 *\n *1 +-4 +1", out) and "e-1" not in out
    page = (tmp_path / "runs" / "image-camera-filter" / "report.html").read_text()
    assert "--kernel &#39;0 1 0; 1 -4 1; 0 1 0&#39;" in page and '<th class="number">' not in page


def test_the_mean_is_of_the_same_numbers_before_and_after(run):
    """Weights that add up to 1 keep the mean of a colour picture, but for its border."""
    told = json.loads(run("chelsea", "--do", "filter", "--kernel", "sharpen", "--json", "--no-report")[1])
    before, after = (told["stages"][i]["facts"]["mean"] for i in (0, 2))
    assert before == pytest.approx(np.mean([0.5791, 0.4370, 0.3404]), abs=1e-4)
    assert after == pytest.approx(before, abs=2e-3)


def test_json_is_one_object_and_without_a_report_nothing_is_written(run, tmp_path):
    status, out, err = run("moon", "--do", "otsu", "--json", "--no-report")
    told = json.loads(out)
    assert status == 0 and err == "" and out.count("\n") == 1 and not (tmp_path / "runs").exists()
    assert told["operation"] == "otsu" and 0 < told["stages"][1]["facts"]["threshold"] < 1 and "run" not in told
    assert run("moon", "--do", "otsu", "--quiet", "--no-report") == (0, "", "")


def test_the_stages_are_saved_and_the_file_is_never_changed(run, mine, tmp_path):
    before = mine.read_bytes()
    status, out, _ = run(
        mine.name, "--do", "filter", "--kernel", "-1 0 1; -2 0 2; -1 0 1", "--save", "kept", "--no-report"
    )
    assert status == 0 and "3 pictures in kept" in out and mine.read_bytes() == before
    kept = tmp_path / "kept"
    assert sorted(p.name for p in kept.iterdir()) == [
        "my-picture-filter-01-original.png", "my-picture-filter-02-weights.png", "my-picture-filter-03-filtered-3-3.png",
    ]  # fmt: skip
    (kept / "m-pool-02-pooled.png").write_bytes(before)
    (kept / "m.png").symlink_to("m-pool-02-pooled.png")
    status, _, err = run("kept/m.png", "--do", "pool", "--save", "kept", "--no-report")
    assert status == 2 and "is the picture itself, which is never changed. Name another folder." in err
    assert (kept / "m-pool-02-pooled.png").read_bytes() == before and not (kept / "m-pool-01-original.png").exists()


def test_another_kernel_leaves_no_pictures_of_the_last(run, tmp_path):
    for kernel in ("box", "sobel-45"):
        assert run("coins", "--do", "filter", "--kernel", kernel, "--quiet")[0] == 0
    pictures = tmp_path / "runs" / "image-coins-filter" / "pictures"
    assert sorted(p.name for p in pictures.iterdir()) == [
        "01-original.png",
        "02-weights.png",
        "03-filtered-sobel-45.png",
    ]


def test_a_flag_may_stand_before_the_picture(run):
    told = json.loads(run("--do", "otsu", "--dark", "coins", "--json", "--no-report")[1])
    assert told["options"] == {"dark": True} and told["picture"] == "coins"
    told = json.loads(run("coins", "--do", "otsu", "--dark", "no", "--json", "--no-report")[1])
    assert told["options"] == {"dark": False}


@pytest.mark.parametrize(
    ("operation", "language"),
    [(None, "en"), (None, "zh"), ("contrast", "zh"), ("segment", "en"), ("segment", "zh"), ("filter", "en")],
)
def test_the_page_is_one_sound_file_in_either_language(run, tmp_path, operation, language):
    chosen = ["--do", operation] if operation else []
    assert run("chelsea", *chosen, "--lang", language, "--quiet")[0] == 0
    (folder,) = (tmp_path / "runs").iterdir()
    text = (folder / "report.html").read_text()
    page = Page(text)
    assert page.open == [] and "script" not in page.tags and "link" not in page.tags and "default-src 'none'" in text
    sources = [a for a in page.attributes if a[1] in ("src", "href", "xlink:href")]
    assert sources and not [a for a in sources if not a[2].startswith(("data:", "#"))]
    words = "".join(page.words)
    assert image_words.OPERATIONS[operation or "look"][language] in words and len(text) < 6_000_000
    assert bool(re.search("[一-鿿]", words)) == (language == "zh")


def test_a_hostile_name_is_shown_and_not_run(run, mine, tmp_path):
    path = tmp_path / "<script>alert(1)<script>.png"
    mine.rename(path)
    assert run(path.name, "--do", "otsu", "--quiet")[0] == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert "<script" not in (folder / "report.html").read_text() and folder.name == "image-script-alert-1-script-otsu"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["camra"], "Unknown picture 'camra'. Did you mean 'camera'? See `limen image`."),
        (["none.png"], "'none.png' cannot be read: No such file or directory"),
        (["camera", "--do", "cany"], "Unknown operation 'cany'. Did you mean 'canny'"),
        (["camera", "--do", "canny", "--sigm", "2"], "Unknown option of canny 'sigm'. Did you mean 'sigma'"),
        (["camera", "--do", "canny", "--sigma"], "--sigma has no value"),
        (["camera", "--do", "canny", "--sigma", "-3"], "sigma -3.0 is out of range. Allowed: 0 to 50"),
        (["camera", "--sigma", "2"], "--sigma is an option of an operation. Name one with --do"),
        (["camera", "moon"], "2 pictures are named: 'camera, moon'. Allowed: one"),
        (["--do", "canny"], "No picture is named. Name a file, or one such as coins"),
        (["camera", "--range", "0:1"], "--range is for pictures of real numbers"),
        (["camera", "--lang", "fr"], "Unknown language 'fr'"),
        (["camera", "--runs", "/dev/null/x"], "a file stands where a folder is needed"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(run, tmp_path, arguments, words):
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and err.startswith("limen: ") and err.count("\n") == 1 and words in err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_stage_fact_and_option_has_its_words(operation):
    from skimage import data

    for option in options(operation):
        assert all(image_words.option_word(operation, option, language) for language in ("en", "zh"))
    assert operation in image_words.OPERATIONS
    for picture in (data.coins()[::4, ::4], data.chelsea()[::4, ::4]):
        for stage in OPERATIONS[operation](picture):
            assert stage.name in image_words.STAGES
            assert all(name in image_words.FACTS or name.endswith(" %") for name in stage.facts)
            assert all(name in image_words.CURVES for name in stage.curves)
            assert all(name in image_words.TABLE or name.isdigit() for row in stage.rows for name in row)


def test_looking_at_a_picture_does_not_import_torch():
    code = (
        "import sys; from limen.cli.main import main; main(['image', 'coins', '--do', 'canny', '--no-report', '-q']);"
        "print('torch' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"


def test_pictures_and_operations_are_completed():
    from limen.cli.image import complete_operations, complete_pictures

    assert complete_pictures("co") == ["coffee", "coins", "colorwheel"] and complete_operations("ca") == ["canny"]
