"""Classes that exclude each other."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, as_probabilities, log

KERAS = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]


def _cross_entropy(x, t, given, target_given, label_smoothing):
    spread = [(1 - label_smoothing) * v + label_smoothing / len(t) for v in t]
    return -sum(q * log(p) for q, p in zip(spread, as_probabilities(x, given), strict=True) if q)


ALL_GIVEN = ("scores", "probabilities", "log_probabilities")
CASES = {
    "cross_entropy": Case(
        (lm.CrossEntropy(), lm.CrossEntropy(label_smoothing=0.1)),
        RowTextbook(_cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of sklearn.metrics.log_loss: 0.21616",
                lm.CrossEntropy(),
                [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]],
                [1, 0, 0, 1],
                0.2161618,
                {"given": "probabilities"},
            ),
        ),
    ),
    "categorical_cross_entropy": Case(
        (lm.CategoricalCrossEntropy(), lm.CategoricalCrossEntropy(label_smoothing=0.3)),
        RowTextbook(_cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of keras.losses.CategoricalCrossentropy: 1.177",
                lm.CategoricalCrossEntropy(),
                KERAS,
                [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                1.1769392,
                {"given": "probabilities"},
            ),
        ),
    ),
    "sparse_categorical_cross_entropy": Case(
        (lm.SparseCategoricalCrossEntropy(), lm.SparseCategoricalCrossEntropy(label_smoothing=0.2)),
        RowTextbook(_cross_entropy, ALL_GIVEN),
        (
            Published(
                "documentation of keras.losses.SparseCategoricalCrossentropy: 1.177",
                lm.SparseCategoricalCrossEntropy(),
                KERAS,
                [1, 2],
                1.1769392,
                {"given": "probabilities"},
            ),
        ),
    ),
}
