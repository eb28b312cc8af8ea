"""Losses of a predicted distribution of one number, scored by the whole of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lossmith.families import Likelihood
from lossmith.formula import normal_crps
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = ["CRPSGaussian"]


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
