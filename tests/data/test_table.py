"""A person's CSV file: each bad input of section C gets what its row says, and good ones come through unchanged."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REAL

from limen.data import table as module
from limen.data.cells import MISSING
from limen.data.export import to_csv
from limen.data.table import Reading, read_table
from limen.errors import LimenError


def put(folder, content):
    path = folder / "x.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder, content, target=None, **reading):
    return read_table(put(folder, content), Reading(**reading), target=target)


def said(table, action=None, language="en"):
    return [note.line(language) for note in table.notes if action in (None, note.action)]


ROWS = "".join(f"{i},{i * 7 % 5}\n" for i in range(30))

REFUSED = [
    # row, what it is, content, options, what the error must hold
    (74, "mixed encodings", "名,值\n张,1\n".encode("gbk") + "李四,2\n".encode(), {}, ("two encodings", ":3 ", "byte 11")),
    (75, "latin-1 header", "Größe,Preis\n1,2\n".encode("latin-1"), {}, ("--encoding", ":1 ")),
    (77, "wrong delimiter", "a;b\n1;2\n", {"delimiter": ","}, ("found 1 column", "did you mean ';'?")),
    (77, "no delimiter", "a\n1\n2\n", {}, ("found 1 column",)),
    (78, "short row", "a,b,c\n1,2,3\n1,2\n", {}, ("row 3 has 2 of 3 cells", "x.csv:3 ")),
    (78, "long row", "a,b\n1,2\n\n1,2,3\n", {}, ("row 4 has 3 of 2 cells",)),
    (79, "quote open to the end", 'a,b\n1,2\n3,"x\n4,5\n', {}, ("quote is opened and not closed", "x.csv:3 ")),
    (79, "quote closed in a later cell", 'a,b\n1,"x\n3,"y"\n', {}, ("x.csv:2 ", "swallows the rows down to 3")),
    (79, "quote closed where a cell ends", 'a,b\n1,"x\n3,y",4\n', {}, ("a quote swallows rows", "x.csv:2 ")),
    (79, "quote over very many rows", 'a,b\n1,"x\n' + "3,4\n" * 50_000, {}, ("x.csv:2 ", "not closed")),
    (79, "text after a quote", 'a,b\n1,2\n1,"x"y\n', {}, ("text follows a closing quote", "x.csv:3 ")),
    (80, "NUL", b"a,b\n1,\0\n", {}, ("NUL at byte 6", "x.csv:2 ")),
    (82, "no header", "5.1,x\n4.9,y\n", {}, ("first row looks like data: 5.1, x", "header=False")),
    (82, "no header, words only", "m,yes\nf,no\nm,no\nf,yes\n", {}, ("first row looks like data",)),
    (83, "duplicate header", "a,b, a\n1,2,3\n", {}, ("'a' comes 2 times", "columns 1, 3")),
    (84, "empty header cell", "a, ,c\n1,2,3\n", {}, ("column 2 has no name",)),
    (84, "row numbers of pandas", ",a\n0,2\n", {}, ("column 1 has no name", "index=False")),
    (86, "empty", b"", {}, ("the file is empty",)),
    (86, "blank", b"\xef\xbb\xbf \r\n\r\n", {}, ("the file is empty",)),
    (87, "header only", "a,b\n", {}, ("no rows below the header",)),
    (87, "header and blanks", "a,b\n\n \n", {}, ("no rows below the header",)),
    (88, "no such target", "age,spices\n1,x\n", {"target": "species"}, ("no column 'species'", "age, spices", "mean 'spices'")),
    (92, "inf", "a,b\n1,2\n1,-inf\n", {}, ("'-inf' is not finite", "x.csv:3:b")),
    (92, "1e400", "a,b\n1e400,2\n", {}, ("'1e400' is not finite", "x.csv:2:a")),
    (92, "inf said to be a number", "a,b\nInfinity,2\n", {"kinds": {"a": "number"}}, ("not finite",)),
    (95, "grouped", 'a,b\nx,"1,234.5"\n', {}, ("'1,234.5' may be a number", "x.csv:2:b", "--decimal")),
    (95, "decimal comma", "a;b\nx;1.234,5\n", {}, ("'1.234,5' may be a number",)),
    (95, "money", "a,b\nx,￥12\n", {}, ("may be a number",)),
    (95, "full-width", "a,b\nx,１２\n", {}, ("may be a number",)),
    (95, "per cent", "a,b\nx,12%\n", {}, ("may be a number",)),
    (95, "the other decimal mark", "a;b\nx;1,5\ny;1.5\n", {"decimal": ","}, ("'1.5' may be a number", "x.csv:3:b")),
    (97, "three ways", 'd,b\n2024-01-02,1\n03/04/2024,2\n"Jan 5, 2024",3\n', {}, ("3 ways", "(row 2)", "(row 3)", "(row 4)")),
    (97, "both orders", "d,b\n13/04/2024,1\n04/13/2024,2\n", {}, ("2 ways", "(row 2)", "(row 3)")),
    (97, "order unknown", "d,b\n03/04/2024,1\n", {}, ("day or month first", "date:D/M/Y")),
    (97, "no such day", "d,b\n2023-02-29,1\n", {}, ("'2023-02-29' is no date", "x.csv:2:d")),
    (110, "huge cell", "a,b\n1,2\n1," + "x" * 200_000 + "\n", {}, ("a cell is too long", "x.csv:3 ")),
    (110, "huge cell on a huge line", "a,b\n1,2\n1," + "x" * 9_000_000 + "\n", {}, ("x.csv:3 ", "more than")),
    (110, "huge cell in quotes", 'a,b\n1,"' + "x\n" * 200_000 + '"\n', {}, ("x.csv:2 ",)),
    (112, "spreadsheet", b"PK\x03\x04" + b"\0" * 99 + b"xl/workbook.xml", {}, ("a spreadsheet", "export it as CSV")),
    (112, "web page", "<!DOCTYPE html>\n<html>\n", {}, ("web page",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "what", "content", "options", "words"), REFUSED, ids=[f"{r[0]} {r[1]}" for r in REFUSED]
)
def test_refused_with_code_place_reason_and_what_to_do(tmp_path, row, what, content, options, words):
    with pytest.raises(LimenError) as caught:
        read(tmp_path, content, **options)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert message.startswith("DATA-CSV · ") and message.count(" · ") == 4 and "\n" not in message


HANDLED = [
    # row, what it is, content, options, what column 0 then holds, what a note says
    (71, "UTF-8 BOM", b"\xef\xbb\xbfa,b\n1,2\n", {}, [1.0], "UTF-8 with a byte order mark"),
    (72, "UTF-16", "a,b\n1,2\n".encode("utf-16"), {}, [1.0], "byte order mark"),
    (73, "GBK", "身高,城市\n1,北京\n2,上海\n".encode("gbk"), {}, [1.0, 2.0], "read as gb18030"),
    (76, "semicolons", "a;b\n1;x,y\n", {}, [1.0], "the delimiter is ';'"),
    (76, "tabs", "a\tb\n1\tx,y\n", {}, [1.0], "the delimiter is TAB"),
    (81, "CRLF", "a,b\r\n1,2\r\n3,4\r\n", {}, [1.0, 3.0], "lines end with CRLF"),
    (81, "CR", "a,b\r1,2\r3,4\r", {}, [1.0, 3.0], "lines end with CR"),
    (82, "said to have no header", "1,2\n3,4\n", {"header": False}, [1.0, 3.0], ""),
    (82, "years are names", "2019,2020\n3,4\n", {"header": True}, [3.0], ""),
    (85, "names tidied", " 年龄（岁） ,b\n1,2\n", {}, [1.0], "→ '年龄(岁)'"),
    (91, "missing", "a,b\n1,2\n" + "".join(f"{m},2\n" for m in MISSING), {}, [1.0] + [np.nan] * len(MISSING), "'空' 1×"),
    (91, "own token", "a,b\n-999,2\n1,3\n", {"missing": ("-999",)}, [np.nan, 1.0], "'-999' 1×"),
    (92, "clipped", "a,b\n1,2\n1e400,2\n-inf,3\n7,1\n", {"infinite": "clip"}, [1.0, 7.0, 1.0, 7.0], "clipped to 1 … 7"),
    (95, "decimal point", 'a,b\n"1,234.5",x\n￥12,y\n１２,z\n-$3,w\n', {"decimal": "."}, [1234.5, 12, 12, -3], "decimal mark '.'"),
    (95, "decimal comma", "a;b\n1.234,5;x\n2;y\n3,5%;z\n", {"decimal": ","}, [1234.5, 2, 3.5], "decimal mark ','"),
    (97, "order said", "d,b\n03/04/2024,1\n", {"kinds": {"d": "date:D/M/Y"}}, [19816.0], ""),
    (97, "order seen", "d,b\n03/04/2024,1\n04/13/2024,1\n", {}, [19786.0, 19826.0], ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "what", "content", "options", "values", "note"), HANDLED, ids=[f"{r[0]} {r[1]}" for r in HANDLED]
)
def test_handled_and_noted(tmp_path, row, what, content, options, values, note):
    table = read(tmp_path, content, **options)
    np.testing.assert_array_equal(table.columns[0].values, values)
    assert any(note in line for line in said(table, "F")) or not note, said(table)
    assert all(line.isprintable() for line in said(table) + said(table, None, "zh"))


def kinds(table):
    return [column.kind for column in table.columns]


def words(column):
    names = (*column.form.categories, None)
    return [names[code] for code in column.values] if column.kind == "category" else column.values.tolist()


def test_row_91_the_country_na_is_a_word_where_words_are(tmp_path):
    table = read(tmp_path, "country,v\nNA,1\nUS,NA\n,2\nNone,3\n")
    assert words(table["country"]) == ["NA", "US", None, "None"] and np.isnan(table["v"].values[1])
    assert any("'NA' (1×) is a word here" in line for line in said(table, "F"))
    assert any("'NA'" in line for line in said(read(tmp_path, "c,v\nNA,1\nUS,2\n", target="c"), "W"))
    assert words(read(tmp_path, "c,v\nNA,1\nUS,2\n", missing=("NA",))["c"]) == [None, "US"]


def test_row_91_minus_is_a_word_beside_plus(tmp_path):
    assert words(read(tmp_path, "strand,v\n+,1\n-,2\n?,3\n")["strand"]) == ["+", "-", None]


def test_row_94_a_column_of_nothing_is_dropped_with_a_warning(tmp_path):
    table = read(tmp_path, "a,b\n1,\n2,NA\n")
    assert kinds(table) == ["number", "empty"] and any("left out · x.csv:b" in line for line in said(table, "W"))


@pytest.mark.parametrize("cells", [("00123", "45"), ("1e5", "12"), ("007", "1.5"), ("12e3", "9")])
def test_row_96_numbers_that_name_things_stay_text(tmp_path, cells):
    table = read(tmp_path, "id,b\n" + "".join(f"{cell},1\n" for cell in cells))
    assert words(table["id"]) == list(cells) and any("kept as text" in line for line in said(table, "F"))
    as_said = read(tmp_path, "id,b\n" + "".join(f"{cell},1\n" for cell in cells), kinds={"id": "number"})
    assert as_said["id"].values.tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize("cells", [("1e-5", "1e-3"), ("1e5", "0.5"), ("1e+05", "3"), ("0.5", "0"), ("-0", "0")])
def test_row_96_numbers_in_powers_of_ten_are_numbers(tmp_path, cells):
    table = read(tmp_path, "rate,b\n" + "".join(f"{cell},x\n" for cell in cells))
    assert table["rate"].values.tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize("cell", ["9007199254740993", "18446744073709551615", "-9007199254740993", "1" * 5000])
def test_row_98_whole_numbers_that_float64_would_round_stay_text(tmp_path, cell):
    table = read(tmp_path, f"id,b\n{cell},1\n5,2\n")
    assert cell in words(table["id"]) and any("float64 would round" in line for line in said(table, "W"))
    assert kinds(read(tmp_path, "id,b\n9007199254740992,1\n5,2\n"))[0] == "number"


def test_row_99_very_many_categories_are_warned_of(tmp_path):
    table = read(tmp_path, "word,b\n" + "".join(f"w{i % 5000},1\n" for i in range(10_000)))
    assert table["word"].kind == "category" and any(
        "5,000 categories · x.csv:word" in line for line in said(table, "W")
    )
    assert kinds(read(tmp_path, "word,b\n" + "".join(f"w{i},1\n" for i in range(200))))[0] == "text"


def test_row_111_formulas_are_text_and_are_written_so_that_they_stay_text(tmp_path):
    table = read(tmp_path, "a,b\n=cmd(),1\n@x,-2\n+1 234,3\n")
    assert words(table["a"])[:2] == ["=cmd()", "@x"] and any("formula" in line for line in said(table, "F"))
    written = to_csv(["a", "b"], [("=cmd()", -2.5), ('"x"', None), ("+1", 3)])
    assert list(csv.reader(io.StringIO(written))) == [["a", "b"], ["'=cmd()", "-2.5"], ['"x"', ""], ["'+1", "3"]]


def test_row_113_a_file_that_grows_meanwhile_is_refused(tmp_path, monkeypatch):
    path = put(tmp_path, "a,b\n" + ROWS)
    decide = module.decide

    def meanwhile(*arguments):
        with path.open("a") as file:
            file.write("1,2\n")
        return decide(*arguments)

    monkeypatch.setattr(module, "decide", meanwhile)
    with pytest.raises(LimenError, match="changed while it was read"):
        read_table(path)


def test_blank_rows_are_counted_and_rows_are_lines_of_the_file(tmp_path):
    table = read(tmp_path, 'a,b\n\n1,"x\ny"\n\n2,z\n')
    assert table.rows.tolist() == [3, 6] and table.notes[-1].rows == (2, 5)
    with pytest.raises(LimenError, match="x.csv:6:a"):
        read(tmp_path, 'a,b\n\n1,"x\ny"\n\nz,z\n', kinds={"a": "number"})


def test_mostly_numbers_but_not_all_is_warned_of(tmp_path):
    table = read(tmp_path, "a,b\n" + ROWS + "x,1\n")
    assert any(
        "97% of the cells are numbers, but 'x' is none" in line and "x.csv:32:a" in line for line in said(table, "W")
    )


@pytest.mark.parametrize(
    ("cell", "days"),
    [("2024-01-02", 19724), ("1970/1/1", 0), ("1969年12月31日", -1), ("2.1.2024", 19724), ('"Jan 2, 2024"', 19724),
     ("2 January 2024", 19724), ("2024-01-02T12:00:00Z", 19724.5), ("2024-01-02 06:00+06:00", 19724)],
)  # fmt: skip
def test_dates_become_days(tmp_path, cell, days):
    column = read(tmp_path, f"when,b\n{cell},1\n,2\n")["when"]
    assert column.kind == "date" and column.values[0] == days and np.isnan(column.values[1])


@pytest.mark.parametrize("cell", ["2024-13-01", "2024-01-02 25:00", "2024-00-01"])
def test_days_that_are_none_are_refused(tmp_path, cell):
    with pytest.raises(LimenError, match="is no date written Y-M-D"):
        read(tmp_path, f"when,b\n{cell},1\n")


def test_options_that_are_none_are_refused(tmp_path):
    for options, words in (
        ({"decimal": ";"}, "decimal mark"), ({"infinite": "x"}, "infinite"), ({"delimiter": "ab"}, "Delimiter 'ab'"),
        ({"kinds": {"z": "text"}}, "no column 'z'"), ({"kinds": {"a": "numbr"}}, "Did you mean 'number'"),
        ({"kinds": {"a": "date:x"}}, "way to write a date"), ({"kinds": {"a": "date"}}, "no dates"),
        ({"encoding": "utf9"}, "Unknown encoding"),
    ):  # fmt: skip
        with pytest.raises(LimenError, match=words):
            read(tmp_path, "a,b\n1,2\n", **options)


def test_a_report_is_plain_values(tmp_path):
    report = read(tmp_path, "a,b,c,d\n1,x,2024-01-01,\n,y,2024-01-02,\n").report()
    assert report["rows"] == 2 and [c["kind"] for c in report["columns"]] == ["number", "category", "date", "empty"]
    assert report["columns"][0] == {"name": "a", "kind": "number", "missing": 1, "least": 1.0, "largest": 1.0}
    assert {note["action"] for note in report["notes"]} == {"F", "W"}


@pytest.mark.skipif(REAL is None or not (REAL / "iris" / "iris.csv").is_file(), reason="needs the iris file")
def test_iris_as_pandas_reads_it():
    import pandas as pd

    path = REAL / "iris" / "iris.csv"
    table, other = read_table(path, target="species"), pd.read_csv(path)
    assert len(table) == 150 and table.names == tuple(other.columns) and not table.notes
    for name in table.names[:4]:
        np.testing.assert_array_equal(table[name].values, other[name])
    assert words(table["species"]) == other["species"].tolist()


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
TEXTS = st.text(st.sampled_from("ab,;\"'\r\n\t é中（１.-=0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, TEXTS), min_size=1, max_size=30))
def test_what_pandas_writes_is_read_again(tmp_path_factory, rows):
    import pandas as pd

    frame = pd.DataFrame(rows, columns=["number", "text"]).astype({"number": float})
    path = tmp_path_factory.mktemp("x") / "x.csv"
    frame.to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC)
    table = read_table(path, Reading(delimiter=",", header=True, kinds={"number": "number", "text": "text"}))
    np.testing.assert_array_equal(table["number"].values, frame["number"])
    assert words(table["text"]) == frame["text"].tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(NUMBERS.map(float), st.none()), min_size=1, max_size=30).filter(any))
def test_numbers_are_found_to_be_numbers(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_text("x,y\n" + "".join(f"{'' if n is None else repr(n)},a\n" for n in numbers))
    column = read_table(path)["x"]
    np.testing.assert_array_equal(column.values, [np.nan if n is None else n for n in numbers])


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from('ab1,;"\n\r\t-.eé中 '), max_size=80))
def test_any_text_is_a_table_or_one_line_of_error(tmp_path_factory, content):
    try:
        table = read_table(put(tmp_path_factory.mktemp("x"), content))
    except LimenError as error:
        assert "\n" not in str(error) and "\r" not in str(error)
    else:
        assert all(len(column.values) == len(table) or column.kind == "empty" for column in table.columns)
        assert all("\n" not in line for line in said(table))


STREAM = """
import re, sys
from limen.data.table import read_table
from pathlib import Path

