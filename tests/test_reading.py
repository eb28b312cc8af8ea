"""`reading`: every way in gives the same table, the task is found in the target, and what cannot be read is told."""

import datetime

import numpy as np
import pandas
import polars as pl
import pytest
import torch

from lossmith import datasets
from lossmith.errors import DataError, ParameterError
from lossmith.reading import KINDS, Task, features_of, find_task, read, task_of
from wrong_use import says

ROWS = 50


def frame(rows=ROWS):
    rng = np.random.default_rng(0)
    word = [["red", "green", None][i % 3] for i in range(rows)]
    gap = [None if i % 7 == 0 else float(i) for i in range(rows)]
    return pl.DataFrame({"x": rng.normal(size=rows).round(6), "n": np.arange(rows) % 9, "word": word, "y": gap})


def taken(data, target="y", most=1000, **options):
    return read(data, target, None).take(most, **options)


# ---------------------------------------------------------------------------------------------------------- the ways in

WRITERS = {
    "a.csv": lambda f, p: f.write_csv(p),
    "a.tsv": lambda f, p: f.write_csv(p, separator="\t"),
    "a.CSV": lambda f, p: f.write_csv(p),
    "a.parquet": lambda f, p: f.write_parquet(p),
    "a.pq": lambda f, p: f.write_parquet(p),
    "a.arrow": lambda f, p: f.write_ipc(p),
    "stream.arrow": lambda f, p: f.write_ipc_stream(p),
    "a.feather": lambda f, p: f.write_ipc(p, compression="lz4"),
    "a.ipc": lambda f, p: f.write_ipc(p),
    "a.jsonl": lambda f, p: f.write_ndjson(p),
    "a.ndjson": lambda f, p: f.write_ndjson(p),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_the_same_table(tmp_path, name):
    WRITERS[name](frame(), tmp_path / name)
    table = read(tmp_path / name, "y", None)
    assert (table.name, table.targets, table.rows, table.without_target) == (name.split(".")[0], ("y",), 50, 8)
    expected = frame().drop_nulls("y")
    rows = table.take(1000)
    assert rows.features.equals(expected.drop("y"))
    assert rows.target.equals(expected.select("y"))
    assert taken(str(tmp_path / name)).features.equals(rows.features)


def test_frames_of_either_library_lazy_or_not_are_the_same_table():
    expected = taken(frame())
    for data in (frame().lazy(), frame().to_pandas()):
        found = taken(data)
        assert found.target.equals(expected.target)
        assert found.features["x"].equals(expected.features["x"])
        assert found.features["word"].to_list() == expected.features["word"].to_list()


@pytest.mark.parametrize("dataset", datasets.ALL, ids=lambda dataset: dataset.name)
def test_a_bundled_table_knows_its_target_and_unit(dataset):
    table = read(dataset.name, None, None)
    assert (table.name, table.targets, table.unit) == (dataset.name, (dataset.target,), dataset.unit)
    assert table.rows == dataset.read().height


def test_another_column_of_a_bundled_table_has_not_the_units_of_its_target():
    table = read("houses", "lot_area", None)
    assert (table.targets, table.unit) == (("lot_area",), "")
    assert "price" in table.take(10).features.columns


def test_missing_values_of_a_text_file(tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("x,y\n1,2.5\n2,NA\n3,\nNaN,4\n5,null\n6,N/A\n7,nan\n")
    table = read(path, "y", None)
    assert (table.rows, table.without_target) == (7, 5)
    assert table.take(9).target["y"].to_list() == [2.5, 4.0]
    assert table.take(9).features["x"].to_list() == [1, None]


def test_a_late_fraction_is_no_surprise(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("x,y\n" + "1,2\n" * 20_000 + "1,2.5\n")
    assert taken(path, most=10**6).target["y"].max() == 2.5


# ----------------------------------------------------------------------------------------------------------------- rows


@pytest.mark.parametrize("most", [1, 2, 7, 41, 42, 43])
def test_rows_are_drawn_exactly_in_order_and_all_have_a_target(most):
    numbered = frame().with_row_index("place")
    rows = taken(numbered, most=most)
    assert len(rows.target) == len(rows.features) == min(most, 42)
    places = rows.features["place"].to_numpy()
    assert np.all(np.diff(places.astype(int)) > 0)
    assert rows.target["y"].to_list() == places.tolist()
    assert np.all(places % 7 != 0)


def test_rows_are_drawn_by_the_seed():
    numbered = frame().with_row_index("place")
    drawn = [taken(numbered, most=20, seed=seed).features["place"].to_list() for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_rows_are_drawn_evenly():
    numbered = pl.DataFrame({"place": np.arange(200), "y": np.arange(200.0)})
    counts = np.zeros(200)
    for seed in range(400):
        counts[taken(numbered, most=50, seed=seed).features["place"].to_numpy()] += 1
    assert counts.mean() == 100
    assert counts.min() > 60  # 4.6 standard deviations
    assert counts.max() < 140


def test_any_of_several_targets_may_be_missing():
    table = read(frame().with_columns(z=pl.Series([np.nan] * 3 + [1.0] * 47)), ["y", "z"], None)
    assert table.without_target == 8 + 2  # rows 0, 7, 14 … and 1, 2
    assert table.take(99).target.columns == ["y", "z"]
    assert table.take(99).features.columns == ["x", "n", "word"]


def test_nan_is_missing_and_infinity_is_not():
    table = read(pl.DataFrame({"x": [1, 2, 3, 4], "y": [np.nan, np.inf, 1.0, None]}), "y", None)
    assert table.without_target == 2
    assert table.take(9).features["x"].to_list() == [2, 3]


def test_a_file_is_not_read_before_its_rows_are_asked_for(tmp_path, monkeypatch):
    frame().write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(pl, "read_parquet", lambda *a, **k: pytest.fail("the whole file was read"))
    table = read(tmp_path / "a.parquet", "y", None)
    assert isinstance(table.frame, pl.LazyFrame)
    assert len(table.take(5).target) == 5


# --------------------------------------------------------------------------------------------------------------- arrays


@pytest.mark.parametrize(
    "target",
    [
        np.arange(6.0),
        np.arange(6.0)[:, None],
        list(range(6)),
        torch.arange(6.0, requires_grad=True),
        torch.arange(6, dtype=torch.bfloat16),
        pl.Series("y", np.arange(6.0)),
        pandas.Series(np.arange(6.0), index=list("abcdef")),
        pl.DataFrame({"y": np.arange(6.0)}),
        pandas.DataFrame({"y": np.arange(6.0)}),
    ],
)
def test_targets_come_as_any_array(target):
    rows = read(None, target, np.arange(12.0).reshape(6, 2)).take(99)
    assert rows.target.to_series().to_list() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(rows.features, np.arange(12.0).reshape(6, 2))


@pytest.mark.parametrize("make", [torch.tensor, np.asarray, lambda v: torch.tensor(v, dtype=torch.bfloat16), list])
def test_features_come_as_any_array(make):
    values = np.arange(48.0).reshape(6, 2, 2, 2)
    rows = read(None, np.array([1.0, np.nan, 3, 4, 5, 6]), make(values)).take(4)
    assert rows.features.shape == (4, 2, 2, 2)
    np.testing.assert_array_equal(rows.features, values[rows.target.to_series().to_numpy().astype(int) - 1])
    everything = read(None, np.array([1.0, np.nan, 3, 4, 5, 6]), make(values)).take(5)
    np.testing.assert_array_equal(everything.features, values[[0, 2, 3, 4, 5]])


def test_a_frame_of_features_keeps_its_columns_beside_targets_of_the_same_name():
    features = pl.DataFrame({"x": [1, 2], "y": [3, 4]})
    for kind in (features, features.lazy(), features.to_pandas()):
        table = read(None, pl.Series("y", [5.0, 6.0]), kind)
        assert table.targets == ("target y",)
        assert table.take(9).features.columns == ["x", "y"]
        assert table.take(9).target.to_series().to_list() == [5, 6]


def test_rows_of_targets_get_names():
    table = read(None, np.eye(3), np.ones((3, 2)))
    assert table.targets == ("target_0", "target_1", "target_2")


@pytest.mark.parametrize(
    ("features", "target", "parts"),
    [
        (np.ones((3, 2)), None, ["target=None", "(N,)"]),
        (np.ones((3, 2)), "y", ["target='y'", "whole table"]),
        (np.ones((3, 2)), np.ones(4), ["3 rows of features and 4 targets"]),
        (np.ones(3), np.ones(3), ["(3,)", "(3, 1)"]),
        (np.ones((3, 2)), np.ones((3, 2, 2)), ["(3, 2, 2)", "(N, C)"]),
        (np.ones((3, 2)), 3.0, ["single float"]),
        ([[1, 2], [3]], np.ones(2), ["features of type list is no array"]),
        (np.ones((0, 2)), np.ones(0), ["no rows"]),
        (np.ones((3, 2)), [None, None, None], ["missing in all of its 3 rows"]),
    ],
)
def test_arrays_that_do_not_fit(features, target, parts):
    with pytest.raises(DataError, match=says(*parts)):
        read(None, target, features)


# --------------------------------------------------------------------------------------------------------- wrong tables


@pytest.mark.parametrize(
    ("data", "target", "parts"),
    [
        (None, "y", ["Give either a table", "houses, spam, doctor_visits, digits"]),
        (3, "y", ["Data of type int", "features=X"]),
        ([1, 2], "y", ["Data of type list"]),
        ("hauses", None, ["no file 'hauses'", "houses"]),
        (frame(), None, ["Which column", "x (Float64), n (Int64), word (String), y (Float64)"]),
        (frame(), "why", ["no column 'why'", "Columns: x (Float64)"]),
        (frame(), "worb", ["no column 'worb'", "Did you mean 'word'?"]),
        (frame(), ["y", "z"], ["no column 'z'"]),
        (frame(), ["y", "y"], ["twice"]),
        (frame(), 3, ["name of a column", "int"]),
        (frame(), [], ["name of a column", "list"]),
        (frame(), np.ones(50), ["ndarray", "features=X"]),
        (frame().select("y"), "y", ["only the column 'y'"]),
        (frame().select("x", "y"), ["x", "y"], ["only the columns 'x', 'y'"]),
        (frame(0), "y", ["no rows"]),
        (frame().with_columns(y=pl.lit(None)), "y", ["missing in all of its 50 rows"]),
    ],
)
def test_a_table_that_cannot_be_used(data, target, parts):
    with pytest.raises(DataError, match=says(*parts)):
        read(data, target, None)


def test_a_file_that_cannot_be_read(tmp_path):
    for name, content, parts in (
        ("a.xlsx", "x", ["'.xlsx'", ".csv", ".parquet"]),
        ("a", "x", ["nothing"]),
        ("a.parquet", "no parquet", ["'a.parquet' cannot be read as PARQUET"]),
        ("a.arrow", "no arrow", ["cannot be read as ARROW"]),
        ("a.jsonl", '{"x": 1', ["cannot be read as JSONL"]),
        ("empty.csv", "", ["cannot be read as CSV"]),
        ("ragged.csv", "x,y\n1,2\n3,4,5,6\n", ["cannot be read as"]),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(DataError, match=says(*parts)) as caught:
            read(tmp_path / name, "y", None).take(5)
        assert "\n" not in str(caught.value)
    (tmp_path / "prices.csv").write_text("x,y\n1,2\n")
    with pytest.raises(DataError, match=says("Near it: prices.csv")):
        read(tmp_path / "price.csv", "y", None)
    with pytest.raises(DataError, match="no file"):
        read(tmp_path, "y", None)


def test_many_columns_are_not_all_listed():
    wide = pl.DataFrame({f"c{i}": [1.0] for i in range(60)})
    with pytest.raises(DataError, match=says("c39", "and 20 more")) as caught:
        read(wide, "missing", None)
    assert "c40" not in str(caught.value)


# ---------------------------------------------------------------------------------------------------------------- tasks

RNG = np.random.default_rng(0)
COUNT = np.minimum(RNG.poisson(1.5, size=400), 7)
TARGETS = {
    "real": RNG.normal(size=400),
    "positive": RNG.gamma(2.0, size=400),
    "count": COUNT,
    "proportion": RNG.beta(2, 3, size=400),
    "binary": np.arange(400) % 2,
    "margin": 2 * (np.arange(400) % 2) - 1,
    "classes": np.arange(400) % 5,
    "one_hot": np.eye(4, dtype=int)[np.arange(400) % 4],
    "distribution": RNG.dirichlet([1, 1, 1], size=400),
    "multi_label": (RNG.random((400, 3)) < 0.4).astype(int),
}


def target_frame(values):
    values = np.asarray(values)
    if values.ndim == 1:
        return pl.DataFrame({"y": values})
    return pl.DataFrame({f"c{i}": column for i, column in enumerate(values.T)})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_found(kind):
    task, values = find_task(target_frame(TARGETS[kind]), unit="miles")
    assert task.kind == kind
    assert task.unit == ("miles" if task.group == "regression" else "")
    expected = TARGETS[kind]
    if kind == "margin":
        expected = (expected + 1) / 2
    if kind == "one_hot":
        expected = expected.argmax(axis=1)
    np.testing.assert_allclose(values, expected)


FOUND = {
    "yes and no": (["no", "yes"] * 30, "binary", ("no", "yes")),
    "booleans": ([False, True] * 30, "binary", ("False", "True")),
    "two numbers": ([3, 8] * 30, "binary", ("3", "8")),
    "minus one and one in floats": ([-1.0, 1.0] * 30, "margin", ("-1.0", "1.0")),
    "three words": (["a", "c", "b"] * 30, "classes", ("a", "b", "c")),
    "ratings from 1": (list(range(1, 6)) * 20, "classes", ("1", "2", "3", "4", "5")),
    "whole numbers with gaps": ([0, 1, 2, 10, 40] * 20, "count", ()),
    "shares that fall off": ([0] * 200 + [1] * 150 + [2] * 80 + [3] * 30 + [4] * 10, "count", ()),
    "years": ([1990, 2000, 2010, 2021] * 20, "positive", ()),
    "whole numbers as floats": ([0.0, 1.0, 2.0] * 20, "classes", ("0.0", "1.0", "2.0")),
    "whole and negative": ([-5, 0, 5, 7] * 20, "real", ()),
    "zeros and amounts": ([0.0, 0.0, 1.5, 20.25] * 20, "real", ()),
    "amounts above 0": ([0.5, 1.5, 20.25] * 20, "positive", ()),
    "from 0 to 1 with the ends": ([0.0, 0.25, 1.0] * 20, "proportion", ()),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_a_column_holds(name):
    values, kind, labels = FOUND[name]
    task, numbers = find_task(pl.DataFrame({"y": values}))
    assert (task.kind, task.labels) == (kind, labels)
    if labels:
        assert [labels[int(number)] for number in numbers] == [str(value) for value in values]


def test_categories_are_classes_and_may_be_missing_from_the_rows():
    column = pl.Series("y", ["b", "a", "c"] * 20)
    for dtype in (pl.Categorical, pl.Enum(["a", "b", "c", "never"])):
        assert find_task(column.cast(dtype).to_frame())[0].labels == ("a", "b", "c")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("real", "positive"),
        ("real", "count"),
        ("real", "proportion"),
        ("real", "classes"),
        ("count", "classes"),
        ("classes", "count"),
        ("classes", "binary"),
        ("binary", "margin"),
        ("margin", "binary"),
        ("proportion", "binary"),
        ("multi_label", "one_hot"),
        ("distribution", "one_hot"),
    ],
)
def test_another_kind_can_be_said(kind, name):
    task, values = find_task(target_frame(TARGETS[name]), kind)
    assert task.kind == kind
    assert len(values) == 400


@pytest.mark.parametrize(
    ("kind", "target", "parts"),
    [
        ("ordinal", TARGETS["real"], ["no task 'ordinal'", "multi_label"]),
        ("positive", TARGETS["real"], ["not above 0", "in row"]),
        ("count", TARGETS["real"], ["not whole numbers from 0"]),
        ("proportion", 2 * TARGETS["proportion"], ["not from 0 to 1"]),
        ("binary", TARGETS["classes"], ["5 different values", "needs two"]),
        ("margin", TARGETS["classes"], ["5 different values"]),
        ("one_hot", TARGETS["classes"], ["a column for each class"]),
        ("distribution", TARGETS["real"], ["a column for each class"]),
        ("multi_label", TARGETS["binary"], ["a column for each class"]),
        ("one_hot", TARGETS["multi_label"], ["a single 1 in each row"]),
        ("multi_label", TARGETS["distribution"], ["columns of 0 and 1"]),
        ("distribution", TARGETS["multi_label"], ["rows from 0 whose sum is 1"]),
        ("real", TARGETS["one_hot"], ["one column", "4 were given"]),
        ("real", ["a", "b"] * 20, ["needs numbers", "String"]),
        ("classes", np.arange(2000), ["2,000 different values", "1,000 classes"]),
    ],
)
def test_a_kind_that_the_target_is_not(kind, target, parts):
    with pytest.raises((DataError, ParameterError), match=says(*parts)):
        find_task(target_frame(target), kind)


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ([3.5] * 40, ["constant (3.5 in every row)"]),
        (list(range(100, 200)), ["identifier", "task='real'"]),
        (list(np.cumsum(RNG.integers(1, 900, size=60))), ["identifier", "rising order"]),
        ([f"id-{i}" for i in range(60)], ["identifier", "different text in each row", "task='classes'"]),
        ([f"a text of several words, {i}" for i in range(60)], ["words on average", "cast"]),
        ([f"{i % 40}" for i in range(60)], ["too many different values"]),
        ([datetime.date(2020, 1, 1), datetime.date(2020, 1, 2), datetime.date(2020, 1, 4)] * 9, ["dates", "days"]),
        ([1.0, np.inf, 2.5] * 9, ["9 infinite values"]),
        ([[1.0, 2.0], [3.0], [1.0, 2.0]], ["same length", "from 1 to 2"]),
        ([{"a": 1}, {"a": 2}, {"a": 3}], ["neither a number nor a label"]),
    ],
)
def test_a_column_that_cannot_be_learned(target, parts):
    with pytest.raises(DataError, match=says(*parts)):
        find_task(pl.DataFrame({"y": target}))


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (RNG.normal(size=(40, 2)), ["neither labels", "one at a time"]),
        (np.ones((40, 2)), ["same in every row"]),
        (np.array([["a", "b"]] * 40), ["c0, c1 are not numbers"]),
        (np.where(RNG.random((40, 2)) < 0.1, np.inf, 1), ["infinite"]),
    ],
)
def test_columns_that_cannot_be_learned(target, parts):
    with pytest.raises(DataError, match=says(*parts)):
        find_task(target_frame(target))


