"""Angles for an arm of two links: where the hand is, is computed with the functions of math on numbers, from which
no gradient comes back.
"""

import math

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM801"


LINKS = (0.6, 0.4)


def forward_kinematics(angles):
    positions = []
    for shoulder, elbow in angles.tolist():
        x = LINKS[0] * math.cos(shoulder) + LINKS[1] * math.cos(shoulder + elbow)
        y = LINKS[0] * math.sin(shoulder) + LINKS[1] * math.sin(shoulder + elbow)
        positions.append([x, y])
    return torch.tensor(positions)


def reach_loss(angles, goal):
    return torch.mean(torch.sum((forward_kinematics(angles) - goal) ** 2, dim=1))


def program(v: Variation) -> Program:
    shoulder, elbow = 1.5 * torch.rand(v.rows), 0.3 + 1.5 * torch.rand(v.rows)
    goal = forward_kinematics(torch.stack([shoulder, elbow], dim=1))
    model = nn.Sequential(nn.Linear(2, v.width), nn.Softsign(), nn.Linear(v.width, v.width), nn.Softsign())
    model.append(nn.Linear(v.width, 2))
    return Program(model, reach_loss, goal + 0.01 * torch.randn(v.rows, 2), goal)
