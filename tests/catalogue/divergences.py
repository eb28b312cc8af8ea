"""Between two distributions."""

import lossmith as lm
from catalogue.case import Case, Published
from hostile_grid import DISTRIBUTIONS
from oracle import RowTextbook, as_probabilities, log

THIRDS, SPREAD = [[1 / 3, 1 / 3, 1 / 3]], [[9 / 25, 12 / 25, 4 / 25]]
WIKIPEDIA = "Wikipedia, 'Kullback–Leibler divergence', basic example"


def _kl(x, t, given, target_given, direction):
    p, q = as_probabilities(x, given), as_probabilities(t, target_given)
    if direction == "reverse":
        p, q = q, p
    return sum(b * log(b / a) for a, b in zip(p, q, strict=True) if b)


CASES = {
    "kl_divergence": Case(
        (lm.KLDivergence(), lm.KLDivergence(direction="reverse")),
        RowTextbook(_kl, ("scores", "probabilities", "log_probabilities")),
        (
            Published(
                f"{WIKIPEDIA}: KL(P‖Q)", lm.KLDivergence(), THIRDS, SPREAD, 0.0852996, {"given": "probabilities"}
            ),
            Published(
                f"{WIKIPEDIA}: KL(Q‖P)",
                lm.KLDivergence(direction="reverse"),
                THIRDS,
                SPREAD,
                0.097455,
                {"given": "probabilities"},
            ),
        ),
        # reversed, a target of 0 costs infinitely much
        row_targets=lambda loss: DISTRIBUTIONS[2:3] if loss.direction == "reverse" else DISTRIBUTIONS[1:],
    ),
}
