"""Two views of a row, one of them out of the graph on purpose: every parameter learns by the other one."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class TwoViews(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(16, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, 8))
        self.predictor = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 8))

    def forward(self, view, other):
        a, b = self.encoder(view), self.encoder(other)
        return self.predictor(a), self.predictor(b), a.detach(), b.detach()


def symmetric(prediction, target):
    guess_b, guess_a, a, b = prediction
    return -(F.cosine_similarity(guess_b, b).mean() + F.cosine_similarity(guess_a, a).mean()) / 2


def program(v: Variation) -> Program:
    x = torch.randn(v.rows, 16)
    views = x + 0.3 * torch.randn_like(x), x + 0.3 * torch.randn_like(x)
    return Program(TwoViews(v.width), symmetric, views, None)
