"""The points at which a careless formula breaks."""

from __future__ import annotations

import math

MAGNITUDES = (0.0, 1e-300, 1e-30, 1e-8, 1e-3, 0.3, 1.0, 2.7, 17.0, 40.0, 88.0, 700.0, 1e4, 1e30)
SCORES = tuple(sorted({s * m for s in (-1.0, 1.0) for m in MAGNITUDES}))
PROBABILITIES = (1e-300, 1e-30, 1e-8, 0.01, 0.1, 0.5, 0.9, 1 - 2.0**-10, 1 - 2.0**-23, 1 - 2.0**-52)
LOG_PROBABILITIES = (-1e30, -700.0, -40.0, -1.0, -0.7, -0.69, -0.5, -1e-3, -1e-8, -1e-30, -1e-300)

ROWS_OF_SCORES = (
    (0.0, 0.0, 0.0),
    (1.0, -2.0, 0.5),
    (1e-30, 0.0, -1e-300),
    (1e-8, 1.0, 1.0),
    (40.0, -40.0, 0.0),
    (700.0, 0.0, -1e-8),
    (-700.0, 0.25, 700.0),
    (1e4, 1e4 + 0.3, 1e4 - 2.0),
    (-1e4, -1e4 - 17.0, -1e4 + 1.0),
    (1e30, 1.0, 0.0),
)
ROWS_OF_PROBABILITIES = (
    (1 / 3, 1 / 3, 1 / 3),
    (0.7, 0.2, 0.1),
    (1e-30, 0.5, 0.5),
    (1 - 2.0**-20, 2.0**-21, 2.0**-21),
    (1e-8, 1e-300, 1 - 1e-8),
)
ONE_HOT = ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
DISTRIBUTIONS = (*ONE_HOT, (0.2, 0.5, 0.3), (1e-8, 0.0, 1 - 1e-8))


def log_rows(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Rows of probabilities as rows of their rounded logarithms."""
    return tuple(tuple(math.log(p) for p in row) for row in rows)


# By coding of the target: where a loss of one score, or of several, is tried.
TARGETS = {
    "real": (0.0, 2.5, -1e4, 1e30),
    "count": (0.0, 0.3, 2.5, 17.0, 1e4, 1e30),
    "positive": (1e-8, 0.3, 2.5, 17.0, 1e4, 1e30),
    "binary": (0.0, 1.0, 0.3),
    "sign": (-1.0, 1.0),
}
ROW_TARGETS = {
    "class index": ONE_HOT,
    "class rows": DISTRIBUTIONS[1:],
    "class index or rows": DISTRIBUTIONS[1:],
    "distribution": DISTRIBUTIONS[1:],
    "multi-label": ((1.0, 0.0, 1.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.2, 0.5, 0.0)),
}
