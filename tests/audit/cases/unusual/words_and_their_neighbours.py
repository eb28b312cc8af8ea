"""Skip-grams with negative samples: the logarithm of a sigmoid of products of two tables, and no target but the words
themselves.
"""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SkipGram(nn.Module):
    def __init__(self, vocabulary, dim):
        super().__init__()
        self.centre = nn.Embedding(vocabulary, dim)
        self.context = nn.Embedding(vocabulary, dim)
        nn.init.uniform_(self.centre.weight, -0.5 / dim, 0.5 / dim)
        nn.init.normal_(self.context.weight, std=0.1)

    def forward(self, word, neighbour, negatives):
        word = self.centre(word)
        right = (word * self.context(neighbour)).sum(-1)
        wrong = torch.einsum("nd,nkd->nk", word, self.context(negatives))
        return right, wrong


def negative_sampling(scores, target):
    right, wrong = scores
    return -(F.logsigmoid(right) + F.logsigmoid(-wrong).sum(dim=1)).mean()


def program(v: Variation) -> Program:
    word = torch.randint(60, (v.rows,))
    neighbour = (word // 10) * 10 + torch.randint(10, (v.rows,))
    negatives = torch.randint(60, (v.rows, 5))
    return Program(SkipGram(60, v.width), negative_sampling, (word, neighbour, negatives), None)
