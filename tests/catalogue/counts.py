"""Counts, and other targets of 0 or more."""

import math

import lossmith as lm
from catalogue.case import Case, Published
from oracle import Textbook, exp

CASES = {
    "poisson": Case(
        (lm.Poisson(),),
        Textbook({"scores": lambda s, t: exp(s) - t * s}),
        (
            Published(
                "documentation of tf.keras.losses.poisson (TensorFlow 2.1): rates 4.3, 8.2, 12.2",
                lm.Poisson(),
                [math.log(v) for v in (4.3, 8.2, 12.2)],
                [1.4, 9.3, 2.2],
                -0.8045559,
            ),
            Published(
                "documentation of keras.losses.Poisson: rates [[1, 1], [0, 0]]",
                lm.Poisson(),
                [[0.0, 0.0], [-math.inf, -math.inf]],
                [[0.0, 1.0], [0.0, 0.0]],
                0.5,
            ),
        ),
        targets=(0.0, 0.3, 2.5, 17.0, 1e4, 1e30),  # a count of 1 has a test of its own
        near=lambda t: (math.log(t or 1),),
    ),
}
