"""A yes or a no that is written as +1 or −1, by losses that are smooth everywhere."""

import math

from mpmath import atan, mpf, tanh

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, exp, log

CASES = {
    "logistic_margin": Case(
        (lm.LogisticMargin(),),
        Textbook({"scores": lambda x, t: log(1 + exp(-t * x))}),
        (
            Published(
                "documentation of mindspore.ops.soft_margin_loss: 0.6764238",
                lm.LogisticMargin(),
                [[0.3, 0.7], [0.5, 0.5]],
                [[-1, 1], [1, -1]],
                0.6764238,
            ),
        ),
    ),
    "exponential": Case(
        (lm.Exponential(),),
        Textbook({"scores": lambda x, t: exp(-t * x)}),
        (
            # of AdaBoost's stump with an error of 1/4, whose scores are ±log(3)/2: 2·√(1/4·3/4)
            Published(
                "Freund and Schapire (1997): the factor of a round is 2·√(ε(1 − ε))",
                lm.Exponential(),
                [math.log(3) / 2] * 4,
                [1, 1, 1, -1],
                math.sqrt(3) / 2,
            ),
        ),
    ),
    "savage": Case(
        (lm.Savage(),),
        Textbook({"scores": lambda x, t: 1 / (1 + exp(t * x)) ** 2}),
        (
            # squared errors of the probabilities 0.8, 0.8, 0.5
            Published(
                "the definition, by hand",
                lm.Savage(),
                [math.log(4), math.log(4), 0.0],
                [1, -1, 1],
                (0.04 + 0.64 + 0.25) / 3,
            ),
        ),
    ),
    "tangent": Case(
        (lm.Tangent(),),
        Textbook({"scores": lambda x, t: (2 * atan(t * x) - 1) ** 2}),
        (
            # arctan 1 = π/4: (π/2 − 1)² and (π/2 + 1)², of mean π²/4 + 1
            Published("the definition, by hand", lm.Tangent(), [1.0, 1.0], [1, -1], math.pi**2 / 4 + 1),
        ),
    ),
    "sigmoid_loss": Case(
        (lm.SigmoidLoss(),),
        Textbook({"scores": lambda x, t: mpf(1) - tanh(t * x)}),
        (
            # tanh(log 2) = 3/5, tanh(log 3) = 4/5
            Published(
                "the definition, by hand", lm.SigmoidLoss(), [math.log(2), math.log(3)], [1, -1], (0.4 + 1.8) / 2
            ),
        ),
    ),
}
