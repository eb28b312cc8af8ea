"""Likelihoods of several predictions an element: a mean and how far targets scatter around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from torch import Tensor

from lossmith.families import Likelihood
from lossmith.fields import Positive, Range
from lossmith.formula import exp, exp_excess, held, log_scaled_bessel, minus, sqrt, student, times, versine
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = ["BetaNLL", "GaussianKL", "GaussianNLL", "LaplaceNLL", "StudentTNLL", "VonMises"]


def _of_a_scale(elicits: str, smooth: float = math.inf) -> Traits:
    """What the likelihoods of a location and a log scale have in common: joint convexity they lack."""
    return Traits(
        target=REAL, link=IDENTITY, elicits=elicits, convex=False, smooth=smooth, lipschitz=math.inf, symmetric=True
    )


@dataclass(frozen=True, kw_only=True)
class GaussianNLL(Likelihood):
    """Minus the log-likelihood of a normal distribution: a mean and the log of a standard deviation for each element.

    Convention: the last axis holds (mean, log σ): log σ + ((t − mean)/σ)²/2. The constant log(2π)/2 = 0.9189 is left
    out, as torch's ``GaussianNLLLoss`` does without ``full=True``; theirs reads the variance, exp(2·log σ), and holds
    it above 1e-6, where ours has no floor.

    When: how sure a prediction is differs from case to case, and that is to be learnt with it.
    When not: gross outliers (Student's t, Laplace); only the mean matters and the spread is even (MSE).
    Goes wrong: where σ grows before the mean fits, the mean's slope (t − mean)/σ² dies there, and bad regions stay bad
    (beta NLL). σ shrinks to 0 on targets that repeat or are learnt by heart: values fall without end, slopes explode.
    Relatives: half of MSE at σ = 1; Student's t as its degrees of freedom grow; beta NLL at beta = 0.

    Reference: Nix, D. A. and Weigend, A. S. (1994). Estimating the Mean and Variance of the Target Probability
    Distribution. IEEE International Conference on Neural Networks.

    Example:
        >>> import lossmith as lm
        >>> lm.GaussianNLL()([[0.0, 0.0], [0.0, 1.0]], [2.0, 2.0], reduction="none").round(4)
        array([2.    , 1.2707])
    """

    def formula(self, mean: Term, log_scale: Term, t: Term) -> Term:
        """A parabola in units of the scale."""
        return minus(times(t - mean, exp(-log_scale)) ** 2 / 2, -log_scale)

    @property
    def traits(self) -> Traits:
        """Elicits mean and standard deviation."""
        return _of_a_scale("mean and scale")


@dataclass(frozen=True, kw_only=True)
class LaplaceNLL(Likelihood):
    """Minus the log-likelihood of a Laplace distribution: a median, and the log of the mean distance from it.

    Convention: the last axis holds (location, log b): log b + |t − location|/b. The constant log 2 is left out. The
    slope by the location is 0 at an exact fit.

    When: Gaussian NLL's case with heavier tails, as of forecasts and of optical flow.
    When not: the mean of a skewed target is wanted; a smooth loss is needed.
    Goes wrong: b shrinks to 0 where targets are hit exactly; near a fit the slope is ±1/b whatever the distance, so
    that the location rattles.
    Relatives: absolute error at b = 1; Gaussian NLL with |r| in the place of r²/2.

    Reference: Laplace, P. S. (1774). Mémoire sur la probabilité des causes par les évènements.

    Example:
        >>> import lossmith as lm
        >>> lm.LaplaceNLL()([[0.0, 0.0], [0.0, 1.0]], [2.0, 2.0], reduction="none").round(4)
        array([2.    , 1.7358])
    """

    def formula(self, location: Term, log_scale: Term, t: Term) -> Term:
        """Two lines in units of the scale."""
        return minus(times(abs(t - location), exp(-log_scale)), -log_scale)

    @property
    def traits(self) -> Traits:
        """Elicits median and mean distance; one kink."""
        return _of_a_scale("median and mean distance", smooth=0)


@dataclass(frozen=True, kw_only=True)
class StudentTNLL(Likelihood):
    """Minus the log-likelihood of Student's t: a location and a log scale that gross outliers move little.

    Convention: the last axis holds (location, log s): log s + (ν + 1)/2·log(1 + ((t − location)/s)²/ν) with ν = ``df``.
    Terms of ν alone are left out, so that values at different ν do not compare. s is no standard deviation: that is
    s·√(ν/(ν − 2)), and infinite for ν ≤ 2.

    When: Gaussian NLL's case with outliers; ν about 4, and 1 (the Cauchy distribution) for the wildest.
    When not: what is far off is what matters; targets of two hills (it may settle on either).
    Goes wrong: from a start far off, in units of s, slopes by the location die out as 1/r: start from
    ``best_constant``, or from a large scale.
    Relatives: Gaussian NLL as ν grows, without a jump; Cauchy's loss at ν = 1 and s = 1.

    Reference: Lange, K. L., Little, R. J. A. and Taylor, J. M. G. (1989). Robust Statistical Modeling Using the t
    Distribution. Journal of the American Statistical Association 84(408).

    Example:
        >>> import lossmith as lm
        >>> lm.StudentTNLL(df=1.0)([[0.0, 0.0], [0.0, 0.0]], [1.0, 1e6], reduction="none").round(4)
        array([ 0.6931, 27.631 ])
    """

    df: Positive = 4.0  # ν, the degrees of freedom: the smaller, the heavier the tails

    name: ClassVar[str] = "student_t_nll"

    def formula(self, location: Term, log_scale: Term, t: Term) -> Term:
        """A logarithm in the tails."""
        return student((t - location) / sqrt(self.df), log_scale, self.df)

    @property
    def traits(self) -> Traits:
        """Elicits a robust centre and scale."""
        return _of_a_scale("centre and scale of the likeliest t")


@dataclass(frozen=True, kw_only=True)
class BetaNLL(Likelihood):
    """Gaussian NLL times σ^(2β), taken for a constant: the mean is learnt also where σ is large, and σ still means σ.

    Convention: the last axis holds (mean, log σ), as for Gaussian NLL, without its constant. The factor is held: the
    slope does not go through it, so it is not the slope of the value, and a falling value proves nothing.

    When: Gaussian NLL fits the easy regions and leaves the rest; β = 0.5 is the authors' advice.
    When not: values are to be compared, or minimised by a line search, which looks at values.
    Goes wrong: with a β near 1 small scales are learnt slowly; an optimiser that compares values (L-BFGS) stalls.
    Relatives: Gaussian NLL at β = 0; at β = 1 the mean has the slope of half the MSE.

    Reference: Seitzer, M., Tavakoli, A., Antic, D. and Martius, G. (2022). On the Pitfalls of Heteroscedastic
    Uncertainty Estimation with Probabilistic Neural Networks. International Conference on Learning Representations.

    Example:
        >>> import lossmith as lm
        >>> lm.BetaNLL(beta=1.0).gradient([[0.0, 1.0]], [2.0]).round(4)
        array([[-2.    ,  3.3891]])
    """

    beta: Annotated[float, Range(0, 1)] = 0.5  # β: 0 is Gaussian NLL, 1 gives the mean the slope of MSE/2

    def formula(self, mean: Term, log_scale: Term, t: Term) -> Term:
        """The root of the factor goes within the square, before that can overflow."""
        weighed = times(t - mean, exp(-log_scale) * held(exp(self.beta * log_scale)))
        return weighed**2 / 2 + held(exp(2 * self.beta * log_scale)) * log_scale

    @property
    def traits(self) -> Traits:
        """Elicits mean and standard deviation: the factor is one for all where predictions are constant."""
        return _of_a_scale("mean and scale")

    def _best_constant(self, targets: Tensor, weights: Tensor | None) -> Tensor:
        return GaussianNLL()._best_constant(targets, weights)


@dataclass(frozen=True, kw_only=True)
class VonMises(Likelihood):
    """Minus the log-likelihood of von Mises' distribution: a direction, and the log of how close targets keep to it.

    Convention: the last axis holds (direction, log κ), the target is an angle, all in radians and of any number of
    turns: κ·(1 − cos(t − direction)) + log(I₀(κ)·exp(−κ)). The constant log 2π is left out, so that knowing nothing, κ
    = 0, costs 0.

    When: angles, headings, times of the day or of the year: what is 2π·0.99 away is near.
    When not: angles in degrees (multiply by π/180); axes without an arrow (double all angles); rotations in space.
    Goes wrong: opposite to the target the slope by the direction is 0; a start there stays. κ grows without end on
    targets that are hit exactly.
    Relatives: Gaussian NLL of variance 1/κ where κ is large; cosine distance times κ where it is given.

    Reference: Prokudin, S., Gehler, P. and Nowozin, S. (2018). Deep Directional Statistics: Pose Estimation with
    Uncertainty Quantification. European Conference on Computer Vision.

    Example:
        >>> import lossmith as lm
        >>> lm.VonMises()([[0.0, 0.0], [0.0, 0.0]], [0.0, 3.0], reduction="none").round(4)
        array([-0.7641,  1.2259])
    """

    def formula(self, direction: Term, log_concentration: Term, t: Term) -> Term:
        """The cosine, and the normaliser: of both what is left at the centre of a narrow peak."""
        return minus(times(versine(direction - t), exp(log_concentration)), -log_scaled_bessel(log_concentration))

    @property
    def traits(self) -> Traits:
        """Elicits the mean direction, and the concentration that has the sample's mean resultant length."""
        return _of_a_scale("mean direction and concentration")


@dataclass(frozen=True, kw_only=True)
class GaussianKL(Likelihood):
    """The divergence of a normal distribution from one of variance 1: what a variational autoencoder pays for its code.

    Convention: the last axis holds (mean, log variance), in that order and a variance as is usual there; the target is
    the prior's mean, 0 for the standard normal. (σ² − 1 − log σ² + (mean − t)²)/2, that is −(1 + log σ² − μ² − σ²)/2
    at t = 0, for each dimension of the code: sum these over the code before the mean over samples.

    When: the second term of a variational autoencoder; any normal belief that is held near a prior.
    When not: the prior's variance is not 1 (divide mean and target by its σ, take its log variance from yours).
    Goes wrong: reduction="mean" divides by the size of the code too, which weakens the term by that factor. Too strong,
    it reaches 0 and the code says nothing (posterior collapse). A log variance of 100 overflows float32: bound it.
    Relatives: KL divergence, of densities; half of the squared error at a variance of 1.

    Reference: Kingma, D. P. and Welling, M. (2014). Auto-Encoding Variational Bayes. International Conference on
    Learning Representations.

    Example:
        >>> import lossmith as lm
        >>> lm.GaussianKL()([[1.0, 0.0], [0.0, 1e-9]], [0.0, 0.0], reduction="none")
        array([5.0e-01, 2.5e-19])
    """

    def formula(self, mean: Term, log_variance: Term, t: Term) -> Term:
        """What the variance costs, exact near 1, and what the mean costs."""
        return (exp_excess(log_variance) + (mean - t) ** 2) / 2

    @property
    def traits(self) -> Traits:
        """Elicits the mean, and the prior's variance whatever the targets."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mean and a variance of 1",
            convex=True,
            smooth=math.inf,
            lipschitz=math.inf,
            strictly_convex=True,
            symmetric=True,
        )
