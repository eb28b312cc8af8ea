"""Claim 6: the surface that a loss makes of the same network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.claims.training import digits
from lossmith.losses import MSE, SparseCategoricalCrossEntropy
from lossmith.surfaces import Surface, surface
from lossmith.surfaces.objective import LossCall

_ROWS, _TRAINED = 300, 200
# What makes a surface clean, and whether more of it does.
_MEASURES = {
    "convex": ("the share that curves upwards is larger for cross-entropy, by", 1),
    "predictiveness": ("a gradient says more of the next one for cross-entropy, by", 1),
    "reach": ("more starts end at the bottom for cross-entropy, by", 1),
    "flat": ("the share with next to no slope is smaller for cross-entropy, by", -1),
}


def mse_after_softmax(scores: Tensor, labels: Tensor) -> Tensor:
    """Squared errors of the probabilities from one-hot rows."""
    rows = nn.functional.one_hot(labels, scores.shape[-1]).to(scores.dtype)
    value: Tensor = MSE()(scores.softmax(-1), rows)
    return value


_LOSSES: dict[str, LossCall] = {
    "cross-entropy": SparseCategoricalCrossEntropy(),
    "MSE after softmax": mse_after_softmax,
}


def network(seed: int, features: Tensor, labels: Tensor, steps: int) -> nn.Module:
    """Two layers with tanh, as they start, or after so many steps of Adam with cross-entropy."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(features.shape[1], 32), nn.Tanh(), nn.Linear(32, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        optimizer.zero_grad()
        _LOSSES["cross-entropy"](model(features), labels).backward()
        optimizer.step()
    return model


def experiment(seed: int, quick: bool) -> Evidence:
    """The measures of both losses on the same planes, at the start and after training."""
    data = digits()
    features, labels = data.features[:_ROWS], data.labels[:_ROWS]
    seeds = range(seed, seed + (3 if quick else 8))
    checks, pictures = [], []
    for steps, place in ((0, "at the start"), (_TRAINED, "after training")):
        planes: dict[str, list[Surface]] = {name: [] for name in _LOSSES}
        for s in seeds:
            model = network(s, features, labels, steps)
            for name, loss in _LOSSES.items():
                planes[name].append(surface(model, loss, features, labels, steps=15 if quick else 25, seed=s))
        numbers = {name: [plane.measures().numbers() for plane in found] for name, found in planes.items()}
        for measure, (says, sign) in _MEASURES.items():
            pairs = zip(*numbers.values(), strict=True)
            differences = [sign * (ours[measure] - mse[measure]) for ours, mse in pairs]
            checks.append(Check(says=f"{place}: {says}", figure=Figure.mean(differences), above=0))
        pictures.append(_picture(place, {name: found[0] for name, found in planes.items()}))
    return Evidence(checks, pictures)


def _picture(place: str, planes: dict[str, Surface]) -> Picture:
    """The line through the middle of each plane, as shares of its range."""
    lines = []
    for name, plane in planes.items():
        values = plane.values[:, plane.values.shape[1] // 2]
        shares = (values - values.min()) / (values.max() - values.min())
        lines.append(Line(name=name, x=plane.alphas.tolist(), y=[float(f"{share:.4g}") for share in shares]))
    return Picture(title=f"A line through the parameters, {place}", x="step along it", y="share of range", lines=lines)


CLAIM = Claim(
    number=6,
    sentence="Cross-entropy's surface is cleaner.",
    source="The lecture; the measures follow Santurkar et al. (2018) and Li et al. (2018)",
    data="300 of the bundled digits; a network with one hidden layer of 32, at its start and after 200 steps of Adam "
    "with cross-entropy",
    measure="shares of a plane of random, filter-normalised directions, of cross-entropy less MSE after softmax: the "
    "same parameters and the same plane, over seeds",
    experiment=experiment,
)
