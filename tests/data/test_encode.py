"""From a table to tensors: what is learnt comes from the training rows, and new rows are treated as those were."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REAL

from limen.data.encode import encode, load_table, new_rows
from limen.data.encoder import Encoder
from limen.data.table import Reading, read_table
from limen.data.target import Limits
from limen.errors import LimenError

DRAW = np.random.default_rng(0)


def put(folder, content, name="x.csv"):
    path = folder / name
    path.write_text(content)
    return path


def csv(names, *columns):
    return ",".join(names) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in zip(*columns, strict=True))


def said(notes, action=None):
    assert all(note.line("zh").isprintable() and note.line("en").isprintable() for note in notes)
    return [str(note) for note in notes if action in (None, note.action)]


def any_in(words, lines):
    return any(words in line for line in lines)


@pytest.fixture
def people(tmp_path):
    """200 rows: a number with holes, a word, a class."""
    age = [round(float(v), 3) if i % 9 else "" for i, v in enumerate(DRAW.normal(40, 10, 200))]
    city = [("北京", "上海", "广州")[i % 7 % 3] for i in range(200)]
    return put(tmp_path, csv(["age", "city", "buys"], age, city, ["yes" if i % 3 else "no" for i in range(200)]))


def test_numbers_words_and_holes_become_inputs(people):
    data, _, _ = load_table(people, "buys", seed=1)
    assert data.classes == ("no", "yes") and data.shape == (6,)
    assert data.columns == ("age", "age=(missing)", "city=上海", "city=北京", "city=广州", "city=(other)")
    assert [len(s) for s in (data.train, data.validation, data.test)] == [128, 32, 40]
    assert data.train.x.dtype == torch.float32 and data.train.y.dtype == torch.int64
    x = data.train.x.numpy()
    assert (x[:, 2:].sum(1) == 1).all() and not x[:, 5].any()
    there = x[x[:, 1] == 0, 0].astype(np.float64)
    np.testing.assert_allclose(x[x[:, 1] == 1, 0], np.median(there), rtol=1e-6)
    np.testing.assert_allclose(data.scale.offset[0], x[:, 0].astype(np.float64).mean(), rtol=1e-6)
    np.testing.assert_allclose(data.scale.divisor[0], x[:, 0].astype(np.float64).std(), rtol=1e-6)
    assert data.scale.offset[1:] == (0.0,) * 5 and data.scale.divisor[1:] == (1.0,) * 5
    scaled = data.scale(data.train.x)[:, 0]
    assert abs(float(scaled.mean())) < 1e-5 and abs(float(scaled.std(correction=0)) - 1) < 1e-5


def test_only_the_training_rows_teach(people, tmp_path):
    """Whatever the held-back rows hold, the encoder is the same."""
    table = read_table(people, target="buys")
    data, encoder, _ = encode(table, "buys", seed=3)
    held = {float(v) for part in (data.validation, data.test) for v in part.x[:, 0]} - set(data.train.x[:, 0].tolist())
    table["age"].values[np.isin(table["age"].values.astype(np.float32), list(held))] = 1e6
    assert encode(table, "buys", seed=3)[1] == encoder


def test_the_seed_decides_the_split_and_nothing_else_does(people):
    first, again, other = (load_table(people, "buys", seed=seed)[0] for seed in (1, 1, 2))
    assert first.digest() == again.digest() != other.digest()


@pytest.mark.skipif(REAL is None or not (REAL / "iris" / "iris.csv").is_file(), reason="needs the iris file")
def test_iris_is_divided_evenly_and_scaled_on_its_training_rows():
    path = REAL / "iris" / "iris.csv"
    data, encoder, notes = load_table(path, "species")
    assert data.classes == ("setosa", "versicolor", "virginica") and data.name == "iris"
    assert [torch.bincount(s.y).tolist() for s in (data.train, data.validation, data.test)] == [
        [32] * 3,
        [8] * 3,
        [10] * 3,
    ]
    train = data.train.x.double().numpy()
    np.testing.assert_allclose(data.scale.offset, train.mean(0), rtol=1e-6)
    np.testing.assert_allclose(data.scale.divisor, train.std(0), rtol=1e-6)
    x, more = new_rows(path, encoder)
    rows = {tuple(row) for row in x.tolist()}
    assert x.shape == (150, 4) and not more and all(tuple(row) in rows for row in data.test.x.tolist())
    assert any_in("held-back rows equal a training row", said(notes, "W"))  # iris has repeated rows


def test_numbers_are_foretold_by_regression(tmp_path):
    x = DRAW.normal(size=100)
    path = put(tmp_path, csv(["x", "price"], x, 1e5 + 3 * x**2))
    data, encoder, notes = load_table(path, "price")
    assert data.classes == () and data.train.y.dtype == torch.float32 and data.train.y.ndim == 1
    y = data.train.y.double().numpy()
    np.testing.assert_allclose([encoder.target.offset, encoder.target.divisor], [y.mean(), y.std()], rtol=1e-3)
    assert any_in("task: regression", said(notes, "F"))


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        ([0, 1] * 20, "auto", ("0", "1")),
        ([1.5, 2] * 20, "auto", ("1.5", "2")),
        ([3, 1, 2, 10] * 10, "auto", ("1", "2", "3", "10")),
        (list(range(20)) * 2, "auto", ()),
        ([0.5, 1, 2] * 10, "auto", ()),
        ([0, 1] * 20, "regression", ()),
        (list(range(20)) * 2, "classification", tuple(map(str, range(20)))),
        (["010", "020"] * 20, "auto", ("010", "020")),
    ],
)
def test_the_task_is_found_or_forced_and_stated(tmp_path, y, task, classes):
    path = put(tmp_path, csv(["x", "y"], DRAW.normal(size=len(y)), y))
    data, _, notes = load_table(path, "y", task=task)
    assert data.classes == classes
    assert any_in("classification" if classes else "regression", said(notes, "F"))


def test_row_89_a_constant_target_is_refused(tmp_path):
    for y in (["a"] * 20, [1] * 20):
        with pytest.raises(LimenError, match=r"never changes · x.csv:y"):
            load_table(put(tmp_path, csv(["x", "y"], range(0, 40, 2), y)), "y")


def test_row_90_a_class_of_one_row_is_refused_dropped_or_only_taught(tmp_path):
    path = put(tmp_path, csv(["x", "y"], DRAW.normal(size=41), ["a", "b"] * 20 + ["c"]))
    with pytest.raises(LimenError, match=r"classes with one row: 'c' · x.csv:42:y .* rare=drop"):
        load_table(path, "y")
    data, _, notes = load_table(path, "y", rare="drop")
    assert data.classes == ("a", "b") and sum(map(len, (data.train, data.validation, data.test))) == 40
    assert [note.rows for note in notes if note.action == "Q"] == [(42,)]
    data, _, notes = load_table(path, "y", rare="train")
    assert data.classes == ("a", "b", "c") and (data.train.y == 2).sum() == 1
    assert any_in("classes without a row in test: 'c'", said(notes, "W"))


@pytest.mark.parametrize("share", [0.4, 0.5, 0.6, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_row_90_every_class_teaches(tmp_path, seed, share):
    path = put(tmp_path, csv(["x", "y"], DRAW.normal(size=44), ["a", "b"] * 20 + ["c", "c", "d", "d"]))
    data, _, _ = load_table(path, "y", validation=share, test=share, seed=seed)
    assert set(data.train.y.tolist()) == {0, 1, 2, 3}
    assert sum(map(len, (data.train, data.validation, data.test))) == 44


def test_row_93_rows_without_an_answer_are_set_aside_and_listed(tmp_path):
    y = ["a", "b"] * 20
    y[4] = y[7] = ""
    data, _, notes = load_table(put(tmp_path, csv(["x", "y"], DRAW.normal(size=40), y)), "y")
    assert sum(map(len, (data.train, data.validation, data.test))) == 38
    assert [note.rows for note in notes if note.action == "Q"] == [(6, 9)]
    y[10:20] = [""] * 10
    path = put(tmp_path, csv(["x", "y"], DRAW.normal(size=40), y))
    with pytest.raises(LimenError, match="12 of 40 rows would be set aside"):
        load_table(path, "y")
    assert load_table(path, "y", limits=Limits(quarantine=0.5))


def test_row_94_96_empty_columns_and_texts_are_no_inputs(tmp_path):
    path = put(
        tmp_path,
        csv(["id", "x", "none", "y"], [f"00{i}" for i in range(40)], DRAW.normal(size=40), [""] * 40, "ab" * 20),
    )
    data, encoder, notes = load_table(path, "y")
    assert data.columns == ("x",) and encoder.others == ("id", "none")
    assert any_in("left out · x.csv:none", said(notes, "W")) and any_in("left out · x.csv:id", said(notes, "W"))


def test_row_99_the_commonest_categories_have_inputs_and_the_rest_share_one(tmp_path):
    words = [f"w{i % 5000}" for i in range(10_000)]
    data, _, notes = load_table(put(tmp_path, csv(["w", "y"], words, "aabba" * 2000)), "y")
    assert data.shape == (101,) and any_in("the 100 commonest of", said(notes, "W"))
    assert (data.train.x.sum(1) == 1).all() and 0 < data.train.x[:, -1].mean() < 1


@pytest.fixture
def trained(people):
    return load_table(people, "buys", seed=1)[1]


def test_row_100_an_unseen_category_goes_into_the_bucket_for_others(tmp_path, trained):
    x, notes = new_rows(put(tmp_path, "age,city\n30,深圳\n31,北京\n,拉萨\n", "new.csv"), trained)
    assert x[:, 2:].tolist() == [[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert x[:, 1].tolist() == [0, 0, 1] and x[2, 0] == np.float32(trained.inputs[0].fill)
    assert said(notes, "W") == [
        "DATA-CSV · warning · words that training did not know: 2, the first '深圳' · new.csv:2:city · they count as (other)"
    ]


def test_row_101_columns_are_found_by_name(tmp_path, trained):
    first, _ = new_rows(put(tmp_path, "age,city\n30,北京\n", "a.csv"), trained)
    second, notes = new_rows(put(tmp_path, " city ;buys;age\n北京;no;30\n", "b.csv"), trained)
    np.testing.assert_array_equal(first, second)
    assert not said(notes, "W")


def test_row_102_extra_columns_are_ignored_with_a_warning(tmp_path, trained):
    x, notes = new_rows(put(tmp_path, "age,shoe,city\n30,44,北京\n", "a.csv"), trained)
    assert x.shape == (1, 6) and any_in("columns ignored: shoe", said(notes, "W"))


def test_row_103_a_missing_column_is_refused(tmp_path, trained):
    with pytest.raises(LimenError, match=r"columns missing: city · a.csv:1 · there are: age, City · is 'City' meant"):
        new_rows(put(tmp_path, "age,City\n30,北京\n", "a.csv"), trained)


def test_new_cells_that_are_no_numbers_are_refused(tmp_path, trained):
    with pytest.raises(LimenError, match=r"'old' is no number · a.csv:3:age"):
        new_rows(put(tmp_path, "age,city\n30,北京\nold,北京\n", "a.csv"), trained)
    with pytest.raises(LimenError, match=r"no rows below the header"):
        new_rows(put(tmp_path, "age,city\n", "a.csv"), trained)


def test_rows_from_a_form_are_treated_as_rows_of_a_file(tmp_path, trained):
    from_file, _ = new_rows(put(tmp_path, "age,city\n30.5,北京\n,上海\n", "a.csv"), trained)
    from_form, notes = trained.encode_rows([{"age": 30.5, "city": "北京"}, {"city": "上海", "age": None}])
    np.testing.assert_array_equal(from_file, from_form)
    assert not notes
    _, notes = trained.encode_rows([{"age": math.nan, "city": None, "x": 1}])
    assert any_in("training had none · rows:1:city", said(notes)) and any_in("columns ignored: x", said(notes))
    for rows, words in (
        ([{"age": 1}], "columns missing: city"),
        ([{"age": 1, "city": "x"}, {"age": 1}], "rows differ"),
    ):
        with pytest.raises(LimenError, match=words):
            trained.encode_rows(rows)


def test_one_column_alone_is_read_for_a_net_that_needs_no_more(tmp_path):
    encoder = load_table(put(tmp_path, csv(["x", "y"], DRAW.normal(size=40), "ab" * 20)), "y")[1]
    x, _ = new_rows(put(tmp_path, "x\n1.5\n2\n", "a.csv"), encoder)
    assert x.tolist() == [[1.5], [2.0]]


def test_row_104_rows_that_are_in_both_splits_are_counted_or_refused(tmp_path):
    x = DRAW.normal(size=30)
    path = put(tmp_path, csv(["id", "x", "y"], range(60), [*x, *x], "ab" * 30))
    data, _, notes = load_table(path, "y")
    train = set(data.train.x[:, 0].tolist())
    many = sum(v in train for part in (data.validation, data.test) for v in part.x[:, 0].tolist())
    assert many > 0 and any_in(f"{many} of 22 held-back rows equal a training row", said(notes, "W"))
    with pytest.raises(LimenError, match=f"{many} of 22 held-back rows are training rows too"):
        load_table(path, "y", duplicates="refuse")


def test_row_105_a_copy_of_the_target_is_warned_of(tmp_path):
    n = 60
    x, y = DRAW.normal(size=n), DRAW.integers(0, 3, n)
    copies = ([("cat", "dog", "cow")[v] for v in y], [7 - 2 * v for v in y])
    path = put(tmp_path, csv(["x", "word", "code", "noisy", "y"], x, *copies, [*y[:-1], (y[-1] + 1) % 3], y))
    warned = said(load_table(path, "y")[2], "W")
    assert [name for name in ("x", "word", "code", "noisy") if any_in(f"leakage? · x.csv:{name} ", warned)] == [
        "word",
        "code",
    ]
    path = put(tmp_path, csv(["x", "fahrenheit", "y"], x, 32 + 1.8 * (x + 100), x + 100))
    warned = said(load_table(path, "y", leave_out=["x"])[2], "W")
    assert any_in("leakage? · x.csv:fahrenheit", warned)
    path = put(tmp_path, csv(["near", "y"], x + DRAW.normal(size=n) * 0.01, x))
    assert not any_in("leakage", said(load_table(path, "y")[2], "W"))


@pytest.mark.parametrize(
    ("name", "values", "out"),
    [("n", range(40), True), ("Id", DRAW.permutation(40) * 3, True), ("学号", range(100, 140), True),
     ("n", DRAW.permutation(40), False), ("id", [1, 2] * 20, False), ("n", np.arange(40) / 2, False)],
)  # fmt: skip
def test_row_106_row_numbers_and_identifiers_are_left_out_with_a_warning(tmp_path, name, values, out):
    path = put(tmp_path, csv([name, "x", "y"], values, DRAW.normal(size=40), "aabab" * 8))
    data, _, notes = load_table(path, "y")
    assert (name not in data.columns) == out == any_in(f"left out · x.csv:{name}", said(notes, "W"))
    assert name in load_table(path, "y", reading=Reading(kinds={name: "number"}))[0].columns


def test_row_107_rows_sorted_by_class_are_stratified(tmp_path):
    x = DRAW.normal(size=60)
    data, _, notes = load_table(put(tmp_path, csv(["x", "y"], x, "a" * 30 + "b" * 30)), "y", split="last")
    assert torch.bincount(data.test.y).tolist() == [6, 6] and any_in("sorted by class", said(notes, "F"))
    data, _, notes = load_table(put(tmp_path, csv(["x", "y"], x, "ab" * 30)), "y", split="last")
    assert not any_in("sorted by class", said(notes))
    np.testing.assert_allclose(data.test.x[:, 0], x[48:], rtol=1e-6)


def test_row_108_time_with_a_random_split_is_warned_of(tmp_path):
    days = [f"2024-{1 + i // 28:02d}-{1 + i % 28:02d}" for i in range(60)]
    path = put(tmp_path, csv(["when", "x", "y"], days, DRAW.normal(size=60), "ab" * 30))
    assert any_in("drawn at random", said(load_table(path, "y")[2], "W"))
    data, _, notes = load_table(path, "y", split="last")
    assert not any_in("drawn at random", said(notes)) and data.columns == ("when", "x")
    assert data.train.x[:, 0].max() < data.validation.x[:, 0].min() < data.test.x[:, 0].min()


def test_numbers_far_from_zero_keep_their_digits(tmp_path):
    near = DRAW.normal(size=60)
    path = put(tmp_path, csv(["t", "big", "tiny", "y"], 1e12 + near, near * 1e200, near * 1e-200, "ab" * 30))
    data, _, notes = load_table(path, "y")
    x = data.scale(data.train.x).double().numpy()
    for column in range(3):
        assert abs(x[:, column].mean()) < 1e-3 and abs(x[:, column].std() - 1) < 1e-3
    assert any_in("float32 would round", said(notes, "F"))
    np.testing.assert_allclose(x[:, 1], x[:, 2], atol=1e-5)


def test_extreme_numbers_never_become_infinite(tmp_path):
    path = put(tmp_path, csv(["x", "y"], [1.7e308, -1.7e308] * 20, "aabb" * 10))
    data, _, _ = load_table(path, "y")
    assert torch.isfinite(data.scale(data.train.x)).all()
    small = load_table(put(tmp_path, csv(["x", "y"], DRAW.normal(size=40), "ab" * 20)), "y")[1]
    with pytest.raises(LimenError, match=r"beyond float32 · a.csv:2:x"):
        new_rows(put(tmp_path, "x\n1e300\n", "a.csv"), small)


def test_constant_columns_become_zero_and_are_told(tmp_path):
    data, _, notes = load_table(put(tmp_path, csv(["c", "x", "y"], [7] * 40, DRAW.normal(size=40), "ab" * 20)), "y")
    assert not data.scale(data.train.x)[:, 0].any() and any_in("never change and say nothing: c", said(notes, "W"))


def test_wrong_options_are_refused(people):
    for options, words in (
        ({"task": "x"}, "Unknown task"), ({"rare": "x"}, "rare classes"), ({"duplicates": "x"}, "duplicates"),
        ({"split": "x"}, "split"), ({"leave_out": ["agee"]}, "no column 'agee' for the column to leave out"),
        ({"leave_out": ["age", "city"]}, "no column is left"), ({"task": "regression"}, "regression of words"),
        ({"test": 1.5}, "not a share"), ({"validation": 500}, "Cannot hold back"),
    ):  # fmt: skip
        with pytest.raises(LimenError, match=words):
            load_table(people, "buys", **options)
    with pytest.raises(LimenError, match="no column 'bys'.*did you mean 'buys'"):
        load_table(people, "bys")


def test_an_encoder_survives_json_and_a_damaged_one_is_refused(people, tmp_path):
    encoder = load_table(people, "buys", reading=Reading(decimal=".", infinite="clip"))[1]
    value = json.loads(json.dumps(encoder.to_plain(), allow_nan=False))
    assert Encoder.from_plain(value) == encoder
    for damage in (
        lambda v: v.pop("inputs"), lambda v: v["scale"].pop("offset"), lambda v: v["scale"]["offset"].pop(),
        lambda v: v["inputs"][0].update(fill="x"), lambda v: v["inputs"][0]["form"].update(kind="text"),
        lambda v: v["inputs"][0]["form"].update(date=3, decimal=";"), lambda v: v["target"].update(classes=5),
        lambda v: v["inputs"].append(None), lambda v: v["inputs"][0].update(absent=None),
    ):  # fmt: skip
        broken = json.loads(json.dumps(value))
        damage(broken)
        with pytest.raises(LimenError, match="encoder"):
            Encoder.from_plain(broken)
    with pytest.raises(LimenError, match="encoder"):
        Encoder.from_plain([1])


CELLS = st.tuples(st.one_of(st.none(), st.floats(-1e6, 1e6)), st.sampled_from(["a", "b", "c", ""]))


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=20, max_size=40), st.integers(0, 5))
def test_new_rows_are_treated_as_the_old_were(tmp_path_factory, rows, seed):
    """The file itself, read as new rows, gives the inputs that were learnt from."""
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_text(
        "n,w,y\n" + "".join(f"{'' if n is None else n},{w},{'pq'[i % 2]}\n" for i, (n, w) in enumerate(rows))
    )
    try:
        data, encoder, _ = load_table(path, "y", seed=seed)
    except LimenError as error:
        assert "no column is left" in str(error)
        return
    x, _ = new_rows(path, Encoder.from_plain(encoder.to_plain()))
    every = torch.cat([data.train.x, data.validation.x, data.test.x])
    assert sorted(map(tuple, x.tolist())) == sorted(map(tuple, every.tolist()))
