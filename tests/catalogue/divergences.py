"""Between two distributions."""

import numpy as np
from mpmath import sqrt

import lossmith as lm
from catalogue.case import Case, Published
from hostile_grid import DISTRIBUTIONS, ROWS_OF_SCORES
from oracle import RowTextbook, as_probabilities, log

THIRDS, SPREAD = [[1 / 3, 1 / 3, 1 / 3]], [[9 / 25, 12 / 25, 4 / 25]]
EVEN = [[0.0, 0.0, 0.0]]  # the scores of the first
WIKIPEDIA = "Wikipedia, 'Kullback–Leibler divergence', basic example"
BY_HAND = (
    "worked by hand on the distributions (9, 12, 4)/25 and (1, 1, 1)/3 of Wikipedia's 'Kullback–Leibler divergence'"
)
ALL_GIVEN = ("scores", "probabilities", "log_probabilities")
PROBABILITIES = {"given": "probabilities"}
INSIDE = DISTRIBUTIONS[2:3]  # no class is impossible
# where all classes are equal, curvatures cross 0, and no digits are left of them
UNEVEN = ((0.3, 0.0, 0.0), (1e-30, 0.25, -1e-300), *ROWS_OF_SCORES[1:2], *ROWS_OF_SCORES[3:])


def of_both(function, at_a_kink=lambda p, t: False, given=ALL_GIVEN):
    """The textbook of a function of the two distributions p (predicted) and t."""

    def both(x, t, given, target_given):
        return as_probabilities(x, given), as_probabilities(t, target_given)

    return RowTextbook(
        lambda x, t, given, target_given, **parameters: function(*both(x, t, given, target_given), **parameters),
        given,
        lambda *place: at_a_kink(*both(*place)),
    )


def _tame(loss):
    """Without the rows at which t^α·p^(1−α) overflows in float32."""
    return tuple(row for row in UNEVEN if max(row) - min(row) < 30)


def _meets(p, t):
    return any(abs(a - b) < 1e-6 * max(a, b) for a, b in zip(p, t, strict=True))


def _kl(p, t, direction):
    if direction == "reverse":
        p, t = t, p
    return sum(b * log(b / a) for a, b in zip(p, t, strict=True) if b)


def _jensen_shannon(p, t, beta):
    m = [beta * b + (1 - beta) * a for a, b in zip(p, t, strict=True)]
    return beta * _kl(m, t, "forward") + (1 - beta) * _kl(m, p, "forward")


def _alpha(p, t, alpha):
    if alpha in (0, 1):
        return _kl(p, t, "forward" if alpha == 1 else "reverse") + (sum(p) - sum(t)) * (1 if alpha == 1 else -1)
    total = sum(b**alpha * a ** (1 - alpha) for a, b in zip(p, t, strict=True))
    return (total - alpha * sum(t) - (1 - alpha) * sum(p)) / (alpha * (alpha - 1))


def _renyi(p, t, alpha):
    if alpha == 1:
        return _kl(p, t, "forward") / sum(t)
    total = sum(b**alpha * a ** (1 - alpha) for a, b in zip(p, t, strict=True))
    return log(total / sum(t)) / (alpha - 1)


def _chi_squared(p, t, direction):
    return sum((a - b) ** 2 / (a if direction == "forward" else b) for a, b in zip(p, t, strict=True))


def power_mean(order, rows):
    """The mean of the powers, taken back, as a distribution; of the logarithms at 0."""
    mean = np.exp(np.log(rows).mean(0)) if order == 0 else (rows**order).mean(0) ** (1 / order)
    return mean / mean.sum()


