"""From a table to three splits of finite numbers: nothing of the test rows reaches training, and errors help."""

import dataclasses
import datetime

import numpy as np
import polars as pl
import pytest

from comparisons import features, splits_of, table, target
from lossmith.comparing import data
from lossmith.errors import DataError, ParameterError
from lossmith.reading import read


def prepared(source, name="y", kind=None, **options):
    return data.prepare(read(source, name, None), kind, **options)


def test_rows_are_split_once_each_and_classes_evenly():
    splits = splits_of("classes", rows=400)
    rows = np.concatenate([part.features for part in splits.parts])
    assert [len(part.target) for part in splits.parts] == [280, 60, 60]
    assert len({row.tobytes() for row in rows}) == 400
    whole = np.bincount(target("classes", rows=400)) / 400
    for part in splits.parts:
        assert np.bincount(part.target) / len(part.target) == pytest.approx(whole, abs=0.02)


def test_nothing_of_the_rows_held_out_reaches_the_features_or_the_scale():
    frame = table()
    splits = prepared(frame)
    held_out = np.isin(frame["y"].to_numpy(), [*splits.test.target, *splits.validation.target])
    other = frame.with_columns(
        pl.when(pl.Series(held_out)).then(pl.col("x") * 100 + 7).otherwise(pl.col("x")).alias("x"),
        pl.when(pl.Series(held_out)).then(pl.lit("never seen")).otherwise(pl.col("group")).alias("group"),
    )
    again = prepared(other)
    assert np.array_equal(again.train.features, splits.train.features)
    assert not np.array_equal(again.test.features, splits.test.features)
    assert np.isfinite(again.test.features).all()
    assert splits.centre == splits.train.target.mean()
    assert splits.scale == splits.train.target.std()


@pytest.mark.parametrize("kind", ["binary", "margin", "classes", "distribution", "multi_label"])
def test_what_is_no_amount_has_no_scale(kind):
    assert (splits_of(kind).centre, splits_of(kind).scale) == (0, 1)


def test_pictures_are_scaled_by_the_training_rows_as_one():
    pixels = np.random.default_rng(0).integers(0, 256, size=(120, 1, 4, 4))
    splits = data.prepare(read(None, np.arange(120) % 2, pixels))
    whole = np.concatenate([part.features for part in splits.parts]).ravel()
    assert splits.train.features.mean() == pytest.approx(0, abs=1e-5)
    assert splits.train.features.std() == pytest.approx(1, abs=1e-5)
    assert len(np.unique(whole)) <= 256  # one map for all places
    assert splits.inputs == (1, 4, 4)


def test_a_training_split_with_one_value_divides_by_nothing():
    y = np.zeros(100)
    y[data.prepare(read(None, np.arange(100.0) + 0.5, features(100))).test.target.astype(int)] = 1.5
    splits = data.prepare(read(None, y, features(100)), "real")
    assert splits.train.target.std() == 0
    assert splits.scale == 1


def test_any_kind_of_feature_becomes_finite_numbers():
    rows = range(240)
    frame = table(
        constant=[1] * 240,
        empty=pl.Series([None] * 240, dtype=pl.Float64),
        gaps=[None if i % 7 == 0 else float(i) for i in rows],
        infinite=[float("inf") if i == 3 else float(i) for i in rows],
        nan=[float("nan") if i % 5 == 0 else float(i) for i in rows],
        day=[datetime.date(2020, 1, 1) + datetime.timedelta(days=i) for i in rows],
        flag=[i % 3 == 0 for i in rows],
        text=[f"house number {i} with {('garden', 'garage', 'view')[i % 3]}" for i in rows],
        category=pl.Series([("u", "v", None)[i % 3] for i in rows], dtype=pl.Categorical),
    )
    splits, again = prepared(frame), prepared(frame)
    for part, same in zip(splits.parts, again.parts, strict=True):
        assert part.features.dtype == np.float32
        assert np.isfinite(part.features).all()
        assert np.array_equal(part.features, same.features)
    assert len({part.features.shape[1] for part in splits.parts}) == 1


