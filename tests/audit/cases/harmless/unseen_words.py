"""A language model of 400 words sees few of them in one batch: outputs without a target are no fault here."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class LanguageModel(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(400, width)
        self.reader = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, 400)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(self.words(words))
        return self.head(states)


def program(v: Variation) -> Program:
    start = (400 * torch.rand(v.rows, 1) ** 2).long()
    text = (start + 7 * torch.arange(6)) % 400
    return Program(
        LanguageModel(v.width), lambda p, t: F.cross_entropy(p.transpose(1, 2), t), text[:, :-1], text[:, 1:]
    )
