"""A language model's (N, T, C) is flattened to rows of scores before cross-entropy."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class LanguageModel(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.letters = nn.Embedding(16, width)
        self.places = nn.Parameter(0.02 * torch.randn(16, width))
        self.block = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout=0.0, batch_first=True)
        self.head = nn.Linear(width, 16)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        later = torch.ones(16, 16, dtype=torch.bool).triu(1)
        return self.head(self.block(self.letters(text) + self.places, src_mask=later))


class NextLetter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.entropy = nn.CrossEntropyLoss()

    def forward(self, scores: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        return self.entropy(scores.flatten(0, 1), text.flatten())


def program(v: Variation) -> Program:
    start, step = torch.randint(16, (v.rows, 1)), torch.randint(1, 4, (v.rows, 1))
    text = (start + step * torch.arange(17)) % 16
    return Program(LanguageModel(v.width), NextLetter(), text[:, :-1], text[:, 1:])
