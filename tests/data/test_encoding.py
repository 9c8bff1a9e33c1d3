"""Encodings are found from the bytes, and nothing is read in a wrong one without a word."""

import codecs
import io
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.data import encoding, gb18030
from limen.data.encoding import ENCODINGS, decode
from limen.data.notes import TEXT
from limen.errors import LimenError

CHINESE = "姓名,城市\n张三,北京\n李四,上海\n"


def put(folder, content):
    path = folder / "x.csv"
    path.write_bytes(content)
    return path


def text(path, **options):
    with decode(path, **options).open() as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), "utf-32-le"),
        (CHINESE.encode("gbk"), "gb18030"),
        ("性别,年龄\n男,12\n女,13\n".encode("gb18030"), "gb18030"),
        (b"a,b\n1,2\n", "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_the_mark_is_no_text(tmp_path, content, name):
    decoded = decode(put(tmp_path, content))
    assert decoded.encoding == name
    assert text(decoded.path) == content[decoded.mark :].decode(name)
    assert all(note.action == "F" and note.line("zh") for note in decoded.notes)
    assert bool(decoded.notes) == (decoded.mark > 0 or name == "gb18030")


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        (CHINESE.encode("gbk") + "王五,广州\n".encode(), 4, "two encodings"),
        ("王五,广州市\n".encode() + CHINESE.encode("gbk"), 2, "two encodings"),
        ("name,Größe\ncafé,1\n".encode() + "Größe,3\n".encode("latin-1"), 3, "two encodings"),
        ("Größe,Preis\n1,2\n".encode("latin-1"), 1, "'Gr鲞e' as gb18030, 'Größe' as latin-1"),
        ("name,café\n1,2\n".encode("latin-1"), 1, "not UTF-8 and not GB18030"),
        ("臺灣,電腦\n".encode("big5"), 1, "not clear"),
        ("日本語,カナ\n".encode("shift_jis"), 1, "not clear"),
        ("x\n" + "中" * 9, 2, "not UTF-8"),
    ],
)
def test_what_is_not_clear_is_asked_with_row_and_byte(tmp_path, content, row, words):
    content = content if isinstance(content, bytes) else content.encode()[:-1] + b"\xff\xff"
    with pytest.raises(LimenError) as caught:
        decode(put(tmp_path, content))
    message = str(caught.value)
    assert words in message and f"x.csv:{row} ·" in message and "byte" in message and "\n" not in message
    assert message.startswith("DATA-CSV · ")


def test_a_long_gbk_file_is_not_mixed_by_chance(tmp_path):
    level_one = bytes.fromhex("".join(f"{a:02x}{b:02x}" for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)))
    names = [level_one.decode("gb2312")[i : i + 3] for i in range(0, 3600, 2)]
    assert decode(put(tmp_path, "\n".join(["姓名,城市", *names]).encode("gb18030"))).encoding == "gb18030"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_is_said_is_used(tmp_path, encoding):
    content = "a,b\n1,2\n".encode(encoding)
    assert text(put(tmp_path, content), encoding=encoding) == "a,b\n1,2\n"


def test_an_encoding_that_does_not_hold_is_refused(tmp_path):
    with pytest.raises(LimenError, match=r"not ascii throughout · x.csv:2 · byte 4 is 0xff"):
        decode(put(tmp_path, b"a,b\n\xff"), "ascii")
    with pytest.raises(LimenError, match="begins with the mark of utf-8"):
        decode(put(tmp_path, codecs.BOM_UTF8), "gbk")
    for name in ("hex", "utf8x", "rot13", "undefined", "\0", "idna"):
        with pytest.raises(LimenError, match="Unknown encoding"):
            decode(put(tmp_path, b"a"), name)


