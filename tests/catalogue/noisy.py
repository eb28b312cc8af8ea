"""Classes whose labels are often wrong."""

from mpmath import mp, mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, log, of_label, softmax

ALL_GIVEN = ("scores", "probabilities", "log_probabilities")


def _generalized(x, t, given, target_given, q):
    return of_label(lambda p: (1 - p**q) / q if q else -log(p), x, t, given)


def _symmetric(x, t, given, target_given, alpha, beta, zero_log):
    return of_label(lambda p: -alpha * log(p) - beta * zero_log * (1 - p), x, t, given)


def _taylor(x, t, given, target_given, order):
    return of_label(lambda p: sum((1 - p) ** k / k for k in range(1, order + 1)), x, t, given)


def _tempered_softmax(x, t2):
    if t2 == 1:
        return softmax(x)

    def at(level):
        return [(1 + (t2 - 1) * (level - v)) ** (1 / (1 - t2)) for v in x]

    # a sum of powers that falls in the level and is convex: Newton's steps from below come nearer without end
    level, step = max(x), mpf(1)
    while step > mpf(10) ** (10 - mp.dps) * (1 + abs(level)):
        p = at(level)
        step = (sum(p) - 1) / sum(q**t2 for q in p)
        level += step
    return at(level)


def _tempered_log(x, t):
    return (x ** (1 - t) - 1) / (1 - t) if t != 1 else log(x)


def _bi_tempered(x, t, given, target_given, t1, t2):
    total = mpf(0)
    for p, q in zip(_tempered_softmax(x, t2), t, strict=True):
        total += q * (_tempered_log(q, t1) - _tempered_log(p, t1)) if q else 0
        total -= (q ** (2 - t1) - p ** (2 - t1)) / (2 - t1) if t1 != 1 else 0  # then it is q − p, in sum 0
    return total


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
    "bi_tempered": Case(
        tuple(
            lm.BiTempered(t1=a, t2=b)
            for a, b in ((0.8, 1.2), (1.0, 1.0), (0.5, 1.75), (0.25, 1.5), (1.0, 1.5), (0.5, 1.0))
        ),
        RowTextbook(_bi_tempered),
        (
            Published(
                "tests of google/bi-tempered-loss: 0.02301914, 0.18972909, 0.93874922",
                lm.BiTempered(t1=0.5, t2=1.5),
                [[-0.5, 0.1, 2.0], [0.1, 1.5, -5.0], [4.0, -3.0, -6.0]],
                [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.2, 0.8, 0.0]],
                (0.02301914 + 0.18972909 + 0.93874922) / 3,
            ),
        ),
        # the power 1/(t2 − 1) is rounded, which a probability of 1e-147 multiplies by its logarithm
        bound=(10.0, 8.0),
    ),
}
