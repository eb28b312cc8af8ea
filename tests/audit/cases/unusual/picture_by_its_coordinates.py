"""A picture as a function of its coordinates: random frequencies, a sigmoid for colours that lie within (0, 1), and
squares, as fields of radiance are trained.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class FourierField(nn.Module):
    def __init__(self, width, frequencies=12):
        super().__init__()
        self.register_buffer("B", 1.5 * torch.randn(2, frequencies))
        self.hidden = nn.Linear(2 * frequencies, width)
        self.rgb = nn.Linear(width, 3)

    def forward(self, uv):
        phase = 2 * torch.pi * uv @ self.B
        return self.rgb(torch.relu(self.hidden(torch.cat([phase.sin(), phase.cos()], dim=-1)))).sigmoid()


def photometric(rgb, truth):
    return ((rgb - truth) ** 2).sum(dim=-1).mean()


def program(v: Variation) -> Program:
    uv = torch.rand(v.rows, 2)
    waves = torch.sin(6.28 * (uv @ torch.tensor([[1.0, 0.5, 1.5], [0.5, 1.0, -1.0]])))
    truth = (0.5 + 0.35 * waves + 0.03 * torch.randn(v.rows, 3)).clamp(0.02, 0.98)
    return Program(FourierField(v.width), photometric, uv, truth)
