"""A yes or a no that is written as 1 or 0."""

from mpmath import mpf

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, exp, log


def _binary(p, t, pos_weight, label_smoothing):
    t = (1 - label_smoothing) * t + label_smoothing / 2
    yes = -pos_weight * t * log(p) if t else 0
    no = -(1 - t) * log(1 - p) if t != 1 else 0
    return yes + no


def _binary_of_score(s, t, pos_weight, label_smoothing):
    # log p and log(1 − p) of p = 1/(1 + exp(−s)), where 1 − p has no digits left as a difference
    t = (1 - label_smoothing) * mpf(t) + label_smoothing / 2
    return pos_weight * t * log(1 + exp(-s)) + (1 - t) * log(1 + exp(s))


CASES = {
    "binary_cross_entropy": Case(
        (
            lm.BinaryCrossEntropy(),
            lm.BinaryCrossEntropy(pos_weight=3.0),
            lm.BinaryCrossEntropy(label_smoothing=0.1),
            lm.BinaryCrossEntropy(pos_weight=0.1, label_smoothing=0.3),
        ),
        Textbook(
            {
                "scores": _binary_of_score,
                "probabilities": _binary,
                "log_probabilities": lambda log_p, t, **parameters: _binary(exp(log_p), t, **parameters),
            }
        ),
        (
            Published(
                "documentation of keras.losses.BinaryCrossentropy(from_logits=True)",
                lm.BinaryCrossEntropy(),
                [-18.6, 0.51, 2.94, -12.8],
                [0.0, 1.0, 0.0, 0.0],
                0.8654582,
            ),
        ),
    ),
}
