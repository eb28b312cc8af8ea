"""One single logit with the binary cross-entropy of logits."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Sentiment(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(50, width)
        self.head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.head(self.words(words))


def program(v: Variation) -> Program:
    words = torch.randint(50, (v.rows, 12))
    label = ((words < 25).float().mean(1) + 0.05 * torch.randn(v.rows) > 0.5).long()
    return Program(
        Sentiment(v.width), lambda p, t: F.binary_cross_entropy_with_logits(p, t.float().unsqueeze(1)), words, label
    )
