"""A yes or a no that is written as 1 or 0."""

import math

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


def _of_label(t, yes, no):
    """A label of exactly 0 or 1 asks for one of them alone."""
    return (t * yes() if t else 0) + ((1 - t) * no() if t != 1 else 0)


def _focal(p, rest, t, gamma, alpha):
    missed = t * rest + (1 - t) * p
    weight = alpha * t + (1 - alpha) * (1 - t) if alpha >= 0 else 1
    return weight * missed**gamma * _of_label(t, lambda: -log(p), lambda: -log(rest))


def _asymmetric(p, rest, t, gamma_negative, gamma_positive, clip):
    def no():
        if not clip:
            return p**gamma_negative * -log(rest)
        return (p - clip) ** gamma_negative * -log(rest + clip) if p > clip else mpf(0)

    return _of_label(t, lambda: rest**gamma_positive * -log(p), no)


def _given(of):
    """A definition of p and 1 − p, whose scores lose no digits of either."""
    return Textbook(
        {
            "scores": lambda s, t, **fixed: of(1 / (1 + exp(-s)), 1 / (1 + exp(s)), mpf(t), **fixed),
            "probabilities": lambda p, t, **fixed: of(p, 1 - p, t, **fixed),
            "log_probabilities": lambda log_p, t, **fixed: of(exp(log_p), 1 - exp(log_p), t, **fixed),
        },
        lambda t, clip=0, **_: (log(clip / (1 - clip)),) if clip and t != 1 else (),
    )


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
    "binary_focal": Case(
        (
            lm.BinaryFocal(),
            lm.BinaryFocal(gamma=0.0),
            lm.BinaryFocal(gamma=1.5, alpha=0.25),
            lm.BinaryFocal(gamma=5.0, alpha=0.9),
        ),
        _given(_focal),
        (
            Published(
                "documentation of keras.losses.BinaryFocalCrossentropy: 0.691",
                lm.BinaryFocal(gamma=2.0),
                [-18.6, 0.51, 2.94, -12.8],
                [0.0, 1.0, 0.0, 0.0],
                0.6912122,
            ),
        ),
    ),
    "asymmetric": Case(
        (
            lm.Asymmetric(),
            lm.Asymmetric(gamma_negative=0.0, gamma_positive=0.0, clip=0.0),
            lm.Asymmetric(gamma_negative=2.0, gamma_positive=2.0, clip=0.0),
            lm.Asymmetric(gamma_negative=1.0, gamma_positive=0.0, clip=0.2),
            lm.Asymmetric(gamma_negative=0.0, gamma_positive=2.0, clip=0.2),
            lm.Asymmetric(gamma_negative=0.5, gamma_positive=3.0, clip=0.7),
        ),
        _given(_asymmetric),
        (
            # Ridnik et al. (2021), by hand: ½·log 2, 0.45⁴·(−log 0.55), 0
            Published(
                "Ridnik et al. (2021), the definition",
                lm.Asymmetric(),
                [0.5, 0.5, 0.05],
                [1, 0, 0],
                (math.log(2) / 2 - 0.45**4 * math.log(0.55)) / 3,
                {"given": "probabilities"},
            ),
        ),
    ),
}
