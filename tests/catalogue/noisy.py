"""Classes whose labels are often wrong."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, log, of_label

ALL_GIVEN = ("scores", "probabilities", "log_probabilities")


def _generalized(x, t, given, target_given, q):
    return of_label(lambda p: (1 - p**q) / q if q else -log(p), x, t, given)


def _symmetric(x, t, given, target_given, alpha, beta, zero_log):
    return of_label(lambda p: -alpha * log(p) - beta * zero_log * (1 - p), x, t, given)


def _taylor(x, t, given, target_given, order):
    return of_label(lambda p: sum((1 - p) ** k / k for k in range(1, order + 1)), x, t, given)


CASES = {
    "generalized_cross_entropy": Case(
        tuple(lm.GeneralizedCrossEntropy(q=q) for q in (0.7, 0.0, 1e-3, 0.3, 1.0)),
        RowTextbook(_generalized, ALL_GIVEN),
        (
            # 2 − 2·(√0.7 + √0.8 + 2·√0.6)/4, by hand
            Published(
                "example of keras.losses.CategoricalGeneralizedCrossEntropy, which prints no number",
                lm.GeneralizedCrossEntropy(q=0.5),
                [[0.7, 0.3], [0.2, 0.8], [0.6, 0.4], [0.4, 0.6]],
                [0, 1, 0, 1],
                0.3598596,
                {"given": "probabilities"},
            ),
        ),
    ),
    "symmetric_cross_entropy": Case(
        (
            lm.SymmetricCrossEntropy(),
            lm.SymmetricCrossEntropy(beta=0.0),
            lm.SymmetricCrossEntropy(alpha=6.0, zero_log=-0.5),
            lm.SymmetricCrossEntropy(alpha=1.0, beta=0.25, zero_log=-2.0),
        ),
        RowTextbook(_symmetric, ALL_GIVEN),
        (
            # by hand: 0.1·log 2 + 1·4·½
            Published(
                "Wang et al. (2019), the definition with A = −4",
                lm.SymmetricCrossEntropy(),
                [[0.5, 0.25, 0.25]],
                [0],
                2.0693147,
                {"given": "probabilities"},
            ),
        ),
    ),
    "taylor": Case(
        tuple(lm.Taylor(order=k) for k in (2, 1, 6, 20)),
        RowTextbook(_taylor, ALL_GIVEN),
        (
            # by hand: ½ + ¼/2 + ⅛/3
            Published(
                "Feng et al. (2020), the definition",
                lm.Taylor(order=3),
                [[0.5, 0.25, 0.25]],
                [0],
                0.6666667,
                {"given": "probabilities"},
            ),
        ),
    ),
}
