"""The log-softmax of a tagger's (N, T, C) runs over axis 1, which is time: words compete, not tags."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM107"


class Tagger(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30, 16)
        self.reader = nn.GRU(16, width, batch_first=True)
        self.head = nn.Linear(width, 4)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(self.words(words))
        return F.log_softmax(self.head(states), dim=1)


def loss(prediction: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
    return F.nll_loss(prediction.reshape(-1, 4), tags.reshape(-1))


def program(v: Variation) -> Program:
    words = torch.randint(30, (v.rows, 7))
    before = torch.cat([torch.zeros(v.rows, 1, dtype=torch.long), words[:, :-1]], 1)
    tags = 2 * (words % 2) + before % 2
    return Program(Tagger(v.width), loss, words, tags)
