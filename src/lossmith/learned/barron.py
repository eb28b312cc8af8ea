"""Barron's loss with its shape and scale learned, as the likelihood that keeps both from running away."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor

from lossmith.arrays import Array, Result, result_of, tensor_of
from lossmith.call import Options
from lossmith.errors import LossmithError, ParameterError, ShapeError
from lossmith.formula.derive import Formula
from lossmith.kernels import pointwise
from lossmith.kernels.dispatch import at_compile_time
from lossmith.losses import Barron
from lossmith.reduction import Reduction, check_reduction, reduce

Learned: TypeAlias = Literal["alpha", "scale"]
LEARNED: tuple[Learned, ...] = ("alpha", "scale")


class AdaptiveBarron(torch.nn.Module):
    """Barron's loss as a likelihood whose shape and scale are learned beside the model: how far to trust outliers.

    The value is ρ(r, α, c) + log c + log Z(α), minus the log of the density exp(−ρ)/(c·Z(α)): a smaller α or a larger c
    makes each error cheaper and the constants dearer, so neither runs away. Normal errors lead α towards 2 and c to
    their standard deviation, Cauchy errors α towards 0. Values may be below 0. Give the optimiser its parameters too.

    Args:
        start: the loss it starts as, ``Barron()`` where nothing is said. What is not learned stays as it is there.
        learn: which of ``"alpha"`` and ``"scale"`` are learned.
        features: ``None``: one shape and scale for all; a number: one of each for each place along the last axis.
        alpha_within: the ends between which α is learned, in [0, 2).
        scale_above: the lower end of the scale; it matters where residuals can become exactly 0.
        reduction: as in a call of the loss.

    Reference: Barron, J. T. (2019). A General and Adaptive Robust Loss Function. Conference on Computer Vision and
    Pattern Recognition.

    Example:
        >>> import torch, lossmith as lm
        >>> criterion = lm.AdaptiveBarron(lm.Barron(alpha=1.5, scale=0.5))
        >>> [name for name, _ in criterion.named_parameters()]
        ['latent_alpha', 'latent_scale']
        >>> round(criterion(torch.zeros(3), torch.zeros(3)).item(), 4)
        0.394
    """

    latent_alpha: Tensor | None
    latent_scale: Tensor | None
    fixed_alpha: Tensor | None
    fixed_scale: Tensor | None

    def __init__(
        self,
        start: Barron | None = None,
        *,
        learn: Collection[Learned] = LEARNED,
        features: int | None = None,
        alpha_within: tuple[float, float] = (0.001, 1.999),
        scale_above: float = 1e-5,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__()
        start = Barron() if start is None else start
        _check(start, learn, features, alpha_within, scale_above)
        check_reduction(reduction, None)
        self.start = start
        self.features = features
        self.alpha_within = alpha_within
        self.scale_above = scale_above
        self.reduction: Reduction = reduction
        low, high = alpha_within
        place = (start.alpha - low) / (high - low)
        latent = {
            "alpha": math.log(place / (1 - place)) if "alpha" in learn else None,
            "scale": math.log(start.scale - scale_above) if "scale" in learn else None,
        }
        for name, value in latent.items():
            number = getattr(start, name) if value is None else value
            tensor = torch.full(() if features is None else (features,), number)
            self.register_parameter(f"latent_{name}", None if value is None else torch.nn.Parameter(tensor))
            self.register_buffer(f"fixed_{name}", tensor if value is None else None)

    @property
    def alpha(self) -> Tensor:
        """The shape: a number, or one for each feature."""
        low, high = self.alpha_within
        if self.latent_alpha is None:
            return cast(Tensor, self.fixed_alpha)
        return low + (high - low) * self.latent_alpha.sigmoid()

    @property
    def scale(self) -> Tensor:
        """The scale, in the target's units: a number, or one for each feature."""
        if self.latent_scale is None:
            return cast(Tensor, self.fixed_scale)
        return self.scale_above + self.latent_scale.exp()

    @property
    def fitted(self) -> Barron | tuple[Barron, ...]:
        """The loss that was learned, as a value; one for each feature where there are several."""
        pairs = zip(self.alpha.detach().flatten().tolist(), self.scale.detach().flatten().tolist(), strict=True)
        losses = tuple(Barron(alpha=alpha, scale=scale) for alpha, scale in pairs)
        return losses[0] if self.features is None else losses

    def forward(
        self,
        prediction: Array,
        target: Array,
        *,
        weight: Array | None = None,
        mask: Array | None = None,
        reduction: Reduction | None = None,
        normalizer: float | Tensor | None = None,
    ) -> Result:
        """Minus the log-likelihood of a batch; the options are those of :class:`lossmith.call.Options`."""
        reduction = self.reduction if reduction is None else reduction
        check_reduction(reduction, normalizer)
        scores = tensor_of(prediction, "prediction")
        options: Options = {"weight": weight, "mask": mask}
        batch = self.start._read(scores, target, options)
        residual = batch.prediction - batch.target
        if self.features is not None and residual.shape[-1:] != (self.features,):
            raise ShapeError(
                f"prediction has shape {tuple(residual.shape)}; AdaptiveBarron(features={self.features}) expects "
                f"{self.features} along its last axis"
            )
        alpha, scale = (p.to(residual.dtype) for p in (self.alpha, self.scale))
        constant = scale.log() + self.log_partition().to(residual.dtype)
        values = _rho(residual, alpha, scale) + constant
        return result_of(reduce(values, None, batch.weighting, reduction, normalizer), prediction)

    def log_partition(self) -> Tensor:
        """log Z(α) = log ∫ exp(−ρ(x, α, 1)) dx, in float64, of shape and with the graph of ``alpha``."""
        return log_partition(self.alpha)

    def extra_repr(self) -> str:
        """What it started as, and what is learned."""
        learned = tuple(name for name in LEARNED if getattr(self, f"latent_{name}") is not None)
        return f"{self.start!r}, learn={learned!r}, features={self.features!r}, reduction={self.reduction!r}"


