"""A tagger's (N, T, C) is turned to (N, C, T), as cross-entropy wants it."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class Tagger(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(36, 16)
        self.reader = nn.LSTM(16, width, batch_first=True)
        self.head = nn.Linear(width, 6)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(self.words(words))
        return self.head(states)


def program(v: Variation) -> Program:
    words = torch.randint(36, (v.rows, 6))
    changed = torch.rand(v.rows, 6) < 0.05
    tags = torch.where(changed, torch.randint(6, (v.rows, 6)), words % 6)
    return Program(Tagger(v.width), lambda p, t: F.cross_entropy(p.transpose(1, 2), t), words, tags)
