"""Text files of people: read for what they are, or refused with the byte or the line that is wrong."""

import tracemalloc
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limen.data import characters
from limen.data.texts import look, normalised, read_text
from limen.errors import LimenError

CHINESE = "今天天气很好，我们去学校上课。老师说：这个问题很重要！"


def wrote(tmp_path, content, name="a.txt"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def told(file):
    assert all(note.zh for note in file.notes())
    return [note.en for note in file.notes()]


def refusal(path, **how):
    with pytest.raises(LimenError) as caught:
        read_text(path, **how)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    return str(caught.value)


def test_utf8_is_read_as_it_is(tmp_path):
    text, file = read_text(wrote(tmp_path, f"one\n{CHINESE}\n😀"))
    assert text == f"one\n{CHINESE}\n😀"
    assert (file.encoding, file.lines, file.characters, told(file)) == ("utf-8", 3, len(text), [])


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "holds nothing"), (" \n\t\u3000\n", "holds only blanks"), ("\ufeff", "blanks")]
)
def test_no_text_is_an_error(tmp_path, content, words):
    assert words in refusal(wrote(tmp_path, content))


def test_a_text_shorter_than_the_context_is_refused(tmp_path):
    assert "has 5 characters, and at least 65 are needed" in refusal(wrote(tmp_path, "short"), least=65)
    assert read_text(wrote(tmp_path, "x" * 65), least=65)[1].characters == 65


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_the_encoding_is_found_and_told(tmp_path, encoding, found):
    text, file = read_text(wrote(tmp_path, f"AB {CHINESE}\n".encode(encoding)))
    assert text == f"AB {CHINESE}\n" and file.encoding == found
    assert told(file) == ([] if found == "utf-8" else [f"read as {found}"])


def test_a_mark_within_the_text_is_removed_and_told(tmp_path):
    text, file = read_text(wrote(tmp_path, "\ufeffone\n\ufefftwo\n"))
    assert text == "one\ntwo\n" and told(file) == ["1 byte order marks within the text removed"]


@pytest.mark.parametrize("before", ["plain ", CHINESE * 40])
def test_an_invalid_byte_is_named_with_its_offset(tmp_path, before):
    content = before.encode() + b"\xff" + b" and more"
    message = refusal(wrote(tmp_path, content))
    assert f"byte 0xff at offset {len(before.encode()):,}." in message and "option encoding" in message


def test_latin_1_is_read_where_it_is_stated_and_never_guessed(tmp_path):
    path = wrote(tmp_path, "café, naïve, straße".encode("latin-1"))
    assert "not utf-8: byte 0xe9 at offset 3" in refusal(path)
    assert read_text(path, encoding="latin-1")[0] == "café, naïve, straße"
    for unknown in ("klingon", "base64"):
        with pytest.raises(LimenError, match=f"Unknown encoding '{unknown}'"):
            read_text(path, encoding=unknown)
    assert "not ascii: byte 0xe9 at offset 3" in refusal(path, encoding="ascii")


def test_a_damaged_byte_in_gb18030_is_named_too(tmp_path):
    good = CHINESE.encode("gb18030") * 5000  # the fault lies beyond what is looked at for the encoding
    assert f"is not gb18030: byte 0xff at offset {len(good):,}" in refusal(wrote(tmp_path, good + b"\xff\xff"))


def test_a_line_with_half_a_character_is_left_out_and_named(tmp_path):
    rows = [f"line {i}" for i in range(1, 31)]
    content = "\n".join(rows).encode().replace(b"line 7\n", b"half \xed\xa0\x80 here\n")
    text, file = read_text(wrote(tmp_path, content))
    assert text.split("\n") == rows[:6] + rows[7:] and file.lone == (7,)
    assert told(file) == ["1 lines left out that hold half a character (line 7)"]
    message = refusal(wrote(tmp_path, content.replace(b"line ", b"\xed\xbf\xbf"), "b.txt"))
    assert "30 of 30 lines hold half a character" in message and "line 1" in message


def test_a_character_in_two_halves_is_put_together(tmp_path):
    text, file = read_text(wrote(tmp_path, b"so \xed\xa0\xbd\xed\xb8\x80 happy"))
    assert text == "so 😀 happy" and file.lone == ()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x7fELF\2\1", "Linux program"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\3\4", "zip"),
        (b"\x89PNG\r\n", "PNG"),
        (b"a\0b\0", "byte 1 is zero"),
    ],
)
def test_what_is_no_text_is_refused_whatever_its_name(tmp_path, head, kind):
    assert kind in refusal(wrote(tmp_path, head + b"more"))


def test_what_an_eye_does_not_see_is_kept_and_counted(tmp_path):
    content = "bell\x07 tab\t\nzero\u200bwidth\u200d right\u202eleft\x92"
    text, file = read_text(wrote(tmp_path, content))
    assert text == content
    assert told(file) == ["2 control characters", "1 marks of direction", "2 characters of no width"]
    assert told(read_text(wrote(tmp_path, "a\x07\x0c\x7fb"))[1]) == ["3 control characters"]


def test_line_ends_of_every_system_are_one(tmp_path):
    assert read_text(wrote(tmp_path, b"a\r\nb\rc\nd\r\n\r\n"))[0] == "a\nb\nc\nd\n\n"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_are_written_one_way_by_option(tmp_path, form):
    mixed = "café cafe\u0301 \u1112\u1161\u11ab"
    path = wrote(tmp_path, mixed)
    assert read_text(path)[0] == mixed
    text, file = read_text(path, normal=form)
    assert text == unicodedata.normalize(form, mixed) and told(file) == [f"normalised to {form}"]
    with pytest.raises(LimenError, match="Unknown normal form 'NFX'. Did you mean"):
        read_text(path, normal="NFX")


LETTERS = st.text(
    alphabet=st.sampled_from("ae\u0301\u0323 \nñ\u1112\u1161\u11ab\uac00\u11a8你😀\u200d\u0915\u094d"), max_size=40
)


@settings(max_examples=200, deadline=None)
@given(LETTERS, st.lists(st.integers(0, 40), max_size=6), st.sampled_from(["NFC", "NFD", "NFKC"]))
def test_normalising_piece_by_piece_is_normalising_the_whole(text, cuts, form):
    cuts = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    pieces = [text[a:b] for a, b in pairwise(cuts)]
    assert "".join(normalised(pieces, form)) == unicodedata.normalize(form, text)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.integers(1, 7))
def test_the_size_of_a_piece_changes_nothing(tmp_path_factory, text, size):
    path = wrote(tmp_path_factory.mktemp("t"), "x" + text.replace("\0", ""))
    whole = read_text(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(characters, "CHUNK", size)
        small = read_text(path)
    assert small[0] == whole[0] and (small[1].counts, small[1].lines) == (whole[1].counts, whole[1].lines)
    expected = ("x" + text.replace("\0", "")).replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    assert whole[0] == expected


def test_a_line_that_never_ends_is_read_in_pieces(tmp_path):
    """64 MB in one line, in a few MB of memory."""
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        for _ in range(64):
            file.write(b"to be or not to " * (1 << 16))
    tracemalloc.start()
    file = look(path)
    total = sum(len(piece) for piece in file.pieces())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == file.characters == 64 << 20 and file.lines == 1
    assert peak < 12 << 20


def test_what_cannot_be_opened_is_told(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.txt")
    with pytest.raises(LimenError):
        look(tmp_path)
