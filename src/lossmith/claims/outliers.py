"""Claim 2: what outliers do to a fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from lossmith import datasets
from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.loss import Loss
from lossmith.losses import MAE, MSE, Huber

_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4)
_SMALL = 1e-3  # a residual below is taken for this: nearer to 0 the weights have no digits left
_SIZE = 20.0  # of an outlier, in standard deviations of the noise
_COLUMNS = ("living_area", "rooms", "bedrooms", "bathrooms", "garage_area", "year_built")
_LOSSES: dict[str, Loss] = {"MSE": MSE(), "MAE": MAE(), "Huber": Huber(delta=1.345)}


@dataclass(frozen=True)
class Rows:
    """Training rows with unit noise, test features, and what is right for these."""

    features: Tensor
    target: Tensor
    test: Tensor
    right: Callable[[Loss], Tensor]


Spoil = Callable[[Tensor, Tensor, Tensor, torch.Generator], None]


def both_sides(features: Tensor, target: Tensor, rows: Tensor, chance: torch.Generator) -> None:
    """Targets 20 too high or too low."""
    target[rows] += _SIZE * (2 * torch.randint(2, (len(rows),), generator=chance) - 1)


def one_side(features: Tensor, target: Tensor, rows: Tensor, chance: torch.Generator) -> None:
    """Targets 20 too high."""
    target[rows] += _SIZE


def wrong_features(features: Tensor, target: Tensor, rows: Tensor, chance: torch.Generator) -> None:
    """Features that have nothing to do with the target, 20 times as large as they ought to be; not the intercept."""
    shape = (len(rows), features.shape[1] - 1)
    features[rows, 1:] = _SIZE * torch.randn(shape, generator=chance, dtype=torch.float64)


def fit(loss: Loss, features: Tensor, target: Tensor, rounds: int = 150) -> Tensor:
    """The weights that minimise the loss, by least squares that are weighted again and again with slope / residual."""
    weights: Tensor = torch.linalg.lstsq(features, target[:, None]).solution[:, 0]
    for _ in range(0 if loss == MSE() else rounds):
        residuals = features @ weights - target
        pull = loss.gradient(residuals, torch.zeros_like(residuals)).abs() / residuals.abs().clamp(min=_SMALL)
        weights = torch.linalg.solve(features.T @ (pull[:, None] * features), features.T @ (pull * target))
    return weights


def error(loss: Loss, rows: Rows, share: float, spoil: Spoil, seed: int) -> float:
    """The root mean square error on test rows after ``share`` of the training rows was spoiled."""
    chance = torch.Generator().manual_seed(seed)
    features, target = rows.features.clone(), rows.target.clone()
    spoiled = torch.randperm(len(target), generator=chance)[: round(share * len(target))]
    spoil(features, target, spoiled, chance)
    return float((rows.test @ fit(loss, features, target) - rows.right(loss)).square().mean().sqrt())


def made(seed: int) -> Rows:
    """1,000 rows of a linear model of five features; right is the model."""
    chance = torch.Generator().manual_seed(1000 + seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=chance, dtype=torch.float64)

    features, test, weights = _with_constant(draw(1000, 5)), _with_constant(draw(1000, 5)), draw(6)
    return Rows(features, features @ weights + draw(1000), test, lambda loss: test @ weights)


def houses(seed: int) -> Rows:
    """2,000 houses, prices in units of their scatter around the fit; right is what the same loss learns unspoiled."""
    features, prices = _table()
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(prices)))
    train, test = order[:2000], order[2000:4000]
    residuals = features[train] @ fit(MAE(), features[train], prices[train]) - prices[train]
    target = prices[train] / (1.4826 * residuals.abs().median())
    return Rows(
        features[train], target, features[test], lambda loss: features[test] @ fit(loss, features[train], target)
    )


@cache
def _table() -> tuple[Tensor, Tensor]:
    table = datasets.HOUSES.read().drop_nulls(["price", *_COLUMNS])
    numbers = torch.from_numpy(table.select(_COLUMNS).to_numpy().astype(float))
    features = _with_constant((numbers - numbers.mean(0)) / numbers.std(0))
    return features, torch.from_numpy(table["price"].to_numpy().astype(float))


def _with_constant(features: Tensor) -> Tensor:
    return torch.cat([torch.ones(len(features), 1, dtype=torch.float64), features], 1)


def experiment(seed: int, quick: bool) -> Evidence:
    """Errors of the three losses by the share of outliers, of three kinds."""
    seeds = range(seed, seed + (3 if quick else 10))
    cases: list[tuple[str, Callable[[int], Rows], Spoil, tuple[float, ...]]] = [
        ("made rows, targets off to both sides", made, both_sides, (0.1, 0.2, 0.3, 0.4)),
        ("made rows, targets too high", made, one_side, (0.1, 0.4)),
        ("made rows, wrong features", made, wrong_features, (0.1, 0.4)),
        ("houses, prices off to both sides", houses, both_sides, (0.1, 0.2, 0.3, 0.4)),
        ("houses, prices too high", houses, one_side, (0.1, 0.4)),
    ]
    checks, pictures = [], []
    for case, rows_of, spoil, shares in cases:
        tables = {s: rows_of(s) for s in seeds}
        errors = {
            (name, share): [error(loss, tables[s], share, spoil, s) for s in seeds]
            for name, loss in _LOSSES.items()
            for share in _SHARES
        }
        checks += [
            Check(
                says=f"{case}, {100 * share:.0f} %: MSE's error is larger than {name}'s, times",
                figure=Figure.ratio([a / b for a, b in zip(errors["MSE", share], errors[name, share], strict=True)]),
                above=2,
            )
            for share in shares
            for name in ("MAE", "Huber")
        ]
        pictures.append(_picture(case, errors))
    return Evidence(checks, pictures)


def _picture(case: str, errors: dict[tuple[str, float], list[float]]) -> Picture:
    lines = [
        Line(name=name, x=_SHARES, y=[round(float(np.mean(errors[name, share])), 4) for share in _SHARES])
        for name in _LOSSES
    ]
    return Picture(title=case.capitalize(), x="share of outliers", y="error", lines=lines)


CLAIM = Claim(
    number=2,
    sentence="MAE and Huber resist outliers.",
    source="The lecture; Huber (1964)",
    data="linear models on 1,000 made rows and on 2,000 bundled houses; 0 to 40 % of the rows spoiled, targets by "
    "20 standard deviations of the noise; Huber's δ is 1.345 of them",
    measure="root mean square error on clean test rows, from the true model (made rows) or from what the same loss "
    "learns without outliers (houses); MSE's must be more than twice as large, over seeds",
    experiment=experiment,
)
