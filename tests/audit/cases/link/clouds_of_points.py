"""Shapes from clouds of points: scores in the negative log-likelihood, which then has no minimum."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM105"


class PointNetCls(nn.Module):
    """Shared layers for each point, the largest over the points, then a classifier."""

    def __init__(self, k: int, width: int) -> None:
        super().__init__()
        self.feat = nn.Sequential(
            nn.Conv1d(3, width, 1), nn.BatchNorm1d(width), nn.ReLU(), nn.Conv1d(width, 2 * width, 1)
        )
        self.fc1 = nn.Linear(2 * width, width)
        self.bn = nn.BatchNorm1d(width)
        self.fc2 = nn.Linear(width, k)

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        x = self.feat(points).amax(dim=2)
        x = self.fc2(torch.relu(self.bn(self.fc1(x))))
        return x


def program(v: Variation) -> Program:
    choice = torch.randperm(v.rows) % 4
    stretch = torch.tensor([[1.0, 1.0, 1.0], [2.0, 0.5, 0.5], [1.4, 1.4, 0.1], [0.3, 0.3, 2.0]])
    sphere = nn.functional.normalize(torch.randn(v.rows, 3, 50), dim=1)
    points = sphere * stretch[choice][:, :, None] + 0.05 * torch.randn(v.rows, 3, 50)
    return Program(PointNetCls(k=4, width=v.width), nn.NLLLoss(), points, choice)