def test_rows_without_a_target_are_left_out_and_counted():
    frame = table().with_columns(pl.when(pl.int_range(pl.len()) % 20 == 3).then(None).otherwise("y").alias("y"))
    splits = prepared(frame)
    assert (splits.of_rows, splits.without_target) == (240, 12)
    assert sum(len(part.target) for part in splits.parts) == 228
    without = prepared(frame.drop_nulls("y"))
    assert np.array_equal(splits.train.features, without.train.features)
    assert splits.fingerprint() == without.fingerprint()


def test_of_a_long_table_rows_are_drawn_the_same_ones_each_time():
    frame = table(1000)
    splits, again = prepared(frame, most_rows=300), prepared(frame, most_rows=300)
    assert sum(len(part.target) for part in splits.parts) == 300
    assert splits.of_rows == 1000
    assert splits.fingerprint() == again.fingerprint()
    drawn = np.concatenate([part.target for part in splits.parts])
    places = np.flatnonzero(np.isin(frame["y"].to_numpy(), drawn))
    assert 350 < places.mean() < 650  # from all of the table


def test_the_fingerprint_tells_tables_apart_by_any_number():
    splits = splits_of("real")
    prints = {splits.fingerprint()}
    for name, field in (("train", "features"), ("validation", "target"), ("test", "features")):
        part = getattr(splits, name)
        array = getattr(part, field).copy()
        array.flat[0] = np.nextafter(array.flat[0], np.inf, dtype=array.dtype)
        changed = dataclasses.replace(splits, **{name: dataclasses.replace(part, **{field: array})})
        prints.add(changed.fingerprint())
    assert len(prints) == 4
    assert data.prepare(read(None, target("real"), features())).fingerprint() in prints


BAD_TARGETS = {
    "a column that is not there": (table(), "yy", ["'yy'", "Did you mean 'y'", "x (Float64), group (String)"]),
    "no column named": (table(), None, ["Which column", "x (Float64), group (String)"]),
    "infinite": (table(y=[float("inf")] + [1.5, 2.0, 3.0] * 79 + [1.0] * 2), "y", ["1 infinite"]),
    "constant": (table(y=[5] * 240), "y", ["constant", "5"]),
    "all missing": (table(y=pl.Series([None] * 240, dtype=pl.Float64)), "y", ["missing in all", "x (Float64)"]),
    "a date": (table(y=[datetime.date(2020, 1, 1 + i % 9) for i in range(240)]), "y", ["Date"]),
    "a rare class": (table(y=["no"] * 236 + ["yes"] * 4), "y", ["'yes' has only 4 rows", "at least 10 of each"]),
    "too few rows": (table(59), "y", ["59 rows", "at least 60"]),
    "nothing to predict from": (table().select("y"), "y", ["only the column 'y'"]),
    "an identifier": (table(y=list(range(240))), "y", ["identifier"]),
}


@pytest.mark.parametrize("case", BAD_TARGETS)
def test_a_target_that_cannot_be_used_is_an_error_that_helps(case):
    frame, name, expected = BAD_TARGETS[case]
    with pytest.raises(DataError) as caught:
        prepared(frame, name)
    assert all(part in str(caught.value) for part in expected), caught.value


def test_sixty_rows_and_ten_of_a_class_are_enough():
    assert len(prepared(table(60)).test.target) == 9
    splits = prepared(table(60, y=["a"] * 10 + ["b"] * 10 + ["c"] * 40))
    assert all(set(part.target) == {0, 1, 2} for part in splits.parts)


def test_a_task_that_is_none_or_does_not_fit_is_an_error():
    with pytest.raises(ParameterError, match="There is no task 'regression'; the tasks are real, positive"):
        prepared(table(), kind="regression")
    with pytest.raises(DataError, match=r"task='proportion'.*from 0 to 1"):
        prepared(table(), kind="proportion")


def test_features_that_cannot_become_numbers_are_an_error():
    words = np.array([["a", "b"]] * 100)
    with pytest.raises(DataError, match="The features of arrays cannot be turned into numbers"):
        data.prepare(read(None, np.arange(100.0) % 7 / 7, words))
    pixels = np.full((100, 2, 2), np.nan)
    with pytest.raises(DataError, match="finite numbers"):
        data.prepare(read(None, np.arange(100.0) % 7 / 7, pixels))
