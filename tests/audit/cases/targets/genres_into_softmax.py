"""A film has several genres, and a hand-written softmax cross-entropy sums over the multi-hot row."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = "LM211"


class Genres(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(60, width, mode="mean")
        self.head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 5))

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.head(self.words(words))


def loss(scores: torch.Tensor, genres: torch.Tensor) -> torch.Tensor:
    return -(genres * F.log_softmax(scores, 1)).sum(1).mean()


def program(v: Variation) -> Program:
    words = torch.randint(60, (v.rows, 10))
    genres = (F.one_hot(words % 5, 5).sum(1) >= 2).float()
    return Program(Genres(v.width), loss, words, genres)
