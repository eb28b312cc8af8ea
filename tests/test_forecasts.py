"""Scores of a whole forecast: by their definition, the squared distance of two distribution functions."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

import lossmith as lm

INF = math.inf


def distance(below, kinks, t):
    """∫ (F(x) − 1{x ≥ t})² dx, piece by piece."""
    ends = sorted([min(kinks) - 60, *kinks, t, max(kinks) + 60, t - 60, t + 60])
    pieces = itertools.pairwise(ends)
    return sum(integrate.quad(lambda x, t=t: (below(x) - (x >= t)) ** 2, a, b, epsabs=1e-13)[0] for a, b in pieces)


@pytest.mark.parametrize(("mean", "scale", "t"), [(0.0, 1.0, 0.0), (1.0, 0.3, 2.0), (-2.0, 4.0, 3.5), (0.5, 1.0, -6.0)])
def test_the_score_of_a_normal_forecast_is_a_distance(mean, scale, t):
    got = lm.CRPSGaussian()([[mean, math.log(scale)]], [t])
    assert got == pytest.approx(distance(stats.norm(mean, scale).cdf, [mean], t), rel=1e-9)


@pytest.mark.parametrize(
    ("forecast", "t", "value", "slope", "bend"),
    [
        ((0.0, -1000.0), 2.0, 2.0, [-1.0, 0.0], [0.0, 0.0]),  # a scale of 0: absolute error
        ((0.0, -INF), 2.0, 2.0, [-1.0, 0.0], [0.0, 0.0]),
        ((0.0, 0.0), INF, INF, [-1.0, -1 / math.sqrt(math.pi)], [0.0, -1 / math.sqrt(math.pi)]),
        ((INF, 0.0), 2.0, INF, [1.0, -1 / math.sqrt(math.pi)], [0.0, -1 / math.sqrt(math.pi)]),
        ((0.0, 1000.0), 2.0, INF, [0.0, INF], [0.0, INF]),
        ((1e30, -80.0), -1e30, 2e30, [1.0, -math.exp(-80) / math.sqrt(math.pi)], [0.0, -math.exp(-80) * 0.5641896]),
    ],
)
def test_a_normal_forecast_at_its_limits(forecast, t, value, slope, bend):
    x, target = torch.tensor([forecast]), torch.tensor([t])
    got = *lm.CRPSGaussian().value_and_gradient(x, target), lm.CRPSGaussian().curvature(x, target)
    for numbers, wanted in zip(got, ([value], [slope], [bend]), strict=True):
        np.testing.assert_allclose(numbers.numpy(), np.array(wanted, dtype=np.float32), rtol=1e-6)
