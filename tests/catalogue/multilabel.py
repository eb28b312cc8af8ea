"""Several labels that may hold together."""

import math

from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, exp, log

# No two scores are a margin apart, where the slope is a matter of convention: that is in test_multilabel.
ROWS = (
    (0.1, 0.0, 0.25),
    (1.0, -2.0, 0.5),
    (1e-30, 0.5, -1e-300),
    (1e-8, 1.2, 1.5),
    (40.0, -40.0, 0.0),
    (700.0, 0.0, -1e-8),
    (-700.0, 0.25, 700.0),
    (1e4, 1e4 + 0.3, 1e4 - 2.0),
    (-1e4, -1e4 - 17.0, -1e4 + 1.2),
    (1e30, 1.3, 0.0),
    (-1e30, 1.3, 1e30),
)


def _zlpr(x, t, given, target_given):
    held = sum(u * exp(-v) for v, u in zip(x, t, strict=True))
    others = sum((1 - u) * exp(v) for v, u in zip(x, t, strict=True))
    return log(1 + held) + log(1 + others)


def _multi_label_margin(x, t, given, target_given, margin):
    places = range(len(x))
    pairs = [(i, j) for i in places for j in places if i != j]
    return sum(t[i] * (1 - t[j]) * max(mpf(0), margin - (x[i] - x[j])) for i, j in pairs) / len(x)


CASES = {
    "zlpr": Case(
        (lm.ZLPR(),),
        RowTextbook(_zlpr),
        (
            # Su et al. (2022), by hand: log(1 + 1/2 + 1/4) + log(1 + 1/8 + 1/2), and the same of no label: log(1 + 3)
            Published(
                "Su et al. (2022), the definition",
                lm.ZLPR(),
                [[math.log(2), math.log(4), -math.log(8), -math.log(2)], [0.0, 0.0, 0.0, -math.inf]],
                [[1, 1, 0, 0], [0, 0, 0, 0]],
                (math.log(1.75 * 1.625) + math.log(4)) / 2,
            ),
        ),
    ),
    "multilabel_margin": Case(
        (lm.MultilabelMargin(), lm.MultilabelMargin(margin=0.01), lm.MultilabelMargin(margin=50.0)),
        RowTextbook(_multi_label_margin),
        (
            Published(
                "documentation of torch.nn.MultiLabelMarginLoss: 0.85",
                lm.MultilabelMargin(),
                [[0.1, 0.2, 0.4, 0.8]],
                [[1, 0, 0, 1]],
                0.85,
            ),
            Published(
                "documentation of mindspore.ops.MultilabelMarginLoss: 0.325",
                lm.MultilabelMargin(),
                [[0.1, 0.2, 0.4, 0.8], [0.2, 0.3, 0.5, 0.7]],
                [[1, 1, 1, 1], [0, 0, 1, 1]],
                0.325,
            ),
        ),
        rows=ROWS,
    ),
}
