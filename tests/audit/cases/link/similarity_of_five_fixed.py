"""Two sentences are compared by a cosine, and people's scores of their likeness are divided by 5."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class TwinEncoder(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.project = nn.Linear(width, width)

    def encode(self, sentence):
        return torch.tanh(self.project(self.embed(sentence).mean(dim=1)))

    def forward(self, first, second):
        return F.cosine_similarity(self.encode(first), self.encode(second))


def program(v: Variation) -> Program:
    first = torch.randint(80, (v.rows, 7))
    kept = torch.rand(v.rows, 7) < torch.rand(v.rows, 1)
    second = torch.where(kept, first, torch.randint(80, (v.rows, 7)))
    score = (5 * kept.float().mean(1) + 0.2 * torch.randn(v.rows)).clamp(0, 5) / 5
    return Program(TwinEncoder(80, v.width), F.mse_loss, (first, second), score)