CASES = {
    "kl_divergence": Case(
        (lm.KLDivergence(), lm.KLDivergence(direction="reverse")),
        of_both(_kl),
        (
            Published(f"{WIKIPEDIA}: KL(P‖Q)", lm.KLDivergence(), THIRDS, SPREAD, 0.0852996, PROBABILITIES),
            Published(
                f"{WIKIPEDIA}: KL(Q‖P)",
                lm.KLDivergence(direction="reverse"),
                THIRDS,
                SPREAD,
                0.097455,
                PROBABILITIES,
            ),
        ),
        # reversed, a target of 0 costs infinitely much
        row_targets=lambda loss: INSIDE if loss.direction == "reverse" else DISTRIBUTIONS[1:],
        statistic=lambda loss, rows: power_mean(loss.direction == "forward", rows),
    ),
    "js_divergence": Case(
        (lm.JSDivergence(), lm.JSDivergence(beta=0.1), lm.JSDivergence(beta=0.999)),
        of_both(_jensen_shannon),
        (
            Published(
                "documentation of scipy.spatial.distance.jensenshannon, the square of 0.46450140402245893",
                lm.JSDivergence(),
                [[1.0, 0.0]],
                [[0.5, 0.5]],
                0.46450140402245893**2,
                PROBABILITIES,
            ),
        ),
        rows=UNEVEN,
        bound=(8.0, 8.0),  # at β = 0.999 slopes are differences of numbers 7 times their size; 6 with AVX-512
    ),
    "total_variation": Case(
        (lm.TotalVariation(),),
        of_both(lambda p, t: sum(abs(a - b) for a, b in zip(p, t, strict=True)) / 2, _meets),
        (
            # (2 + 11 + 13)/75 / 2
            Published(BY_HAND, lm.TotalVariation(), THIRDS, SPREAD, 13 / 75, PROBABILITIES),
        ),
    ),
    "hellinger": Case(
        (lm.Hellinger(),),
        of_both(lambda p, t: sum((sqrt(a) - sqrt(b)) ** 2 for a, b in zip(p, t, strict=True)) / 2),
        (
            # 1 − (3 + 2·√3 + 2)/(5·√3)
            Published(BY_HAND, lm.Hellinger(), THIRDS, SPREAD, 1 - (5 + 12**0.5) / 75**0.5, PROBABILITIES),
        ),
        rows=UNEVEN,
        statistic=lambda loss, rows: power_mean(0.5, rows),
    ),
    "chi_squared": Case(
        (lm.ChiSquared(), lm.ChiSquared(direction="reverse")),
        of_both(_chi_squared),
        (
            # Σ t²/p − 1 = 3·(81 + 144 + 16)/625 − 1
            Published(BY_HAND, lm.ChiSquared(), THIRDS, SPREAD, 98 / 625, PROBABILITIES),
            # Σ p²/t − 1 = (1/9)·(25/9 + 25/12 + 25/4) − 1
            Published(BY_HAND, lm.ChiSquared(direction="reverse"), THIRDS, SPREAD, 400 / 324 - 1, PROBABILITIES),
        ),
        # reversed, it is infinite where the target is 0
        row_targets=lambda loss: INSIDE if loss.direction == "reverse" else DISTRIBUTIONS[1:],
        rows=lambda loss: UNEVEN if loss.direction == "reverse" else _tame(loss),
        bound=(5.0, 8.0),  # t² is read from the logarithm of t, which is rounded
        statistic=lambda loss, rows: power_mean(2 if loss.direction == "forward" else -1, rows),
    ),
    "alpha_divergence": Case(
        tuple(lm.AlphaDivergence(alpha=a) for a in (0.5, 1.0, 0.0, 0.9, 0.1, 1.7, -1.2)),
        of_both(_alpha),
        (
            Published(f"{WIKIPEDIA}: KL(P‖Q)", lm.AlphaDivergence(alpha=1.0), THIRDS, SPREAD, 0.0852996, PROBABILITIES),
            Published(f"{WIKIPEDIA}: KL(Q‖P)", lm.AlphaDivergence(alpha=0.0), THIRDS, SPREAD, 0.097455, PROBABILITIES),
        ),
        # where the target excludes a class, a small α costs 1/α
        row_targets=lambda loss: DISTRIBUTIONS[1:] if loss.alpha > 0.25 else INSIDE,
        rows=lambda loss: _tame(loss) if loss.alpha > 1 else UNEVEN,
        bound=(5.0, 8.0),  # a target of 1e-8 is read from its logarithm, which is rounded at 18 times its size
        # the limits, and where one evaluation passes into another
        beyond=tuple(lm.AlphaDivergence(alpha=a) for a in (1 - 1e-9, 1 + 1e-9, -1e-9, 1e-9, 0.2499, 0.2501, 0.5001)),
        statistic=lambda loss, rows: power_mean(loss.alpha, rows),
    ),
    "renyi_divergence": Case(
        tuple(lm.RenyiDivergence(alpha=a) for a in (0.5, 1.0, 2.0, 0.2)),
        of_both(_renyi, given=("scores", "log_probabilities")),
        (
            # log(3·(81 + 144 + 16)/625)
            Published(BY_HAND, lm.RenyiDivergence(alpha=2.0), EVEN, SPREAD, 0.1456576),
            Published(f"{WIKIPEDIA}: KL(P‖Q)", lm.RenyiDivergence(alpha=1.0), EVEN, SPREAD, 0.0852996),
        ),
        # above 1 those classes decide that the prediction all but excludes; the digits of their odds are lost in log p
        rows=lambda loss: _tame(loss) if loss.alpha > 0.9 else UNEVEN,
        bound=(9.0, 8.0),  # for a small order slopes are differences of nearly equal p and weight
        beyond=tuple(lm.RenyiDivergence(alpha=a) for a in (1 - 1e-9, 1 + 1e-9)),
    ),
}
