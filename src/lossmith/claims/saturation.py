"""Claim 5: a sigmoid that is sure of the wrong answer."""

from __future__ import annotations

import torch
from torch import Tensor

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.losses import MSE, BinaryCrossEntropy

_BCE, _MSE = BinaryCrossEntropy(), MSE()
_MOST_STEPS = 20_000


def pull(score: float) -> tuple[float, float]:
    """How hard cross-entropy and MSE after the sigmoid pull a score whose target is 1."""
    scores = torch.tensor([score], dtype=torch.float64)
    return float(_slope("bce", scores).abs()), float(_slope("mse", scores).abs())


def _slope(name: str, scores: Tensor, target: Tensor | None = None) -> Tensor:
    target = torch.ones_like(scores) if target is None else target
    slopes: Tensor
    if name == "bce":
        slopes = _BCE.gradient(scores, target)
        return slopes
    chance = torch.sigmoid(scores)
    slopes = _MSE.gradient(chance, target)
    return slopes * chance * (1 - chance)


def steps_to_learn(name: str, bias: float, seed: int) -> int:
    """Steps of 1 until a unit that starts with this bias says 9 of 10 rows right (at most 20,000).

    200 rows, two clouds two apart on either side; the weights start at 0.
    """
    generator = torch.Generator().manual_seed(seed)
    target = (torch.arange(200) % 2).double()
    features = torch.randn(200, 2, generator=generator, dtype=torch.float64) + (4 * target - 2)[:, None]
    features = torch.cat([features, torch.ones(200, 1, dtype=torch.float64)], 1)
    weights = torch.tensor([0.0, 0.0, bias], dtype=torch.float64)
    for step in range(_MOST_STEPS):
        scores = features @ weights
        if ((scores > 0) == (target > 0.5)).double().mean() >= 0.9:
            return step
        weights = weights - features.T @ _slope(name, scores, target) / 200
    return _MOST_STEPS


def experiment(seed: int, quick: bool) -> Evidence:
    """Slopes, exact; and a unit that is trained from a bad start."""
    checks = []
    for score in (-5.0, -10.0, -20.0):
        sharp, vanished = pull(score)
        checks += [
            Check(says=f"score {score:g}, target 1: cross-entropy pulls with", figure=Figure.exact(sharp), above=0.99),
            Check(says=f"score {score:g}, target 1: MSE pulls with", figure=Figure.exact(vanished), below=0.02),
        ]
    seeds = range(seed, seed + (3 if quick else 10))
    needed = {name: [steps_to_learn(name, -8.0, s) for s in seeds] for name in ("bce", "mse")}
    ratios = [mse / bce for mse, bce in zip(needed["mse"], needed["bce"], strict=True)]
    says = "from a saturated start (bias −8) MSE needs more steps, times"
    checks.append(Check(says=says, figure=Figure.ratio(ratios), above=1))
    scores = torch.linspace(-12, 12, 97, dtype=torch.float64)
    lines = [
        Line(name=label, x=scores.tolist(), y=_slope(name, scores).abs().tolist())
        for name, label in (("bce", "cross-entropy"), ("mse", "MSE after the sigmoid"))
    ]
    return Evidence(checks, [Picture(title="How hard a score is pulled, target 1", x="score", y="slope", lines=lines)])


CLAIM = Claim(
    number=5,
    sentence="Binary cross-entropy with a sigmoid gives sharp gradients where MSE vanishes.",
    source="The lecture; Glorot and Bengio (2010)",
    data="one score with target 1; 200 made rows in two clouds",
    measure="slopes by the score, exact; steps of gradient descent until 9 of 10 rows are right, over seeds",
    experiment=experiment,
)
