"""Files of a label and a text a line, and the collection of text messages."""

import zipfile

import numpy as np
import pytest

from limen.data.labelled import read_labelled, read_sms, read_sms_archive
from limen.data.load import load
from limen.data.spec import Data
from limen.data.split import copies
from limen.errors import LimenError


def wrote(tmp_path, content, name="a.tsv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_labels_and_texts_are_parted_at_the_tab(tmp_path):
    read = read_labelled(wrote(tmp_path, "no\tone, two\n\nyes\tthree\r\nno\t 四\x85 \n"))
    assert read.texts == ("one, two", "three", " 四\x85 ") and read.classes == ("no", "yes")
    np.testing.assert_array_equal(read.labels, [0, 1, 0])
    assert read.labels.dtype == np.int64 and "3 texts (2 no, 1 yes)" in str(read)


def test_another_delimiter_and_order_of_classes(tmp_path):
    read = read_labelled(wrote(tmp_path, "b|x\na|y"), delimiter="|", classes=("b", "a"))
    assert read.texts == ("x", "y") and read.labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a\tx\njust a text\nb\ty", "line 2 has no label: 'just a text'"),
        ("a\tx\n\ttext\nb\ty", "line 2 has no label"),
        ("a\tx\nb\ty\tz\n", "line 2 holds 2 times the delimiter TAB"),
        ("a\tx\n\nb\t \n", "line 3 has the label 'b' and no text"),
        ("a\tx\na\ty\n", "one class only (a)"),
        ("", "holds nothing"),
        (b"a\tx\nb\t\xff\n", "byte 0xff at offset 6"),
    ],
)
def test_a_line_that_cannot_be_meant_is_named(tmp_path, content, words):
    with pytest.raises(LimenError) as caught:
        read_labelled(wrote(tmp_path, content))
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_an_unknown_label_is_named_with_the_nearest(tmp_path):
    with pytest.raises(LimenError, match="line 2 has the unknown label 'spma'. Did you mean 'spam'"):
        read_sms(wrote(tmp_path, "ham\tx\nspma\ty\n"))


def test_lines_keep_their_numbers_where_one_was_left_out(tmp_path):
    rows = [f"{'ab'[i % 2]}\ttext {i}".encode() for i in range(30)]
    rows[3], rows[9] = b"b\thalf \xed\xa0\x80", b"broken"
    with pytest.raises(LimenError, match="line 10 has no label"):
        read_labelled(wrote(tmp_path, b"\n".join(rows)))
    rows[9] = b"a\tmended"
    read = read_labelled(wrote(tmp_path, b"\n".join(rows)))
    assert len(read.texts) == 29 and read.file.lone == (4,) and "text 3" not in read.texts


def test_the_collection_of_text_messages(sms_folder):
    messages, labels = read_sms(sms_folder / "SMSSpamCollection")
    plain = [row.split("\t") for row in (sms_folder / "SMSSpamCollection").read_text("utf-8").split("\n")[:-1]]
    assert len(messages) == 5574 and labels.sum() == 747
    assert messages == [text for _, text in plain]
    np.testing.assert_array_equal(labels, [label == "spam" for label, _ in plain])
    assert len(messages) - len(set(messages)) == 403 and copies(messages)[1] == 415


def test_the_archive_holds_the_same(sms_folder, tmp_path):
    content = (sms_folder / "SMSSpamCollection").read_bytes()
    path = tmp_path / "smsspamcollection.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme", "about")
        archive.writestr("SMSSpamCollection", content)
    x, y = read_sms_archive(path).train
    messages, labels = read_sms(sms_folder / "SMSSpamCollection")
    assert x.tolist() == messages and (y == labels).all()
    assert load(Data("sms", verify=False), folder=tmp_path).digest() == load("sms", folder=sms_folder).digest()
    with pytest.raises(LimenError, match="is not the published file"):
        load("sms", folder=tmp_path)


@pytest.mark.parametrize("how", ["cut", "empty", "other member", "encrypted"])
def test_a_damaged_archive_is_refused(tmp_path, how):
    path = tmp_path / "smsspamcollection.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme" if how == "other member" else "SMSSpamCollection", "ham\tx\nspam\ty\n" * 50)
    content = bytearray(path.read_bytes())
    if how == "encrypted":
        for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            content[content.index(mark) + place] |= 1
    path.write_bytes({"cut": content[:60], "empty": b""}.get(how, content))
    with pytest.raises(
        LimenError, match="holds no SMSSpamCollection" if how == "other member" else "cannot be unpacked"
    ):
        read_sms_archive(path)