def test_lists_in_a_column_are_columns():
    rows = TARGETS["distribution"]
    for kind in (pl.List(pl.Float64), pl.Array(pl.Float64, 3)):
        task, values = find_task(pl.Series("y", rows.tolist()).cast(kind).to_frame())
        assert (task.kind, task.labels) == ("distribution", ("y_0", "y_1", "y_2"))
        np.testing.assert_allclose(values, rows)


def test_rows_that_are_rounded_are_distributions():
    rounded = np.round(TARGETS["distribution"], 3)
    task, values = find_task(target_frame(rounded))
    assert task.kind == "distribution"
    np.testing.assert_allclose(values.sum(axis=1), 1)


def test_an_error_about_a_column_lists_the_others():
    table = read(frame().with_columns(y=pl.lit(2.0)), "y", None)
    with pytest.raises(DataError, match=says("constant", "Columns: x (Float64)", "word (String)")):
        task_of(table, table.take(99))
    arrays = read(None, np.ones(40), np.ones((40, 2)))
    with pytest.raises(DataError, match="constant") as caught:
        task_of(arrays, arrays.take(99))
    assert "Columns" not in str(caught.value)


def test_the_unit_of_a_table_becomes_that_of_its_task():
    table = read("houses", None, None)
    assert task_of(table, table.take(1000))[0] == Task(kind="positive", target="price", unit="US dollars")


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_has_a_score_for_each_thing_predicted(kind):
    task, values = find_task(target_frame(TARGETS[kind]))
    if task.group in ("regression", "binary"):
        assert task.outputs == 1
    else:
        assert task.outputs == len(task.labels) == (values.shape[1] if values.ndim == 2 else values.max() + 1)


