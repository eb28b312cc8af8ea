"""Classes of which some are rare."""

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, log, of_label


def _focal(x, t, given, target_given, gamma):
    return of_label(lambda p: -((1 - p) ** gamma) * log(p), x, t, given)


def _ldam(x, t, given, target_given, max_margin, scale):
    # without counts all margins are equal
    behind = [scale * (v - max_margin * u) for v, u in zip(x, t, strict=True)]
    return of_label(lambda p: -log(p), behind, t, given)


CASES = {
    "focal": Case(
        tuple(lm.Focal(gamma=g) for g in (2.0, 0.0, 0.5, 1.0, 5.0)),
        RowTextbook(_focal, ("scores", "probabilities", "log_probabilities")),
        (
            Published(
                "documentation of keras.losses.categorical_focal_crossentropy, where α is 0.25",
                lm.Focal(),
                [[0.05, 0.9, 0.05], [0.1, 0.85, 0.05]],
                [1, 2],
                (2.63401289e-04 + 6.75912094e-01) / 2 / 0.25,
                {"given": "probabilities"},
            ),
        ),
    ),
    "ldam": Case(
        (lm.LDAM(), lm.LDAM(max_margin=0.25, scale=1.0), lm.LDAM(max_margin=2.0, scale=10.0)),
        RowTextbook(_ldam),
        (
            # by hand from the definition: a lead of just the margin is an even chance
            Published("Cao et al. (2019), equation 13", lm.LDAM(), [[0.75, 0.25]], [0], 0.6931472),
        ),
    ),
}
