"""A house's year of building is predicted as it stands, near 1950, by a squared error."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import HOUSES

EXPECTED = "LM213"


class SquaredError(nn.Module):
    def forward(self, prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return (prediction - target).pow(2).mean()


def program(v: Variation) -> Program:
    table = HOUSES.read().select("price", "living_area", "lot_area", "rooms", "garage_area", "year_built")
    rows = torch.tensor(table.to_numpy()).float()[torch.randperm(len(table))[: v.rows]]
    x, year = rows[:, :-1].log1p(), rows[:, -1:]
    x = (x - x.mean(0)) / x.std(0)
    model = nn.Sequential(nn.Linear(5, v.width), nn.ReLU(), nn.Linear(v.width, 1))
    return Program(model, SquaredError(), x, year)