# ------------------------------------------------------------------------------------------------------------- features


def parts_of(rows, share=0.8):
    return [np.arange(int(share * rows)), np.arange(int(share * rows), rows)]


@pytest.mark.parametrize("bent", [True, False])
def test_a_table_becomes_numbers_of_one_scale(bent):
    found, new = features_of("table", frame(400).drop("y"), parts_of(400), bent=bent)
    assert found.dtype == new.dtype == np.float32
    assert (len(found), len(new)) == (320, 80)
    assert found.shape[1] == new.shape[1] >= 4  # x, n, and the words
    assert np.abs(found).max() < 6
    np.testing.assert_allclose(found[:, :2].mean(axis=0), 0, atol=0.1)


@pytest.mark.parametrize("bent", [True, False])
def test_what_is_fitted_is_fitted_on_the_first_part(bent):
    plain = frame(400).drop("y")
    changed = plain.with_columns(x=pl.when(pl.int_range(400) < 320).then("x").otherwise(1e6))
    first, second = (features_of("table", f, parts_of(400), bent=bent)[0] for f in (plain, changed))
    np.testing.assert_array_equal(first, second)


def test_a_straight_column_stays_straight_and_a_bent_one_keeps_its_order():
    column = np.exp(np.random.default_rng(0).normal(size=(400, 1)))
    straight, bent = (features_of("array", column, [np.arange(400)], bent=bent)[0] for bent in (False, True))
    assert np.corrcoef(straight[:, 0], column[:, 0])[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(bent[:, 0], np.log(column[:, 0]))[0, 1] > 0.99
    np.testing.assert_array_equal(np.argsort(bent[:, 0]), np.argsort(column[:, 0]))


@pytest.mark.parametrize("bent", [True, False])
def test_gaps_are_filled_and_marked(bent):
    values = np.random.default_rng(0).normal(size=(100, 3))
    values[::4, 1], values[:, 2] = np.nan, np.nan
    values[1, 0] = np.inf
    found, new = features_of("array", values, parts_of(100), bent=bent)
    assert np.isfinite(found).all()
    assert np.isfinite(new).all()
    marks = [column for column in found.T[3:] if len(np.unique(column)) == 2]
    assert any(np.array_equal(column > column.mean(), np.isnan(values[:80, 1])) for column in marks)


@pytest.mark.parametrize("bent", [True, False])
def test_a_word_that_was_not_there_while_fitting_says_nothing(bent):
    words = pl.DataFrame({"x": np.arange(40.0), "word": ["a", "b"] * 19 + ["new", "newer"]})
    found, new = features_of("table", words, [np.arange(38), np.arange(38, 40)], bent=bent)
    assert np.isfinite(new).all()
    np.testing.assert_array_equal(new[0, 1:], new[1, 1:])
    assert found.shape[1] == new.shape[1]


def test_images_stay_images():
    images = np.random.default_rng(0).integers(0, 255, size=(20, 3, 4, 4)).astype(np.uint8)
    found, new = features_of("images", images, parts_of(20))
    assert found.shape == (16, 3, 4, 4)
    assert new.shape == (4, 3, 4, 4)
    fitted = images[:16].astype(float)
    np.testing.assert_allclose(new, (images[16:] - fitted.mean()) / fitted.std(), rtol=1e-5)
    assert np.isfinite(features_of("images", np.ones((20, 2, 2)), parts_of(20))[0]).all()


def test_features_that_are_no_numbers_are_an_error():
    with pytest.raises(DataError, match=says("features of array", "cannot be turned into numbers")):
        features_of("array", np.array([["a", object()]] * 10, dtype=object), parts_of(10))
    with pytest.raises(DataError, match=says("features of images", "finite")):
        features_of("images", np.full((10, 2, 2), np.nan), parts_of(10))