@pytest.mark.parametrize("before", [0, 7, gb18030.BLOCK - 1, gb18030.BLOCK, gb18030.BLOCK + 1])
@pytest.mark.parametrize("wide", [b"\xff\xff", b"\xd6", "中".encode()[:2]])
def test_the_offset_of_a_bad_byte_is_exact_wherever_the_blocks_are_cut(tmp_path, before, wide):
    content = b"\n" * before + "é中".encode() + wide
    with pytest.raises(LimenError, match=f"byte {before + 5:,} is 0x{wide[0]:02x}") as caught:
        decode(put(tmp_path, content), "utf-8")
    assert f"x.csv:{before + 1} " in str(caught.value)


@pytest.mark.parametrize("before", [0, gb18030.BLOCK - 1, gb18030.BLOCK])
def test_a_nul_is_found_where_it_stands(tmp_path, before):
    content = "中".encode() + b"x" * before + b"\n,\0\n"
    with pytest.raises(LimenError, match=f"NUL at byte {before + 5:,} · x.csv:2"):
        decode(put(tmp_path, content))


def test_a_nul_in_a_file_that_is_not_utf8_is_found_too(tmp_path):
    with pytest.raises(LimenError, match="NUL at byte 5 · x.csv:1"):
        decode(put(tmp_path, "中文".encode("gbk") + b"a\0"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told(tmp_path, encoding):
    path = put(tmp_path, "name,age\nx,1\n".encode(encoding))
    with pytest.raises(LimenError, match=f"NUL at byte .*say --encoding {encoding}"):
        decode(path)
    assert text(path, encoding=encoding) == "name,age\nx,1\n"


def office(member):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("docProps/app.xml", "x" * 200_000)
        archive.writestr(member, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (office("xl/workbook.xml"), "is a spreadsheet, whatever its name says · export it as CSV"),
        (office("word/document.xml"), "a Word document"),
        (office("other"), "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old Office"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"MZ\x90\0", "a Windows program"),
        (b"\x1f\x8b\x08\0", "unpack it first"),
        (b"PAR1", "Parquet"),
        (b"\x93NUMPY\x01", "NumPy"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"a\0b", "NUL at byte 1"),
    ],
)
def test_what_is_no_text_is_named(tmp_path, content, words):
    with pytest.raises(LimenError, match=words):
        decode(put(tmp_path, content), code=TEXT)


def test_pipes_folders_and_missing_files_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "pipe", "no plain file"),
        (tmp_path, "cannot read"),
        (tmp_path / "no", "cannot read"),
    ):
        with pytest.raises(LimenError, match=words):
            decode(path)


def test_a_file_that_grows_or_is_replaced_is_refused(tmp_path):
    path = put(tmp_path, b"a,b\n1,2\n")
    decoded = decode(path)
    with pytest.raises(LimenError, match="changed while it was read"), decoded.open() as stream:
        stream.readline()
        path.write_bytes(b"a,b\n1,2\n3,4\n")
    with pytest.raises(LimenError, match="changed while it was read"):
        list(decoded.pieces())


def test_a_file_that_grows_while_its_encoding_is_looked_for_is_refused(tmp_path, monkeypatch):
    path = put(tmp_path, b"a,b\n")

    def meanwhile(*arguments):
        path.write_bytes(b"a,b\n\xff")

    monkeypatch.setattr(encoding, "first_break", meanwhile)
    with pytest.raises(LimenError, match="changed while it was read"):
        decode(path)


def test_a_line_without_end_is_read_in_pieces(tmp_path):
    content = "中文" * 100_000
    assert "".join(decode(put(tmp_path, content.encode())).pieces(1000)) == content


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from('ab,;"\r\n é中\u2028\ufeff😀')))
def test_any_utf8_text_is_read_as_it_was_written(tmp_path_factory, content):
    path = put(tmp_path_factory.mktemp("x"), codecs.BOM_UTF8 + content.encode())
    assert text(path) == content
    path.write_bytes(codecs.BOM_UTF16_LE + content.encode("utf-16-le"))
    assert text(path) == content


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_one_line_of_error(tmp_path_factory, content):
    path = put(tmp_path_factory.mktemp("x"), content)
    try:
        decoded = decode(path)
    except LimenError as error:
        assert "\n" not in str(error)
    else:
        assert text(path) == content[decoded.mark :].decode(decoded.encoding)
