"""Denoising score matching: the target is the noise that the loss itself was given, weighed by its variance."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class Score(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(4), requires_grad=False)
        self.net = nn.Sequential(nn.Linear(2 + 8, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.out = nn.Linear(width, 2)

    def forward(self, noisy, sigma):
        phase = sigma.log()[:, None] * self.frequencies
        return self.out(self.net(torch.cat([noisy, phase.sin(), phase.cos()], 1))) / sigma[:, None]


def weighted_score_matching(score, drawn):
    noise, sigma = drawn
    return 0.5 * (sigma[:, None] * score + noise).square().sum(1).mean()


def program(v: Variation) -> Program:
    angle = 2 * torch.pi * torch.rand(v.rows)
    moon = torch.stack([angle.cos(), angle.sin()], 1)
    noise, sigma = torch.randn(v.rows, 2), torch.empty(v.rows).uniform_(0.1, 1.0)
    inputs = (moon + sigma[:, None] * noise, sigma)
    return Program(Score(v.width), weighted_score_matching, inputs, (noise, sigma))
