"""Losses of the residual that outliers cannot drag along: what is far away pulls no more than what is near, or less."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from lossmith.families import Residual
from lossmith.fields import Positive, Range
from lossmith.formula import (
    barron,
    biweight,
    gauss_dip,
    hyperbola,
    log1p,
    log1p_square,
    saturating_square,
    sqrt,
    where,
)
from lossmith.formula.terms import Term
from lossmith.links import IDENTITY
from lossmith.targets import REAL
from lossmith.traits import Traits

__all__ = ["Barron", "Cauchy", "Charbonnier", "GemanMcClure", "Tukey", "Welsch", "Wing"]


@dataclass(frozen=True, kw_only=True)
class Cauchy(Residual):
    """log(1 + ½(r/c)²), a Cauchy distribution's likelihood: beyond the scale, the larger an error, the less it pulls.

    Convention: Barron's and kornia's (``cauchy_loss`` is scale 1): about r²/2c² near the target; the pull is largest at
    √2·c. (SciPy's C²/2·log(1 + (r/C)²) is ``Cauchy(scale=C / 2**0.5)`` times C²/2.)

    When: heavy tails on both sides, or more gross outliers than Huber bears, each of which pulls as hard as it may.
    When not: the start may be far from the answer: what is far away hardly pulls, so train with Huber first.
    Goes wrong: scale far below the errors: slopes are about 2/r, and the fit sticks to the targets it began with.
    Two groups of targets: it settles in one of them.
    Relatives: Barron at α = 0; Student's likelihood with one degree of freedom; MSE/2c² inside the scale.

    Reference: Black, M. J. and Anandan, P. (1996). The Robust Estimation of Multiple Motions: Parametric and
    Piecewise-Smooth Flow Fields. Computer Vision and Image Understanding 63(1).

    Example:
        >>> import lossmith as lm
        >>> lm.Cauchy()([1.0, 100.0], [0.0, 0.0], reduction="none").round(4)
        array([0.4055, 8.5174])
    """

    scale: Positive = 1.0  # c, in the target's units: the pull is largest at √2·c

    def formula(self, r: Term) -> Term:
        """One word, whose square does not overflow."""
        return log1p_square(r / (sqrt(2) * self.scale))

    @property
    def traits(self) -> Traits:
        """Unbounded, though only as a logarithm is; far errors let go."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="deepest centre",
            convex=False,
            smooth=math.inf,
            lipschitz=math.sqrt(0.5) / self.scale,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class GemanMcClure(Residual):
    """2(r/c)²/((r/c)² + 4): no error costs more than 2, and gross ones hardly pull at all.

    Convention: Barron's and kornia's (``geman_mcclure_loss`` is scale 1): about r²/2c² near the target. (Geman's own
    r²/(1 + r²) is half of this at scale ½.) The pull is largest at 2c/√3.

    When: many gross outliers, up to near half of the targets, that are to be as good as absent.
    When not: a far start (see Cauchy), or far targets that are right and rare.
    Goes wrong: scale below the spread of the good errors: it follows the densest handful of targets and leaves the
    others alone; the loss is near 2 for most, and stays there.
    Relatives: Barron at α = −2; between Cauchy and Welsch; it seeks the mode of a density smoothed by a
    Cauchy kernel of width 2c.

    Reference: Geman, S. and McClure, D. E. (1985). Bayesian Image Analysis: An Application to Single Photon Emission
    Tomography. Proceedings of the American Statistical Association, Statistical Computing Section.

    Example:
        >>> import lossmith as lm
        >>> lm.GemanMcClure()([1.0, 100.0], [0.0, 0.0], reduction="none").round(4)
        array([0.4   , 1.9992])
    """

    scale: Positive = 1.0  # c, in the target's units

    name: ClassVar[str] = "geman_mcclure"

    def formula(self, r: Term) -> Term:
        """One word."""
        return 2 * saturating_square(r / (2 * self.scale))

    @property
    def traits(self) -> Traits:
        """A mode, as of a density smoothed by a Cauchy kernel."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mode",
            convex=False,
            smooth=math.inf,
            lipschitz=math.sqrt(27) / 8 / self.scale,
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Welsch(Residual):
    """1 − exp(−½(r/c)²): an error beyond a few scales costs 1 and pulls as if it were not there.

    Convention: Barron's and kornia's (``welsch_loss`` is scale 1): about r²/2c² near the target; also called Leclerc's,
    or the correntropy loss. (The convention c²/2·(1 − exp(−(r/c)²)) is ``Welsch(scale=c / 2**0.5)`` times
    c²/2.) The pull is largest at c.

    When: as for Geman and McClure, where outliers are to vanish at once: at 5 scales the slope is 4·10⁻⁶ of r/c².
    When not: a start more than a few scales off: there is nothing to follow down.
    Goes wrong: training does not move, the loss stays near 1: start with a larger scale, or Huber, and shrink it.
    Relatives: Barron as α goes to −∞; Tukey without its edge; it seeks the mode of a density smoothed by a normal
    kernel of width c.

    Reference: Dennis, J. E. and Welsch, R. E. (1978). Techniques for Nonlinear Least Squares and Robust Regression.
    Communications in Statistics - Simulation and Computation 7(4).

    Example:
        >>> import lossmith as lm
        >>> lm.Welsch()([1.0, 100.0], [0.0, 0.0], reduction="none").round(4)
        array([0.3935, 1.    ])
    """

    scale: Positive = 1.0  # c, in the target's units: where the pull is largest

    def formula(self, r: Term) -> Term:
        """One word."""
        return gauss_dip(r / self.scale)

    @property
    def traits(self) -> Traits:
        """A mode, as of a density smoothed by a normal kernel."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mode",
            convex=False,
            smooth=math.inf,
            lipschitz=math.exp(-0.5) / self.scale,
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Tukey(Residual):
    """Tukey's biweight c²/6·(1 − (1 − (r/c)²)³), level beyond c: what is farther than the scale does not pull at all.

    Convention: about r²/2 near the target, whatever the scale, and c²/6 at most (some divide by that). Where errors are
    normal and c is 4.685 of their standard deviations, it needs 1/0.95 times the rows of MSE.

    When: robust regression after a robust start, with gross outliers that should have no say.
    When not: training from scratch: what starts beyond c has a slope of exactly 0 and stays.
    Goes wrong: the default scale is for errors of size 1. On targets in thousands all lie beyond it and not one weight
    moves; on tiny ones it is half of MSE.
    Relatives: MSE/2 well inside the scale; Welsch has no edge; it seeks the mode of a density smoothed by a triweight
    kernel.

    Reference: Beaton, A. E. and Tukey, J. W. (1974). The Fitting of Power Series, Meaning Polynomials, Illustrated on
    Band-Spectroscopic Data. Technometrics 16(2).

    Example:
        >>> import lossmith as lm
        >>> lm.Tukey(scale=6.0)([3.0, 100.0], [0.0, 0.0], reduction="none")
        array([3.46875, 6.     ])
    """

    scale: Positive = 4.685  # c, in the target's units: from here on an error pulls no more at all

    def formula(self, r: Term) -> Term:
        """One word."""
        return self.scale**2 * biweight(r / self.scale)

    @property
    def traits(self) -> Traits:
        """A mode, as of a density smoothed by a triweight kernel; the third derivative jumps at ±c."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="mode",
            convex=False,
            smooth=2,
            lipschitz=16 / (25 * math.sqrt(5)) * self.scale,
            bounded=True,
            redescending=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Charbonnier(Residual):
    """√(r² + ε²): absolute error with a foot that is round, so that slopes shrink near an exact fit.

    Convention: as in image restoration, with a small ε; an exact fit costs ε, and the slope stays within ±1. (kornia's
    √(r² + 1) − 1 is this at ε = 1, less 1: the same slopes.)

    When: MAE's case where the last digits matter or the kink disturbs: pixels of restored images, optical flow.
    When not: MSE-like averaging of clean errors is wanted (a larger ε, or PseudoHuber); outliers are to be dropped.
    Goes wrong: ε not matched to the units. Far below the errors it is MAE, jitter and all; far above, slopes of r/ε.
    Relatives: MAE as ε goes to 0; PseudoHuber over δ, plus δ, at δ = ε; Barron at α = 1 and scale ε, times ε, plus ε.

    Reference: Charbonnier, P., Blanc-Féraud, L., Aubert, G. and Barlaud, M. (1994). Two Deterministic Half-Quadratic
    Regularization Algorithms for Computed Imaging. IEEE International Conference on Image Processing.

    Example:
        >>> import lossmith as lm
        >>> lm.Charbonnier(epsilon=3.0)([0.0, 4.0], [0.0, 0.0], reduction="none")
        array([3., 5.])
    """

    epsilon: Positive = 1e-3  # ε, in the target's units: how far the foot is round; the loss of an exact fit

    def formula(self, r: Term) -> Term:
        """The hyperbola with its vertex at ε."""
        return self.epsilon + self.epsilon * hyperbola(r / self.epsilon)

    @property
    def traits(self) -> Traits:
        """A centre near the median; convex, though its curvature dies out in the tails."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="centre",
            convex=True,
            smooth=math.inf,
            lipschitz=1.0,
            strictly_convex=True,
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Wing(Residual):
    """ω·log(1 + |r|/ε) up to ω, then a line of slope 1: the smaller an error, the harder it pulls.

    Convention: as in the paper, whose errors are in pixels; the line is |r| − ω + ω·log(1 + ω/ε). The
    slope jumps to ±ω/ε beside an exact fit and is 0 at it.

    When: many small errors have to become smaller still, as in landmark localisation, with few gross ones.
    When not: noisy labels: a target that is right to no better than ε is fitted as if it were exact.
    Goes wrong: units. On coordinates from 0 to 1 the defaults make about 5 times MAE. A large ω/ε makes the end of
    training jitter, so the step size must shrink.
    Relatives: MAE times ω/ε for errors well below ε, MAE plus a constant beyond ω.

    Reference: Feng, Z.-H., Kittler, J., Awais, M., Huber, P. and Wu, X.-J. (2018). Wing Loss for Robust Facial Landmark
    Localisation with Convolutional Neural Networks. Conference on Computer Vision and Pattern Recognition.

    Example:
        >>> import lossmith as lm
        >>> lm.Wing()([1.0, 20.0], [0.0, 0.0], reduction="none").round(4)
        array([ 4.0547, 27.9176])
    """

    width: Positive = 10.0  # ω, in the target's units: where the logarithm hands over to a line of slope 1
    epsilon: Positive = 2.0  # ε, in the target's units: the smaller, the sharper the kink; its slope is ω/ε

    def formula(self, r: Term) -> Term:
        """A logarithm, then a line of slope 1; what the line starts with is added, not subtracted from |r|."""
        a = abs(r)
        beyond = (a - self.width) + self.width * log1p(self.width / self.epsilon)
        return where(a <= self.width, self.width * log1p(a / self.epsilon), beyond)

    @property
    def traits(self) -> Traits:
        """Every target is a centre of its own; kinks at 0 and at ±ω."""
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits="deepest centre",
            convex=False,
            smooth=0,
            lipschitz=max(1.0, self.width / self.epsilon),
            symmetric=True,
        )


