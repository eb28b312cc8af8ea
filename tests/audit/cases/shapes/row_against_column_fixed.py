"""Predictions and targets are both (N,) in a hand-written Huber loss."""

import torch
from torch import nn

from audit.programs import Program, Variation
from lossmith.datasets import HOUSES

EXPECTED = None


def huber(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    miss = (prediction - target).abs()
    return torch.where(miss < 1, 0.5 * miss**2, miss - 0.5).mean()


class Price(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x).squeeze(1)


def program(v: Variation) -> Program:
    table = HOUSES.read().select("living_area", "lot_area", "rooms", "garage_area", "price")
    rows = torch.tensor(table.to_numpy()).float()[torch.randperm(len(table))[: v.rows]].log1p()
    rows = (rows - rows.mean(0)) / rows.std(0)
    return Program(Price(v.width), huber, rows[:, :4], rows[:, 4])
