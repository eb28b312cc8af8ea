"""Two signatures are of one hand, 1, or not, -1, as HingeEmbeddingLoss wants it."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Siamese(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(1, width // 4, 3, stride=2), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(width // 4 * 25, 12)

    def forward(self, a, b):
        a, b = self.fc(self.cnn(a)), self.fc(self.cnn(b))
        return F.pairwise_distance(a, b, p=1) / a.shape[1]


def program(v: Variation) -> Program:
    hands = torch.randn(6, 1, 12, 12)
    writer = torch.randint(6, (v.rows,))
    same = torch.arange(v.rows) % 2
    forger = (writer + torch.randint(1, 6, (v.rows,))) % 6
    first = hands[writer] + 0.3 * torch.randn(v.rows, 1, 12, 12)
    second = hands[torch.where(same == 1, writer, forger)] + 0.3 * torch.randn(v.rows, 1, 12, 12)
    label = torch.where(same == 1, 1.0, -1.0)
    return Program(Siamese(v.width), nn.HingeEmbeddingLoss(margin=1.0), (first, second), label)
