"""Claim 3: what is left of the gradient near the optimum."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.loss import Loss
from lossmith.losses import MAE, MSE

_FAR, _NEAR = 1e-1, 1e-3
_ROWS, _FEATURES = 2000, 5


def exponent(loss: Loss, seed: int, noise: float) -> float:
    """How the gradient's norm goes with the distance d from the optimum, as d to this power: 1 shrinks, 0 stays.

    A linear model of 5 features and 2,000 rows; ``noise`` is that of the target. Measured between d = 0.1 and 0.001.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    features, weights, way = draw(_ROWS, _FEATURES), draw(_FEATURES), draw(_FEATURES)
    target = features @ weights + noise * draw(_ROWS)
    best = _optimum(loss, features, target) if noise else weights
    norms = [_norm(loss, features, target, best + d * way / way.norm()) for d in (_FAR, _NEAR)]
    return float(np.log(norms[0] / norms[1]) / np.log(_FAR / _NEAR))


def _norm(loss: Loss, features: Tensor, target: Tensor, weights: Tensor) -> float:
    slopes = loss.gradient(features @ weights, target)
    return float((features.T @ slopes).norm()) / len(target)


def _optimum(loss: Loss, features: Tensor, target: Tensor) -> Tensor:
    """Least squares by its equations; least absolute errors as the linear programme that they are."""
    if loss == MSE():
        solution: Tensor = torch.linalg.lstsq(features, target[:, None]).solution
        return solution[:, 0]
    from sklearn.linear_model import QuantileRegressor

    fit = QuantileRegressor(quantile=0.5, alpha=0, fit_intercept=False).fit(features.numpy(), target.numpy())
    return torch.as_tensor(fit.coef_, dtype=torch.float64)


def experiment(seed: int, quick: bool) -> Evidence:
    """Exponents with and without noise, and plain gradient descent on one number."""
    seeds = range(seed, seed + (4 if quick else 12))
    found = {
        (loss.name, noise): Figure.mean([exponent(loss, s, noise) for s in seeds])
        for loss in (MSE(), MAE())
        for noise in (0.0, 1.0)
    }
    checks = [
        *(
            Check(
                says=f"MSE, {how}: the gradient goes with the distance to the power 1",
                figure=found["mse", noise],
                above=0.9,
                below=1.1,
            )
            for noise, how in ((0.0, "target without noise"), (1.0, "noisy target"))
        ),
        *(
            Check(says=f"MAE, {how}: to the power 0", figure=found["mae", noise], above=-0.1, below=0.1)
            for noise, how in ((0.0, "target without noise"), (1.0, "noisy target"))
        ),
    ]
    paths = {"MSE": descent(MSE()), "MAE": descent(MAE())}
    checks += [
        Check(
            says="MSE: gradient descent of one number with steps of 0.1 ends at", figure=_end(paths["MSE"]), below=1e-6
        ),
        Check(says="MAE: it ends to and fro, at", figure=_end(paths["MAE"]), above=1e-2),
    ]
    lines = [Line(name=name, x=list(range(len(path))), y=path) for name, path in paths.items()]
    return Evidence(checks, [Picture(title="Steps of 0.1", x="step", y="distance", lines=lines, log="y")])


def descent(loss: Loss, rate: float = 0.1, steps: int = 100) -> list[float]:
    """The distances from the target after each step of gradient descent that starts at 0.97."""
    at, distances = torch.tensor([0.97], dtype=torch.float64), [0.97]
    for _ in range(steps):
        at = at - rate * loss.gradient(at, torch.zeros_like(at))
        distances.append(float(at.abs()))
    return distances


def _end(path: list[float]) -> Figure:
    return Figure.exact(path[-1])


CLAIM = Claim(
    number=3,
    sentence="MSE has smooth gradients that shrink near the optimum; MAE's do not.",
    source="The lecture",
    data="linear models of 5 features and 2,000 made rows, with noise and without; one number",
    measure="the power of the distance from the optimum with which the gradient's norm goes; where descent ends",
    experiment=experiment,
)
