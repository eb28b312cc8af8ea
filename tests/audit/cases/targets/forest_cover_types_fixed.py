"""The seven covers of a forest as the table numbers them: less 1, so that they count from 0."""

import torch
from torch import Tensor, nn

from audit.programs import Program, Variation

EXPECTED = None


class TabularModel(nn.Module):
    def __init__(self, n_soils: int, n_cont: int, hidden: int, n_out: int = 7) -> None:
        super().__init__()
        self.soil = nn.Embedding(n_soils, 5)
        self.bn_cont = nn.BatchNorm1d(n_cont)
        self.layers = nn.Sequential(nn.Linear(5 + n_cont, hidden), nn.SiLU(), nn.Linear(hidden, n_out))

    def forward(self, x_cat: Tensor, x_cont: Tensor) -> Tensor:
        return self.layers(torch.cat([self.soil(x_cat), self.bn_cont(x_cont)], dim=1))


def program(v: Variation) -> Program:
    Cover_Type = torch.randperm(v.rows) % 7 + 1
    elevation = 2000 + 180 * Cover_Type + 60 * torch.randn(v.rows)
    slope = 14 + 7 * torch.randn(v.rows)
    distance = 300 + 40 * (Cover_Type - 4) ** 2 + 80 * torch.randn(v.rows)
    soil = (Cover_Type + torch.randint(0, 3, (v.rows,))) % 10
    X = {"x_cat": soil, "x_cont": torch.stack([elevation, slope, distance], dim=1)}
    return Program(TabularModel(10, 3, v.width), nn.CrossEntropyLoss(), X, Cover_Type - 1)
