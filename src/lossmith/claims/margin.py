"""Claim 7: the plane that the hinge finds, and its margin."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lossmith import datasets
from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.loss import Loss
from lossmith.losses import Hinge, LogisticMargin, SmoothedHinge, SquaredMargin

_SHARP = 1e-6  # the last width over which the hinge's corner is rounded
_HARD = 1e3  # a cost of mistakes that allows none where the classes are apart
_STEPS = 1000


def plane(features: Tensor, signs: Tensor, cost: float) -> Tensor:
    """Weights, bias last, of least ½‖w‖² + cost · Σ hinge: Newton's method, while the hinge's corner gets sharper.

    float64; features (N, F), signs (N,) of −1 and 1.
    """
    rows = _with_constant(features)
    penalty = torch.ones(rows.shape[1], dtype=torch.float64)
    penalty[-1] = 0  # the bias is free
    weights, gamma = torch.zeros_like(penalty), 4.0
    while gamma > _SHARP:
        gamma /= 2
        weights = _newton(SmoothedHinge(gamma=gamma), rows, signs, cost, penalty, weights)
    return weights


def _newton(loss: Loss, rows: Tensor, signs: Tensor, cost: float, penalty: Tensor, weights: Tensor) -> Tensor:
    def objective(at: Tensor) -> float:
        return float(penalty @ at.square() / 2 + cost * loss(rows @ at, signs, reduction="sum"))

    for _ in range(50):
        scores = rows @ weights
        slope = penalty * weights + cost * rows.T @ loss.gradient(scores, signs)
        curvature = torch.diag(penalty + 1e-10) + cost * rows.T @ (loss.curvature(scores, signs)[:, None] * rows)
        step = torch.linalg.solve(curvature, slope)
        before, length = objective(weights), 1.0
        while objective(weights - length * step) > before and length > 1e-9:
            length /= 2
        weights = weights - length * step
        if float(step.norm()) * length < 1e-10 * (1 + float(weights.norm())):
            break
    return weights


def apart(features: Tensor, signs: Tensor, cost: float) -> float:
    """The largest difference between our plane and scikit-learn's, each with a normal of length 1."""
    from sklearn.svm import SVC

    peer = SVC(kernel="linear", C=cost, tol=1e-9).fit(features.numpy(), signs.numpy())
    theirs = torch.from_numpy(np.append(peer.coef_[0], peer.intercept_[0]))
    ours = plane(features, signs, cost)
    return float((ours / ours[:-1].norm() - theirs / theirs[:-1].norm()).abs().max())


def margin(weights: Tensor, features: Tensor, signs: Tensor) -> float:
    """The distance of the nearest point from the plane; negative if it lies on the wrong side."""
    return float((signs * (_with_constant(features) @ weights)).min() / weights[:-1].norm())


def descent(loss: Loss, features: Tensor, signs: Tensor, steps: int) -> Tensor:
    """The weights after gradient descent on the mean loss from 0 with steps of 0.05, without a penalty."""
    rows = _with_constant(features)
    weights = torch.zeros(rows.shape[1], dtype=torch.float64)
    for _ in range(steps):
        weights = weights - 0.05 * rows.T @ loss.gradient(rows @ weights, signs) / len(signs)
    return weights


def clouds(seed: int, apart: bool) -> tuple[Tensor, Tensor]:
    """200 points of the plane in two clouds; if they shall be apart, with a gap between."""
    chance = torch.Generator().manual_seed(seed)
    signs = 2.0 * (torch.arange(200) % 2).double() - 1
    points = torch.randn(200, 2, generator=chance, dtype=torch.float64)
    points[:, 0] += (3.0 if apart else 1.0) * signs
    if apart:
        points[:, 0] = torch.where(signs * points[:, 0] < 0.5, 0.5 * signs, points[:, 0])
    return points, signs


def digits() -> tuple[Tensor, Tensor]:
    """The bundled threes (−1) and eights (1), pixels from 0 to 1."""
    table = datasets.DIGITS.read()
    labels = table["digit"].to_numpy().astype(int)
    features = table.drop("digit").to_numpy().astype(float)[np.isin(labels, (3, 8))] / 16
    labels = labels[np.isin(labels, (3, 8))]
    return torch.from_numpy(features), torch.from_numpy(np.where(labels == 8, 1.0, -1.0))


def experiment(seed: int, quick: bool) -> Evidence:
    """Planes against scikit-learn's, and margins against those of other losses."""
    seeds = range(seed, seed + (3 if quick else 10))
    checks = [
        _same("clouds apart", max(apart(*clouds(s, True), _HARD) for s in seeds)),
        _same("clouds that overlap", max(apart(*clouds(s, False), 1.0) for s in seeds)),
        _same("digits, 3 against 8", apart(*digits(), 1.0)),
    ]
    found: dict[str, list[float]] = {name: [] for name in _RIVALS}
    for s in seeds:
        points, signs = clouds(s, True)
        largest = margin(plane(points, signs, _HARD), points, signs)
        for name, loss in _RIVALS.items():
            found[name].append(largest - margin(descent(loss, points, signs, _STEPS), points, signs))
    checks += [
        Check(
            says=f"clouds apart: the hinge with its penalty has a larger margin than {name}, by",
            figure=Figure.mean(found[name]),
            above=0,
        )
        for name in ("the squared margin", "logistic loss")
    ]
    says = "clouds apart: the hinge without a penalty has the largest margin too; it lacks"
    checks.append(Check(says=says, figure=Figure.mean(found["the hinge alone"]), below=1e-3))
    return Evidence(checks, [_picture(seed)])


_RIVALS: dict[str, Loss] = {
    "the squared margin": SquaredMargin(),
    "logistic loss": LogisticMargin(),
    "the hinge alone": Hinge(),
}


def _same(case: str, difference: float) -> Check:
    figure = Figure.exact(float(f"{difference:.1g}"))
    return Check(says=f"{case}: the plane differs from scikit-learn's SVC by", figure=figure, below=1e-3)


def _picture(seed: int) -> Picture:
    points, signs = clouds(seed, True)
    largest = margin(plane(points, signs, _HARD), points, signs)
    steps = [10, 30, 100, 300, 1000, 3000]
    margins = {
        name: [margin(descent(loss, points, signs, count), points, signs) for count in steps]
        for name, loss in _RIVALS.items()
    }
    lines = [Line(name="the hinge with its penalty", x=steps, y=[largest] * len(steps))]
    lines += [Line(name=name, x=steps, y=found) for name, found in margins.items()]
    return Picture(title="The margin after steps of descent", x="step", y="margin", lines=lines, log="x")


def _with_constant(features: Tensor) -> Tensor:
    return torch.cat([features, torch.ones(len(features), 1, dtype=torch.float64)], 1)


CLAIM = Claim(
    number=7,
    sentence="Hinge makes the largest margin.",
    source="The lecture; Cortes and Vapnik (1995); Soudry et al. (2018)",
    data="200 made points in two clouds, apart or overlapping; threes and eights of the bundled digits",
    measure="the largest difference of normal (of length 1) and offset from scikit-learn's linear SVM, over seeds; the "
    "distance of the nearest point from the plane, after 1,000 steps of descent for the losses without a penalty",
    experiment=experiment,
)
