"""What the numbers of a target tell: its size, its spread, its shape, numbers that stand for something else."""

from __future__ import annotations

from itertools import pairwise

import torch
from drawn import Draw, Limit, Program
from torch import Tensor, nn
from torch.distributions import Beta, Gamma, LogNormal, NegativeBinomial, Pareto, Weibull

from lossmith.auditing import coding
from lossmith.auditing.case import Case
from lossmith.auditing.probes import amounts, choice


def _regression(draw: Draw, target: Tensor, loss: nn.Module | None = None) -> Program:
    return draw.trained(draw.network(), loss or nn.MSELoss(), draw.inputs(), target.reshape(draw.rows, 1).float())


def _numbers(case: Case) -> Tensor:
    assert case.target is not None
    return case.target.numbers


# Size and spread ------------------------------------------------------------------------------------------------------


def scaled(draw: Draw) -> Program:
    """standardised targets, shares, ratings, logarithms of prices."""
    z = torch.randn(draw.rows)
    return _regression(draw, draw.one_of(z, z.sigmoid(), (3 + z).clamp(1, 5), 12 + 0.5 * z, 2 * z - 1))


def unscaled(draw: Draw) -> Program:
    """prices, years, bytes, grams, thousands of pascals."""
    z = torch.randn(draw.rows)
    amounts_in = (1e5 * (12 + z).clamp_min(1), 1980 + 15 * z, 255 * z.sigmoid(), 70_000 + 9_000 * z, 101 + 0.5 * z)
    return _regression(draw, draw.one_of(*amounts_in))


def _beyond(case: Case) -> float:
    assert case.prediction is not None
    return amounts._beyond(amounts._size(_numbers(case)), amounts._size(case.prediction.double()))


def narrow(draw: Draw) -> Program:
    """years, kelvins, pascals, volts of a grid."""
    z = torch.randn(draw.rows)
    return _regression(draw, draw.one_of(2020 + 2 * z, 293 + 5 * z, 101_325 + 500 * z, 230 + 2 * z))


def flat(draw: Draw) -> Program:
    """one number, or one with an error in the seventh digit."""
    number = draw.one_of(0.5, 3.0, 100.0, 2020.0)
    return _regression(draw, number + draw.one_of(0.0, 1e-7) * number * torch.randn(draw.rows))


def _variation(case: Case) -> float | None:
    return amounts._variation(_numbers(case)) if _is_asked(case) else None


def _is_asked(case: Case) -> bool:
    return _numbers(case).numel() >= amounts._FEWEST


# Numbers that stand for something -------------------------------------------------------------------------------------


def rounded(draw: Draw) -> Program:
    """measurements to one digit, with many zeros, or cut off above."""
    z = torch.randn(draw.rows)
    rain = torch.where(z > 0, (2 * z).exp(), 0.0)
    return _regression(
        draw, draw.one_of(z, 10 * z, rain, (20 + 9 * z).clamp_max(30), 30 * z.exp()).mul(10).round() / 10
    )


def sentinels(draw: Draw) -> Program:
    """the same with −999, 9999 or −1e6 for one in eight."""
    model, loss, x, y = rounded(draw)
    y = y.clone()
    y[:: min(8, draw.rows // 2)] = draw.one_of(-999.0, 9999.0, -1e6)
    return model, loss, x, y


def _aside(case: Case) -> float | None:
    values, counts = _numbers(case).unique(return_counts=True)
    if len(values) < amounts._FEWEST:
        return None
    ends = [(values[0], values[1:], counts[0]), (values[-1], values[:-1], counts[-1])]
    return max((amounts._aside(end, rest) for end, rest, count in ends if int(count) >= 2), default=0.0)


def levels(draw: Draw) -> Program:
    """3 to 16 levels of any size, the least 0."""
    few = int(torch.randint(3, 17, ()))
    levels = torch.cat([torch.zeros(1), torch.rand(few - 1)])
    return _regression(draw, levels[draw.labels(few)])


def scaled_labels(draw: Draw) -> Program:
    """labels of 3 to 30 classes over 255, over the largest, over their number or over 10."""
    classes = draw.one_of(3, 5, 10, 30)
    return _regression(draw, draw.labels(classes) / draw.one_of(255, classes - 1, classes, 10))


def _step_miss(case: Case) -> float | None:
    assert case.target is not None
    values = case.target.values
    if len(values) < 3 or values[0] != 0:
        return None
    return coding.step_miss(values, min(b - a for a, b in pairwise(values)))


# Shape ----------------------------------------------------------------------------------------------------------------


def even(draw: Draw) -> Program:
    """uniform, normal, gamma (shape 9), beta (2, 5), Weibull (2)."""
    n = (draw.rows,)
    drawn = (torch.rand(n) + 0.1, 10 + torch.randn(n), Gamma(9.0, 1.0).sample(n), Beta(2.0, 5.0).sample(n))
    return _regression(draw, draw.one_of(*drawn, Weibull(1.0, 2.0).sample(n)))


def skewed(draw: Draw) -> Program:
    """log-normal (1 and 1.5), gamma (shape 0.5), Pareto (2)."""
    n = (draw.rows,)
    drawn = (LogNormal(0.0, 1.0).sample(n), LogNormal(0.0, 1.5).sample(n), Gamma(0.5, 1.0).sample(n).clamp_min(1e-6))
    return _regression(draw, draw.one_of(*drawn, Pareto(torch.tensor(1.0), 2.0).sample(n)))


def _skew(case: Case) -> float | None:
    return choice._skew(_numbers(case)) if _numbers(case).numel() >= choice._FEWEST else None


def graded(draw: Draw) -> Program:
    """bounded grades, binomial (10, 0.8)."""
    return _regression(draw, torch.distributions.Binomial(10, 0.8).sample((draw.rows,)))


def counted(draw: Draw) -> Program:
    """counts, Poisson (1 to 4) and negative binomial."""
    n = (draw.rows,)
    rate = 1 + 3 * torch.rand(())
    return _regression(draw, draw.one_of(torch.poisson(rate.expand(n)), NegativeBinomial(2.0, 0.5).sample(n)))


def numbered(draw: Draw) -> Program:
    """labels of 3, 5 or 10 classes, each as likely."""
    return _regression(draw, draw.labels(draw.one_of(3, 5, 10)).float())


def _dispersion(case: Case) -> float | None:
    numbers = _numbers(case)
    return float(numbers.var() / numbers.mean()) if numbers.numel() >= choice._FEWEST else None


def _evenness(case: Case) -> float | None:
    return choice._evenness(_numbers(case)) if _numbers(case).numel() >= choice._FEWEST else None


LIMITS = (
    Limit("LM213", "size of targets to that of predictions", (amounts, "_FAR"), "above", _beyond, scaled, unscaled),
    Limit("LM215", "deviation of targets to their mean", (amounts, "_FLAT"), "below", _variation, narrow, flat),
    Limit(
        "LM216",
        "distance of a number to the range of all others",
        (amounts, "_ASIDE"),
        "above",
        _aside,
        rounded,
        sentinels,
    ),
    Limit(
        "LM214", "miss of multiples of a fraction", (coding, "STEP_MISS"), "below", _step_miss, levels, scaled_labels
    ),
    Limit("LM704", "skewness", (choice, "_SKEWED"), "above", _skew, even, skewed),
    Limit("LM703", "variance to mean", (choice, "_DISPERSED"), "above", _dispersion, graded, counted),
    Limit("LM701", "least frequent to most frequent", (choice, "_EVEN"), "above", _evenness, counted, numbered),
)
