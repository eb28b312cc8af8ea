"""A yes or a no that is written as +1 or −1, by losses with a corner or a seam."""

from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook

KERAS = [[0.6, 0.4], [0.4, 0.6]], [[-1.0, 1.0], [-1.0, -1.0]]
# of scikit-learn's own tests of stochastic gradient descent (test_sgd.py): p, y, loss
MODIFIED_HUBER = ((1, 1, 0), (-1, -1, 0), (2, 1, 0), (0, 1, 1), (-1, 1, 4), (0.5, -1, 2.25), (-2, 1, 8), (-3, 1, 12))


def _hinge(x, t):
    return max(mpf(0), 1 - t * x)


def _squared_hinge(x, t):
    return max(mpf(0), 1 - t * x) ** 2


def _smoothed_hinge(x, t, gamma):
    m = t * x
    return max(mpf(0), 1 - m) ** 2 / (2 * gamma) if m >= 1 - gamma else 1 - gamma / 2 - m


def _modified_huber(x, t):
    return max(mpf(0), 1 - t * x) ** 2 if t * x >= -1 else -4 * t * x


def _dwd(x, t, q):
    m = t * x
    return 1 - m if m <= q / (q + 1) else q**q / (q + 1) ** (q + 1) / m**q


CASES = {
    "hinge": Case(
        (lm.Hinge(),),
        Textbook({"scores": _hinge}, lambda t: (1 / t,)),
        (Published("documentation of keras.losses.Hinge, its targets read as ±1", lm.Hinge(), *KERAS, 1.3),),
    ),
    "squared_hinge": Case(
        (lm.SquaredHinge(),),
        Textbook({"scores": _squared_hinge}, lambda t: (1 / t,)),
        (
            Published(
                "documentation of keras.losses.SquaredHinge, its targets read as ±1", lm.SquaredHinge(), *KERAS, 1.86
            ),
        ),
    ),
    "smoothed_hinge": Case(
        tuple(lm.SmoothedHinge(gamma=g) for g in (1.0, 0.0625, 2.0, 30.0)),
        Textbook({"scores": _smoothed_hinge}, lambda t, gamma: (1 / t, (1 - gamma) / t)),
        (
            # Rennie and Srebro (2005), by hand: 1/2 − z up to 0, (1 − z)²/2 up to 1, then 0
            Published(
                "Rennie and Srebro (2005), the definition",
                lm.SmoothedHinge(gamma=1.0),
                [-2.0, 0.0, 0.5, 3.0],
                [1, 1, 1, 1],
                (2.5 + 0.5 + 0.125 + 0.0) / 4,
            ),
            Published(
                "a quarter of scikit-learn's modified Huber",
                lm.SmoothedHinge(gamma=2.0),
                *(list(v) for v in list(zip(*MODIFIED_HUBER, strict=True))[:2]),
                27.25 / 8 / 4,
            ),
        ),
    ),
    "modified_huber": Case(
        (lm.ModifiedHuber(),),
        Textbook({"scores": _modified_huber}, lambda t: (1 / t, -1 / t)),
        tuple(
            Published(f"test_sgd.py of scikit-learn: {p}, {y}", lm.ModifiedHuber(), [float(p)], [y], float(value))
            for p, y, value in MODIFIED_HUBER
        ),
    ),
    "dwd": Case(
        tuple(lm.DWD(q=q) for q in (1.0, 0.35, 3.0, 127.0)),
        Textbook({"scores": _dwd}, lambda t, q: (t * q / (q + 1),)),
        (
            # by hand from Marron et al. (2007) as margin: 1 − u up to 1/2, then 1/(4u)
            Published("Marron et al. (2007), the definition", lm.DWD(), [-1.0, 0.5, 2.0, 10.0], [1] * 4, 2.65 / 4),
        ),
    ),
    "squared_margin": Case(
        (lm.SquaredMargin(),),
        Textbook({"scores": lambda x, t: (1 - t * x) ** 2}),
        (
            # (t − s)² of labels ±1: 1.6², 0.6², 1.4², 1.6²
            Published("the definition, by hand", lm.SquaredMargin(), *KERAS, (2.56 + 0.36 + 1.96 + 2.56) / 4),
        ),
    ),
    "perceptron": Case(
        (lm.Perceptron(),),
        Textbook({"scores": lambda x, t: max(mpf(0), -t * x)}, lambda t: (mpf(0),)),
        (Published("the definition, by hand", lm.Perceptron(), [2.0, -0.5, -3.0], [1, 1, -1], 0.5 / 3),),
    ),
}
