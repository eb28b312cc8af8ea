"""Shares of topics in an article: KLDivLoss is given the logarithms of the predicted shares."""

import torch
from torch import nn

from audit.programs import Program, Variation

EXPECTED = None


class TopicShares(nn.Module):
    def __init__(self, words, width):
        super().__init__()
        self.words = nn.EmbeddingBag(words, width, mode="mean")
        self.topics = nn.Linear(width, 6)

    def forward(self, article):
        return self.topics(self.words(article)).softmax(dim=-1)


class TopicLoss(nn.Module):
    def __init__(self):
        super().__init__()
        self.kl = nn.KLDivLoss(reduction="batchmean")

    def forward(self, shares, annotated):
        return self.kl(shares.log(), annotated)


def program(v: Variation) -> Program:
    shares = torch.softmax(1.5 * torch.randn(v.rows, 6), dim=1)
    habits = torch.softmax(2 * torch.randn(6, 90), dim=1)
    article = torch.multinomial(shares @ habits, 40, replacement=True)
    return Program(TopicShares(90, v.width), TopicLoss(), article, shares)
