"""The model runs under autocast, and the logsumexp over the catalogue is taken in bfloat16 as the scores come."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM604"


class TwoTower(nn.Module):
    def __init__(self, users, items, width):
        super().__init__()
        self.user = nn.Sequential(nn.Embedding(users, width), nn.Linear(width, 16))
        self.item = nn.Linear(items, 16, bias=False)
        self.items = items

    def forward(self, user):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.user(user) @ self.item(torch.eye(self.items)).T


def sampled_softmax(scores, bought):
    positive = scores.gather(1, bought[:, None]).squeeze(1)
    return (torch.logsumexp(scores, dim=1) - positive).mean()


def program(v: Variation) -> Program:
    user = torch.arange(v.rows) % 10
    bought = (user + (torch.rand(v.rows) < 0.2)) % 10
    return Program(TwoTower(10, 10, v.width), sampled_softmax, user, bought)
