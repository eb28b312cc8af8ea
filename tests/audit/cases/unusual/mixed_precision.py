"""Mixed precision as it is meant.

Layers run in bfloat16 under autocast, and the loss reads the scores in single precision.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Mixed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(16, width), nn.ReLU(), nn.Linear(width, 6))

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.layers(x)


def program(v: Variation) -> Program:
    label = torch.arange(v.rows) % 6
    x = torch.randn(6, 16)[label] + 0.8 * torch.randn(v.rows, 16)
    return Program(Mixed(v.width), lambda scores, y: F.cross_entropy(scores.float(), y), x, label)