def highest():  # not ru_maxrss, which a child takes over from its parent
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

small = Path(sys.argv[1]).with_name("small.csv")
with open(sys.argv[1], "rb") as file:
    small.write_bytes(file.read(9_000_000).rpartition(b"\\n")[0])
read_table(small)
before = highest()
table = read_table(sys.argv[1])
print(len(table), highest() - before, sum(c.values.nbytes for c in table.columns) + table.rows.nbytes)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory used")
def test_row_109_a_large_file_is_streamed(tmp_path):
    """Beyond the columns themselves, a file of 50 MB needs no more memory than one of 4 MB."""
    path = tmp_path / "large.csv"
    word = "words that are read and are kept as codes not words"
    block = "".join(f"{i * 1.000000123!r},{word}{i % 7},{word}{i % 5},{word}{i % 3}\n" for i in range(2_900))
    with path.open("w") as file:
        file.write("x,a,b,c\n")
        for _ in range(100):
            file.write(block)
    assert path.stat().st_size > 50e6
    done = subprocess.run(
        [sys.executable, "-c", STREAM, str(path)], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(Path(module.__file__).parents[2]), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    rows, extra, held = map(int, done.stdout.split())
    assert rows == 290_000
    assert extra < held + 10e6 < path.stat().st_size / 2
