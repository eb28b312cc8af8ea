"""The error of a joint is a root, and hidden joints are multiplied by 0 inside it.

Sqrt(0) has no slope, and the gradient is NaN.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM602"

JOINTS = 7


class Pose(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(20, width), nn.GELU(), nn.Linear(width, 2 * JOINTS))

    def forward(self, x):
        return self.layers(x).view(-1, JOINTS, 2)


def joint_error(prediction, target):
    joints, seen = target
    errors = ((prediction - joints) * seen[..., None]).square().sum(-1).sqrt()
    return errors.sum() / seen.sum()


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 20)
    joints = torch.tanh(x[:, : 2 * JOINTS] + x[:, 6:]).view(-1, JOINTS, 2) + 0.1 * torch.randn(v.rows, JOINTS, 2)
    seen = torch.rand(v.rows, JOINTS) < 0.8
    return Program(Pose(v.width), joint_error, x, (joints * seen[..., None], seen))
