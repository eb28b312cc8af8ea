"""Reads of genes in single cells, mostly below one: the floor that keeps a rate from 0 is put on its logarithm, so
no rate falls below 1 and what is below learns nothing.
"""

import torch
import torch.nn.functional as F
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM605"


class Denoiser(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encode = nn.Linear(15, width)
        self.norm = nn.LayerNorm(width)
        self.decode = nn.Linear(width, 20)

    def forward(self, markers):
        return self.decode(F.gelu(self.norm(self.encode(markers))))


def count_loss(log_rate, counts):
    log_rate = torch.clamp(log_rate, min=1e-8)
    return F.poisson_nll_loss(log_rate, counts, log_input=True)


def program(v: Variation) -> Program:
    state = torch.randn(v.rows, 3)
    markers = state @ torch.randn(3, 15) / 2 + 0.3 * torch.randn(v.rows, 15)
    rate = torch.exp(-0.7 + 0.5 * state @ torch.randn(3, 20))
    return Program(Denoiser(v.width), count_loss, markers, torch.poisson(rate.clamp(max=12)))
