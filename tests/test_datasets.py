"""The bundled tables are there, complete, and say where they are from."""

import pytest

from lossmith import datasets


@pytest.mark.parametrize("dataset", datasets.ALL, ids=lambda dataset: dataset.name)
def test_a_bundled_table_is_complete_and_says_where_it_is_from(dataset):
    frame = dataset.read()
    assert dataset.target in frame.columns
    assert frame.null_count().sum_horizontal().item() == 0
    assert f"{frame.height:,}" in dataset.description
    assert dataset.origin
    assert dataset.licence


def test_the_tables_are_the_known_ones():
    shapes = {dataset.name: dataset.read().shape for dataset in datasets.ALL}
    assert shapes == {"houses": (25357, 17), "spam": (5889, 203), "doctor_visits": (20190, 10), "digits": (1797, 65)}


def test_every_bundled_file_is_listed():
    files = {path.stem for path in datasets.HOUSES.path.parent.glob("*.parquet")}
    assert files == {dataset.name for dataset in datasets.ALL}
