"""Organs in slices: the classes are moved last before the scores are cut into rows."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class OrganNet(nn.Module):
    def __init__(self, channels, organs):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), nn.GroupNorm(4, channels), nn.ReLU())
        self.decode = nn.Conv2d(channels, organs, 3, padding=1)

    def forward(self, slices):
        return self.decode(self.encode(slices))


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, scores, organ):
        classes = scores.size(1)
        scores = scores.permute(0, 2, 3, 1).reshape(-1, classes)
        log_p = scores.log_softmax(dim=1)[torch.arange(organ.numel()), organ.reshape(-1)]
        return -((1 - log_p.exp()) ** self.gamma * log_p).mean()


def program(v: Variation) -> Program:
    organ = torch.randint(0, 4, (v.rows, 3, 3)).repeat_interleave(4, 1).repeat_interleave(4, 2)
    slices = torch.tensor([-1.5, -0.5, 0.5, 1.5])[organ] + 0.3 * torch.randn(v.rows, 12, 12)
    return Program(OrganNet(v.width // 2, 4), FocalLoss(), slices.unsqueeze(1), organ)
