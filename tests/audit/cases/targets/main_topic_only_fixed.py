"""Lossmith's ZLPR is given a row of 0 and 1 over all topics of an article."""

import torch
from torch import nn

import lossmith as lm
from audit.programs import Program, Variation

EXPECTED = None


class Topics(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = nn.Embedding(120, width)
        self.query = nn.Parameter(0.1 * torch.randn(6, width))

    def forward(self, article):
        words = self.table(article)
        attention = torch.einsum("tw,nlw->ntl", self.query, words).softmax(-1)
        return torch.einsum("ntl,nlw,tw->nt", attention, words, self.query)


def program(v: Variation) -> Program:
    article = torch.randint(120, (v.rows, 15))
    mentions = torch.stack([(article % 12 == topic).sum(1) for topic in range(6)], dim=1)
    about = (mentions > 0).float()
    return Program(Topics(v.width), lm.ZLPR(), article, about)
