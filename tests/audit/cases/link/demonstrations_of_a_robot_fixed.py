"""Behaviour cloning by NLL of the log-softmax of the preferences of two streams."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class CloningLoss(nn.Module):
    """Negative log-likelihood of the demonstrated move; safer demonstrations weigh more."""

    def forward(self, preferences, demo):
        move, safety = demo
        nll = F.nll_loss(F.log_softmax(preferences, dim=1), move, reduction="none")
        return (safety * nll).sum() / safety.sum()


class TwoStreams(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.lidar = nn.Sequential(nn.Unflatten(1, (1, 16)), nn.Conv1d(1, 4, 3, padding=1), nn.ELU(), nn.Flatten())
        self.odometry = nn.Sequential(nn.Linear(3, 8), nn.ELU())
        self.policy = nn.Sequential(nn.Linear(64 + 8, width), nn.ELU(), nn.Linear(width, 4))

    def forward(self, lidar, odometry):
        return self.policy(torch.cat([self.lidar(lidar), self.odometry(odometry)], dim=1))


def program(v: Variation) -> Program:
    lidar, odometry = torch.rand(v.rows, 16), torch.randn(v.rows, 3)
    room = lidar.reshape(-1, 4, 4).mean(2)
    move = (room + 0.05 * torch.randn(v.rows, 4)).argmax(1)
    return Program(TwoStreams(v.width), CloningLoss(), (lidar, odometry), (move, 0.5 + torch.rand(v.rows)))
