"""The error of a joint is a norm, over the joints that are seen."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None

JOINTS = 7


class Pose(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(20, width), nn.GELU(), nn.Linear(width, 2 * JOINTS))

    def forward(self, x):
        return self.layers(x).view(-1, JOINTS, 2)


def joint_error(prediction, target):
    joints, seen = target
    return torch.linalg.vector_norm((prediction - joints)[seen], dim=-1).mean()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 20)
    joints = torch.tanh(x[:, : 2 * JOINTS] + x[:, 6:]).view(-1, JOINTS, 2) + 0.1 * torch.randn(v.rows, JOINTS, 2)
    seen = torch.rand(v.rows, JOINTS) < 0.8
    return Program(Pose(v.width), joint_error, x, (joints * seen[..., None], seen))
