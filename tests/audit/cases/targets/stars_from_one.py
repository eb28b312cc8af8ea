"""Reviews have 1 to 5 stars, which are taken for classes as they stand: a focal loss that gathers raises at the
fifth.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM201"


class Reviews(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocabulary, width, mode="mean")
        self.net = nn.Sequential(nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.2), nn.Linear(width, 5))

    def forward(self, text, offsets):
        return self.net(self.bag(text, offsets))


class FocalLoss(nn.Module):
    def __init__(self, gamma=1.5):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        log_pt = F.log_softmax(logits, dim=1).gather(1, target.view(-1, 1)).view(-1)
        return (-((1 - log_pt.exp()) ** self.gamma) * log_pt).mean()


def program(v: Variation) -> Program:
    stars = 1 + torch.arange(v.rows) % 5
    length = torch.randint(5, 15, (v.rows,))
    offsets = length.cumsum(0) - length
    mood = stars.repeat_interleave(length)
    text = (20 * (mood - 1) + torch.randint(-15, 35, mood.shape)) % 100
    return Program(Reviews(100, v.width), FocalLoss(), (text, offsets), stars)
