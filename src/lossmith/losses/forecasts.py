"""Losses of a predicted distribution of one number, scored by the whole of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossmith import constants
from lossmith.errors import ShapeError
from lossmith.families import Axiswise, Likelihood
from lossmith.formula import normal_crps
from lossmith.formula.terms import Term
from lossmith.kernels.pointwise import times
from lossmith.links import IDENTITY
from lossmith.targets import REAL, Coding
from lossmith.traits import Traits

__all__ = ["CRPSEnsemble", "CRPSGaussian"]


@dataclass(frozen=True, kw_only=True)
class CRPSGaussian(Likelihood):
    """The continuous ranked probability score of a normal distribution: a mean and the log of a standard deviation.

    Convention: the last axis holds (mean, log σ), as for Gaussian NLL. With z = (t − mean)/σ it is
    σ·(z·(2Φ(z) − 1) + 2φ(z) − 1/√π), in the target's units: the squared distance between two distribution functions,
    the predicted one and the step at t.

    When: forecasts with their uncertainty, judged in the target's units; Gaussian NLL's case where outliers would rule
    it or σ run off to 0, as the slope by the mean is at most 1 here.
    When not: likelihoods are to be compared or added up; spreads differ by orders of magnitude, as large ones rule.
    Goes wrong: read in other units, or over a mixture of scales, the average hides the small ones. A σ far too small
    costs little, so it comes back slowly: the slope by log σ is then only −0.56·σ.
    Relatives: absolute error as σ goes to 0; Gaussian NLL is the logarithmic score of the same forecast; CRPSEnsemble
    where the forecast is a sample.

    Reference: Gneiting, T., Raftery, A. E., Westveld, A. H. and Goldman, T. (2005). Calibrated Probabilistic
    Forecasting Using Ensemble Model Output Statistics and Minimum CRPS Estimation. Monthly Weather Review 133(5).

    Example:
        >>> import lossmith as lm
        >>> lm.CRPSGaussian()([[0.0, 0.0], [0.0, -9.0]], [0.0, 2.0], reduction="none").round(4)
        array([0.2337, 1.9999])
    """

    def formula(self, mean: Term, log_scale: Term, t: Term) -> Term:
        """One word, exact at any scale."""
        return normal_crps(t - mean, log_scale)

    @property
    def traits(self) -> Traits:
        """Elicits the nearest normal distribution; the slope by the log of the scale grows with the scale."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mean and scale of the nearest normal distribution",
            convex=False,
            smooth=math.inf,
            lipschitz=math.inf,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class CRPSEnsemble(Axiswise):
    """The continuous ranked probability score of an ensemble: how far its members are from the target and each other.

    Convention: the last axis holds M members xᵢ, the target is one number t: mean |xᵢ − t| − ½·mean |xᵢ − xⱼ| over all
    i and j, i = j among them, which is the squared distance of the ensemble's distribution function and the step at t.
    ``fair`` takes the mean over the M·(M − 1) pairs of different members, and so estimates without bias what an endless
    ensemble of the same source would score; it may be below 0. Costs a sort, M·log M. Members that are equal share a
    place, so that their slopes are equal too.

    When: forecasts are samples: several networks, dropout, a generator that is given noise.
    When not: a shape is known (its own score says it with fewer numbers); several targets depend on each other, which
    scores of single numbers do not see.
    Goes wrong: members that start equal stay equal, as their slopes are: start them apart. Few members end up too close
    together; with ``fair`` that is gone, but the outermost ones have no slope beyond the target and may run off.
    Relatives: absolute error of a single member; MultiQuantile at the levels (i − ½)/M, of sorted members, times 2;
    CRPSGaussian for a normal distribution.

    Reference: Gneiting, T. and Raftery, A. E. (2007). Strictly Proper Scoring Rules, Prediction, and Estimation.
    Journal of the American Statistical Association 102(477). Fair: Ferro, C. A. T. (2014). Fair scores for ensemble
    forecasts. Quarterly Journal of the Royal Meteorological Society 140(683).

    Example:
        >>> import lossmith as lm
        >>> float(lm.CRPSEnsemble()([[1.0, 2.0, 3.0, 4.0]], [3.5]))
        0.625
    """

    fair: bool = False  # whether a member is not compared with itself

    HAS_CLASSES: ClassVar[bool] = False
    TARGET: ClassVar[Coding] = REAL
    LATEX: ClassVar[str] = (
        r"\frac{1}{M} \sum_{i} \left|x_{i} - t\right| - \frac{1}{2 M^{2}} \sum_{i, j} \left|x_{i} - x_{j}\right|"
    )
    NOTATION: ClassVar[str] = "mean |xᵢ − t| − ½·mean |xᵢ − xⱼ|"

    def function(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Σ of the distances from the target, each weighed by the member's place among the others: none is below 0."""
        members = prediction.shape[-1]
        if (others := members - self.fair) == 0:
            raise ShapeError(f"{self!r} compares a member with others, but there is one alone; leave fair= out")
        distances = prediction - target.unsqueeze(-1)
        values = prediction.detach().contiguous()
        ordered = values.sort(-1).values.contiguous()
        # of whole numbers, so that nothing is rounded: how many are below, less how many are above
        below = torch.searchsorted(ordered, values) + torch.searchsorted(ordered, values, right=True) - members
        pulls = (distances.detach().sign() * others - below) / others
        return times(pulls, distances).mean(-1)

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        (count,), _ = self._sample(targets)
        places = torch.arange(count, dtype=torch.float64)
        levels = places / (count - 1) if self.fair else (places + 0.5) / count
        return constants.quantiles(targets, levels, weights)

    @property
    def traits(self) -> Traits:
        """Elicits the distribution, by its quantiles; kinks, and not convex where members change places."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="distribution",
            convex=False,
            smooth=0,
            lipschitz=1.0,
            symmetric=True,
        )
