"""LogSoftmax without dim picks axis 0 for three axes, which here is the batch; torch only warns."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM107"


class Tagger(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30, width)
        self.attention = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True)
        self.head = nn.Linear(width, 6)
        self.normalise = nn.LogSoftmax()

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.normalise(self.head(self.attention(self.words(words))))


def program(v: Variation) -> Program:
    words = torch.randint(30, (v.rows, 8))
    return Program(Tagger(v.width), lambda p, t: F.nll_loss(p.transpose(1, 2), t), words, words % 6)
