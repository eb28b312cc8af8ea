"""Two views of a song, each predicted from the other through one small predictor, against a moving copy of the encoder
that has no gradients: nothing else keeps the views apart, and nothing else is needed.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Byol(nn.Module):
    def __init__(self, width, momentum=0.99):
        super().__init__()
        self.online = nn.Sequential(
            nn.Linear(20, width, bias=False), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 16)
        )
        self.target = copy.deepcopy(self.online).requires_grad_(False)
        self.predictor = nn.Sequential(nn.Linear(16, width), nn.ReLU(), nn.Linear(width, 16))
        self.momentum = momentum

    @torch.no_grad()
    def move_target(self):
        for slow, fast in zip(self.target.parameters(), self.online.parameters(), strict=True):
            slow.lerp_(fast, 1 - self.momentum)

    def forward(self, one, two):
        if self.training:
            self.move_target()
        with torch.no_grad():
            aim_one, aim_two = self.target(one), self.target(two)
        said_one, said_two = self.predictor(self.online(one)), self.predictor(self.online(two))
        return (said_one, aim_two), (said_two, aim_one)


def byol_loss(pairs, target=None):
    return sum(2 - 2 * F.cosine_similarity(said, aim, dim=-1).mean() for said, aim in pairs) / len(pairs)


def program(v: Variation) -> Program:
    song = torch.randn(v.rows, 5) @ torch.randn(5, 20) / 2
    one, two = (song * (0.8 + 0.4 * torch.rand(v.rows, 1)) + 0.3 * torch.randn(v.rows, 20) for _ in range(2))
    return Program(Byol(v.width), byol_loss, (one, two), None)
