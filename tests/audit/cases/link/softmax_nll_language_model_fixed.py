"""A language model returns the logarithms of the next word's probabilities, as the likelihood wants them."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class LanguageModel(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(24, width)
        self.reader = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, 24)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states, _ = self.reader(self.words(words))
        return F.log_softmax(self.head(states), dim=-1)


def program(v: Variation) -> Program:
    start, step = torch.randint(24, (v.rows, 1)), torch.randint(1, 4, (v.rows, 1))
    text = (start + step * torch.arange(11)) % 24
    return Program(
        LanguageModel(v.width),
        lambda p, t: F.nll_loss(p.flatten(0, 1), t.flatten()),
        text[:, :-1],
        text[:, 1:],
    )
