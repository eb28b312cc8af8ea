"""Sequences of labels."""

import itertools
import math

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, log, softmax

CLASSES = 3  # of the rows below, each three frames of three scores
# Not all near 0 nor certain: there p and the share of alignments agree to the last digit, and slopes are differences.
ROWS = (
    (0.5,) * 9,
    (1.0, -2.0, 0.5, 0.25, 3.0, -1.0, 2.0, 0.0, 0.5),
    (2.0, -2.0, 0.0, 3.0, 0.0, -1e-8, -1.5, 0.25, 3.5),
    (1e4, 1e4 + 0.3, 1e4 - 2.0, -1e4, -1e4 - 7.0, -1e4 + 1.0, 0.0, 0.0, 1.0),
    (1.0, -300.0, 0.0, 0.5, 0.25, -700.0, 0.0, -1e30, 0.25),
    (1e-300, -1.0, 2.0, 0.0, -1e-30, 1.0, 2.0, 0.0, -3.0),
)
# the rows of TensorFlow's test, as probabilities: two samples, five frames, six classes of which the last is the blank
FRAMES = [
    [
        [0.633766, 0.221185, 0.0917319, 0.0129757, 0.0142857, 0.0260553],
        [0.111121, 0.588392, 0.278779, 0.0055756, 0.00569609, 0.010436],
        [0.0357786, 0.633813, 0.321418, 0.00249248, 0.00272882, 0.0037688],
        [0.0663296, 0.643849, 0.280111, 0.00283995, 0.0035545, 0.00331533],
        [0.458235, 0.396634, 0.123377, 0.00648837, 0.00903441, 0.00623107],
    ],
    [
        [0.30176, 0.28562, 0.0831517, 0.0862751, 0.0816851, 0.161508],
        [0.24082, 0.397533, 0.0557226, 0.0546814, 0.0557528, 0.19549],
        [0.230246, 0.450868, 0.0389607, 0.038309, 0.0391602, 0.202456],
        [0.280884, 0.429522, 0.0326593, 0.0339046, 0.0326856, 0.190345],
        [0.423286, 0.315517, 0.0338439, 0.0393744, 0.0339315, 0.154046],
    ],
]


def spelled(path, blank):
    """What a path says: repeats are one label, blanks are none."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


def _ctc(x, t, given, target_given, blank, impossible):
    frames = [softmax(x[i : i + CLASSES]) for i in range(0, len(x), CLASSES)]
    wanted = [int(v) for v in t if v >= 0]
    total = 0
    for path in itertools.product(range(CLASSES), repeat=len(frames)):
        if spelled(path, blank) == wanted:
            share = 1
            for p, c in zip(frames, path, strict=True):
                share *= p[c]
            total += share
    return -log(total)


CASES = {
    "ctc": Case(
        (lm.CTC(), lm.CTC(impossible="absent"), lm.CTC(blank=2)),
        RowTextbook(_ctc),
        (
            Published(
                "TensorFlow's ctc_loss_op_test, which has it from Graves' own program: 3.34211 and 5.42262",
                lm.CTC(blank=5),
                [[[math.log(p) for p in frame] for frame in sample] for sample in FRAMES],
                [[0, 1, 2, 1, 0], [0, 1, 1, 0, -1]],
                (3.34211 + 5.42262) / 2,
                {"given": "log_probabilities"},
            ),
        ),
        rows=ROWS,
        bound=(8.0, 8.0),  # a slope is a quotient of sums over alignments, from logarithms of them
        row_targets=lambda loss: ((1.0, 0.0), (1.0, -1.0), (0.0, 0.0)) if loss.blank else ((1.0, 2.0), (2.0, -1.0)),
    ),
}
