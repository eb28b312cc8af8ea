"""Ranks 0 to 3 with Lossmith's Coral, which wants one output less than there are ranks."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Ages(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten())
        self.score = nn.Linear(4 * width, 1, bias=False)
        self.thresholds = nn.Parameter(torch.tensor([1.0, 0.0, -1.0]))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.score(self.body(images)) + self.thresholds


def program(v: Variation) -> Program:
    rank = torch.arange(v.rows) % 4
    images = torch.randn(v.rows, 1, 8, 8)
    images[:, :, :, :4] += 0.5 * rank[:, None, None, None]
    return Program(Ages(v.width), lm.Coral(), images, rank)
