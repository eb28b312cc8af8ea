"""Where a region's commuters go, as shares that were counted, of districts weighted by their people: the divergence
runs from what was counted to the prediction.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


def kl(p, q, eps=1e-8):
    """KL(p || q), row by row."""
    return (p * (torch.log(p + eps) - torch.log(q + eps))).sum(dim=-1)


class DeepGravity(nn.Module):
    """Scores every destination by what is known of both ends and of the way."""

    def __init__(self, width):
        super().__init__()
        self.pair = nn.Sequential(nn.Linear(7, width), nn.LeakyReLU(), nn.Linear(width, 1, bias=False))

    def forward(self, origin, destination, distance):
        both = origin.unsqueeze(1).expand(-1, destination.shape[1], -1)
        score = self.pair(torch.cat([both, destination, distance.unsqueeze(-1)], dim=-1)).squeeze(-1)
        return score.softmax(dim=-1)


def commuting_loss(predicted, counted):
    shares, people = counted
    return (people * kl(shares, predicted)).sum() / people.sum()


def program(v: Variation) -> Program:
    origin, destination = torch.randn(v.rows, 3), torch.randn(v.rows, 9, 3)
    distance = 2 * torch.rand(v.rows, 9) - 1
    taste = origin @ torch.randn(3, 3) / 2
    score = (destination * taste.unsqueeze(1)).sum(dim=-1) + destination[..., 0] - 2 * distance
    shares = torch.softmax(score + 0.2 * torch.randn(v.rows, 9), dim=-1)
    people = 1 + torch.rand(v.rows)
    return Program(DeepGravity(v.width), commuting_loss, (origin, destination, distance), (shares, people))
