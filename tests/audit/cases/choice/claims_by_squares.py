"""What a claim costs is above 0 and strongly skewed.

Under squared error the few largest claims make nearly all of the loss.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM704"


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 8)
    cost = torch.exp(0.7 * x[:, 0] - 0.5 * x[:, 1] + 0.9 * torch.randn(v.rows))
    model = nn.Sequential(nn.Linear(8, v.width), nn.ReLU(), nn.Linear(v.width, 1), nn.Flatten(0))
    return Program(model, nn.MSELoss(), x, cost)
