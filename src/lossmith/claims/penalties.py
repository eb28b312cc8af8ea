"""Claim 1: how hard each error pulls."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lossmith import datasets
from lossmith.claims.claim import Check, Claim, Evidence, Figure, Line, Picture
from lossmith.loss import Loss
from lossmith.losses import MAE, MSE, Huber

_SMALL, _LARGE = 0.1, 10.0
_DELTAS = (0.01, 1.0, 100.0)
_WORST = 0.05  # of the houses
_COMPARED: dict[str, Loss] = {"MSE": MSE(), "Huber": Huber(delta=1.0), "MAE": MAE()}


def growth(loss: Loss) -> float:
    """How many times as hard an error of 10 pulls as one of 0.1."""
    slopes = loss.gradient(torch.tensor([_SMALL, _LARGE], dtype=torch.float64), torch.zeros(2, dtype=torch.float64))
    return float(slopes[1] / slopes[0])


def share(loss: Loss, residuals: Tensor) -> float:
    """The share of all pull that comes from the worst 5 % of the errors."""
    pull = loss.gradient(residuals, torch.zeros_like(residuals)).abs()
    worst = residuals.abs().argsort(descending=True)[: round(_WORST * len(residuals))]
    return float(pull[worst].sum() / pull.sum())


def _residuals() -> Tensor:
    """Of the houses' prices after a straight line over the living area, in units of their median size."""
    table = datasets.HOUSES.read().drop_nulls(["living_area", "price"])
    x, y = (table[name].to_numpy().astype(float) for name in ("living_area", "price"))
    residuals = y - np.polyval(np.polyfit(x, y, 1), x)
    return torch.from_numpy(residuals / np.median(np.abs(residuals)))


def experiment(seed: int, quick: bool) -> Evidence:
    """Exact slopes, and the share of the worst houses with bootstrap repetitions."""
    mse, mae = growth(MSE()), growth(MAE())
    checks = [
        Check(says="MSE: an error of 10 pulls harder than one of 0.1, times", figure=Figure.exact(mse), above=1),
        Check(says="MAE: the same, less 1", figure=Figure.exact(mae - 1), above=-1e-12, below=1e-12),
        *(
            Check(
                says=f"Huber, δ = {delta:g}: strictly between the two, times",
                figure=Figure.exact(growth(Huber(delta=delta))),
                above=mae * (1 + 1e-9),
                below=mse * (1 - 1e-9),
            )
            for delta in _DELTAS
        ),
    ]
    residuals = _residuals()
    generator = torch.Generator().manual_seed(seed)
    samples = [
        residuals[torch.randint(len(residuals), (len(residuals),), generator=generator)]
        for _ in range(50 if quick else 400)
    ]
    shares = {name: _interval([share(loss, sample) for sample in samples]) for name, loss in _COMPARED.items()}
    checks += [
        Check(says="houses: the worst 5 % have this share of MSE's pull", figure=shares["MSE"], above=0.10),
        Check(says="…of MAE's: theirs, 5 %", figure=shares["MAE"], above=0.049, below=0.051),
        Check(
            says="…of Huber's: between",
            figure=shares["Huber"],
            above=shares["MAE"].high,
            below=shares["MSE"].low,
        ),
    ]
    return Evidence(checks, [_picture()])


def _interval(values: list[float]) -> Figure:
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975])
    return Figure(*(float(f"{value:.4g}") for value in (middle, low, high)))


def _picture() -> Picture:
    errors = torch.logspace(-1, 1, 41, dtype=torch.float64)
    lines = [
        Line(name=name, x=errors.tolist(), y=loss.gradient(errors, torch.zeros_like(errors)).tolist())
        for name, loss in _COMPARED.items()
    ]
    return Picture(title="How hard an error pulls", x="error", y="slope", lines=lines, log="xy")


CLAIM = Claim(
    number=1,
    sentence="MSE penalises large errors more; MAE treats all alike; Huber is between.",
    source="The lecture; Huber (1964)",
    data="errors of 0.1 and 10; residuals of the houses' prices after a line over the living area, median size 1",
    measure="slopes, exact; the share of all pull that the worst 5 % have, bootstrap over houses",
    experiment=experiment,
)