def log_partition(alpha: Tensor) -> Tensor:
    """log ∫ exp(−ρ(x, α, 1)) dx for each α in [0, 2], in float64.

    The trapezoidal rule in t of x = √2·sinh(π/2·sinh t), which makes even Cauchy's tails fall off doubly exponentially:
    right to eleven digits, at 2 and near it too.
    """
    t = torch.arange(STEPS + 1, dtype=torch.float64, device=alpha.device) / STEPS * FARTHEST
    wide = math.pi / 2 * t.sinh()
    x = math.sqrt(2) * wide.sinh()
    width = math.sqrt(2) * wide.cosh() * math.pi / 2 * t.cosh() * torch.where(t > 0, 2.0, 1.0) * (FARTHEST / STEPS)
    shape = alpha.double().unsqueeze(-1)
    density = (-_rho(x, shape, torch.ones_like(shape))).exp()
    total: Tensor = (density * width).sum(-1)
    return total.log()


STEPS, FARTHEST = 400, 4.2


def _rho(residual: Tensor, alpha: Tensor, scale: Tensor) -> Tensor:
    """Barron's loss of tensors that go together, differentiable by each of them."""
    return pointwise.evaluate(_formula(), *torch.broadcast_tensors(residual, alpha, scale))


def _formula() -> Formula:
    """The formula of the loss, with its hyper-parameters as arguments."""
    if torch.compiler.is_compiling():
        _prepare()
    return _ANY._traced("formula").with_arguments(*LEARNED)


@at_compile_time
def _prepare() -> bool:
    _ANY._traced("formula").with_arguments(*LEARNED).prepare()
    return True


_ANY = Barron()


def _check(
    start: Barron,
    learn: Collection[str],
    features: int | None,
    alpha_within: tuple[float, float],
    scale_above: float,
) -> None:
    if not isinstance(start, Barron):
        raise LossmithError(f"AdaptiveBarron({start!r}): a configured loss is expected, such as lm.Barron(alpha=1.0)")
    if isinstance(learn, str) or not learn or set(learn) - set(LEARNED):
        raise ParameterError(f"AdaptiveBarron(learn={learn!r}): one or both of {LEARNED} are expected")
    if features is not None and (isinstance(features, bool) or not isinstance(features, int) or features < 1):
        raise ParameterError(f"AdaptiveBarron(features={features!r}): None or a whole number from 1 on is expected")
    low, high = alpha_within
    if not 0 <= low < high < 2:
        raise ParameterError(f"AdaptiveBarron(alpha_within={alpha_within!r}): 0 <= low < high < 2 is expected")
    if "alpha" in learn and not low < start.alpha < high:
        raise ParameterError(f"{start!r} does not start within alpha_within={alpha_within!r}; say another alpha=")
    if not 0 <= start.alpha <= 2:
        raise ParameterError(f"{start!r} is the likelihood of no distribution: alpha from 0 to 2 is expected")
    if not 0 <= scale_above < start.scale:
        allowed = f"a number in [0, {start.scale:g}), below the scale it starts with,"
        raise ParameterError(f"AdaptiveBarron(scale_above={scale_above!r}): {allowed} is expected")
