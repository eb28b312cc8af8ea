"""word2vec with negative samples: a neighbour's product shall be high, five random words' low; there is no target."""

import torch
from torch import nn
from torch.nn import functional as F

from audit.programs import Program, Variation

EXPECTED = None


class SkipGram(nn.Module):
    def __init__(self, vocab_size, dim):
        super().__init__()
        self.center, self.context = nn.Embedding(vocab_size, dim), nn.Embedding(vocab_size, dim)
        for table in (self.center, self.context):
            nn.init.uniform_(table.weight, -0.3, 0.3)

    def forward(self, word, neighbour, noise):
        v = self.center(word)
        positive = (v * self.context(neighbour)).sum(1)
        negative = torch.einsum("nd,nkd->nk", v, self.context(noise))
        return positive, negative


def negative_sampling(scores, _):
    positive, negative = scores
    return -(F.logsigmoid(positive) + F.logsigmoid(-negative).sum(1)).mean()


def program(v: Variation) -> Program:
    word = torch.randint(60, (v.rows,))
    neighbour = (word // 6 * 6 + torch.randint(6, (v.rows,))) % 60
    noise = torch.randint(60, (v.rows, 5))
    return Program(SkipGram(60, v.width), negative_sampling, (word, neighbour, noise), None)
