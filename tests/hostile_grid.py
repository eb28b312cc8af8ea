"""The losses with odd parameters, and the points at which a careless formula breaks."""

from __future__ import annotations

import dataclasses
import math

import lossmith as lm

# Every loss of the catalogue with the parameters under which it is tested; one that is not here fails test_exactness.
SETTINGS: dict[str, tuple[lm.Loss, ...]] = {
    "mse": (lm.MSE(),),
    "mae": (lm.MAE(),),
    "huber": tuple(lm.Huber(delta=d) for d in (0.01, 1.0, 1e4)),
    "log_cosh": (lm.LogCosh(),),
    "quantile": tuple(lm.Quantile(level=q) for q in (0.01, 0.5, 0.9)),
    "poisson": (lm.Poisson(),),
    "binary_cross_entropy": (
        lm.BinaryCrossEntropy(),
        lm.BinaryCrossEntropy(pos_weight=3.0),
        lm.BinaryCrossEntropy(label_smoothing=0.1),
        lm.BinaryCrossEntropy(pos_weight=0.1, label_smoothing=0.3),
    ),
    "hinge": (lm.Hinge(),),
    "squared_hinge": (lm.SquaredHinge(),),
    "cross_entropy": (lm.CrossEntropy(), lm.CrossEntropy(label_smoothing=0.1)),
    "categorical_cross_entropy": (lm.CategoricalCrossEntropy(), lm.CategoricalCrossEntropy(label_smoothing=0.3)),
    "sparse_categorical_cross_entropy": (
        lm.SparseCategoricalCrossEntropy(),
        lm.SparseCategoricalCrossEntropy(label_smoothing=0.2),
    ),
    "kl_divergence": (lm.KLDivergence(), lm.KLDivergence(direction="reverse")),
}
CONFIGURED = [loss for losses in SETTINGS.values() for loss in losses]

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


def parameters(loss: lm.Loss) -> tuple[tuple[str, float], ...]:
    """The hyper-parameters as the oracle takes them."""
    return tuple((f.name, getattr(loss, f.name)) for f in dataclasses.fields(loss))


def around(*points: float) -> tuple[float, ...]:
    """Each point with its two neighbours in float64."""
    return tuple(v for p in points for v in (math.nextafter(p, -math.inf), p, math.nextafter(p, math.inf)))


def log_rows(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Rows of probabilities as rows of their rounded logarithms."""
    return tuple(tuple(math.log(p) for p in row) for row in rows)
