"""A policy for four in a row: probabilities of full columns are set to 0 and their logarithm is multiplied with a
target of 0, which gives NaN.
"""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = "LM601"


class PolicyNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.tower = nn.Sequential(nn.Conv2d(2, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 4, 1), nn.ReLU())
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(4 * 42, width), nn.ReLU(), nn.Linear(width, 7))

    def forward(self, planes, legal):
        pi = torch.softmax(self.head(self.tower(planes)), dim=1) * legal
        return torch.log(pi / pi.sum(dim=1, keepdim=True))


def policy_loss(log_pi, visits):
    return -(visits * log_pi).sum(dim=1).mean()


def program(v: Variation) -> Program:
    height = torch.randint(7, (v.rows, 7))
    height[:, 3] = height[:, 3].clamp(max=5)
    filled = torch.arange(6).view(1, 6, 1) < height.unsqueeze(1)
    mine = torch.rand(v.rows, 6, 7) < 0.5
    planes = torch.stack([filled & mine, filled & ~mine], dim=1).float()
    legal = (height < 6).float()
    worth = 0.6 * (planes[:, 0] - planes[:, 1]).sum(dim=1) - 0.3 * (torch.arange(7) - 3.0).abs()
    visits = torch.softmax(worth.masked_fill(legal == 0, -1e9), dim=1)
    return Program(PolicyNet(v.width), policy_loss, (planes, legal), visits)
