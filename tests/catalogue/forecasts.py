"""A predicted distribution of one number."""

import math

import numpy as np
from mpmath import erfc, mp, mpf, sqrt
from scipy import optimize, stats

import lossmith as lm
from catalogue.case import Case, Published
from oracle import RowTextbook, exp


def _crps_gaussian(x, t, given, target_given):
    mean, log_scale = x
    sigma = exp(log_scale)
    z = (t[0] - mean) / sigma
    if abs(z) > 1e4:  # φ(z) < 10^(−2·10⁷), which mpmath would compute at length
        return abs(t[0] - mean) - sigma / sqrt(mp.pi)
    below, density = erfc(-z / sqrt(mpf(2))) / 2, exp(-(z**2) / 2) / sqrt(2 * mp.pi)
    return sigma * (z * (2 * below - 1) + 2 * density - 1 / sqrt(mp.pi))


def _nearest_normal(loss, y):
    """The least mean score, by other means."""

    def score(parameters):
        mean, scale = parameters[0], math.exp(parameters[1])
        z = (y - mean) / scale
        return (scale * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi))).mean()

    return optimize.minimize(score, [y.mean(), 0.0], method="BFGS", options={"gtol": 1e-10}).x


def _crps_ensemble(x, t, given, target_given, fair):
    pairs = len(x) * (len(x) - 1) if fair else len(x) ** 2
    return sum(abs(v - t[0]) for v in x) / len(x) - sum(abs(v - w) for v in x for w in x) / (2 * mpf(pairs))


def _members(loss, y):
    # fair: the least target, the median and the largest; else the middles of three thirds
    return [np.quantile(y, p, method="inverted_cdf") for p in ((0, 0.5, 1) if loss.fair else (1 / 6, 0.5, 5 / 6))]


CASES = {
    "crps_gaussian": Case(
        (lm.CRPSGaussian(),),
        RowTextbook(_crps_gaussian),
        (
            Published(
                "documentation of properscoring.crps_gaussian: 0.23369497725510913",
                lm.CRPSGaussian(),
                [[0.0, 0.0]],
                [0.0],
                0.23369497725510913,
            ),
        ),
        statistic=_nearest_normal,
    ),
    "crps_ensemble": Case(
        (lm.CRPSEnsemble(), lm.CRPSEnsemble(fair=True)),
        RowTextbook(_crps_ensemble),
        (
            Published(
                "Cross Validated 657127: properscoring.crps_ensemble(3.5, [1, 2, 3, 4])",
                lm.CRPSEnsemble(),
                [[1.0, 2.0, 3.0, 4.0]],
                [3.5],
                0.625,
            ),
            # mean |x − t| = 1.25; the pairs 1 2 3, 1 2, 1 have sum 10, over 12
            Published(
                "the same, fair, by hand", lm.CRPSEnsemble(fair=True), [[1.0, 2.0, 3.0, 4.0]], [3.5], 1.25 - 10 / 12
            ),
        ),
        # no two members are equal and none hits a target, in half precision neither: a kink has no derivatives
        rows=(
            (-1.0, 0.5, 2.0),
            (3.0, -40.0, 1e-6),
            (1e-6, -0.3, 700.0),
            (1e4, 1.02e4, 9.9e3),
            (-3e30, 1.0, -2e30),
        ),
        statistic=_members,
    ),
}