@dataclass(frozen=True, kw_only=True)
class Barron(Residual):
    """The general robust loss: one shape parameter leads from squared error through pseudo-Huber and Cauchy to Welsch.

    Convention: with b = 2 − α, it is b/α·(((r/c)²/b + 1)^(α/2) − 1): ½(r/c)² at α = 2, log(½(r/c)² + 1) at α = 0, and
    exact through both. Near the target all shapes are about r²/2c². Values of α above 2 are left out.

    When: how far outliers should be trusted is to be tuned, or learned (``lm.AdaptiveBarron``).
    When not: the shape is known: the named loss says more.
    Goes wrong: α learned by this loss alone, without its likelihood's constant, runs off to −∞. Below α = 1, as Cauchy.
    Relatives: MSE/2c² at α = 2, PseudoHuber over δ² at 1, Cauchy at 0, GemanMcClure at −2, Welsch as α goes to −∞.

    Reference: Barron, J. T. (2019). A General and Adaptive Robust Loss Function. Conference on Computer Vision and
    Pattern Recognition.

    Example:
        >>> import lossmith as lm
        >>> [round(float(lm.Barron(alpha=a)(3.0, 0.0)), 4) for a in (2, 1, 0, -2)]
        [4.5, 2.1623, 1.7047, 1.3846]
    """

    alpha: Annotated[float, Range(high=2)] = 1.0  # the smaller, the less a far error pulls
    scale: Positive = 1.0  # c, in the target's units: below it all shapes are nearly r²/2c²

    def formula(self, r: Term) -> Term:
        """One word, without a seam at α = 2 and α = 0."""
        return barron(r / self.scale, self.alpha)

    @property
    def traits(self) -> Traits:
        """Convex from α = 1 on, robust up to it, redescending below, bounded below 0."""
        alpha = self.alpha
        convex, redescending, bounded = alpha >= 1, alpha < 1, alpha < 0
        elicits = "mean" if alpha == 2 else "centre" if convex else "mode" if bounded else "deepest centre"
        # largest where r = c·√(b/(1 − α)), b = 2 − α
        steepest = ((1 - alpha) / (2 - alpha)) ** ((1 - alpha) / 2) / self.scale if alpha <= 1 else math.inf
        return Traits(
            target=REAL,
            link=IDENTITY,
            elicits=elicits,
            convex=convex,
            smooth=math.inf,
            lipschitz=steepest,
            strictly_convex=convex,
            strongly_convex=alpha == 2,
            bounded=bounded,
            redescending=redescending,
            symmetric=True,
        )
