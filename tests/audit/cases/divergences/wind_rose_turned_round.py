"""The wind's directions in sixteen sectors: kl_div wants the prediction's logarithm first and the truth second, and
gets them the other way round."""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM402"


class WindRose(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.pressure = nn.Conv2d(1, width, 6)
        self.sector = nn.Linear(width, 16)

    def forward(self, pressure):
        return self.sector(torch.tanh(self.pressure(pressure)).flatten(1))


def rose_loss(scores, rose):
    return F.kl_div(rose.log(), scores.softmax(dim=1), reduction="batchmean")


def program(v: Variation) -> Program:
    slope = torch.randn(v.rows, 2)
    x = torch.linspace(-1, 1, 6)
    pressure = slope[:, :1, None] * x[:, None] + slope[:, 1:, None] * x + 0.2 * torch.randn(v.rows, 6, 6)
    angle = torch.arange(16) * torch.pi / 8
    towards = slope[:, :1] * angle.cos() + slope[:, 1:] * angle.sin()
    rose = torch.softmax(1.5 * towards + 0.2 * torch.randn(v.rows, 16), dim=1)
    return Program(WindRose(v.width), rose_loss, pressure.unsqueeze(1), rose)
